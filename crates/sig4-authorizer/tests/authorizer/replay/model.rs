//! Whatever happens to a server, no signature is the first twice.

use super::server::{self, Redis};
use super::uses::Signed;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sig4::verify::Remembered;
use sig4_authorizer::replay::{RedisReplayStore, ReplayErrorKind};
use std::time::Duration;

/// What happens.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// One of the signatures so far is used at one of the replicas.
    Use(usize, usize),
    /// A request is signed and used.
    Sign(usize),
    /// The server is emptied.
    Flush,
    /// The server writes a snapshot.
    Save,
    /// The server is killed, and starts with its last snapshot.
    Kill,
    /// The server is killed, and starts empty.
    Lose,
    /// A replica is replaced.
    Replace(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        8 => (0..64_usize, 0..2_usize).prop_map(|(n, at)| Event::Use(n, at)),
        4 => (0..2_usize).prop_map(Event::Sign),
        1 => Just(Event::Flush),
        1 => Just(Event::Save),
        1 => Just(Event::Kill),
        1 => Just(Event::Lose),
        1 => (0..2_usize).prop_map(Event::Replace),
    ];
    prop::collection::vec(event, 4..24)
}

/// A server, two replicas, and the signatures so far, each with the answer that it was the first.
struct World {
    redis: Redis,
    stores: [RedisReplayStore; 2],
    signed: Vec<(Signed, bool)>,
}

impl World {
    async fn new() -> Self {
        let redis = Redis::start(&[]);
        drop(redis.new_store().await);
        let stores = [Self::replica(&redis).await, Self::replica(&redis).await];
        Self { redis, stores, signed: Vec::new() }
    }

    /// A replica of the same machine, whose clock is the server's.
    async fn replica(redis: &Redis) -> RedisReplayStore {
        server::connected(&redis.settings().with_clock_difference(Duration::ZERO)).await
    }

    async fn happen(&mut self, event: Event) {
        match event {
            Event::Use(n, at) if !self.signed.is_empty() => self.uses(n % self.signed.len(), at).await,
            Event::Use(..) => {}
            Event::Sign(at) => {
                // Later than all that happened, by the server's clock, which counts milliseconds.
                tokio::time::sleep(Duration::from_millis(3)).await;
                self.signed.push((Signed::valid_since(time::Duration::ZERO), false));
                self.uses(self.signed.len() - 1, at).await;
            }
            Event::Flush => drop(self.redis.cli(&["FLUSHALL"])),
            Event::Save => drop(self.redis.cli(&["SAVE"])),
            Event::Kill => self.restart(false),
            Event::Lose => self.restart(true),
            Event::Replace(at) => self.stores[at] = Self::replica(&self.redis).await,
        }
    }

    fn restart(&mut self, empty: bool) {
        self.redis.kill();
        if empty {
            self.redis.empty();
        }
        self.redis.run();
    }

    async fn uses(&mut self, n: usize, at: usize) {
        let (signed, was_first) = &mut self.signed[n];
        match signed.asked(&self.stores[at]).await {
            Ok(Remembered::First) => {
                assert!(!*was_first, "signature {n} is the first twice");
                *was_first = true;
            }
            Ok(Remembered::Again) | Err(ReplayErrorKind::Lost) => {}
            said => panic!("signature {n}: {said:?}"),
        }
    }
}

#[test]
fn no_signature_is_the_first_twice_whatever_the_server_loses() {
    if !server::is_here() {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let run = |events: Vec<Event>| {
        runtime.block_on(async {
            let mut world = World::new().await;
            for event in events {
                world.happen(event).await;
            }
            // What is signed after the last loss was noticed is accepted.
            world.happen(Event::Sign(0)).await;
            world.happen(Event::Sign(0)).await;
            assert!(world.signed.last().is_some_and(|(_, was_first)| *was_first), "it is refused for ever");
        });
        Ok(())
    };
    runner.run(&events(), run).unwrap();
}
