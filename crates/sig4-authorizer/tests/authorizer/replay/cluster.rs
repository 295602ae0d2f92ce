//! A cluster of three servers.

use super::server::{self, ALWAYS, PATIENCE, Redis};
use super::uses::Signed;
use sig4::verify::Remembered::{self, Again, First};
use sig4_authorizer::replay::{RedisReplayStore, RedisSettings, ReplayErrorKind};
use sig4_test_support::program::free_ports;
use std::process::Command;
use std::time::{Duration, Instant};

/// The bus of a member is a port of its own, which a test chooses.
fn members(arguments: &[&str]) -> Vec<Redis> {
    let [a, b, c, bus_a, bus_b, bus_c] = free_ports();
    let start = |(port, bus): (u16, u16)| {
        let bus = bus.to_string();
        let mut all = vec!["--cluster-enabled", "yes", "--cluster-port", &bus, "--cluster-require-full-coverage", "no"];
        all.extend(arguments);
        Redis::start_at(port, &all)
    };
    let members: Vec<_> = [(a, bus_a), (b, bus_b), (c, bus_c)].into_iter().map(start).collect();
    let addresses = members.iter().map(|member| format!("127.0.0.1:{}", member.port));
    let mut command = Command::new("redis-cli");
    let output = command.args(["--cluster", "create"]).args(addresses).arg("--cluster-yes").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let begun = Instant::now();
    while !members.iter().all(|member| member.cli(&["CLUSTER", "INFO"]).contains("cluster_state:ok")) {
        assert!(begun.elapsed() < PATIENCE, "the cluster does not come up");
        std::thread::sleep(Duration::from_millis(50));
    }
    members
}

fn settings(members: &[Redis]) -> RedisSettings {
    let urls: Vec<_> = members.iter().map(|member| format!("redis://127.0.0.1:{}", member.port)).collect();
    RedisSettings::new(&urls.join("\n")).unwrap().with_timeout(PATIENCE).with_key_quota(100_000, PATIENCE)
}

async fn used(stores: &[RedisReplayStore], count: usize) -> Vec<Signed> {
    let signed: Vec<_> = (0..count).map(|n| Signed::now().of(&format!("AKID{}", n % 7))).collect();
    for (n, signed) in signed.iter().enumerate() {
        assert_eq!(signed.asked(&stores[n % 2]).await, Ok(First));
    }
    signed
}

async fn answers(
    store: &RedisReplayStore,
    signed: &[Signed],
    expected: &[Result<Remembered, ReplayErrorKind>],
) -> usize {
    let mut lost = 0;
    for signed in signed {
        let said = signed.asked(store).await;
        assert!(expected.contains(&said), "{said:?}");
        lost += usize::from(said.is_err());
    }
    lost
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_spreads_signatures_and_a_member_that_loses_its_own_lets_no_replay_through() {
    if !server::is_here() {
        return;
    }
    let mut members = members(&[]);
    // One member tells of the others.
    let settings = settings(&members[..1]).with_cluster();
    assert_eq!(RedisReplayStore::initialize(&settings, PATIENCE).await.unwrap().new, 256);
    let stores = [server::connected(&settings).await, server::connected(&settings).await];
    assert_eq!(stores[0].status().servers.len(), 3);
    let signed = used(&stores, 300).await;
    for member in &members {
        assert!(member.cli(&["DBSIZE"]).parse::<u64>().unwrap() > 100, "each has its share");
    }
    assert_eq!(answers(&stores[1], &signed, &[Ok(Again)]).await, 0);
    members[1].kill();
    let nodes = members[1].folder.join("nodes.conf");
    let kept = std::fs::read(&nodes).unwrap();
    members[1].empty();
    std::fs::write(nodes, kept).unwrap();
    members[1].run();
    let lost = answers(&stores[0], &signed, &[Ok(Again), Err(ReplayErrorKind::Lost)]).await;
    assert!((40..200).contains(&lost), "a third of them: {lost}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_is_killed_and_kept_its_log_refuses_no_good_request() {
    if !server::is_here() {
        return;
    }
    let mut members = members(ALWAYS);
    let settings = settings(&members);
    RedisReplayStore::initialize(&settings, PATIENCE).await.unwrap();
    let stores = [server::connected(&settings).await, server::connected(&settings).await];
    let signed = used(&stores, 100).await;
    members[2].kill();
    let waiting = tokio::spawn({
        let stores = stores.clone();
        async move { used(&stores, 100).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    members[2].run();
    let more = waiting.await.unwrap();
    assert_eq!(answers(&stores[1], &signed, &[Ok(Again)]).await, 0);
    assert_eq!(answers(&stores[0], &more, &[Ok(Again)]).await, 0);
}
