//! WebSocket APIs of API Gateway, as botocore signs them.

use super::{assert_same, both, now, text, value};
use http::Request;
use sig4::token::{WebSocketConnect, WebSocketConnections};
use sig4::{ErrorKind, Expires};

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

/// A client would encode the path, and send another than the signed one.
#[test]
fn a_path_that_clients_encode_is_refused() {
    for path in ["/a b", "/é", "/a\tb", "/a\u{7f}"] {
        let api = WebSocketConnect::new("us-east-1", HOST, path).unwrap();
        let error = api.token(&both()[0].0, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPath, "{path}: {error}");
    }
    let encoded = WebSocketConnect::new("us-east-1", HOST, "/a%20b").unwrap();
    assert!(encoded.token(&both()[0].0, now()).is_ok());
}

/// No connection id leads a request out of `@connections`.
#[test]
fn a_connection_is_one_segment() {
    let clients = WebSocketConnections::new("us-east-1", HOST, "prod").unwrap();
    for id in ["", ".", "..", "a b", "é"] {
        let error = clients.delete(id, &both()[0].0, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidName, "{id}: {error}");
    }
    let path = |id: &str| clients.get(id, &both()[0].0, now()).unwrap().uri().path().to_owned();
    assert_eq!(path("../x"), "/prod/@connections/..%2Fx");
}

#[test]
fn a_custom_domain_needs_no_stage() {
    let clients = WebSocketConnections::new("us-east-1", "Chat.example.com:8443", "").unwrap();
    let request = clients.post("a=", "x", &both()[0].0, now()).unwrap();
    assert_eq!(request.uri().to_string(), "https://chat.example.com:8443/@connections/a%3D");
}
