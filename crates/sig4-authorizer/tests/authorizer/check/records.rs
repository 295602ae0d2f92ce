//! The record of a decision.

use super::scene::{
    about, allowed, api, authorizer, denied, keys, outcome, presigned, session, signed, signed_by, signer, unsigned,
};
use sig4::Credentials;
use sig4_authorizer::{CheckRecord, Observe};
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<CheckRecord>>>);

impl Observe for Seen {
    fn observe(&self, record: &CheckRecord) {
        self.0.lock().unwrap().push(record.clone());
    }
}

#[tokio::test]
async fn an_observer_sees_each_decision_once() {
    let seen = Seen::default();
    let authorizer = authorizer(api()).with_observer(seen.clone());
    let (_, one) = allowed(&authorizer, about(signed("GET", "/pets?token=hidden", ""))).await;
    let (_, other) = denied(&authorizer, about(unsigned("GET", "/pets"))).await;
    let seen = seen.0.lock().unwrap();
    let ids: Vec<_> = seen.iter().map(|record| record.request_id.as_str()).collect();
    assert_eq!(ids, [&one.request_id, &other.request_id]);
    assert_ne!(one.request_id, other.request_id);
    assert_eq!((one.method.as_str(), one.path.as_str(), one.proxy), ("GET", "/pets", "envoy"));
    assert!(one.outcome.is_allowed() && !other.outcome.is_allowed());
}

#[tokio::test]
async fn a_claim_is_told_from_a_proof() {
    let claimed = |id: &str| Credentials::new(id, "a guess").unwrap();
    for (id, name) in [("AKIDALICE", "signature mismatch"), ("AKIDNOBODY", "unknown access key")] {
        let parts = signed_by(&signer(), &claimed(id), unsigned("GET", "/pets"), "");
        let (_, record) = denied(&authorizer(api()), about(parts)).await;
        assert_eq!(outcome(&record), (name, 403));
        assert_eq!((record.access_key_id, record.principal), (None, None));
        assert_eq!(record.claimed_access_key_id.as_deref(), Some(id));
    }
    let (_, record) = allowed(&authorizer(api()), about(presigned("/pets", &session()))).await;
    assert_eq!((record.access_key_id.as_deref(), record.claimed_access_key_id), (Some("ASIASESSION"), None));
    assert_eq!(keys().len(), 2);
}

#[tokio::test]
async fn the_trace_of_a_request_is_kept() {
    let traced = |value: &str| {
        let mut parts = signed("GET", "/pets", "");
        parts.headers.insert("traceparent", value.parse().unwrap());
        about(parts)
    };
    let (_, record) =
        allowed(&authorizer(api()), traced("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")).await;
    assert_eq!(record.trace_id.as_deref(), Some("0af7651916cd43dd8448eb211c80319c"));
    assert_eq!(record.span_id.as_deref(), Some("b7ad6b7169203331"));
    let (_, record) = allowed(&authorizer(api()), traced("00-0-0-01")).await;
    assert_eq!((record.trace_id, record.span_id), (None, None));
}

#[tokio::test]
async fn a_cause_is_one_line() {
    let mut parts = unsigned("GET", "/pets");
    parts.headers.insert(
        "authorization",
        http::HeaderValue::from_bytes("AWS4-HMAC-SHA256 Credential=é\u{85}".as_bytes()).unwrap(),
    );
    let (_, record) = denied(&authorizer(api()), about(parts)).await;
    assert!(!record.cause.unwrap().chars().any(char::is_control));
}
