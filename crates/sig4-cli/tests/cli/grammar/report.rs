//! Output in JSON.

use crate::grammar::{SECRET, answer, bare, run, server, sig4};
use serde_json::{Value, json};

fn parsed(text: &str) -> Value {
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_call_in_json_has_status_headers_body_and_time() {
    let headers = "apigw-requestid: id-1\r\nset-cookie: a\r\nset-cookie: b\r\n";
    let (authority, _server) = server(vec![answer("200 OK", headers, "text\u{1b}")]);
    let (code, out, err) = run(&mut sig4(&["call", &authority, "--format", "json"]));
    assert_eq!((code, err.as_str()), (0, ""));
    let object = parsed(&out);
    assert_eq!(object["status"], 200);
    assert_eq!(object["body"], "text\u{1b}");
    assert_eq!(object["request_id"], "id-1");
    assert_eq!(object["explanation"], Value::Null);
    assert!(object["timing"]["total_ms"].is_u64() && object["timing"]["first_byte_ms"].is_u64(), "{object}");
    let cookies: Vec<_> = object["headers"].as_array().unwrap().iter().filter(|h| h["name"] == "set-cookie").collect();
    assert_eq!(cookies, [&json!({"name": "set-cookie", "value": "a"}), &json!({"name": "set-cookie", "value": "b"})]);
}

#[test]
fn a_refused_call_in_json_has_the_explanation() {
    let (authority, _server) = server(vec![answer("403 Forbidden", "", "{\"message\":\"Forbidden\"}")]);
    let (code, out, _) = run(&mut sig4(&["call", &authority, "--format", "json"]));
    let object = parsed(&out);
    assert_eq!((code, &object["status"]), (1, &403.into()));
    let explanation = &object["explanation"];
    assert_eq!(explanation["status"], 403, "{object}");
    assert!(!explanation["advice"].as_array().unwrap().is_empty(), "{object}");
}

#[test]
fn a_failure_in_json_names_its_kind() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = "https://abc.execute-api.eu-west-1.amazonaws.com/";
    for (mut command, code, kind) in [
        (sig4(&["call", &closed, "--format", "json"]), 3, "no-answer"),
        (sig4(&["sign", "https://h.example", "--format", "json"]), 2, "input"),
        (bare(&["sign", url, "--format", "json"]), 2, "credentials"),
        (bare(&["presign", url, "--format", "json"]), 2, "credentials"),
        (bare(&["verify", url, "--json"]), 2, "credentials"),
        (sig4(&["explain", "-f", "/nonexistent", "--format", "json"]), 2, "input"),
    ] {
        let (found, out, err) = run(&mut command);
        let object = parsed(&out);
        assert_eq!((found, object["kind"].as_str().unwrap()), (code, kind), "{out}{err}");
        let message = object["error"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains(SECRET), "{out}");
    }
}

#[test]
fn a_signed_request_in_json_has_what_is_sent() {
    let (code, out, _) = run(&mut sig4(&["sign", ":3000/x", "--json", "{}", "--format", "json"]));
    let object = parsed(&out);
    assert_eq!((code, &object["method"], &object["body"]), (0, &"POST".into(), &"{}".into()));
    let names: Vec<_> = object["headers"].as_array().unwrap().iter().map(|h| h["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["content-type", "accept", "x-amz-date", "authorization"]);
    assert_eq!(object["signed_headers"], json!(["accept", "content-type", "host", "x-amz-date"]));
    assert_eq!(object["signature"].as_str().unwrap().len(), 64);
    assert!(object["canonical_request"].as_str().unwrap().starts_with("POST\n/x\n"));
}
