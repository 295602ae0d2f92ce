//! Events of REST APIs over TLS, of either version of HTTP.

use super::client::{SecureServer, send, serve};
use crate::support::REGION;
use http::{Method, Request};
use http_body_util::Full;
use serde_json::{Value, json};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply};

async fn reflecting() -> SecureServer {
    let reflect = Integration::handler(|event: Event| async move { Reply::json(event.to_json()) });
    serve(ApiDefinition::rest(REGION).with_stage("prod").route_with("ANY /{proxy+}", Auth::None, reflect)).await
}

/// HTTP/2 has names in lower case, cookies of several lines are one, and nothing else differs.
#[tokio::test]
async fn an_event_of_http_2_differs_in_the_case_of_names_alone() {
    let secure = reflecting().await;
    let port = secure.server.addr().port().to_string();
    let request = Request::post(secure.url("/prod/a%20b/?q=1&q=%2B"))
        .header("cookie", "a=1")
        .header("Cookie", "b=2")
        .header("X-Name", "1")
        .header("x-nAME", "2")
        .header("user-agent", "me")
        .header("te", "trailers")
        .header("x-forwarded-for", "6.6.6.6");
    let (head, body) = send(&mut secure.http2().await, request.body(Full::from("text")).unwrap()).await;
    assert_eq!((head.status().as_u16(), &head.headers()["content-type"]), (200, &"application/json".parse().unwrap()));
    let mut of_http_2: Value = serde_json::from_str(&body).unwrap();
    let text = format!(
        "POST /prod/a%20b/?q=1&q=%2B HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nCOOKIE: a=1; b=2\r\nX-NAME: 1\r\nx-name: 2\r\n\
        user-AGENT: me\r\nte: trailers\r\nX-Forwarded-FOR: 6.6.6.6\r\ncontent-length: 4\r\nconnection: close\r\n\r\ntext"
    );
    let mut of_http_1: Value = serde_json::from_str(&secure.raw(text.as_bytes()).await.body).unwrap();
    let names = |event: &Value, member: &str| -> Vec<String> {
        event[member].as_object().unwrap().keys().map(String::clone).collect()
    };
    let of_gateway =
        ["Host", "User-Agent", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"];
    for member in ["headers", "multiValueHeaders"] {
        assert_eq!(names(&of_http_2, member), [&of_gateway[..], &["cookie", "x-name"]].concat());
        assert_eq!(names(&of_http_1, member), [&["COOKIE"], &of_gateway[..4], &of_gateway[4..], &["X-NAME"]].concat());
    }
    let headers = of_http_2["multiValueHeaders"].take();
    assert_eq!((&headers["cookie"], &headers["x-name"]), (&json!(["a=1; b=2"]), &json!(["1", "2"])));
    assert_eq!(
        (&headers["Host"], &headers["X-Forwarded-Proto"]),
        (&json!([format!("127.0.0.1:{port}")]), &json!(["https"]))
    );
    assert_eq!((&headers["X-Forwarded-Port"], &headers["X-Forwarded-For"]), (&json!([port]), &json!(["127.0.0.1"])));
    for event in [&mut of_http_1, &mut of_http_2] {
        let event = event.as_object_mut().unwrap();
        event.remove("headers");
        event.remove("multiValueHeaders");
        let context = event["requestContext"].as_object_mut().unwrap();
        for own in ["requestId", "extendedRequestId", "requestTime", "requestTimeEpoch"] {
            assert!(context.remove(own).is_some());
        }
    }
    assert_eq!(of_http_1, of_http_2);
    assert_eq!(of_http_2["requestContext"]["protocol"], "HTTP/1.1");
    secure.server.shutdown().await;
}

/// What a client of HTTP/2 cannot do in HTTP/1.1 either.
#[tokio::test]
async fn a_tunnel_and_an_upgrade_are_not_made() {
    let secure = reflecting().await;
    let mut sender = secure.http2().await;
    let tunnel = Request::builder().method(Method::CONNECT).uri("example.com:443").body(Full::default()).unwrap();
    assert_eq!(send(&mut sender, tunnel).await.0.status(), 400);
    let upgrade = "GET /prod/a HTTP/1.1\r\nhost: h\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\n\
        http2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\nX-Up: 1\r\n\r\n\
        GET /prod/b HTTP/1.1\r\nhost: h\r\nX-UP: 2\r\nconnection: close\r\n\r\n";
    let answer = secure.raw(upgrade.as_bytes()).await;
    assert_eq!((answer.status, answer.body.matches(" 101 ").count()), (200, 0), "{}", answer.head);
    assert!(answer.body.contains(r#""X-Up":"1""#) && answer.body.contains(r#""X-UP":"2""#), "{}", answer.body);
    assert!(!answer.body.to_ascii_lowercase().contains("http2-settings"), "`Connection` names it");
    let prior_knowledge = secure.raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert_eq!(prior_knowledge.status, 400, "HTTP/1.1 was agreed on");
    secure.server.shutdown().await;
}
