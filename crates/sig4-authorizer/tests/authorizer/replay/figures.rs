//! What a signature costs: memory of the server, and time.

use super::server::{self, ALWAYS, Redis};
use super::uses::Signed;
use sig4::verify::Remembered::First;
use sig4_authorizer::replay::RedisReplayStore;
use std::time::Instant;

/// How many signatures are measured.
const MANY: usize = 15_000;

/// The most bytes of the server's memory that a signature may take, with its share of tables.
const MAX_BYTES: f64 = 200.0;

fn fact(redis: &Redis, name: &str) -> f64 {
    let info = redis.cli(&["INFO"]);
    let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().parse().unwrap()
}

/// The processor time of the server, in microseconds.
fn busy(redis: &Redis) -> f64 {
    (fact(redis, "used_cpu_user") + fact(redis, "used_cpu_sys")) * 1e6
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
        let (bytes, micros, begun) = (fact(&redis, "used_memory"), busy(&redis), Instant::now());
        fill(&store, MANY).await;
        let elapsed = begun.elapsed();
        let each = |all: f64| all / f64::from(u32::try_from(MANY).unwrap());
        let (bytes, micros) = (each(fact(&redis, "used_memory") - bytes), each(busy(&redis) - micros));
        let begun = Instant::now();
        for _ in 0..500 {
            assert_eq!(Signed::now().asked(&store).await, Ok(First));
        }
        let one = begun.elapsed() / 500;
        println!(
            "{arguments:?}: {bytes:.0} bytes, {micros:.1} us of the server, {MANY} in {elapsed:?}, one after the other {one:?}"
        );
        assert!(bytes <= MAX_BYTES, "{bytes}");
    }
}
