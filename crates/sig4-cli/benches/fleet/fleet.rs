//! The programs: Redis, two replicas of the authorizer, and Envoy.

use crate::callers::{ACCOUNT, HOST, REGION, UsersFile};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use sig4_test_support::program::{Program, free_ports};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How often a replica looks whether its users file has changed.
pub const RELOAD: Duration = Duration::from_millis(250);
const SIG4: &str = env!("CARGO_BIN_EXE_sig4");

/// The programs that a fleet needs.
pub struct Programs {
    envoy: PathBuf,
}

impl Programs {
    /// `None` if one is missing, which is recorded.
    pub fn find() -> Option<Self> {
        let what = "two replicas of the authorizer behind Envoy, with Redis";
        let envoy = install::envoy(Path::new(env!("CARGO_TARGET_TMPDIR")));
        let is_met = Need::Envoy.is_met(envoy.is_some(), what) & Need::RedisServer.runs(what);
        envoy.filter(|_| is_met).map(|envoy| Self { envoy })
    }
}

/// Where replicas remember used signatures.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Store {
    /// Each in its own memory, which two replicas must not do. It shows what Redis costs.
    Memory,
    Redis,
}

impl Store {
    const fn section(self) -> &'static str {
        match self {
            Self::Memory => "store = \"memory\"",
            // A signature that is in doubt waits for Redis, if it is restarted.
            Self::Redis => "store = \"redis\"\nurl_file = \"redis.url\"\ntimeout = \"4s\"",
        }
    }
}

/// A replica of the authorizer.
pub struct Replica {
    name: &'static str,
    folder: PathBuf,
    ports: [u16; 2],
    store: Store,
    program: Option<Program>,
}

impl Replica {
    fn new(name: &'static str, folder: &Path, store: Store) -> Self {
        Self { name, folder: folder.to_owned(), ports: free_ports(), store, program: None }
    }

    /// Starts it, and waits until it listens.
    pub fn start(&mut self) {
        let config = self.folder.join(format!("{}.toml", self.name));
        fs::write(&config, config_text(self.ports, self.store)).expect("the folder can be written");
        let mut command = Command::new(SIG4);
        command.args(["authorize", "--config"]).arg(&config).current_dir(&self.folder);
        let output = self.folder.join(format!("{}.output", self.name));
        self.program = Some(Program::start(&mut command, &output, &self.ports));
    }

    /// Kills it with SIGKILL, and waits until it is gone.
    pub fn kill(&mut self) {
        let program = self.program.take().expect("it runs");
        program.signal("-KILL");
        drop(program);
    }

    /// Stops it with SIGTERM, and waits until it has drained.
    pub fn stop(&mut self) -> bool {
        let mut program = self.program.take().expect("it runs");
        program.signal("-TERM");
        program.ended(Duration::from_secs(30)).unwrap_or(false)
    }

    /// The memory that it uses, in KiB, if it runs.
    pub fn resident_kib(&self) -> Option<u64> {
        self.program.as_ref().and_then(|program| status(program.id(), "VmRSS:"))
    }

    /// The CPU time that it used.
    pub fn cpu(&self) -> Duration {
        self.program.as_ref().map_or(Duration::ZERO, |program| cpu(program.id()))
    }

    /// What it printed.
    pub fn printed(&self) -> String {
        self.program.as_ref().map_or_else(String::new, Program::printed)
    }
}

/// The configuration of a replica.
fn config_text([port, admin]: [u16; 2], store: Store) -> String {
    format!(
        r#"[listen]
address = "127.0.0.1:{port}"
admin = "127.0.0.1:{admin}"
drain_delay = "1s"

[[api]]
name = "orders"
hosts = ["{HOST}"]
region = "{REGION}"
account = "{ACCOUNT}"
id = "abc"

[keys]
users = "users.json"
interval = "{}ms"

[replay]
{}
"#,
        RELOAD.as_millis(),
        store.section()
    )
}

/// Everything that runs.
pub struct Fleet {
    folder: PathBuf,
    redis_port: u16,
    redis: Option<Program>,
    pub replicas: [Replica; 2],
    envoy: Option<Program>,
    /// The ports of Envoy: through the authorizer, past it, and its own.
    pub ports: [u16; 3],
}

impl Fleet {
    /// Starts everything. The upstreams are those behind the authorizer and past it.
    pub fn start(programs: &Programs, folder: &Path, upstreams: [u16; 2], store: Store) -> Self {
        let [redis_port] = free_ports();
        let replicas = [Replica::new("first", folder, store), Replica::new("second", folder, store)];
        let folder = folder.to_owned();
        let mut fleet = Self { folder, redis_port, redis: None, replicas, envoy: None, ports: free_ports() };
        fleet.write_users(UsersFile::First);
        fs::write(fleet.folder.join("redis.url"), format!("redis://127.0.0.1:{redis_port}/\n"))
            .expect("it can be written");
        fleet.start_redis();
        if store == Store::Redis {
            fleet.initialise_replay_store();
        }
        fleet.replicas.iter_mut().for_each(Replica::start);
        fleet.start_envoy(programs, upstreams);
        fleet
    }

