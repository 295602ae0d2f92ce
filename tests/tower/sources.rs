//! Credentials that are fetched once for all, and anew before they expire.

use crate::scene::{alice, now};
use sig4::Credentials;
use sig4::tower::{BoxError, CachedCredentials, CredentialsSource, Issuing, Lease};
use std::pin::pin;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;

/// A source that counts, waits until it is let go, and may fail.
#[derive(Default)]
struct Issuer {
    asked: AtomicUsize,
    go: Notify,
    waits: bool,
    /// How many seconds after noon what it issues ends; 0 for never.
    end: AtomicI64,
    fails: Mutex<bool>,
}

impl Issuer {
    fn ending(seconds: i64) -> Self {
        Self { end: AtomicI64::new(seconds), ..Self::default() }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl CredentialsSource for Issuer {
    fn credentials(&self, _now: OffsetDateTime) -> Issuing<'_> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if self.waits {
                self.go.notified().await;
            }
            if *self.fails.lock().unwrap() {
                return Err("no answer".into());
            }
            let lease = Lease::from(Credentials::new(format!("AKID{number}"), "secret"));
            Ok(match self.end.load(Ordering::Relaxed) {
                0 => lease,
                seconds => lease.until(now() + Duration::seconds(seconds)),
            })
        })
    }
}

/// A clock that is moved by hand, in seconds after noon.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    fn now(&self) -> OffsetDateTime {
        self.clock()()
    }

    fn clock(&self) -> impl Fn() -> OffsetDateTime + Send + Sync + use<> {
        let seconds = Arc::clone(&self.0);
        move || now() + Duration::seconds(seconds.load(Ordering::Relaxed))
    }
}

fn cached(issuer: Issuer) -> (Arc<Issuer>, Arc<CachedCredentials<Arc<Issuer>>>, Hand) {
    let (issuer, hand) = (Arc::new(issuer), Hand::default());
    let source = CachedCredentials::new(Arc::clone(&issuer)).with_clock(hand.clock());
    (issuer, Arc::new(source), hand)
}

async fn id(source: &impl CredentialsSource) -> Result<String, BoxError> {
    id_at(source, now()).await
}

