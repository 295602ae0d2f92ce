//! A server of Redis, in a folder of its own.

use sig4_authorizer::replay::{RedisReplayStore, RedisSettings};
use sig4_test_support::need::Need;
use sig4_test_support::program::{Program, free_ports};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Long enough for a server on a busy machine.
pub(in super::super) const PATIENCE: Duration = Duration::from_secs(30);

/// Each change is on the disk before the answer: a restart keeps everything.
pub(in super::super) const ALWAYS: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];

/// The environment's name of another program for the server, such as that of Valkey.
pub(super) const PROGRAM: &str = "SIG4_TEST_REDIS_SERVER";

/// Whether Redis is there. Without it the test is skipped. Its client asks Valkey, too.
pub(in super::super) fn is_here() -> bool {
    Need::RedisServer.runs("stores of used signatures on Redis")
}

/// The program of the server.
pub(super) fn program() -> OsString {
    std::env::var_os(PROGRAM).unwrap_or_else(|| "redis-server".into())
}

/// A running server.
#[derive(Debug)]
pub(in super::super) struct Redis {
    program: Option<Program>,
    pub(in super::super) port: u16,
    pub(in super::super) folder: PathBuf,
    arguments: Vec<String>,
}

impl Redis {
    /// Starts a server. It stores nothing on disk, unless `arguments` say so.
    pub(in super::super) fn start(arguments: &[&str]) -> Self {
        let [port] = free_ports();
        Self::start_at(port, arguments)
    }

    /// Starts a server at a port.
    pub(in super::super) fn start_at(port: u16, arguments: &[&str]) -> Self {
        let mut server = Self::create(port, arguments);
        server.run();
        server
    }

    /// A server that does not run yet.
    pub(in super::super) fn create(port: u16, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { program: None, port, folder: new_folder(), arguments }
    }

    /// Starts it, with the data of its folder.
    pub(in super::super) fn run(&mut self) {
        let port = self.port.to_string();
        let mut command = Command::new(program());
        command.current_dir(&self.folder).args(["--save", "", "--bind", "127.0.0.1", "--port", &port]);
        command.args(&self.arguments);
        self.program = Some(Program::start(&mut command, &self.folder.join("output"), &[self.port]));
    }

    /// Kills it, as if the machine had gone.
    pub(in super::super) fn kill(&mut self) {
        drop(self.program.take());
    }

    /// Sends a signal.
    pub(in super::super) fn signal(&self, signal: &str) {
        self.program.as_ref().unwrap().signal(signal);
    }

    /// Removes what it stored.
    pub(in super::super) fn empty(&self) {
        fs::remove_dir_all(&self.folder).unwrap();
        fs::create_dir(&self.folder).unwrap();
    }

    /// Asks it with `redis-cli`.
    pub(in super::super) fn cli(&self, words: &[&str]) -> String {
        let port = self.port.to_string();
        let output = Command::new("redis-cli").args(["-p", &port]).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        let answer = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(!answer.starts_with("ERR"), "{words:?}: {answer}");
        answer
    }

    pub(in super::super) fn settings(&self) -> RedisSettings {
        RedisSettings::new(&format!("redis://127.0.0.1:{}/", self.port)).unwrap().with_timeout(PATIENCE)
    }

    /// A connected store: a replica's.
    pub(in super::super) async fn store(&self) -> RedisReplayStore {
        connected(&self.settings()).await
    }

    /// A connected store on a server that was told to be new.
    pub(in super::super) async fn new_store(&self) -> RedisReplayStore {
        assert_eq!(RedisReplayStore::initialize(&self.settings(), PATIENCE).await.unwrap().new, 256);
        self.store().await
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A store that reached its servers.
pub(in super::super) async fn connected(settings: &RedisSettings) -> RedisReplayStore {
    let store = RedisReplayStore::connect(settings).unwrap();
    store.ready(PATIENCE).await.unwrap();
    store
}

/// An empty folder of the build.
pub(in super::super) fn new_folder() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("redis-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}
