//! The server, called without a socket.

use axum::body::Body;
use http::Request;
use sig4::{Credentials, Signer};
use time::OffsetDateTime;
use tower::ServiceExt;

#[tokio::test]
async fn handlers_see_authenticated_callers_alone() {
    let key = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let app = axum_server::app("us-east-1", [key.clone()]).unwrap();
    let signer = Signer::new("us-east-1", "execute-api").unwrap();

    let mut signed = Request::post("https://orders.example/orders").body("a cat").unwrap();
    signer.sign(&mut signed, &key, OffsetDateTime::now_utc()).unwrap();
    let mut changed = signed.clone();
    *changed.body_mut() = "a dog";
    let unsigned = Request::post("https://orders.example/orders").body("a cat").unwrap();
    let open = Request::get("https://orders.example/health").body("").unwrap();

    for (request, status) in [(signed, 200), (changed, 403), (unsigned, 403), (open, 200)] {
        assert_eq!(app.clone().oneshot(request.map(Body::from)).await.unwrap().status(), status);
    }
}
