//! Replicas that share a server see each other's signatures.

use super::server::{self, Redis};
use super::uses::Signed;
use sig4::verify::Remembered;

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_simultaneous_uses_at_two_replicas_one_is_the_first() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    let stores = [redis.new_store().await, redis.store().await];
    for _ in 0..3 {
        let signed = Signed::now();
        let uses = (0..1_000).map(|n| {
            let (store, signed) = (stores[n % 2].clone(), signed.clone());
            tokio::spawn(async move { signed.asked(&store).await.unwrap() })
        });
        let mut first = 0;
        for used in uses.collect::<Vec<_>>() {
            match used.await.unwrap() {
                Remembered::First => first += 1,
                said => assert_eq!(said, Remembered::Again),
            }
        }
        assert_eq!(first, 1);
    }
    let counts = stores.map(|store| store.status().counts);
    assert_eq!(
        counts.iter().map(|counts| (counts.first, counts.again)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
        (3, 2_997)
    );
}

#[tokio::test]
async fn fleets_with_other_prefixes_share_nothing() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    let (one, signed) = (redis.new_store().await, Signed::now());
    let settings = redis.settings().with_prefix("other").unwrap();
    sig4_authorizer::replay::RedisReplayStore::initialize(&settings, server::PATIENCE).await.unwrap();
    let other = server::connected(&settings).await;
    assert_eq!(signed.asked(&one).await, Ok(Remembered::First));
    assert_eq!(signed.asked(&other).await, Ok(Remembered::First));
    assert_eq!(signed.asked(&other).await, Ok(Remembered::Again));
}
