//! `examples/authorizer/redis/start.sh` starts a store that keeps everything.

use super::server::{self, PATIENCE, new_folder};
use super::uses::Signed;
use sig4::verify::Remembered::{Again, First};
use sig4_authorizer::replay::{RedisReplayStore, RedisSettings};
use sig4_test_support::program::{Program, free_ports};
use std::fs;
use std::path::Path;
use std::process::Command;

fn start(folder: &Path, port: u16) -> Program {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/authorizer/redis/start.sh");
    let mut command = Command::new("bash");
    command.arg(script).arg(folder).arg(port.to_string());
    Program::start(&mut command, &folder.join("output"), &[port])
}

#[tokio::test]
async fn the_example_keeps_all_signatures_when_it_is_killed() {
    if !server::is_here() {
        return;
    }
    let (folder, [port]) = (new_folder(), free_ports());
    let server = start(&folder, port);
    let url = fs::read_to_string(folder.join("redis.url")).unwrap();
    let settings = RedisSettings::new(&url).unwrap().with_timeout(PATIENCE).with_key_quota(100, PATIENCE);
    assert_eq!(RedisReplayStore::initialize(&settings, PATIENCE).await.unwrap().new, 256);
    let (store, signed) = (server::connected(&settings).await, Signed::now());
    assert_eq!(signed.asked(&store).await, Ok(First));
    drop(server);
    let _server = start(&folder, port);
    assert_eq!(signed.asked(&store).await, Ok(Again));
    assert_eq!(Signed::now().asked(&store).await, Ok(First));
    // Nobody else is let in.
    let stranger = RedisSettings::new(&format!("redis://127.0.0.1:{port}/")).unwrap();
    assert!(RedisReplayStore::initialize(&stranger, PATIENCE).await.is_err());
}
