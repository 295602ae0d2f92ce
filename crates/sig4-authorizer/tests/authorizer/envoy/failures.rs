//! Failures: of a store, of the authorizer, and of its messages.

use super::proxy::{Listener, Proxy};
use super::scene::{Upstream, api, authorizer, get, send, served, with_host, written};
use serde_json::json;
use sig4::verify::{KeyFuture, KeyStore};
use sig4_authorizer::{AnswerProfile, Authorizer};
use sig4_iam::Identity;

/// A key store that fails.
struct Broken;

impl KeyStore for Broken {
    type Key = Identity;

    fn key<'s>(&'s self, _: &'s str) -> KeyFuture<'s, Identity> {
        Box::pin(std::future::ready(Err("the disk is gone".into())))
    }
}

#[tokio::test]
async fn a_failure_lets_nothing_through() {
    let allow = Listener::default().with_filter(json!({"failure_mode_allow": true}));
    for (profile, body) in [
        (AnswerProfile::HttpApi, r#"{"message":"Internal Server Error"}"#),
        (AnswerProfile::RestApi, r#"{"message":"Internal server error"}"#),
        (AnswerProfile::Plain, "Internal Server Error\n"),
    ] {
        let (server, records) = served(Authorizer::new(api().with_answers(profile), Broken)).await;
        let upstream = Upstream::start().await;
        let listeners = [Listener::default(), allow.clone()];
        let Some(envoy) = Proxy::start("failures", &server, &upstream, &listeners) else { return };
        let request = written("GET", "/public/a", &with_host(get("/public/a")), b"");
        for listener in [0, 1] {
            let answer = send(envoy.port(listener), &request).await;
            assert_eq!((answer.status, &*answer.body), (500, body));
            assert!(!answer.head.contains("disk") && records.last().cause.unwrap().contains("disk"));
        }
        let log = envoy.log(2).await;
        assert_eq!(log[0]["decision"]["outcome"], "key store", "{log:?}");
        drop(server);
        assert_eq!(send(envoy.port(0), &request).await.status, 403, "without an authorizer");
        assert!(upstream.take().is_empty());
    }
}

#[tokio::test]
async fn the_answers_are_those_of_the_profile() {
    for (profile, kind, body) in [
        (AnswerProfile::HttpApi, "application/json", r#"{"message":"Forbidden"}"#),
        (AnswerProfile::RestApi, "application/json", r#"{"message":"Missing Authentication Token"}"#),
        (AnswerProfile::Plain, "text/plain", "Forbidden\n"),
    ] {
        let ((server, records), upstream) = (authorizer(api().with_answers(profile)).await, Upstream::start().await);
        let Some(envoy) = Proxy::start("profiles", &server, &upstream, &[Listener::default()]) else { return };
        let answer = send(envoy.port(0), &written("GET", "/public/a", &with_host(vec![]), b"")).await;
        assert_eq!((answer.status, &*answer.body), (403, body), "{:?}", records.last());
        assert!(answer.head.contains(&format!("content-type: {kind}")), "{}", answer.head);
        assert!(answer.head.contains(&format!("x-amzn-requestid: {}", records.last().request_id)), "{}", answer.head);
        let head = send(
            envoy.port(0),
            &written(
                "HEAD",
                "/public/a",
                &[with_host(vec![]), vec![("connection".to_owned(), "close".to_owned())]].concat(),
                b"",
            ),
        )
        .await;
        assert!(head.head.contains("403"), "{head:?}");
    }
}
