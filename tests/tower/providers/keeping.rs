//! How long credentials are kept, and who waits for new ones.

use super::{Reply, Scene, settle};
use sig4::Credentials;
use sig4::tower::{CachedCredentials, CredentialsProvider};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_wait_they_are_fetched_once() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let provider = Arc::new(CachedCredentials::new(move || {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            Ok::<_, std::io::Error>(Credentials::new(format!("AKID{number}"), "secret").unwrap())
        }
    }));
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let provider = Arc::clone(&provider);
            tokio::spawn(async move { provider.credentials(crate::scene::now()).await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().credentials().access_key_id(), "AKID0");
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn they_are_fetched_anew_beside_before_they_expire() {
    for (end, due, what) in [
        (Some(3600), 3300, "5 minutes before"),
        (Some(60), 45, "in the last quarter"),
        (None, 900, "after 15 minutes"),
        (Some(100 * 24 * 3600), 12 * 3600, "after 12 hours at the latest"),
    ] {
        let scene = Scene::new(move |number| Reply::Ends(if number == 0 { end } else { None }));
        for (seconds, asked) in [(0, 1), (due - 1, 1), (due, 2)] {
            scene.at(seconds).await;
            assert_eq!(scene.id().await.unwrap(), "AKID0", "{what}, {seconds} s");
            settle().await;
            assert_eq!(scene.issuer.asked(), asked, "{what}, {seconds} s");
        }
        assert_eq!(scene.id().await.unwrap(), "AKID1", "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_while_valid_ones_are_held_however_the_fetch_goes() {
    for reply in [|| Reply::Hangs, || Reply::Fails, || Reply::Panics, || Reply::Ends(Some(-1))] {
        let scene = Scene::new(move |number| if number == 0 { Reply::Ends(Some(3600)) } else { reply() });
        assert_eq!(scene.id().await.unwrap(), "AKID0");
        for seconds in 3300..3600 {
            scene.at(seconds).await;
            let before = scene.now();
            assert_eq!(scene.id().await.unwrap(), "AKID0", "{seconds} s");
            assert_eq!(scene.now(), before, "it did not wait");
        }
        assert!((5..=40).contains(&scene.issuer.asked()), "{}", scene.issuer.asked());
        assert_eq!(scene.issuer.most(), 1);
        scene.at(3600).await;
        scene.id().await.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn those_that_came_beside_are_used_by_the_next_request() {
    let scene = Scene::new(|number| match number {
        0 => Reply::Ends(Some(3600)),
        _ => Reply::Later(Duration::from_secs(5), Some(7200)),
    });
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    scene.at(3400).await;
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    settle().await;
    scene.at(3404).await;
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    scene.at(3405).await;
    assert_eq!(scene.id().await.unwrap(), "AKID1");
    assert_eq!(scene.issuer.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn those_that_expire_while_new_ones_are_fetched_beside_are_waited_for() {
    let scene = Scene::new(|number| match number {
        0 => Reply::Ends(Some(60)),
        _ => Reply::Later(Duration::from_secs(5), Some(3600)),
    });
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    scene.at(58).await;
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    settle().await;
    scene.at(60).await;
    assert_eq!(scene.id().await.unwrap(), "AKID1");
    assert_eq!(scene.now(), crate::scene::now() + Duration::from_secs(63));
    assert_eq!(scene.issuer.asked(), 2);
}
