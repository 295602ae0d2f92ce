//! Lifetimes and quotas.

use super::server::{self, PATIENCE, Redis};
use super::uses::Signed;
use sig4::verify::Remembered::{Again, First, Full, OverQuota, TooLong};
use std::time::Duration;

#[tokio::test]
async fn a_key_has_its_quota_and_replays_do_not_use_it_up() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    drop(redis.new_store().await);
    // A window that does not end while the test runs.
    let settings = redis.settings().with_key_quota(3, Duration::from_secs(1 << 33));
    let stores = [server::connected(&settings).await, server::connected(&settings).await];
    let victim = Signed::now();
    assert_eq!(victim.asked(&stores[0]).await, Ok(First));
    for n in 0..20 {
        assert_eq!(victim.asked(&stores[n % 2]).await, Ok(Again));
    }
    assert_eq!(Signed::now().asked(&stores[1]).await, Ok(First));
    assert_eq!(Signed::now().asked(&stores[0]).await, Ok(First));
    let before = redis.cli(&["DBSIZE"]);
    let refused = Signed::now();
    for store in &stores {
        assert_eq!(refused.asked(store).await, Ok(OverQuota));
        assert_eq!(Signed::now().of("AKIDOTHER").asked(store).await, Ok(First));
    }
    // The two of the other key, and its counter.
    assert_eq!(redis.cli(&["DBSIZE"]).parse::<u64>().unwrap(), before.parse::<u64>().unwrap() + 3);
    assert_eq!(victim.asked(&stores[1]).await, Ok(Again));
}

#[tokio::test]
async fn signatures_that_are_valid_for_long_are_refused_and_ended_signatures_too() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    drop(redis.new_store().await);
    let store = server::connected(&redis.settings().with_max_lifetime(Duration::from_secs(600))).await;
    assert_eq!(Signed::now().for_millis(700_000).asked(&store).await, Ok(TooLong));
    assert_eq!(Signed::now().for_millis(590_000).asked(&store).await, Ok(First));
    assert_eq!(Signed::now().for_millis(-2_000).asked(&store).await, Ok(Full));
}

#[tokio::test]
async fn the_server_forgets_a_signature_once_it_ended_on_every_clock() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    drop(redis.new_store().await);
    let settings = redis
        .settings()
        .with_clock_difference(Duration::from_millis(200))
        .with_key_quota(10, Duration::from_millis(500));
    let store = server::connected(&settings).await;
    let signed = Signed::now().for_millis(500);
    assert_eq!(signed.asked(&store).await, Ok(First));
    let keys = redis.cli(&["KEYS", "*"]);
    assert!(keys.lines().count() == 258, "256 markers, a signature and a counter");
    tokio::time::timeout(PATIENCE, async {
        while redis.cli(&["DBSIZE"]) != "256" {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .expect("all but the markers ends");
    assert_eq!(signed.asked(&store).await, Ok(Full), "it has ended");
}
