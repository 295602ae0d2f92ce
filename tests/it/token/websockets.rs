//! WebSocket APIs of API Gateway, as botocore signs them.

use super::{assert_same, both, now, text, value};
use http::Request;
use sig4::Expires;
use sig4::token::{WebSocketConnect, WebSocketConnections};

const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";

#[test]
fn connect() {
    for (credentials, end) in both() {
        let api = WebSocketConnect::new("us-east-1", HOST, "/prod").unwrap().with_query("room=a%20b");
        let api = api.with_expires(Expires::from_secs(300).unwrap());
        assert_same(api.token(&credentials, now()).unwrap().as_str(), &text(&["wss", end].concat()));
    }
}

#[test]
fn connections() {
    fn assert_is<B>(request: &Request<B>, method: &str, end: &str) {
        let authorization = request.headers()["authorization"].to_str().unwrap();
        assert_eq!(authorization, text(&["connections ", method, end].concat()));
        assert_eq!(request.method(), method);
        assert_eq!(request.uri().to_string(), value("connections sent")[1].as_str().unwrap());
    }
    for (credentials, end) in both() {
        let clients = WebSocketConnections::new("us-east-1", HOST, "prod").unwrap();
        let id = "L0SM9cOFvHcCIhw=";
        assert_is(&clients.post(id, "hello", &credentials, now()).unwrap(), "POST", end);
        assert_is(&clients.get(id, &credentials, now()).unwrap(), "GET", end);
        assert_is(&clients.delete(id, &credentials, now()).unwrap(), "DELETE", end);
    }
}

#[test]
fn a_custom_domain_needs_no_stage() {
    let clients = WebSocketConnections::new("us-east-1", "Chat.example.com:8443", "").unwrap();
    let request = clients.post("a=", "x", &both()[0].0, now()).unwrap();
    assert_eq!(request.uri().to_string(), "https://chat.example.com:8443/@connections/a%3D");
}
