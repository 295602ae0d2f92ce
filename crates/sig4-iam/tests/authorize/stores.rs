//! Key stores that are slow, fail, or know no key.

use crate::scene::{Seen, alice, api, directory, echo, get, layer_of, now, presigned_for, send, signed, verifier};
use sig4::tower::ApiType;
use sig4::verify::{KeyFuture, KeyStore};
use sig4::verify::{Remembered, ReplayFuture, ReplayStore, SeenSignatures, SignatureUse};
use sig4::{Credentials, Expires};
use sig4_iam::Identity;
use sig4_iam::tower::AuthorizeLayer;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use time::OffsetDateTime;
use tower::{Layer, ServiceExt};

struct Slow(Duration);

impl KeyStore for Slow {
    type Key = Identity;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Identity> {
        Box::pin(async move {
            tokio::time::sleep(self.0).await;
            directory().key(access_key_id).await
        })
    }
}

struct Failing;

impl KeyStore for Failing {
    type Key = Identity;

    fn key<'s>(&'s self, _: &'s str) -> KeyFuture<'s, Identity> {
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
    for (profile, error_type, body) in [
        (ApiType::HttpApi, "", r#"{"message":"Internal Server Error"}"#),
        (ApiType::RestApi, "InternalServerErrorException", r#"{"message":"Internal server error"}"#),
    ] {
        let (answer, seen) = send(&layer_of(Failing).with_api_type(profile), get("/")).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (500, body));
        assert_eq!((answer.header("x-amzn-errortype"), seen.count()), (error_type, 0));
    }
}

struct Counting(AtomicUsize);

impl KeyStore for Counting {
    type Key = Identity;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Identity> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { directory().key(access_key_id).await })
    }
}

