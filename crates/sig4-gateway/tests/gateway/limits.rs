//! The limits of an HTTP API, each from both sides.

use crate::support::{ALLOWED, LONG, api, call, echo, raw, request, send, serve};
use sig4_gateway::{ApiDefinition, Event, Integration, MAX_BODY_LEN, MAX_HEAD_LEN, Reply, Timeouts};
use std::time::Duration;

#[tokio::test]
async fn a_head_of_10_240_bytes_is_taken_and_one_of_a_byte_more_is_not() {
    let server = serve(ApiDefinition::new("us-east-1").route("$default", echo())).await;
    let used = "GET / HTTP/1.1".len() + server.addr().to_string().len() + "close".len();
    for (over, status) in [(0, 200), (1, 431), (20_000, 431)] {
        let value = "v".repeat(MAX_HEAD_LEN - used + over);
        let answer = send(&server, "GET", "/", &[("name", &value)], "").await;
        assert_eq!(answer.status, status);
        if status == 431 {
            assert_eq!(answer.body, r#"{"message":"Request Header Fields Too Large"}"#);
        }
    }
    for head in ["x".repeat(1_000_000), format!("a: {}\r\n", "x".repeat(1_000_000)), "a: b\r\n".repeat(50_000)] {
        let answer = raw(&server, format!("GET / HTTP/1.1\r\nhost: x\r\n{head}\r\n\r\n").as_bytes()).await;
        assert!([400, 431].contains(&answer.status), "{}", answer.head);
    }
    let answer = raw(&server, format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1_000_000)).as_bytes()).await;
    assert!([414, 431].contains(&answer.status), "{}", answer.head);
    assert_eq!(send(&server, "GET", "/", &[], "").await.status, 200);
    server.shutdown().await;
}

/// The limit is one of bytes: as many lines are served as there can be within it.
#[tokio::test]
async fn more_than_a_hundred_header_lines_are_served_within_10_240_bytes() {
    let server = serve(ApiDefinition::new("us-east-1").route("$default", echo())).await;
    let host = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    let most = (MAX_HEAD_LEN - host.len() - "\r\n".len()) / "n:\r\n".len();
    for lines in [101, 1_000, most] {
        let answer = raw(&server, format!("{host}{}\r\n", "n:\r\n".repeat(lines)).as_bytes()).await;
        assert_eq!(answer.status, 200, "{lines} lines: {}", answer.head);
    }
    let answer = raw(&server, format!("{host}{}\r\n", "n:\r\n".repeat(10_000)).as_bytes()).await;
    assert_eq!((answer.status, answer.body.as_str()), (431, r#"{"message":"Request Header Fields Too Large"}"#));
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_of_10_megabytes_is_taken_and_one_of_a_byte_more_is_not() {
    let length = Integration::handler(|event: Event| async move { event.body().len().to_string() });
    let server =
        serve(api().route("$default", length.clone()).route_with("POST /open", sig4_gateway::Auth::None, length)).await;
    let (fits, too_long) = ("b".repeat(MAX_BODY_LEN), "b".repeat(MAX_BODY_LEN + 1));
    assert_eq!(call(&server, "POST", "/", &fits, ALLOWED).await.body, MAX_BODY_LEN.to_string());
    assert_eq!(send(&server, "POST", "/open", &[], &fits).await.body, MAX_BODY_LEN.to_string());
    for path in ["/", "/open"] {
        let answer = send(&server, "POST", path, &[], &too_long).await;
        assert_eq!((answer.status, answer.body.as_str()), (413, r#"{"message":"Request Entity Too Large"}"#));
        let mut chunked = format!("POST {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes();
        for _ in 0..12 {
            chunked.extend_from_slice(format!("{:x}\r\n{}\r\n", 1 << 20, "b".repeat(1 << 20)).as_bytes());
        }
        chunked.extend_from_slice(b"0\r\n\r\n");
        let expected = if path == "/" { 403 } else { 413 };
        assert_eq!(raw(&server, &chunked).await.status, expected, "{path}: it does not say how long it is");
    }
    assert_eq!(call(&server, "POST", "/", "", ALLOWED).await.body, "0");
    server.shutdown().await;
}

#[tokio::test]
async fn a_call_whose_arn_is_longer_than_1600_bytes_is_414() {
    let server = serve(api().route("$default", echo())).await;
    let used = "arn:aws:execute-api:us-east-1:123456789012:local/$default/GET/".len();
    for (over, status) in [(0, 200), (1, 414)] {
        let path = format!("/{}", "p".repeat(1600 - used + over));
        let answer = call(&server, "GET", &path, "", ALLOWED).await;
        assert_eq!(answer.status, status);
        if status == 414 {
            assert_eq!(answer.body, r#"{"message":"Request URI too long"}"#);
        }
    }
    server.shutdown().await;
}

#[tokio::test]
async fn an_integration_that_takes_too_long_is_503_and_is_dropped() {
    let (dropped, mut is_dropped) = tokio::sync::mpsc::channel::<()>(1);
    let hangs = Integration::handler(move |_: Event| {
        let held = dropped.clone();
        async move {
            std::future::pending::<()>().await;
            drop(held);
            Reply::new()
        }
    });
    let timeouts = Timeouts::new().with_integration(Duration::from_millis(20));
    let server = serve(ApiDefinition::new("us-east-1").with_timeouts(timeouts).route("GET /", hangs)).await;
    let answer = send(&server, "GET", "/", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"message":"Service Unavailable"}"#));
    server.shutdown().await;
    assert_eq!(
        tokio::time::timeout(LONG, is_dropped.recv()).await.unwrap(),
        None,
        "the handler and its future are gone"
    );
}

#[tokio::test]
async fn an_answer_of_more_than_10_megabytes_is_500() {
    let handler = Integration::handler(|event: Event| async move {
        Reply::new().with_body(vec![b'x'; event.raw_query().parse().unwrap()])
    });
    let server = serve(ApiDefinition::new("us-east-1").route("$default", handler)).await;
    assert_eq!(send(&server, "GET", &format!("/?{MAX_BODY_LEN}"), &[], "").await.body.len(), MAX_BODY_LEN);
    assert_eq!(send(&server, "GET", &format!("/?{}", MAX_BODY_LEN + 1), &[], "").await.status, 500);
    server.shutdown().await;
}

#[tokio::test]
async fn a_client_that_is_too_slow_is_told_so() {
    let timeouts = Timeouts::new().with_head(Duration::from_millis(50)).with_body(Duration::from_millis(50));
    let api = api().with_timeouts(timeouts).route("$default", echo());
    let server = serve(api.route_with("POST /open", sig4_gateway::Auth::None, echo())).await;
    for begun in ["GET / HTTP/1.1\r\nhost: x\r\n", "POST /open HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf"] {
        let answer = raw(&server, begun.as_bytes()).await;
        assert_eq!((answer.status, answer.body.as_str()), (408, r#"{"message":"Request Timeout"}"#), "{begun}");
    }
    let nothing = raw(&server, b"").await;
    assert_eq!(nothing.head, "", "a connection without a request ends without an answer");
    let text = String::from_utf8(request(&server, "GET", "/", &[], "")).unwrap();
    assert_eq!(raw(&server, text.as_bytes()).await.status, 403);
    server.shutdown().await;
}
