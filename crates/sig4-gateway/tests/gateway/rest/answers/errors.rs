//! The errors that are not the authorizer's: of the request's form and size, and of integrations.

use super::{only_member, rest};
use crate::support::{ALLOWED, Answer, call, raw, send, serve};
use sig4_gateway::{Auth, Event, Integration, Reply, Server, Timeouts, Upstream};
use std::time::Duration;

fn assert_error(answer: &Answer, status: u16, error_type: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some(error_type), "{answer:?}");
    assert_eq!(answer.header("x-amzn-requestid").map(|id| id.len()), Some(36), "{answer:?}");
    assert_eq!(answer.header("x-amz-apigw-id").map(|id| id.len()), Some(16), "{answer:?}");
    assert_eq!(answer.header("x-amzn-trace-id"), None, "{answer:?}");
}

/// Source: "AWS Auth Error Ordering", step 4.
#[tokio::test]
async fn a_malformed_path_is_400_without_a_body() {
    let server = serve(rest()).await;
    for target in ["/prod/pets/%zz", "/prod/pets/%", "/prod/pets/%ff"] {
        let answer = send(&server, "GET", target, &[], "").await;
        assert_error(&answer, 400, "BadRequestException");
        assert_eq!((answer.body.as_str(), answer.header("content-length").as_deref()), ("", Some("0")), "{target}");
        assert_eq!(answer.header("content-type"), None, "{target}");
    }
    server.shutdown().await;
}

/// Bytes that the HTTP parser rejects become no request, and their answer has ids nevertheless.
#[tokio::test]
async fn bytes_that_are_no_request_are_answered_as_a_rest_api_does() {
    let server = serve(rest()).await;
    let answer = raw(&server, b"GET\r\n\r\n").await;
    assert_error(&answer, 400, "BadRequestException");
    assert_eq!((answer.body.as_str(), answer.header("apigw-requestid")), ("", None));
    server.shutdown().await;
}

async fn post(server: &Server, target: &str, declared: usize) -> Answer {
    let head = format!("POST {target} HTTP/1.1\r\nhost: {}\r\ncontent-length: {declared}\r\n\r\n", server.addr());
    raw(server, head.as_bytes()).await
}

#[tokio::test]
async fn a_request_that_is_too_long_says_so() {
    let server = serve(rest().route_with("POST /open", Auth::None, Integration::echo())).await;
    for target in ["/prod/pets", "/prod/open"] {
        let answer = post(&server, target, 10 * 1024 * 1024 + 1).await;
        assert_error(&answer, 413, "RequestTooLargeException");
        assert_eq!(answer.body, r#"{"message":"Request Too Long"}"#, "{target}");
    }
    let answer = call(&server, "GET", &format!("/prod/pets/{}", "a".repeat(1600)), "", ALLOWED).await;
    assert_error(&answer, 414, "RequestUriTooLongException");
    assert_eq!(only_member(&answer.body, "message"), "Request URI too long");
    let answer = send(&server, "GET", "/prod/pets/7", &[("x", &"a".repeat(10_241))], "").await;
    assert_error(&answer, 431, "BadRequestException");
    server.shutdown().await;
}

/// Sources: localstack/localstack, `test_aws_proxy_response_payload_format_validation`, for 502;
/// RhinoSecurityLabs/IPRotate_Burp_Extension#17 for an endpoint that cannot be reached.
#[tokio::test]
async fn an_integration_that_fails_is_502_and_one_that_is_late_or_away_504() {
    let failing = Integration::handler(|_: Event| async { Reply::failure("no database") });
    let panicking = Integration::handler(|_: Event| async {
        assert!(std::env::args().next().is_none(), "no database");
        "never"
    });
    let late = Integration::handler(|_: Event| async {
        tokio::time::sleep(crate::support::LONG).await;
        "late"
    });
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = Upstream::new(format!("http://{}/", closed.local_addr().unwrap()));
    drop(closed);
    let api = rest()
        .with_timeouts(Timeouts::new().with_integration(Duration::from_millis(300)))
        .route_with("GET /failing", Auth::None, failing)
        .route_with("GET /panicking", Auth::None, panicking)
        .route_with("GET /late", Auth::None, late)
        .route_with("GET /away", Auth::None, away);
    let server = serve(api).await;
    for (target, status, body) in [
        ("/prod/failing", 502, r#"{"message": "Internal server error"}"#),
        ("/prod/panicking", 502, r#"{"message": "Internal server error"}"#),
        ("/prod/late", 504, r#"{"message": "Endpoint request timed out"}"#),
        ("/prod/away", 504, r#"{"message": "Network error communicating with endpoint"}"#),
    ] {
        let answer = send(&server, "GET", target, &[], "").await;
        assert_error(&answer, status, "InternalServerErrorException");
        assert_eq!(answer.body, body, "{target}");
    }
    server.shutdown().await;
}
