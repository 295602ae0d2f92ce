//! A server that does not answer, or does not let in, refuses requests in time.

use super::server::{self, PATIENCE, Redis, new_folder};
use super::uses::Signed;
use sig4::verify::Remembered::{Again, First, Full};
use sig4_authorizer::replay::{RedisReplayStore, RedisSettings, ReplayErrorKind};
use sig4_test_support::program::free_ports;
use std::fs;
use std::time::Duration;

/// A limit that a test waits for.
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_server_that_hangs_refuses_in_time_and_is_asked_again_later() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    drop(redis.new_store().await);
    let settings = redis.settings().with_command_timeout(Duration::from_millis(100));
    let patient = server::connected(&settings).await;
    let store = server::connected(&settings.clone().with_timeout(SHORT)).await;
    let signed = Signed::now();
    redis.signal("-STOP");
    let said = tokio::time::timeout(PATIENCE, signed.asked(&store)).await.expect("it has a limit");
    assert!(matches!(said, Err(ReplayErrorKind::TimedOut | ReplayErrorKind::Unreachable)), "{said:?}");
    let waiting = tokio::spawn(async move { Signed::now().asked(&patient).await });
    tokio::time::sleep(SHORT).await;
    redis.signal("-CONT");
    assert_eq!(waiting.await.unwrap(), Ok(First), "asked again on a new connection");
    store.ready(PATIENCE).await.unwrap();
    // The server may have taken the question while it hung: the refused request was remembered, or it was not.
    let said = signed.asked(&store).await;
    assert!(matches!(said, Ok(First | Again) | Err(ReplayErrorKind::TimedOut)), "{said:?}");
    assert!(store.status().counts.errors.iter().any(|(_, count)| *count > 0));
}

#[tokio::test]
async fn without_a_server_requests_are_refused_and_let_through_only_if_told() {
    let [port] = free_ports();
    let settings = RedisSettings::new(&format!("redis://127.0.0.1:{port}/")).unwrap().with_timeout(SHORT);
    let closed = RedisReplayStore::connect(&settings).unwrap();
    assert_eq!(Signed::now().asked(&closed).await, Err(ReplayErrorKind::Unreachable));
    assert!(!closed.status().is_connected());
    assert!(closed.ready(SHORT).await.is_err());

    let open = RedisReplayStore::connect(&settings.with_fail_open()).unwrap();
    assert_eq!(Signed::now().asked(&open).await, Ok(First));
    let counts = open.status().counts;
    assert_eq!((counts.failed_open, counts.first), (1, 0));
}

#[tokio::test]
async fn a_store_that_fails_open_still_refuses_replays_that_it_sees() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    let store = server::connected(&redis.settings().with_fail_open()).await;
    let signed = Signed::now();
    assert_eq!(signed.asked(&store).await, Ok(First), "the new server lacks its past");
    assert_eq!(signed.asked(&store).await, Ok(Again));
}

#[tokio::test]
async fn no_more_requests_wait_than_may() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    drop(redis.new_store().await);
    let store = server::connected(&redis.settings().with_max_in_flight(2)).await;
    redis.signal("-STOP");
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { Signed::now().asked(&store).await })
        })
        .collect();
    while store.status().in_flight < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Overloaded));
    redis.signal("-CONT");
    for waiting in waiting {
        assert_eq!(waiting.await.unwrap(), Ok(First));
    }
    assert_eq!(store.status().in_flight, 0);
}

#[tokio::test]
async fn a_user_needs_few_rights_and_a_password_can_be_replaced() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    let rights = ["~{sig4:*", "+set", "+get", "+incr", "+decr", "+eval", "+info", "+config|get", "+time", "+del"];
    let mut rule = vec!["ACL", "SETUSER", "replay", "on", ">first-password"];
    rule.extend(rights);
    redis.cli(&rule);
    let file = new_folder().join("password");
    fs::write(&file, "first-password\n").unwrap();
    let settings = redis.settings().with_user("replay").with_password_file(&file).with_key_quota(10, PATIENCE);
    RedisReplayStore::initialize(&settings, PATIENCE).await.unwrap();
    let store = server::connected(&settings).await;
    let signed = Signed::now();
    assert_eq!(signed.asked(&store).await, Ok(First));
    assert_eq!(signed.asked(&store).await, Ok(Again));

    redis.cli(&["ACL", "SETUSER", "replay", "resetpass", ">second-password"]);
    redis.cli(&["CLIENT", "KILL", "USER", "replay"]);
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Denied));
    let error = store.ready(PATIENCE).await.unwrap_err();
    let shown = format!("{error} {error:?} {store:?} {settings:?} {:?}", store.status());
    assert!(!shown.contains("first-password") && !shown.contains("second-password"), "{shown}");
    fs::write(&file, "second-password").unwrap();
    while store.ready(PATIENCE).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(Signed::now().asked(&store).await, Ok(First));
}

#[tokio::test]
async fn a_server_that_evicts_keys_is_refused_and_a_full_one_refuses() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&["--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"]);
    let store = RedisReplayStore::connect(&redis.settings()).unwrap();
    let error = store.ready(PATIENCE).await.unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Unsuitable);
    assert!(error.to_string().contains("`volatile-lru`"), "{error}");
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Unsuitable));

    let redis = Redis::start(&[]);
    let store = redis.new_store().await;
    redis.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(Signed::now().asked(&store).await, Ok(Full));
    redis.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(Signed::now().asked(&store).await, Ok(First));
}
