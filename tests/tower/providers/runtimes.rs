//! Runtimes that are missing, incomplete, blocked, or shut down.

use super::{Reply, Scene, unavailable};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

fn single() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn without_a_runtime_held_credentials_are_given_and_others_are_an_error() {
    let scene = Scene::new(|_| Reply::Ends(None));
    let without = || {
        let mut expiring = Box::pin(scene.id());
        match expiring.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(id) => id,
            Poll::Pending => panic!("it waits for what never comes"),
        }
    };
    for _ in 0..3 {
        let text = unavailable(&without().unwrap_err());
        assert_eq!(text, "credentials unavailable: fetching needs a tokio runtime, and the caller has none");
    }
    assert_eq!(single().block_on(scene.id()).unwrap(), "AKID0", "and there is no pause for those who have one");
    assert_eq!(without().unwrap(), "AKID0");
}

#[test]
fn a_runtime_without_a_timer_is_an_error() {
    let scene = Scene::new(|_| Reply::Ends(None));
    let error = Builder::new_current_thread().build().unwrap().block_on(scene.id()).unwrap_err();
    let text = unavailable(&error);
    assert_eq!(text, "credentials unavailable: the tokio runtime has no timer; build it with `enable_time`");
}

#[test]
fn a_runtime_that_is_shut_down_takes_its_fetch_along_and_the_next_one_begins_another() {
    let scene = Scene::new(|number| if number == 0 { Reply::Hangs } else { Reply::Ends(None) });
    let first = single();
    let entered = first.enter();
    let waiting = scene.spawn();
    drop(entered);
    first.block_on(super::settle());
    assert_eq!(scene.issuer.flying(), 1);
    drop(first);
    assert!(waiting.is_finished());
    assert_eq!(scene.issuer.flying(), 0);
    assert_eq!(single().block_on(scene.id()).unwrap(), "AKID1");
}

#[test]
fn runtimes_that_live_for_one_request_do_not_begin_a_fetch_each() {
    let scene = Scene::new(|number| if number == 0 { Reply::Ends(Some(3600)) } else { Reply::Hangs });
    single().block_on(scene.id()).unwrap();
    let began = std::time::Instant::now();
    for _ in 0..100 {
        // Each one's clock begins at the true time, and is moved from there.
        let id = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(async {
            tokio::time::advance(Duration::from_secs(3400)).await;
            let id = scene.id().await;
            super::settle().await;
            id
        });
        assert_eq!(id.unwrap(), "AKID0");
    }
    let asked = u64::try_from(scene.issuer.asked()).unwrap();
    assert!(asked >= 2, "the runtime's fetch is begun, and dropped with it");
    assert!(asked <= 2 + began.elapsed().as_secs(), "one a second at the most, and not {asked}");
    assert_eq!(scene.issuer.flying(), 0);
}

#[test]
fn those_who_wait_for_the_fetch_of_a_runtime_that_is_shut_down_begin_one_on_their_own() {
    let scene = Scene::new(|number| if number == 0 { Reply::Hangs } else { Reply::Ends(None) });
    let (first, second) = (single(), single());
    let entered = first.enter();
    let _first = scene.spawn();
    drop(entered);
    first.block_on(super::settle());
    second.block_on(async {
        let waiting: Vec<_> = (0..100).map(|_| scene.spawn()).collect();
        super::settle().await;
        assert_eq!(scene.issuer.asked(), 1, "they wait for the fetch of the other runtime");
        first.shutdown_background();
        for task in waiting {
            assert_eq!(task.await.unwrap().unwrap(), "AKID1");
        }
        assert_eq!(scene.issuer.asked(), 2);
    });
}

#[test]
fn a_runtime_that_does_not_run_is_not_waited_for_beyond_the_time_limit() {
    let limit = Duration::from_millis(50);
    let scene = Scene::with(
        |number| if number == 0 { Reply::Hangs } else { Reply::Ends(None) },
        |provider| provider.with_fetch_timeout(limit),
    );
    let idle = single();
    idle.block_on(async {
        drop(scene.spawn());
        super::settle().await;
    });
    // Nobody drives the first runtime any longer.
    let other = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    other.block_on(async {
        assert!(unavailable(&scene.id().await.unwrap_err()).ends_with("within 0.05 s"));
        tokio::time::sleep(Duration::from_secs(2)).await;
    });
    let third = single();
    third.block_on(async {
        tokio::time::sleep(limit).await;
        let id = scene.id().await;
        assert!(id.is_ok() || unavailable(&id.unwrap_err()).ends_with("within 0.05 s"));
    });
    drop(idle);
}

#[test]
fn a_source_that_blocks_its_thread_holds_up_neither_other_tasks_nor_other_threads() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let limit = Duration::from_millis(200);
    let (open, gate) = std::sync::mpsc::channel();
    let gate = std::sync::Mutex::new(Some(gate));
    let reply = move |_| gate.lock().unwrap().take().map_or(Reply::Ends(None), Reply::Blocks);
    let scene = Scene::with(reply, |provider| provider.with_fetch_timeout(limit));
    runtime.block_on(async {
        let waiting: Vec<_> = (0..50).map(|_| scene.spawn()).collect();
        for task in waiting {
            let error = task.await.unwrap().unwrap_err();
            assert_eq!(error, "credentials unavailable: the provider did not answer within 0.2 s");
        }
        assert_eq!(scene.issuer.flying(), 1, "the provider has not returned");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let text = unavailable(&scene.id().await.unwrap_err());
        assert!(text.ends_with("the provider still blocks the thread of the last fetch"), "{text}");
        assert_eq!(scene.issuer.asked(), 1);
        drop(open);
        while scene.issuer.flying() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut id = scene.id().await;
        while id.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            id = scene.id().await;
        }
        assert_eq!(id.unwrap(), "AKID1", "what came late is not used");
    });
}
