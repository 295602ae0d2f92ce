//! A server that loses signatures lets none of them through again.

use super::server::{self, ALWAYS, PATIENCE, Redis};
use super::uses::Signed;
use sig4::verify::Remembered::{Again, First};
use sig4_authorizer::replay::{RedisReplayStore, ReplayErrorKind};
use time::Duration;

/// A request that is signed some time after the loss.
fn later() -> Signed {
    Signed::valid_since(Duration::minutes(1))
}

/// After a loss, a used signature and one that could have been used are refused, and a later one is accepted.
async fn refuses_what_it_lacks(store: &RedisReplayStore, used: &Signed) {
    assert_eq!(used.asked(store).await, Err(ReplayErrorKind::Lost), "a replay after a loss");
    assert_eq!(Signed::now().asked(store).await, Err(ReplayErrorKind::Lost), "it could have been used before");
    assert_eq!(used.asked(store).await, Ok(Again));
    let later = later();
    assert_eq!(later.asked(store).await, Ok(First));
    assert_eq!(later.asked(store).await, Ok(Again));
    assert!(store.status().complete_since.is_some());
}

#[tokio::test]
async fn a_new_store_accepts_all_once_it_is_told_so_and_otherwise_what_is_signed_later() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    let store = redis.store().await;
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));
    assert_eq!(later().asked(&store).await, Ok(First));
    // Nobody can tell now whether it lost something.
    assert_eq!(RedisReplayStore::initialize(&redis.settings(), PATIENCE).await.unwrap().new, 0);
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));

    let redis = Redis::start(&[]);
    let store = redis.new_store().await;
    assert_eq!(Signed::now().asked(&store).await, Ok(First));
    assert_eq!(RedisReplayStore::initialize(&redis.settings(), PATIENCE).await.unwrap().new, 0);
    assert_eq!(store.status().complete_since, None);
}

#[tokio::test]
async fn a_server_that_was_emptied_lets_no_replay_through() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    let (store, used) = (redis.new_store().await, Signed::now());
    assert_eq!(used.asked(&store).await, Ok(First));
    redis.cli(&["FLUSHALL"]);
    refuses_what_it_lacks(&store, &used).await;
}

/// A master that became a replica and a master again has the other server's data, on the same connection.
#[tokio::test]
async fn a_server_that_took_over_the_data_of_another_lets_no_replay_through() {
    if !server::is_here() {
        return;
    }
    let redis = Redis::start(&[]);
    let store = redis.new_store().await;
    let mark = "for _, k in ipairs(redis.call('KEYS', '*:since')) do redis.call('SET', k, '0 other 0') end";
    redis.cli(&["EVAL", mark, "0"]);
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));
    assert_eq!(later().asked(&store).await, Ok(First));
}

#[tokio::test]
async fn a_server_that_starts_empty_lets_no_replay_through() {
    if !server::is_here() {
        return;
    }
    let mut redis = Redis::start(&[]);
    let (store, used) = (redis.new_store().await, Signed::now());
    assert_eq!(used.asked(&store).await, Ok(First));
    redis.kill();
    redis.run();
    refuses_what_it_lacks(&store, &used).await;
    // Neither does a replica that was not there before.
    let used = Signed::now();
    assert_eq!(used.asked(&redis.store().await).await, Err(ReplayErrorKind::Lost));
}

/// The snapshot has the marker, and lacks the last signatures.
#[tokio::test]
async fn a_server_that_starts_with_an_old_snapshot_lets_no_replay_through() {
    if !server::is_here() {
        return;
    }
    let mut redis = Redis::start(&[]);
    let (store, saved, used) = (redis.new_store().await, Signed::now(), Signed::now());
    assert_eq!(saved.asked(&store).await, Ok(First));
    redis.cli(&["SAVE"]);
    assert_eq!(used.asked(&store).await, Ok(First));
    redis.kill();
    redis.run();
    assert_eq!(saved.asked(&store).await, Ok(Again));
    refuses_what_it_lacks(&store, &used).await;
}