#[tokio::test]
async fn a_store_is_shared_by_the_clones_of_a_service_and_asked_once_a_request() {
    let store = Arc::new(Counting(AtomicUsize::new(0)));
    let layer = AuthorizeLayer::new(verifier(), Arc::clone(&store), api()).with_clock(now);
    let service = layer.layer(echo(&Seen::default()));
    for request in [get("/"), signed("GET", "/", "", &Credentials::new("AKIDNOBODY", "x").unwrap())] {
        service.clone().oneshot(request).await.unwrap();
    }
    assert_eq!(store.0.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn two_requests_wait_for_the_store_side_by_side() {
    let service = layer_of(Slow(Duration::from_millis(20))).layer(echo(&Seen::default()));
    let spawn = |by: Credentials| tokio::spawn(service.clone().oneshot(signed("GET", "/", "", &by)));
    let (good, bad) = (spawn(alice()), spawn(Credentials::new("AKIDALICE", "guessed").unwrap()));
    assert_eq!(good.await.unwrap().unwrap().status(), 200);
    assert_eq!(bad.await.unwrap().unwrap().status(), 403);
}

fn by(id: &str) -> Credentials {
    Credentials::new(id, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// A store of used signatures is asked about allowed requests only, wherever it stands.
#[tokio::test]
async fn a_caller_who_may_do_nothing_fills_no_store_of_signatures() {
    let (local, shared) = (Arc::new(SeenSignatures::new(8)), Arc::new(SeenSignatures::new(8)));
    let layer = |of_verifier: bool| match of_verifier {
        true => AuthorizeLayer::new(verifier().with_seen_signatures(local.clone()), directory(), api()).with_clock(now),
        false => layer_of(directory()).with_replay_store(shared.clone()),
    };
    for (of_verifier, store) in [(true, &local), (false, &shared)] {
        let layer = layer(of_verifier);
        for path in ["/1", "/2", "/3"] {
            for id in ["AKIDBOB", "AKIDCAROL", "AKIDDAVE", "AKIDNOBODY"] {
                assert_eq!(send(&layer, signed("GET", path, "", &by(id))).await.0.status, 403, "{id}");
            }
            let week = presigned_for(path, &by("AKIDBOB"), Expires::MAX);
            assert_eq!(send(&layer, week).await.0.status, 403);
            let guessed = Credentials::new("AKIDALICE", "guessed").unwrap();
            assert_eq!(send(&layer, signed("GET", path, "", &guessed)).await.0.status, 403);
        }
        assert!(store.is_empty(), "{} are remembered", store.len());
        let (answer, seen) = send(&layer, get("/")).await;
        assert_eq!((answer.status.as_u16(), seen.count(), store.len()), (200, 1, 1));
        let (answer, seen) = send(&layer.with_api_type(ApiType::RestApi), get("/")).await;
        assert_eq!((answer.status.as_u16(), seen.count()), (403, 0));
        assert_eq!(answer.header("x-amzn-errortype"), "InvalidSignatureException");
        assert!(answer.body.contains("the signature was used before"), "{}", answer.body);
    }
}

/// A store behind a network.
struct Remote {
    seen: SeenSignatures,
    takes: Duration,
    fails: bool,
}

impl ReplayStore for Remote {
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s> {
        Box::pin(async move {
            tokio::time::sleep(self.takes).await;
            if self.fails { Err("the cache is gone".into()) } else { Ok(self.seen.insert(used, now)) }
        })
    }
}

fn remote(seconds: u64, fails: bool) -> Remote {
    Remote { seen: SeenSignatures::new(8), takes: Duration::from_secs(seconds), fails }
}

#[tokio::test(start_paused = true)]
async fn a_store_of_signatures_that_is_shared_lets_one_of_two_through() {
    let seen = Seen::default();
    let service = layer_of(directory()).with_replay_store(remote(1, false)).layer(echo(&seen));
    let spawn = || tokio::spawn(service.clone().oneshot(get("/")));
    let (one, other) = (spawn(), spawn());
    let mut statuses = [one.await, other.await].map(|answer| answer.unwrap().unwrap().status().as_u16());
    statuses.sort_unstable();
    assert_eq!((statuses, seen.count()), ([200, 403], 1));
}

#[tokio::test(start_paused = true)]
async fn a_store_of_signatures_that_fails_or_is_slow_lets_nothing_through() {
    let limited = |store| {
        let layer = layer_of(directory()).with_time_limit(Duration::from_secs(5), tokio::time::sleep);
        layer.with_replay_store(store).with_api_type(ApiType::RestApi)
    };
    for (store, cause) in [
        (remote(0, true), "the replay store failed: the cache is gone"),
        (remote(6, false), "the replay store did not answer in time"),
    ] {
        let (answer, seen) = send(&limited(store).with_verbose_errors(true), get("/")).await;
        assert_eq!((answer.status.as_u16(), seen.count()), (500, 0));
        assert_eq!(answer.header("x-amzn-errortype"), "InternalServerErrorException");
        assert!(answer.body.contains("Internal server error") && answer.body.contains(cause), "{}", answer.body);
    }
    assert_eq!(send(&limited(remote(4, false)), get("/")).await.0.status, 200);
}

/// A store that forgets a signature at its end, by its own clock, as a table of a database or of a cache does.
struct Forgetful {
    ends: Mutex<HashMap<String, OffsetDateTime>>,
    clock: Arc<AtomicUsize>,
}

impl ReplayStore for Forgetful {
    fn remember<'s>(&'s self, used: SignatureUse<'s>, _: OffsetDateTime) -> ReplayFuture<'s> {
        Box::pin(async move {
            let mut ends = self.ends.lock().map_err(|_| "poisoned")?;
            ends.retain(|_, end| *end >= minutes_on(&self.clock));
            let before = ends.insert(used.signature().to_string(), used.end());
            Ok(if before.is_none() { Remembered::First } else { Remembered::Again })
        })
    }
}

fn minutes_on(clock: &AtomicUsize) -> OffsetDateTime {
    now() + time::Duration::minutes(i64::try_from(clock.load(Ordering::Relaxed)).unwrap())
}

/// A body without bytes, whose end is waited for until some minutes have passed.
struct Late(Arc<AtomicUsize>, usize);

impl http_body::Body for Late {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        self.0.store(self.1, Ordering::Relaxed);
        Poll::Ready(None)
    }
}

/// A request that is sent again before the end of its signature, with a body that ends after it: whatever the store, it may have
/// forgotten the signature by then.
#[tokio::test]
async fn a_signature_that_ends_before_the_body_does_is_not_the_first() {
    for (arrives, expected) in [(5, [200, 403]), (6, [200, 403])] {
        let clock = Arc::new(AtomicUsize::new(0));
        let store = Forgetful { ends: Mutex::default(), clock: clock.clone() };
        let of_layer = clock.clone();
        let layer = layer_of(directory()).with_clock(move || minutes_on(&of_layer)).with_replay_store(store);
        let once = send(&layer, get("/")).await.0.status.as_u16();
        clock.store(4, Ordering::Relaxed);
        let again = send(&layer, get("/").map(|_| Late(clock.clone(), arrives))).await.0.status.as_u16();
        assert_eq!([once, again], expected, "the body ends in minute {arrives}");
    }
    // One that was not sent before is let through to the last moment of its signature, and asked to be signed anew afterwards.
    for (arrives, expected) in [(4, 200), (5, 200), (6, 403)] {
        let clock = Arc::new(AtomicUsize::new(0));
        let of_layer = clock.clone();
        let layer = layer_of(directory())
            .with_clock(move || minutes_on(&of_layer))
            .with_replay_store(SeenSignatures::new(8))
            .with_verbose_errors(true);
        let answer = send(&layer, get("/").map(|_| Late(clock.clone(), arrives))).await.0;
        assert_eq!(answer.status.as_u16(), expected, "{arrives}: {}", answer.body);
        assert_eq!(answer.body.contains("sign the request anew"), expected == 403, "{}", answer.body);
    }
}

/// A claim and a body that streams in may wait on any thread.
#[test]
fn claims_and_the_services_are_send() {
    fn send<T: Send>() {}
    fn send_and_sync<T: Send + Sync>() {}
    send::<sig4::Claim<'static>>();
    send::<sig4::verify::StreamingBody<'static>>();
    send::<sig4::Caller<'static>>();
    send_and_sync::<sig4::request::RequestView<'static>>();
    send_and_sync::<AuthorizeLayer<Slow>>();
    send_and_sync::<sig4_iam::tower::AuthorizedCaller>();
    send_and_sync::<sig4::tower::SignLayer<Credentials>>();
    send_and_sync::<sig4::tower::CachedCredentials<Credentials>>();
}
