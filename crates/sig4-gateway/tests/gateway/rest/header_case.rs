//! The letter case of header names in events of REST APIs, over connections of every kind.

use super::{reflect, secured};
use crate::support::{LONG, call_with, serve};
use serde_json::Value;
use sig4_gateway::{ApiDefinition, Auth, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends pieces over one connection and returns the events of the responses.
async fn events(server: &Server, pieces: &[&[u8]]) -> Vec<Value> {
    let exchange = async {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        for piece in pieces {
            stream.write_all(piece).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    let text = tokio::time::timeout(LONG, exchange).await.expect("an answer");
    let bodies = text.split("HTTP/1.1 ").skip(1).map(|answer| answer.split_once("\r\n\r\n").unwrap().1);
    bodies.map(|body| serde_json::from_str(body).unwrap_or(Value::Null)).collect()
}

fn request(method: &str, headers: &str, body: &str) -> String {
    format!("{method} /prod/x HTTP/1.1\r\nhost: h\r\n{headers}\r\n{body}")
}

fn open() -> ApiDefinition {
    secured().route_with("ANY /{proxy+}", Auth::None, reflect())
}

/// Kept alive, pipelined, with bodies of either framing between them, in pieces of several lengths.
#[tokio::test]
async fn names_are_as_the_client_wrote_them_whatever_comes_between() {
    let server = serve(open()).await;
    let text = request("POST", "X-FIRST: 1\r\nContent-Length: 20\r\n", "GET / x\r\nX-fIRST: 2\r\n")
        + &request(
            "POST",
            "x-Second: 1\r\nTransfer-Encoding: chunked\r\n",
            "5;x=y\r\na\r\n\r\n\r\n0\r\nX-Trailer: 1\r\n\r\n",
        )
        + &request(
            "GET",
            "X-third: 1\r\nx-THIRD: 2\r\nX-Amz-DATE: 3\r\nuser-AGENT: me\r\nCOOKIE: a=b\r\nconnection: close\r\n",
            "",
        );
    for len in [7, 100, text.len()] {
        let pieces: Vec<_> = text.as_bytes().chunks(len).collect();
        let events = events(&server, &pieces).await;
        assert_eq!(events.len(), 3);
        assert_eq!(events[0]["headers"]["X-FIRST"], "1", "{}", events[0]);
        assert_eq!(events[1]["headers"]["x-Second"], "1", "{}", events[1]);
        let last = &events[2]["multiValueHeaders"];
        assert_eq!((&last["X-third"][0], &last["X-third"][1]), (&"1".into(), &"2".into()), "{last}");
        assert_eq!(events[2]["headers"]["X-third"], "2");
        let names: Vec<_> = events[2]["headers"].as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
            "COOKIE",
            "Host",
            "User-Agent",
            "X-Amz-DATE",
            "X-Amzn-Trace-Id",
            "X-Forwarded-For",
            "X-Forwarded-Port",
            "X-Forwarded-Proto",
            "X-third",
        ];
        assert_eq!(names, expected);
    }
}

/// A body that looks like a request changes nothing: the names belong to the requests that were parsed.
#[tokio::test]
async fn a_body_cannot_name_the_headers_of_the_next_request() {
    let server = serve(open()).await;
    let inner = request("GET", "X-EVIL: 1\r\n", "");
    let outer = request("POST", &format!("x-evil: 1\r\ncontent-length: {}\r\n", inner.len()), &inner);
    let last = request("GET", "x-Evil: 1\r\nconnection: close\r\n", "");
    let events = events(&server, &[(outer + &last).as_bytes()]).await;
    let named = |event: &Value| {
        event["headers"].as_object().unwrap().keys().find(|name| name.eq_ignore_ascii_case("x-evil")).cloned()
    };
    assert_eq!(events.iter().map(named).collect::<Vec<_>>(), [Some("x-evil".to_owned()), Some("x-Evil".to_owned())]);
}

/// A signed request is verified with its names in lower case, and its event has them as they came.
#[tokio::test]
async fn a_signed_name_keeps_its_case_and_the_signature_stays_here() {
    let server = serve(secured().route("ANY /{proxy+}", reflect())).await;
    let answer = call_with(&server, "POST", "/prod/x", &[("x-custom-name", "1")], "{}", crate::support::ALLOWED).await;
    let event: Value = serde_json::from_str(&answer.body).unwrap();
    let headers = event["headers"].as_object().unwrap();
    assert_eq!(headers["x-custom-name"], "1");
    assert!(headers.contains_key("x-amz-date"), "{event}");
    assert!(headers.keys().all(|name| !name.eq_ignore_ascii_case("authorization")), "{event}");
    assert_eq!(event["requestContext"]["identity"]["accessKey"], crate::support::ALLOWED.0);
}

/// An HTTP API has no record, and its events of payload format 1.0 have title case.
#[tokio::test]
async fn an_http_api_spells_names_in_title_case() {
    let api = ApiDefinition::new("us-east-1").route("ANY /{proxy+}", reflect());
    let server = serve(api.with_payload_format(sig4_gateway::PayloadFormat::V1)).await;
    let events = events(&server, &[request("GET", "x-MY-name: 1\r\nconnection: close\r\n", "").as_bytes()]).await;
    assert_eq!(events[0]["headers"]["X-My-Name"], "1");
}
