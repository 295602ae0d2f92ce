//! Requests of HTTP/2 that are signed, and what functions and policies see of TLS.

use super::client::{SecureServer, send, serve};
use crate::support::{ALLOWED, REGION, api, credentials, directory_with, echo, identity};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use sig4::Signer;
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply};
use time::OffsetDateTime;

const SECURE: (&str, &str) = ("AKIDSECURE", "secure-secret");
const ONLY_OVER_TLS: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
    {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#;

/// A request without a `Host` header, as clients of HTTP/2 send it.
pub(super) fn signed(
    secure: &SecureServer,
    method: &str,
    path: &str,
    body: &'static str,
    key: (&str, &str),
) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(secure.url(path)).body(body.as_bytes()).unwrap();
    let signer = Signer::new(REGION, "execute-api").unwrap();
    signer.sign(&mut request, &credentials(key), OffsetDateTime::now_utc()).unwrap();
    request.headers_mut().remove("host");
    request.map(|body| Full::new(Bytes::from(body)))
}

#[tokio::test]
async fn the_signed_host_is_the_authority() {
    let secure = serve(api().route("POST /a", echo())).await;
    let mut sender = secure.http2().await;
    let (head, body) = send(&mut sender, signed(&secure, "POST", "/a", "text", ALLOWED)).await;
    assert_eq!((head.status(), body.as_str()), (StatusCode::OK, "POST /a|POST|/a|AKIDALLOWED|text"));
    let mut other = signed(&secure, "POST", "/a", "text", ALLOWED);
    *other.uri_mut() = format!("https://localhost:{}/a", secure.server.addr().port()).parse().unwrap();
    assert_eq!(send(&mut sender, other).await.0.status(), 403, "another host was signed");
    let (head, _) = send(&mut sender, signed(&secure, "POST", "/a", "text", (ALLOWED.0, "wrong"))).await;
    assert_eq!(head.status(), 403);
    secure.server.shutdown().await;
}

#[tokio::test]
async fn policies_see_whether_a_request_came_over_tls() {
    let api = || {
        let keys = directory_with(identity(SECURE, "secure", ONLY_OVER_TLS));
        api().with_keys(keys).route("GET /", echo())
    };
    let secure = serve(api()).await;
    let (head, _) = send(&mut secure.http2().await, signed(&secure, "GET", "/", "", SECURE)).await;
    assert_eq!(head.status(), 200);
    secure.server.shutdown().await;
    let plain = crate::support::serve(api()).await;
    assert_eq!(crate::support::call(&plain, "GET", "/", "", SECURE).await.status, 403);
    assert_eq!(crate::support::call(&plain, "GET", "/", "", ALLOWED).await.status, 200);
    plain.shutdown().await;
}

/// Answers the event.
fn event() -> Integration {
    Integration::handler(|event: Event| async move { Reply::json(event.to_json().to_string()) })
}

#[tokio::test]
async fn an_event_of_http_2_is_like_one_of_http_1() {
    let secure = serve(ApiDefinition::new(REGION).route_with("GET /x", Auth::None, event())).await;
    let port = secure.server.addr().port().to_string();
    let request =
        Request::get(secure.url("/x?a=b")).header("cookie", "a=1").header("cookie", "b=2").header("Accept", "*/*");
    let (_, body) = send(&mut secure.http2().await, request.body(Full::default()).unwrap()).await;
    let of_http_2: serde_json::Value = serde_json::from_str(&body).unwrap();
    let text = format!("GET /x?a=b HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: a=1; b=2\r\naccept: */*\r\n\r\n");
    let text = text.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let of_http_1: serde_json::Value = serde_json::from_str(&secure.raw(text.as_bytes()).await.body).unwrap();
    let headers = &of_http_2["headers"];
    assert_eq!(headers["host"], format!("127.0.0.1:{port}"));
    assert_eq!((&headers["x-forwarded-proto"], &headers["x-forwarded-port"]), (&"https".into(), &port.as_str().into()));
    assert_eq!(of_http_2["cookies"], serde_json::json!(["a=1", "b=2"]));
    for member in ["cookies", "rawPath", "rawQueryString", "routeKey", "queryStringParameters"] {
        assert_eq!(of_http_2[member], of_http_1[member], "{member}");
    }
    assert_eq!(of_http_2["requestContext"]["http"], of_http_1["requestContext"]["http"]);
    assert_eq!(of_http_2["requestContext"]["domainName"], "127.0.0.1");
    secure.server.shutdown().await;
}

