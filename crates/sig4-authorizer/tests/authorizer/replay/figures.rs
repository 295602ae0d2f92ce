//! What a signature costs: memory of the server, and time.

use super::server::{self, ALWAYS, Redis};
use super::uses::Signed;
use sig4::verify::Remembered::First;
use sig4_authorizer::replay::RedisReplayStore;
use std::time::Instant;

/// The most bytes of the server's memory that a signature may take, with its share of tables.
const MAX_BYTES: u64 = 200;

fn memory(redis: &Redis) -> u64 {
    let info = redis.cli(&["INFO", "memory"]);
    let line = info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap();
    line.trim().parse().unwrap()
}

async fn fill(store: &RedisReplayStore, count: usize) {
    let tasks = (0..100).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            for _ in 0..count / 100 {
                assert_eq!(Signed::now().asked(&store).await, Ok(First));
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_takes_little_memory() {
    if !server::is_here() {
        return;
    }
    for arguments in [&[][..], ALWAYS] {
        let redis = Redis::start(arguments);
        let store = redis.new_store().await;
        fill(&store, 1_000).await;
        let (before, begun) = (memory(&redis), Instant::now());
        fill(&store, 15_000).await;
        let elapsed = begun.elapsed();
        let bytes = (memory(&redis) - before) / 15_000;
        let begun = Instant::now();
        for _ in 0..500 {
            assert_eq!(Signed::now().asked(&store).await, Ok(First));
        }
        println!("{arguments:?}: {bytes} bytes, 15,000 in {elapsed:?}, one {:?}", begun.elapsed() / 500);
        assert!(bytes <= MAX_BYTES, "{bytes}");
    }
}