/// The log is written once a second: the last second may be missing.
#[tokio::test]
async fn a_restart_counts_as_a_loss_if_the_log_may_lack_the_end() {
    if !server::is_here() {
        return;
    }
    let mut redis = Redis::start(&["--appendonly", "yes", "--appendfsync", "everysec"]);
    let (store, used) = (redis.new_store().await, Signed::now());
    assert_eq!(used.asked(&store).await, Ok(First));
    redis.kill();
    redis.run();
    assert_eq!(used.asked(&store).await, Ok(Again));
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));
}

/// The log was complete under this process, and the one before did not write it.
#[tokio::test]
async fn a_log_that_is_switched_on_does_not_vouch_for_the_time_before() {
    if !server::is_here() {
        return;
    }
    let mut redis = Redis::start(&["--appendonly", "yes", "--appendfsync", "no"]);
    let store = redis.new_store().await;
    redis.kill();
    let mut kept = Redis::create(redis.port, ALWAYS);
    std::fs::remove_dir_all(&kept.folder).unwrap();
    std::fs::rename(&redis.folder, &kept.folder).unwrap();
    kept.run();
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_and_kept_its_log_refuses_no_good_request_and_no_replay_passes() {
    if !server::is_here() {
        return;
    }
    let mut redis = Redis::start(ALWAYS);
    let (store, other) = (redis.new_store().await, redis.store().await);
    let mut used = Vec::new();
    let uses: Vec<_> = (0..400).map(|_| Signed::now()).collect();
    for signed in &uses {
        let (store, signed) = (store.clone(), signed.clone());
        used.push(tokio::spawn(async move { signed.asked(&store).await }));
    }
    redis.kill();
    assert!(!other.status().is_connected() || other.ready(PATIENCE).await.is_ok());
    redis.run();
    for used in used {
        assert_eq!(used.await.unwrap(), Ok(First), "a request that waited for the restart");
    }
    for signed in &uses {
        assert_eq!(signed.asked(&other).await, Ok(Again));
    }
    assert_eq!(Signed::now().asked(&other).await, Ok(First));
}

#[tokio::test]
async fn a_replica_of_the_server_that_takes_over_lets_no_replay_through() {
    if !server::is_here() {
        return;
    }
    let mut redis = Redis::start(ALWAYS);
    let (store, used) = (redis.new_store().await, Signed::now());
    let standby = Redis::start(&[
        "--replicaof",
        "127.0.0.1",
        &redis.port.to_string(),
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
    ]);
    while !standby.cli(&["INFO", "replication"]).contains("master_link_status:up") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // A change that does not reach the standby.
    standby.signal("-STOP");
    assert_eq!(used.asked(&store).await, Ok(First));
    redis.kill();
    standby.signal("-CONT");
    standby.cli(&["REPLICAOF", "NO", "ONE"]);
    // A store that vouches for the servers believes them.
    let trusting = server::connected(&standby.settings().with_durable_servers()).await;
    assert_eq!(Signed::now().asked(&trusting).await, Ok(First));
    drop(trusting);
    standby.cli(&[
        "EVAL",
        "for _, k in ipairs(redis.call('KEYS', '*:since')) do redis.call('SET', k, '0 before 1') end",
        "0",
    ]);
    let store = standby.store().await;
    let said = used.asked(&store).await;
    assert!(said == Err(ReplayErrorKind::Lost) || said == Ok(Again), "{said:?}");
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));
}

#[tokio::test]
async fn a_restart_refuses_nothing_if_the_operator_vouches_for_the_servers() {
    if !server::is_here() {
        return;
    }
    let mut redis = Redis::start(&["--appendonly", "yes"]);
    drop(redis.new_store().await);
    let store = server::connected(&redis.settings().with_durable_servers()).await;
    redis.kill();
    redis.run();
    assert_eq!(Signed::now().asked(&store).await, Ok(First));
    // An empty server is a loss all the same.
    redis.cli(&["FLUSHALL"]);
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));
}
