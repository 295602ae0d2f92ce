//! What remembering signatures in Redis costs, of the replica and of Redis, and how many bytes a signature takes there.

use crate::alone::check_request;
use crate::setting::{self, Known};
use crate::traffic::{Kind, signed};
use crate::{Size, number};
use sig4_authorizer::replay::{RedisReplayStore, RedisSettings};
use sig4_authorizer::{Authorizer, CheckRequest, Verdict};
use sig4_test_support::load::process;
use sig4_test_support::need::Need;
use sig4_test_support::program::{Program, free_ports};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Requests of a row, each with another signature.
const REQUESTS: usize = 40_000;
/// A server may take this long to answer the first question.
const PATIENCE: Duration = Duration::from_secs(10);

/// Prints the table.
pub fn measure(size: Size) {
    if !Need::RedisServer.runs("the cost of remembering signatures in Redis") {
        return;
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("it starts");
    println!("signatures in Redis  at a time  checks/s  us a check: replica  redis  bytes a signature");
    for (disk, at_a_time) in [("no", 1), ("no", 64), ("always", 1), ("always", 64)] {
        runtime.block_on(row(size, disk, at_a_time));
    }
}

async fn row(size: Size, disk: &str, at_a_time: usize) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (redis, port) = start(folder.path(), disk);
    let settings = RedisSettings::new(&format!("redis://127.0.0.1:{port}/")).expect("it is one");
    RedisReplayStore::initialize(&settings, PATIENCE).await.expect("it answers");
    let store = RedisReplayStore::connect(&settings).expect("there is a runtime");
    store.ready(PATIENCE).await.expect("it answers");
    let authorizer = setting::authorizer(setting::directory(10, Known::BySecret, 1)).with_replay_store(store);
    let count = size.pick(if at_a_time == 1 { REQUESTS / 10 } else { REQUESTS }, 128);
    let requests = signed(Kind::Get, count, |n| setting::credentials(n % 10));
    let checks: Vec<_> = requests.iter().map(check_request).collect();
    let memory = used_memory(port).await;
    let (begun, cpu, redis_cpu) = (Instant::now(), process::cpu(), cpu_of(redis.id()));
    run(&authorizer, checks, at_a_time).await;
    let (took, cpu, redis_cpu) = (begun.elapsed(), process::cpu() - cpu, cpu_of(redis.id()) - redis_cpu);
    let bytes = (used_memory(port).await - memory) / i64::try_from(count).expect("it is small");
    let each = |time: Duration| time.as_secs_f64() * 1e6 / number(count);
    println!(
        "appendfsync {disk:<7}  {at_a_time:>9}  {:>8.0}  {:>19.1}  {:>5.1}  {bytes:>17}",
        number(count) / took.as_secs_f64(),
        each(cpu),
        each(redis_cpu)
    );
}

/// Asks about all requests, as many at a time.
async fn run(authorizer: &Authorizer, mut checks: Vec<CheckRequest>, at_a_time: usize) {
    let share = checks.len().div_ceil(at_a_time);
    let mut tasks = Vec::new();
    while !checks.is_empty() {
        let (part, authorizer) = (checks.split_off(checks.len().saturating_sub(share)), authorizer.clone());
        tasks.push(tokio::spawn(async move {
            for check in part {
                let (verdict, record) = authorizer.check("bench", check).await;
                assert!(matches!(verdict, Verdict::Allowed(_)), "a good request was refused: {:?}", record.cause);
            }
        }));
    }
    for task in tasks {
        task.await.expect("it does not panic");
    }
}

/// Redis that writes to the disk never, or before each answer.
fn start(folder: &Path, disk: &str) -> (Program, u16) {
    let [port] = free_ports();
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"]).arg(folder);
    command.args(["--maxmemory-policy", "noeviction"]);
    if disk == "always" {
        command.args(["--appendonly", "yes", "--appendfsync", disk]);
    }
    (Program::start(&mut command, &folder.join("output"), &[port]), port)
}

/// The memory that Redis uses for its data, in bytes.
async fn used_memory(port: u16) -> i64 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
    stream.write_all(b"INFO memory\r\nQUIT\r\n").await.expect("it is taken");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("it answers with text");
    let line = text.lines().find_map(|line| line.strip_prefix("used_memory:"));
    line.expect("it is told").trim().parse().expect("it is a number")
}

/// The CPU time of a process, in steps of 10 ms.
fn cpu_of(process: u32) -> Duration {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let fields: Vec<_> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