async fn id_at(source: &impl CredentialsSource, now: OffsetDateTime) -> Result<String, BoxError> {
    Ok(source.credentials(now).await?.credentials().access_key_id().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_wait_they_are_fetched_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let source = CachedCredentials::new(move || {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            Ok::<_, std::io::Error>(Credentials::new(format!("AKID{number}"), "secret"))
        }
    });
    let source = Arc::new(source);
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let source = Arc::clone(&source);
            tokio::spawn(async move { id(&*source).await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "AKID0");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn they_are_fetched_anew_five_minutes_before_they_expire() {
    let (issuer, source, hand) = cached(Issuer::ending(3600));
    for (seconds, expected) in [(0, "AKID0"), (3299, "AKID0"), (3300, "AKID1")] {
        hand.set(seconds);
        assert_eq!(id_at(&*source, hand.now()).await.unwrap(), expected, "{seconds} s");
        issuer.end.store(7200, Ordering::Relaxed);
    }
    let (_, short, hand) = cached(Issuer::ending(60));
    for (seconds, expected) in [(0, "AKID0"), (44, "AKID0"), (45, "AKID1")] {
        hand.set(seconds);
        assert_eq!(id_at(&*short, hand.now()).await.unwrap(), expected, "of a minute, {seconds} s");
    }
    let (_, lasting, hand) = cached(Issuer::ending(0));
    for (seconds, expected) in [(0, "AKID0"), (899, "AKID0"), (900, "AKID1")] {
        hand.set(seconds);
        assert_eq!(id_at(&*lasting, hand.now()).await.unwrap(), expected, "without an end, {seconds} s");
    }
}

#[tokio::test]
async fn the_old_ones_are_used_while_new_ones_are_fetched_and_if_they_do_not_come() {
    let (issuer, source, hand) = cached(Issuer::ending(3600));
    assert_eq!(id_at(&*source, hand.now()).await.unwrap(), "AKID0");
    *issuer.fails.lock().unwrap() = true;
    for (seconds, asked) in [(3400, 2), (3405, 2), (3411, 3), (3599, 4)] {
        hand.set(seconds);
        assert_eq!(id_at(&*source, hand.now()).await.unwrap(), "AKID0", "{seconds} s");
        assert_eq!(issuer.asked(), asked, "{seconds} s: a source that failed is left alone for 10 s");
    }
    hand.set(3600);
    assert_eq!(id_at(&*source, hand.now()).await.unwrap_err().to_string(), "no answer");
    *issuer.fails.lock().unwrap() = false;
    assert_eq!(id_at(&*source, hand.now()).await.unwrap(), "AKID5");
}

#[tokio::test]
async fn only_one_waits_while_the_old_ones_are_valid() {
    let (issuer, source, hand) = cached(Issuer { waits: true, ..Issuer::ending(3600) });
    issuer.go.notify_one();
    assert_eq!(id_at(&*source, hand.now()).await.unwrap(), "AKID0");
    hand.set(3400);
    let mut context = Context::from_waker(Waker::noop());
    let mut first = pin!(id_at(&*source, hand.now()));
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert_eq!(id_at(&*source, hand.now()).await.unwrap(), "AKID0", "the second does not wait");
    assert_eq!(issuer.asked(), 2);
    issuer.go.notify_one();
    assert!(matches!(first.as_mut().poll(&mut context), Poll::Ready(Ok(fresh)) if fresh == "AKID1"));
}

#[tokio::test]
async fn whoever_is_left_fetches_on_when_the_first_goes_away() {
    let (issuer, source, _) = cached(Issuer { waits: true, ..Issuer::ending(3600) });
    let first = tokio::spawn({
        let source = Arc::clone(&source);
        async move { id(&*source).await.unwrap() }
    });
    tokio::task::yield_now().await;
    let second = tokio::spawn({
        let source = Arc::clone(&source);
        async move { id(&*source).await.unwrap() }
    });
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    issuer.go.notify_one();
    assert_eq!(second.await.unwrap(), "AKID0");
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_waited_and_the_next_one_tries_again() {
    let (issuer, source, _) = cached(Issuer { waits: true, fails: Mutex::new(true), ..Issuer::ending(3600) });
    let spawn = || {
        let source = Arc::clone(&source);
        tokio::spawn(async move { id(&*source).await.map_err(|error| error.to_string()) })
    };
    let waiting = [spawn(), spawn(), spawn()];
    tokio::task::yield_now().await;
    issuer.go.notify_one();
    for task in waiting {
        assert_eq!(task.await.unwrap().unwrap_err(), "no answer");
    }
    assert_eq!(issuer.asked(), 1);
    *issuer.fails.lock().unwrap() = false;
    issuer.go.notify_one();
    assert_eq!(id(&*source).await.unwrap(), "AKID1");
}

#[tokio::test]
async fn a_source_that_panics_is_asked_again() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let source = Arc::new(CachedCredentials::new(move || {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            assert!(number > 0, "the first time it panics");
            Ok::<_, std::io::Error>(alice())
        }
    }));
    let first = tokio::spawn({
        let source = Arc::clone(&source);
        async move { id(&*source).await.map_err(|error| error.to_string()) }
    });
    assert!(first.await.unwrap_err().is_panic());
    let again = id(&*source).await;
    assert!(again.is_err() || again.is_ok_and(|id| id == "AKIDALICE"));
    assert_eq!(id(&*source).await.unwrap(), "AKIDALICE");
}

#[test]
fn nothing_secret_shows() {
    let lease = Lease::from(Credentials::new("ASIAX", "hush").with_session_token("tick"));
    let shown = format!("{lease:?}");
    assert!(shown.contains("ASIAX") && !shown.contains("hush") && !shown.contains("tick"), "{shown}");
}