#[tokio::test]
async fn many_requests_of_a_connection_are_answered_at_a_time() {
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(50));
    let meets = Integration::handler(move |_: Event| {
        let barrier = std::sync::Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            "met"
        }
    });
    let secure = serve(ApiDefinition::new(REGION).route_with("GET /", Auth::None, meets)).await;
    let sender = secure.http2().await;
    let calls = (0..50).map(|_| {
        let (mut sender, url) = (sender.clone(), secure.url("/"));
        tokio::spawn(async move { send(&mut sender, Request::get(url).body(Full::default()).unwrap()).await.1 })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), "met");
    }
    secure.server.shutdown().await;
}

#[tokio::test]
async fn the_server_has_room_for_so_many_requests() {
    let (began, go_on) =
        (std::sync::Arc::new(tokio::sync::Semaphore::new(0)), std::sync::Arc::new(tokio::sync::Notify::new()));
    let (begins, waits) = (std::sync::Arc::clone(&began), std::sync::Arc::clone(&go_on));
    let waits = Integration::handler(move |_: Event| {
        let (begins, waits) = (std::sync::Arc::clone(&begins), std::sync::Arc::clone(&waits));
        async move {
            begins.add_permits(1);
            waits.notified().await;
            "ok"
        }
    });
    let api = ApiDefinition::new(REGION).route_with("GET /", Auth::None, waits).with_max_connections(3);
    let secure = serve(api).await;
    let sender = secure.http2().await;
    let get = || Request::get(secure.url("/")).body(Full::default()).unwrap();
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let (mut sender, request) = (sender.clone(), get());
            tokio::spawn(async move { send(&mut sender, request).await.0.status() })
        })
        .collect();
    let _three = began.acquire_many(3).await.unwrap();
    assert_eq!(send(&mut sender.clone(), get()).await.0.status(), 503);
    let over_http_1 = secure.raw(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!(over_http_1.status, 503);
    go_on.notify_waiters();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    go_on.notify_one();
    assert_eq!(send(&mut sender.clone(), get()).await.0.status(), 200, "there is room again");
    secure.server.shutdown().await;
}

#[tokio::test]
async fn a_response_to_head_has_a_length_and_no_body() {
    let secure = serve(ApiDefinition::new(REGION).route_with("ANY /", Auth::None, echo())).await;
    let request = Request::head(secure.url("/")).body(Full::default()).unwrap();
    let (head, body) = send(&mut secure.http2().await, request).await;
    assert_eq!((head.status().as_u16(), body.as_str()), (200, ""));
    assert_eq!(head.headers()["content-length"], "ANY /|HEAD|/|-|".len().to_string().as_str());
    secure.server.shutdown().await;
}

/// Clients that keep connections would send a further request on it.
#[tokio::test]
async fn a_response_of_http_1_says_that_its_connection_ends_for_a_body_that_was_not_read() {
    let secure = serve(api().route("POST /a", echo())).await;
    let host = secure.server.addr();
    let head = format!("POST /a HTTP/1.1\r\nhost: {host}\r\ncontent-length: 1024\r\n");
    for more in ["", "expect: 100-continue\r\n"] {
        let refused = secure.raw(format!("{head}{more}\r\n").as_bytes()).await;
        assert_eq!((refused.status, refused.header("connection").as_deref()), (403, Some("close")), "{more}");
    }
    let (body, next) = ("x".repeat(1024), format!("GET /none HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"));
    let both = secure.raw(format!("{head}\r\n{body}{next}").as_bytes()).await;
    assert_eq!((both.status, both.header("connection")), (403, None), "a body that came ends no connection");
    assert!(both.body.contains("HTTP/1.1 404 "), "{}", both.body);
    secure.server.shutdown().await;
}
