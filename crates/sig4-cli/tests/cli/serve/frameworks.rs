//! Handlers of libraries that read the events of REST APIs: Mangum and Powertools in Python, `lambda_http` in Rust.

use crate::serve::runtimes::{lambda_http_echo, path_with, serve};
use crate::serve::serving::{Serving, folder};
use serde_json::{Value, json};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An ASGI program behind Mangum, and routes of Powertools. Both answer what they got, with headers of several values.
const PYTHON: &str = r#"
import json
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from mangum import Mangum

async def asgi(scope, receive, send):
    body = (await receive())["body"]
    named = [[name.decode(), value.decode()] for name, value in scope["headers"] if name.startswith(b"x-multi")]
    seen = {"method": scope["method"], "path": scope["path"], "query": scope["query_string"].decode(), "named": named, "body": body.hex()}
    is_binary = scope["path"].endswith("/binary")
    content_type = b"image/png" if is_binary else b"application/json"
    headers = [(b"content-type", content_type), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": b"\x89\x00\xff" if is_binary else json.dumps(seen).encode()})

app = APIGatewayRestResolver()

@app.post("/powertools/<name>")
def named(name):
    event = app.current_event
    identity = event.request_context.identity
    seen = {"name": name, "path": event.path, "tags": event.resolved_query_string_parameters.get("tag"),
            "multi": event.multi_value_headers.get("X-Multi"), "body": event.json_body, "ip": identity.source_ip,
            "stage": event.request_context.stage, "arn": identity.user_arn}
    return Response(status_code=202, content_type="application/json", body=json.dumps(seen), headers={"X-Many": ["1", "2"]})

mangum = Mangum(asgi, lifespan="off")

def handler(event, context):
    return app.resolve(event, context) if event["path"].startswith("/powertools") else mangum(event, context)
"#;

const API: &str = r#"kind = "rest"
binary_media_types = ["image/*"]

[stages.prod]

[routes]
"ANY /{proxy+}" = { function = "f", authorizer = "none" }

[functions.f]
"#;

/// Sends a request and returns the status, the head and the body of its answer.
fn send(serving: &Serving, method: &str, target: &str, headers: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let (host, len) = (serving.address(), body.len());
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len}\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head, answer[end + 4..].to_vec())
}

fn configured(name: &str, function: &str) -> PathBuf {
    let config = folder(name).join("api.toml");
    fs::write(&config, format!("{API}{function}")).unwrap();
    config
}

fn values<'h>(head: &'h str, name: &str) -> Vec<&'h str> {
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    fields.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}

#[test]
fn mangum_and_powertools_serve_a_rest_api() {
    let python = install::lambda_frameworks(Path::new(env!("CARGO_TARGET_TMPDIR")));
    if !Need::LambdaFrameworks.is_met(python.is_some(), "no handler made with a library in Python was run") {
        return;
    }
    let config = configured(
        "rest-python",
        "code = \".\"\nhandler = \"index.handler\"\nruntime = \"python3.13\"\ntimeout = 30\n",
    );
    fs::write(config.with_file_name("index.py"), PYTHON).unwrap();
    let python = PathBuf::from(python.unwrap());
    let mut command = serve(&config, &[]);
    if let Some(bin) = python.parent().filter(|bin| *bin != Path::new("")) {
        command.env("PATH", path_with(bin));
    }
    let serving = Serving::of(&mut command);
    let read = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap_or_else(|error| panic!("{error}: {body:?}"));

    let headers = "X-Multi: 1\r\nX-MULTI: 2\r\nContent-Type: image/png\r\nAccept: image/png\r\n";
    let (status, head, body) = send(&serving, "PUT", "/prod/a%20b?tag=x&tag=y+z", headers, b"\xff\x00");
    let seen = read(&body);
    assert_eq!((status, &seen["method"], &seen["path"]), (201, &json!("PUT"), &json!("/a b")), "{seen}");
    assert_eq!((&seen["query"], &seen["body"]), (&json!("tag=x&tag=y+z"), &json!("ff00")), "{seen}");
    let multi: Vec<_> = seen["named"].as_array().unwrap().iter().map(|pair| pair[1].as_str().unwrap()).collect();
    assert_eq!(multi.join(", "), "1, 2", "{seen}");
    assert_eq!(values(&head, "set-cookie"), ["a=1", "b=2"], "{head}");
    let (_, _, binary) = send(&serving, "GET", "/prod/binary", headers, b"");
    assert_eq!(binary, b"\x89\x00\xff");

    let headers = "X-Multi: 1\r\nX-Multi: 2\r\nContent-Type: application/json\r\n";
    let (status, head, body) = send(&serving, "POST", "/prod/powertools/cat?tag=x&tag=y", headers, b"{\"a\":1}");
    let expected = json!({
        "name": "cat", "path": "/powertools/cat", "tags": ["x", "y"], "multi": ["1", "2"], "body": {"a": 1}, "ip": "127.0.0.1",
        "stage": "prod", "arn": null,
    });
    assert_eq!((status, read(&body)), (202, expected));
    assert_eq!(values(&head, "x-many"), ["1", "2"], "{head}");
}

#[test]
fn a_function_made_with_lambda_http_serves_a_rest_api() {
    let config = configured("rest-rust", &format!("command = {:?}\n", lambda_http_echo().display().to_string()));
    let serving = Serving::of(&mut serve(&config, &[]));
    let (status, head, body) =
        send(&serving, "POST", "/prod/pets/a%20b?tag=x&tag=y+z", "Content-Type: application/json\r\n", b"{\"a\":[1]}");
    assert_eq!(status, 200, "{head}");
    let echoed: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(echoed, json!({"method": "POST", "path": "/pets/a%20b", "body": {"a": [1]}}));
    assert_eq!(values(&head, "x-tag"), ["x", "y z"], "{head}");
}
