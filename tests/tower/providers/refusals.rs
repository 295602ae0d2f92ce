//! Credentials that a service refused.

use super::{Reply, Scene, settle};
use sig4::tower::{CachedCredentials, CredentialsProvider};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_fetched_anew_and_a_late_refusal_of_them_changes_nothing() {
    let scene = Scene::new(|_| Reply::Ends(Some(3600)));
    let first = scene.expiring().await.unwrap();
    scene.provider.invalidate(&first);
    assert_eq!(scene.id().await.unwrap(), "AKID1");
    for _ in 0..1000 {
        scene.provider.invalidate(&first);
        assert_eq!(scene.id().await.unwrap(), "AKID1");
    }
    sleep(Duration::from_secs(5)).await;
    assert_eq!(scene.id().await.unwrap(), "AKID1");
    settle().await;
    assert_eq!(scene.issuer.asked(), 2, "nor is it fetched anew any sooner");
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_refused_again_and_again_do_not_make_a_fetch_per_request() {
    let scene = Scene::new(|_| Reply::Ends(Some(100_000)));
    for _ in 0..1000 {
        let expiring = scene.expiring().await.unwrap();
        scene.provider.invalidate(&expiring);
    }
    assert_eq!(scene.issuer.asked(), 2);
    let mut before = 2;
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
        for _ in 0..expected {
            assert_eq!(scene.issuer.asked(), before);
            sleep(Duration::from_secs(1)).await;
            let expiring = scene.expiring().await.unwrap();
            scene.provider.invalidate(&expiring);
            settle().await;
        }
        before += 1;
        let expiring = scene.expiring().await.unwrap();
        scene.provider.invalidate(&expiring);
        assert_eq!(scene.issuer.asked(), before, "after {expected} s");
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_that_were_good_for_a_while_are_dropped_at_the_first_refusal() {
    let scene = Scene::new(|_| Reply::Ends(Some(100_000)));
    for number in 0..10 {
        let expiring = scene.expiring().await.unwrap();
        assert_eq!(expiring.credentials().access_key_id(), format!("AKID{number}"));
        sleep(Duration::from_secs(60)).await;
        scene.provider.invalidate(&expiring);
    }
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_not_used_while_the_source_fails() {
    let scene = Scene::new(|number| if number == 0 { Reply::Ends(Some(3600)) } else { Reply::Fails });
    let expiring = scene.expiring().await.unwrap();
    scene.provider.invalidate(&expiring);
    for _ in 0..1000 {
        assert_eq!(scene.id().await.unwrap_err().to_string(), "no answer to 1");
        scene.provider.invalidate(&expiring);
    }
    assert_eq!(scene.issuer.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_reaches_the_cache_behind_the_cache() {
    let scene = Scene::new(|_| Reply::Ends(Some(3600)));
    let outer: Arc<dyn CredentialsProvider> = Arc::new(CachedCredentials::new(Arc::clone(&scene.provider)));
    let expiring = outer.credentials(scene.now()).await.unwrap();
    outer.invalidate(&expiring);
    let expiring = outer.credentials(scene.now()).await.unwrap();
    assert_eq!(expiring.credentials().access_key_id(), "AKID1");
}