    /// Starts Redis, which writes each command to the disk before it answers.
    pub fn start_redis(&mut self) {
        let mut command = Command::new("redis-server");
        let port = self.redis_port.to_string();
        command.args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]);
        command.args(["--appendfsync", "always", "--maxmemory-policy", "noeviction", "--dir"]).arg(&self.folder);
        self.redis = Some(Program::start(&mut command, &self.folder.join("redis.output"), &[self.redis_port]));
    }

    /// Stops Redis, with a signal of `kill`.
    pub fn stop_redis(&mut self, signal: &str) {
        let mut redis = self.redis.take().expect("it runs");
        redis.signal(signal);
        redis.ended(Duration::from_secs(30));
    }

    /// Says that the store is new, so that no signature can have been forgotten.
    fn initialise_replay_store(&mut self) {
        let replica = &self.replicas[0];
        let config = self.folder.join("initial.toml");
        fs::write(&config, config_text(replica.ports, replica.store)).expect("the folder can be written");
        let arguments = ["authorize", "--init-replay-store", "--config"];
        let output = Command::new(SIG4).args(arguments).arg(&config).current_dir(&self.folder).output();
        let output = output.expect("it is built");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Replaces the users file in one step.
    pub fn write_users(&self, users: UsersFile) {
        let (new, file) = (self.folder.join("users.json.new"), self.folder.join("users.json"));
        fs::write(&new, users.json()).expect("the folder can be written");
        fs::rename(&new, &file).expect("the folder can be written");
    }

    fn start_envoy(&mut self, programs: &Programs, [upstream, past]: [u16; 2]) {
        let [authorized, plain, admin] = self.ports;
        let [first, second] = &self.replicas;
        let mut text = include_str!("envoy.yaml").to_owned();
        for (word, port) in [
            ("ADMIN", admin),
            ("AUTHORIZED", authorized),
            ("PLAIN", plain),
            ("FIRST_REPLICA", first.ports[0]),
            ("FIRST_HEALTH", first.ports[1]),
            ("SECOND_REPLICA", second.ports[0]),
            ("SECOND_HEALTH", second.ports[1]),
            ("UPSTREAM", upstream),
            ("PAST", past),
        ] {
            text = text.replace(&format!("port_value: {word} "), &format!("port_value: {port} "));
        }
        let config = self.folder.join("envoy.yaml");
        fs::write(&config, text).expect("the folder can be written");
        let mut command = Command::new(&programs.envoy);
        command.args(["--disable-hot-restart", "--concurrency", "1", "-l", "warn", "-c"]).arg(&config);
        self.envoy = Some(Program::start(&mut command, &self.folder.join("envoy.output"), &self.ports));
    }

    /// The CPU times that Envoy, the two replicas and Redis used.
    pub fn cpu(&self) -> [Duration; 4] {
        let of = |program: &Option<Program>| program.as_ref().map_or(Duration::ZERO, |program| cpu(program.id()));
        [of(&self.envoy), self.replicas[0].cpu(), self.replicas[1].cpu(), of(&self.redis)]
    }

    /// Numbers of Envoy about its cluster of authorizers, and of Redis: bytes and questions since they started.
    pub fn totals(&self) -> BTreeMap<String, f64> {
        let stats = format!(
            "http://127.0.0.1:{}/stats?filter=cluster.authorizer.upstream_(cx_.x_bytes_total|rq_total)",
            self.ports[2]
        );
        let info = ask_redis(self.redis_port, "INFO");
        let lines = fetch(&stats).replace("cluster.authorizer.", "") + &info;
        let numbers = lines.lines().filter_map(|line| line.split_once(':'));
        numbers.filter_map(|(name, number)| Some((name.to_owned(), number.trim().parse().ok()?))).collect()
    }

    /// The statistics of Envoy about the authorizer, each a name with a number.
    pub fn envoy_stats(&self) -> String {
        let url = format!(
            "http://127.0.0.1:{}/stats?filter=cluster.authorizer.upstream_(rq_retry|rq_5xx|cx_connect_fail|rq_rx_reset)",
            self.ports[2]
        );
        let is_counted = |line: &&str| line.contains(": ") && !line.ends_with(": 0");
        fetch(&url).lines().filter(is_counted).collect::<Vec<_>>().join("\n")
    }

    /// What each program printed.
    pub fn printed(&self) -> String {
        let [first, second] = self.replicas.each_ref().map(Replica::printed);
        let envoy = self.envoy.as_ref().map_or_else(String::new, Program::printed);
        format!("first replica:\n{first}\nsecond replica:\n{second}\nEnvoy:\n{envoy}")
    }
}

/// The answer of Redis to a command.
fn ask_redis(port: u16, command: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    write!(stream, "{command}\r\nQUIT\r\n").expect("it is taken");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers with text");
    text
}

/// The body of a page of this machine.
pub fn fetch(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("it is HTTP");
    let (authority, path) = rest.split_once('/').expect("it has a path");
    let mut stream = TcpStream::connect(authority).expect("it listens");
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n").expect("it is taken");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers with text");
    text.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned())
}

fn status(process: u32, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.trim().trim_end_matches(" kB").parse().ok()
}

/// The CPU time of a process, in steps of 10 ms.
fn cpu(process: u32) -> Duration {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<_> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks: u64 = fields.get(11..13).into_iter().flatten().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
