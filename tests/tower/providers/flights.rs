//! Fetches that hang, and fetches that nobody waits for.

use super::{Reply, Scene, settle, unavailable};
use sig4::tower::DEFAULT_FETCH_TIMEOUT;
use std::time::Duration;
use tokio::time::{sleep, timeout};

#[tokio::test(start_paused = true)]
async fn a_fetch_that_hangs_is_given_up_and_the_next_one_may_succeed() {
    let scene = Scene::new(|number| if number == 0 { Reply::Hangs } else { Reply::Ends(Some(3600)) });
    let waiting = [scene.spawn(), scene.spawn(), scene.spawn()];
    let began = scene.now();
    for task in waiting {
        let error = task.await.unwrap().unwrap_err();
        assert_eq!(error, "credentials unavailable: the provider did not answer within 10 s");
    }
    assert_eq!(scene.now() - began, DEFAULT_FETCH_TIMEOUT);
    settle().await;
    assert_eq!((scene.issuer.asked(), scene.issuer.flying()), (1, 0), "its future is dropped");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(scene.id().await.unwrap(), "AKID1");
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_can_be_set() {
    let limit = Duration::from_millis(250);
    let scene = Scene::with(|_| Reply::Hangs, |provider| provider.with_fetch_timeout(limit));
    let began = scene.now();
    assert!(unavailable(&scene.id().await.unwrap_err()).ends_with("within 0.25 s"));
    assert_eq!(scene.now() - began, limit);
    let endless = Scene::with(|_| Reply::Ends(None), |provider| provider.with_fetch_timeout(Duration::MAX));
    assert_eq!(endless.id().await.unwrap(), "AKID0");
    let none = Scene::with(|_| Reply::Ends(None), |provider| provider.with_fetch_timeout(Duration::ZERO));
    assert!(unavailable(&none.id().await.unwrap_err()).ends_with("within 0 s"));
}

#[tokio::test(start_paused = true)]
async fn a_fetch_beside_has_the_time_limit_too() {
    let scene = Scene::new(|number| if number == 0 { Reply::Ends(Some(3600)) } else { Reply::Hangs });
    scene.id().await.unwrap();
    scene.at(3400).await;
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    settle().await;
    assert_eq!(scene.issuer.flying(), 1);
    scene.at(3409).await;
    assert_eq!(scene.issuer.flying(), 1, "it goes on, although nobody waits");
    scene.at(3410).await;
    assert_eq!(scene.issuer.flying(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_nobody_waits_for_is_dropped_after_a_second() {
    let scene = Scene::new(|_| Reply::Hangs);
    let waiting = [scene.spawn(), scene.spawn()];
    settle().await;
    waiting[0].abort();
    sleep(Duration::from_secs(2)).await;
    assert_eq!(scene.issuer.flying(), 1, "one still waits");
    waiting[1].abort();
    sleep(Duration::from_millis(999)).await;
    assert_eq!(scene.issuer.flying(), 1);
    sleep(Duration::from_millis(2)).await;
    assert_eq!((scene.issuer.asked(), scene.issuer.flying()), (1, 0));
    scene.issuer.set(|_| Reply::Ends(None));
    assert_eq!(scene.id().await.unwrap(), "AKID1", "and the next request begins another one at once");
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_back_within_the_second_finds_the_same_fetch() {
    let scene = Scene::new(|_| Reply::Later(Duration::from_secs(5), None));
    for _ in 0..5 {
        let patience = Duration::from_millis(500);
        timeout(patience, scene.id()).await.unwrap_err();
        sleep(Duration::from_millis(400)).await;
    }
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    assert_eq!(scene.issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_is_left_gets_the_credentials_when_the_first_goes_away() {
    let scene = Scene::new(|_| Reply::Later(Duration::from_secs(3), None));
    let (first, second) = (scene.spawn(), scene.spawn());
    settle().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_eq!(second.await.unwrap().unwrap(), "AKID0");
    assert_eq!(scene.issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn impatient_requests_do_not_make_a_fetch_each() {
    let scene = Scene::new(|_| Reply::Hangs);
    for _ in 0..1000 {
        timeout(Duration::from_millis(10), scene.id()).await.ok();
    }
    assert!(scene.issuer.asked() <= 2, "{} in 10 s", scene.issuer.asked());
    assert_eq!(scene.issuer.most(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_cache_ends_its_fetch() {
    let scene = Scene::new(|number| if number == 0 { Reply::Ends(Some(60)) } else { Reply::Hangs });
    scene.id().await.unwrap();
    scene.at(50).await;
    scene.id().await.unwrap();
    settle().await;
    let issuer = scene.issuer.clone();
    assert_eq!(issuer.flying(), 1);
    drop(scene);
    settle().await;
    assert_eq!(issuer.flying(), 0);
    assert_eq!(std::sync::Arc::strong_count(&issuer), 1, "nothing of it is left");
}
