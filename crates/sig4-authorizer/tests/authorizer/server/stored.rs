//! What a server with a store of used signatures says about itself.

use super::asked::{get, nobody, status};
use crate::replay::server::{self, PATIENCE, Redis};
use sig4_authorizer::config::Config;
use sig4_authorizer::{Assembly, Server, initialize_replay_store};
use std::time::Duration;
use tokio::time::timeout;

/// A configuration with a store at a server of Redis.
fn config(redis: &Redis, folder: &tempfile::TempDir, more: &str) -> Config {
    std::fs::write(folder.path().join("url"), format!("redis://127.0.0.1:{}/", redis.port)).unwrap();
    let listen = "[listen]\naddress = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n";
    let replay = format!("[replay]\nstore = \"redis\"\nurl_file = \"url\"\n{more}");
    let text = crate::config::SMALL.replace("id = ", "window = \"1s\"\nid = ");
    std::fs::write(folder.path().join("authorizer.toml"), format!("{text}\n{listen}{replay}")).unwrap();
    Config::read(folder.path().join("authorizer.toml")).unwrap()
}

/// A server whose store was told to be new.
async fn serve(redis: &Redis, folder: &tempfile::TempDir, more: &str) -> Server {
    let config = config(redis, folder, more);
    assert_eq!(initialize_replay_store(&config).await.unwrap().new, 256);
    Server::start(Assembly::of_keys(&config, nobody()).unwrap()).await.unwrap()
}

async fn becomes(server: &Server, ready: u16) {
    let seen = async {
        while status(server.admin_addr().unwrap(), "/readyz").await != ready {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("/readyz never says {ready}"));
}

async fn reasons(server: &Server) -> String {
    get(server.admin_addr().unwrap(), "/readyz").await
}

/// Nobody asks the replica: it finds out by itself. Requests that were signed before the loss are refused, and then those after it pass.
#[tokio::test]
async fn a_replica_whose_store_was_emptied_is_not_ready_until_new_requests_pass() {
    if !server::is_here() {
        return;
    }
    let (redis, folder) = (Redis::start(&[]), tempfile::tempdir().unwrap());
    let server = serve(&redis, &folder, "clock_difference = \"2s\"").await;
    becomes(&server, 200).await;
    redis.cli(&["FLUSHALL"]);
    becomes(&server, 503).await;
    let reasons = reasons(&server).await;
    assert!(reasons.contains("the store of used signatures: it may have lost signatures"), "{reasons}");
    becomes(&server, 200).await;
}

#[tokio::test]
async fn a_replica_whose_store_is_full_is_not_ready_until_there_is_room() {
    if !server::is_here() {
        return;
    }
    let (redis, folder) = (Redis::start(&[]), tempfile::tempdir().unwrap());
    let server = serve(&redis, &folder, "on_failure = \"allow\"").await;
    becomes(&server, 200).await;
    redis.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    becomes(&server, 503).await;
    let reasons = reasons(&server).await;
    assert!(reasons.contains("the store of used signatures: the replay store has no memory left"), "{reasons}");
    let metrics = get(server.admin_addr().unwrap(), "/metrics").await;
    assert!(metrics.contains("\nsig4_ready 0\n") && metrics.contains("\nsig4_replay_connected 1\n"), "{metrics}");
    redis.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    becomes(&server, 200).await;
}

/// A new store that a look at the configuration had marked could not be prepared any more, and refused requests for minutes.
#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_only_looked_at_does_not_touch_the_store() {
    if !server::is_here() {
        return;
    }
    let (redis, folder) = (Redis::start(&[]), tempfile::tempdir().unwrap());
    let config = config(&redis, &folder, "");
    let assembly = Assembly::of_keys(&config, nobody()).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(redis.cli(&["DBSIZE"]), "0");
    assert_eq!(initialize_replay_store(&config).await.unwrap().new, 256);
    let server = Server::start(assembly).await.unwrap();
    becomes(&server, 200).await;
}
