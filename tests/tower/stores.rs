//! Stores of keys that are slow, fail, or know nobody.

use crate::scene::{Seen, alice, api, directory, echo, get, layer_of, now, send, signed, verifier};
use sig4::Credentials;
use sig4::iam::{KeyStore, Lookup};
use sig4::tower::{AuthorizeLayer, Profile};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tower::{Layer, ServiceExt};

struct Slow(Duration);

impl KeyStore for Slow {
    fn identity<'s>(&'s self, access_key_id: &'s str) -> Lookup<'s> {
        Box::pin(async move {
            tokio::time::sleep(self.0).await;
            directory().identity(access_key_id).await
        })
    }
}

struct Failing;

impl KeyStore for Failing {
    fn identity<'s>(&'s self, _: &'s str) -> Lookup<'s> {
        Box::pin(async { Err("the database is gone".into()) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_is_waited_for_up_to_the_limit() {
    let layer =
        |wait| layer_of(Slow(Duration::from_secs(wait))).with_time_limit(Duration::from_secs(5), tokio::time::sleep);
    assert_eq!(send(&layer(4), get("/")).await.0.status, 200);
    let (answer, seen) = send(&layer(6), get("/")).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (500, r#"{"message":"Internal Server Error"}"#));
    assert_eq!(seen.count(), 0);
}

#[tokio::test]
async fn a_store_that_fails_is_no_fault_of_the_caller() {
    for (profile, error_type) in [(Profile::HttpApi, ""), (Profile::RestApi, "InternalServerErrorException")] {
        let (answer, seen) = send(&layer_of(Failing).with_profile(profile), get("/")).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (500, r#"{"message":"Internal Server Error"}"#));
        assert_eq!((answer.header("x-amzn-errortype"), seen.count()), (error_type, 0));
    }
}

struct Counting(AtomicUsize);

impl KeyStore for Counting {
    fn identity<'s>(&'s self, access_key_id: &'s str) -> Lookup<'s> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { directory().identity(access_key_id).await })
    }
}

#[tokio::test]
async fn a_store_is_shared_by_the_clones_of_a_service_and_asked_once_a_request() {
    let store = Arc::new(Counting(AtomicUsize::new(0)));
    let layer = AuthorizeLayer::new(verifier(), Arc::clone(&store), api()).with_clock(now);
    let service = layer.layer(echo(&Seen::default()));
    for request in [get("/"), signed("GET", "/", "", &Credentials::new("AKIDNOBODY", "x"))] {
        service.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(store.0.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn two_requests_wait_for_the_store_side_by_side() {
    let service = layer_of(Slow(Duration::from_millis(20))).layer(echo(&Seen::default()));
    let spawn = |by: Credentials| tokio::spawn(service.clone().oneshot(signed("GET", "/", "", &by)));
    let (good, bad) = (spawn(alice()), spawn(Credentials::new("AKIDALICE", "guessed")));
    assert_eq!(good.await.unwrap().unwrap().status(), 200);
    assert_eq!(bad.await.unwrap().unwrap().status(), 403);
}

/// A claim and a body that streams in may wait on any thread.
#[test]
fn claims_and_the_services_are_send() {
    fn send<T: Send>() {}
    fn send_and_sync<T: Send + Sync>() {}
    send::<sig4::Claim<'static>>();
    send::<sig4::StreamingBody<'static>>();
    send::<sig4::Caller<'static>>();
    send_and_sync::<sig4::RequestView<'static>>();
    send_and_sync::<AuthorizeLayer<Slow>>();
    send_and_sync::<sig4::tower::AuthenticatedCaller>();
    send_and_sync::<sig4::tower::SignLayer<Credentials>>();
    send_and_sync::<sig4::tower::CachedCredentials<Credentials>>();
}
