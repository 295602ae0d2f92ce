//! The client against the server beside it, over a socket.

use reqwest_client::Orders;
use sig4::Credentials;

#[tokio::test]
async fn only_the_key_of_a_user_places_an_order() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stored = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let app = axum_server::app("eu-central-1", [stored.clone()]).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });

    let client = Orders::new(&url, "eu-central-1", stored).unwrap();
    assert_eq!(client.place(r#"{"pet":"cat"}"#).await.unwrap(), (200, "AKIDEXAMPLE ordered 13 bytes".to_owned()));

    let guess = Credentials::new("AKIDEXAMPLE", "a guess").unwrap();
    let client = Orders::new(&url, "eu-central-1", guess).unwrap();
    assert_eq!(client.place("{}").await.unwrap(), (403, r#"{"message":"Forbidden"}"#.to_owned()));
}
