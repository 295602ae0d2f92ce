//! What clients and the service get.

use super::proxy::{Listener, Proxy};
use super::scene::{HOST, Upstream, api, authorizer, get, presigned, send, session, signed_for, with_host, written};

#[tokio::test]
async fn a_signed_request_reaches_the_service_and_another_does_not() {
    let ((server, records), upstream) = (authorizer(api()).await, Upstream::start().await);
    let Some(envoy) = Proxy::start("requests", &server, &upstream, &[Listener::default()]) else { return };
    let port = envoy.port(0);

    let answer = send(port, &written("GET", "/public/a?b=c", &with_host(get("/public/a?b=c")), b"")).await;
    assert_eq!((answer.status, &*answer.body), (200, "reached"), "{answer:?} {:?}", records.last());
    let seen = upstream.only();
    assert_eq!((&*seen.method, &*seen.target), ("GET", "/public/a?b=c"));
    assert_eq!(seen.values("x-sig4-principal-arn"), ["arn:aws:iam::123456789012:user/alice"]);
    assert_eq!(seen.values("x-sig4-access-key-id"), ["AKIDALICE"]);
    assert_eq!(seen.values("x-sig4-account"), ["123456789012"]);

    let denied = send(port, &written("GET", "/admin", &with_host(get("/admin")), b"")).await;
    assert_eq!((denied.status, &*denied.body), (403, r#"{"message":"Forbidden"}"#));
    assert!(denied.head.contains("content-type: application/json"), "{}", denied.head);
    let forged = send(port, &written("GET", "/public/b", &with_host(get("/public/a")), b"")).await;
    assert_eq!(forged.status, 403);
    let unsigned = send(port, &written("GET", "/public/a", &with_host(vec![]), b"")).await;
    assert_eq!(unsigned.status, 403);
    assert_eq!(upstream.take().len(), 0);

    let log = envoy.log(4).await;
    let decision = |n: usize| &log[n]["decision"];
    assert_eq!(decision(0)["outcome"], "allowed", "{log:?}");
    assert_eq!(decision(0)["account"], "123456789012");
    assert_eq!(decision(0)["principal"], "arn:aws:iam::123456789012:user/alice");
    assert_eq!((&decision(1)["outcome"], &decision(1)["api"]), (&"denied".into(), &"pets".into()));
    assert_eq!(decision(2)["outcome"], "signature mismatch");
    assert!(decision(2)["cause"].as_str().unwrap().len() > 10, "{log:?}");
    assert_eq!(decision(3)["status"], "403");
}

#[tokio::test]
async fn a_session_and_a_presigned_request_reach_the_service() {
    let ((server, records), upstream) = (authorizer(api()).await, Upstream::start().await);
    let Some(envoy) = Proxy::start("presigned URLs", &server, &upstream, &[Listener::default()]) else { return };
    let target = presigned(&session(), "/any?b=2&a=1");
    let answer = send(envoy.port(0), &written("GET", &target, &with_host(vec![]), b"")).await;
    assert_eq!(answer.status, 200, "{:?}", records.last());
    let seen = upstream.only();
    assert_eq!(seen.values("x-sig4-principal-arn"), ["arn:aws:sts::123456789012:assumed-role/reader/laptop"]);

    let headers = signed_for(&session(), "DELETE", HOST, "/any", &[], b"").unwrap();
    let answer = send(envoy.port(0), &written("DELETE", "/any", &with_host(headers), b"")).await;
    assert_eq!(answer.status, 200, "{:?}", records.last());
    assert_eq!(upstream.only().method, "DELETE");
}
