//! Clocks that are wrong, and clocks that jump.

use super::{Reply, Scene, settle, unavailable};
use crate::scene::now;
use sig4::Credentials;
use sig4::tower::ExpiringCredentials;
use std::time::Duration;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

const DAY: time::Duration = time::Duration::DAY;

#[tokio::test(start_paused = true)]
async fn one_wrong_clock_neither_takes_credentials_from_others_nor_makes_a_fetch_per_request() {
    for off in [DAY, time::Duration::minutes(58), time::Duration::minutes(5), -DAY] {
        let scene = Scene::new(|number| Reply::Ends(Some(3600 * (i64::try_from(number).unwrap() / 50 + 1))));
        for second in 0..3000 {
            scene.at(second).await;
            let before = scene.now();
            let by_wrong = scene.id_by(before + off).await;
            assert!(by_wrong.is_ok() || off > time::Duration::minutes(10), "{off}, {second} s");
            scene.id().await.unwrap_or_else(|error| panic!("{off}, {second} s: {error}"));
            assert_eq!(scene.now(), before, "nobody waits");
        }
        assert!(scene.issuer.asked() <= 100, "{off}: {}", scene.issuer.asked());
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_that_have_expired_by_a_wrong_clock_are_good_for_those_who_wait_with_a_right_one() {
    let scene = Scene::new(|_| Reply::Later(Duration::from_secs(2), Some(3600)));
    let (wrong, right) = (scene.now() + DAY, scene.now());
    let (by_wrong, by_right) = tokio::join!(scene.id_by(wrong), scene.id_by(right));
    assert!(unavailable(&by_wrong.unwrap_err()).contains("expired at"));
    assert_eq!(by_right.unwrap(), "AKID0");
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    assert!(unavailable(&scene.id_by(scene.now() + DAY).await.unwrap_err()).contains("expired at"));
    assert_eq!(scene.issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_the_request_decides_and_not_the_machines() {
    // The machine's clock is a day ahead, and the layer has learnt so.
    let scene = Scene::new(|_| Reply::Ends(Some(3600)));
    assert!(now() + DAY < OffsetDateTime::now_utc(), "by the machine's clock they expired long ago");
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    scene.at(1800).await;
    assert_eq!(scene.id().await.unwrap(), "AKID0");
    assert_eq!(scene.issuer.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_back_keeps_no_credentials_beyond_their_time() {
    for back in [time::Duration::hours(1), DAY * 30, DAY * 3650] {
        let scene = Scene::new(|_| Reply::Ends(Some(3600)));
        assert_eq!(scene.id().await.unwrap(), "AKID0");
        scene.at(3300).await;
        assert_eq!(scene.id_by(scene.now() - back).await.unwrap(), "AKID0");
        settle().await;
        assert_eq!(scene.id_by(scene.now() - back).await.unwrap(), "AKID1", "{back}");
        // From now on the end is far away, by this clock.
        scene.at(3300 + 12 * 3600).await;
        scene.id_by(scene.now() - back).await.ok();
        settle().await;
        assert!(scene.issuer.asked() >= 3, "{back}");
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_without_an_end_are_kept_for_15_minutes_whatever_the_clock_says() {
    for jump in [-DAY * 30, DAY * 30, DAY * 3650] {
        let scene = Scene::new(|_| Reply::Ends(None));
        assert_eq!(scene.id().await.unwrap(), "AKID0");
        for (second, asked) in [(899, 1), (900, 2)] {
            scene.at(second).await;
            assert_eq!(scene.id_by(scene.now() + jump).await.unwrap(), "AKID0");
            settle().await;
            assert_eq!(scene.issuer.asked(), asked, "{jump}, {second} s");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_and_the_last_moments_of_the_calendar_do_not_panic() {
    let (east, west) =
        (UtcOffset::from_whole_seconds(86_399).unwrap(), UtcOffset::from_whole_seconds(-86_399).unwrap());
    let (first, last) = (PrimitiveDateTime::MIN, PrimitiveDateTime::MAX);
    let moments = [first.assume_offset(east), first.assume_utc(), now(), last.assume_utc(), last.assume_offset(west)];
    for (end, asked) in moments.iter().flat_map(|end| moments.iter().map(move |asked| (*end, *asked))) {
        let provider = sig4::tower::CachedCredentials::new(move || async move {
            Ok::<_, std::io::Error>(
                ExpiringCredentials::from(Credentials::new("AKID", "secret").unwrap()).with_expiration(end),
            )
        });
        let expiring = sig4::tower::CredentialsProvider::credentials(&provider, asked).await;
        assert_eq!(expiring.is_ok(), asked < end, "{end} at {asked}");
        settle().await;
        let again = sig4::tower::CredentialsProvider::credentials(&provider, asked).await;
        assert_eq!(again.is_ok(), asked < end, "{end} at {asked}");
    }
}
