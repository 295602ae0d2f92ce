//! The stores of keys and of used signatures: when they are asked, and what happens if they fail.

use super::scene::{about, allowed, api, authorizer, denied, keys, now, outcome, signed, unsigned};
use sig4::verify::{KeyFuture, KeyStore, Remembered, ReplayFuture, ReplayStore, SeenSignatures, SignatureUse};
use sig4_authorizer::{Api, Authorizer, CheckBody, CheckRequest};
use sig4_iam::Identity;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use time::OffsetDateTime;

/// Counts the questions.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl ReplayStore for Counting {
    fn remember<'s>(&'s self, _: SignatureUse<'s>, _: OffsetDateTime) -> ReplayFuture<'s> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(Remembered::First) })
    }
}

struct Failing;

impl ReplayStore for Failing {
    fn remember<'s>(&'s self, _: SignatureUse<'s>, _: OffsetDateTime) -> ReplayFuture<'s> {
        Box::pin(async { Err("connection refused".into()) })
    }
}

/// Never answers.
struct Silent;

impl ReplayStore for Silent {
    fn remember<'s>(&'s self, _: SignatureUse<'s>, _: OffsetDateTime) -> ReplayFuture<'s> {
        Box::pin(pending())
    }
}

impl KeyStore for Silent {
    type Key = Identity;

    fn key<'s>(&'s self, _: &'s str) -> KeyFuture<'s, Identity> {
        Box::pin(pending())
    }
}

#[tokio::test]
async fn a_signature_is_used_once_whatever_the_proxy_sends_of_the_body() {
    for body in [CheckBody::Absent, CheckBody::Unread, super::scene::whole("")] {
        let authorizer = authorizer(api().with_body_check(true)).with_replay_store(Arc::new(SeenSignatures::new(100)));
        let request = || CheckRequest::new(signed("GET", "/pets", ""), body.clone());
        allowed(&authorizer, request()).await;
        let (_, record) = denied(&authorizer, request()).await;
        assert_eq!(outcome(&record), ("replayed signature", 403));
        assert_eq!(record.access_key_id, None);
    }
}

#[tokio::test]
async fn apis_share_the_store_and_one_that_is_added_later_has_it() {
    let api =
        |name: &str, host: &str| super::scene::api_named(name).with_hosts([host]).with_authority(super::scene::HOST);
    let authorizer = authorizer(api("a", "a.example"))
        .with_replay_store(Arc::new(SeenSignatures::new(100)))
        .with_api(api("b", "b.example"))
        .unwrap();
    let to = |host: &str| {
        let mut parts = signed("GET", "/pets", "");
        parts.uri = "/pets".parse().unwrap();
        parts.headers.insert("host", host.parse().unwrap());
        about(parts)
    };
    allowed(&authorizer, to("b.example")).await;
    let (_, record) = denied(&authorizer, to("a.example")).await;
    assert_eq!(outcome(&record), ("replayed signature", 403));
}

#[tokio::test]
async fn a_refused_request_is_not_remembered() {
    let (counting, open) = (Counting::default(), |api: Api| api.with_public_path("GET", "/health").unwrap());
    let authorizer = authorizer(open(api())).with_replay_store(counting.clone());
    denied(&authorizer, about(unsigned("GET", "/pets"))).await;
    denied(&authorizer, about(signed("GET", "/secret", ""))).await;
    denied(&authorizer, CheckRequest::new(signed("POST", "/pets", "other"), super::scene::whole("hello"))).await;
    denied(&authorizer, CheckRequest::new(signed("GET", "/pets", ""), CheckBody::Unread)).await;
    denied(&authorizer, CheckRequest::new(signed("GET", "/pets", ""), CheckBody::CutOff)).await;
    allowed(&authorizer, about(signed("GET", "/health", ""))).await;
    assert_eq!(counting.0.load(Ordering::Relaxed), 0);
    allowed(&authorizer, about(signed("GET", "/pets", ""))).await;
    assert_eq!(counting.0.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_or_is_silent_lets_nothing_through() {
    let timeout = Duration::from_secs(1);
    let keyless = Authorizer::new(api(), Silent).with_clock(now);
    for (authorizer, name) in [
        (authorizer(api()).with_replay_store(Failing), "replay store"),
        (authorizer(api()).with_replay_store(Silent), "replay store"),
        (authorizer(api()).with_replay_store(Silent).with_store_timeout(timeout), "replay store"),
        (keyless.clone(), "key store"),
        (keyless.with_store_timeout(timeout), "key store"),
    ] {
        let (failed, record) = denied(&authorizer, about(signed("GET", "/pets", ""))).await;
        assert_eq!(outcome(&record), (name, 500));
        assert!(failed.is_failure);
        assert_eq!(failed.response.body(), r#"{"message":"Internal Server Error"}"#);
    }
    assert_eq!(keys().len(), 2);
}
