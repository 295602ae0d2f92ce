//! Sources that fail, panic, or give credentials that have expired.

use super::{Reply, Scene, settle, unavailable};
use crate::scene::now;
use sig4::Credentials;
use sig4::tower::{CachedCredentials, CredentialsProvider, ExpiringCredentials};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_to_all_who_waited_and_to_those_of_the_pause() {
    let scene = Scene::new(|_| Reply::Fails);
    for task in [scene.spawn(), scene.spawn(), scene.spawn()] {
        assert_eq!(task.await.unwrap().unwrap_err(), "no answer to 0");
    }
    for _ in 0..1000 {
        let error = scene.id().await.unwrap_err();
        assert_eq!(error.to_string(), "no answer to 0");
        assert_eq!(error.source().unwrap().to_string(), "no answer to 0", "the source's own error");
    }
    assert_eq!(scene.issuer.asked(), 1);
    scene.issuer.set(|_| Reply::Ends(None));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(scene.id().await.unwrap(), "AKID1");
}

#[tokio::test(start_paused = true)]
async fn the_pause_doubles_up_to_a_minute_and_a_success_ends_it() {
    let scene = Scene::new(|_| Reply::Fails);
    let mut at = 0;
    for (number, pause) in [1, 2, 4, 8, 16, 32, 60, 60, 60].into_iter().enumerate() {
        assert_eq!(scene.id().await.unwrap_err().to_string(), format!("no answer to {number}"));
        scene.at(at + pause - 1).await;
        assert_eq!(scene.id().await.unwrap_err().to_string(), format!("no answer to {number}"), "{pause} s");
        at += pause;
        scene.at(at).await;
    }
    scene.issuer.set(move |number| if number == 9 { Reply::Ends(None) } else { Reply::Fails });
    assert_eq!(scene.id().await.unwrap(), "AKID9");
    at += 900;
    scene.at(at).await;
    assert_eq!(scene.id().await.unwrap(), "AKID9");
    settle().await;
    scene.at(at + 1).await;
    scene.id().await.unwrap();
    settle().await;
    assert_eq!(scene.issuer.asked(), 12, "the pause after the first failure is a second again");
}

#[tokio::test(start_paused = true)]
async fn credentials_that_have_expired_are_refused_and_not_fetched_by_every_request() {
    let scene = Scene::new(|_| Reply::Ends(Some(-1)));
    for _ in 0..1000 {
        let text = unavailable(&scene.id().await.unwrap_err());
        assert!(text.contains("the credentials that the provider gave expired at 2015-08-30"), "{text}");
    }
    assert_eq!(scene.issuer.asked(), 1);
    sleep(Duration::from_secs(1)).await;
    scene.issuer.set(|_| Reply::Ends(Some(3600)));
    assert_eq!(scene.id().await.unwrap(), "AKID1");
}

#[tokio::test(start_paused = true)]
async fn credentials_that_come_after_their_end_are_refused() {
    let scene = Scene::new(|_| Reply::Later(Duration::from_secs(5), Some(5)));
    for task in [scene.spawn(), scene.spawn()] {
        assert!(task.await.unwrap().unwrap_err().contains("expired at"));
    }
    assert!(unavailable(&scene.id().await.unwrap_err()).contains("expired at"));
    assert_eq!(scene.issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn leases_shorter_than_the_pause_make_no_fetch_each() {
    let (noon, asked) = (Instant::now(), Arc::new(AtomicUsize::default()));
    let clock = move || now() + noon.elapsed();
    let counted = Arc::clone(&asked);
    let provider = CachedCredentials::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        let expiring = ExpiringCredentials::from(Credentials::new("AKID", "secret").unwrap())
            .with_expiration(clock() + Duration::from_millis(100));
        async move { Ok::<_, std::io::Error>(expiring) }
    });
    for tenth in 0..100 {
        let expiring = provider.credentials(clock()).await;
        assert_eq!(expiring.is_ok(), tenth % 10 == 0, "{tenth} tenths of a second");
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    assert_eq!(asked.load(Ordering::Relaxed), 10, "one a second");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_panics_is_an_error_and_asked_again_after_the_pause() {
    let scene = Scene::new(|number| if number == 0 { Reply::Panics } else { Reply::Ends(None) });
    for task in [scene.spawn(), scene.spawn()] {
        assert_eq!(task.await.unwrap().unwrap_err(), "credentials unavailable: the provider panicked");
    }
    assert_eq!(unavailable(&scene.id().await.unwrap_err()), "credentials unavailable: the provider panicked");
    assert_eq!(scene.issuer.asked(), 1);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(scene.id().await.unwrap(), "AKID1");
}
