//! Instructions outside the compression function of SHA-256, counted by valgrind in a worker: this program, started again.
//!
//! Valgrind's processor has no SHA extensions, so the compression function would be most of every count.

use crate::keys;
use crate::row::{Operation, counted};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// The environment variables that make this program a worker: the row to count, and whether it is the limit's.
const ROW: &str = "SIG4_COUNTED_ROW";
const LIMIT: &str = "SIG4_COUNTED_LIMIT";

/// Whose instructions are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of sig4.
    Sig4,
    /// Those of the code that is written for the row.
    Limit,
}

/// The operations that are counted together, after as many that are not.
const TIMES: usize = 100;

/// Counts the row that the environment names and ends the process, if this process is a worker.
pub fn work_if_worker() {
    let Some(name) = wanted_of_worker() else { return };
    let row = counted().into_iter().chain(keys::counted()).find(|row| row.name == name).expect("the row exists");
    count(if std::env::var_os(LIMIT).is_some() { &row.limit } else { &row.sig4 });
    std::process::exit(0);
}

/// The name of the row to count, if this process is a worker.
pub fn wanted_of_worker() -> Option<String> {
    std::env::var(ROW).ok()
}

/// Has valgrind count an operation.
pub fn count(operation: &Operation) {
    operation(TIMES, &mut |work| work());
    operation(TIMES, &mut |work| sig4_counted(work));
}

/// Valgrind counts while this function runs.
#[inline(never)]
fn sig4_counted(work: &mut dyn FnMut()) {
    work();
    std::hint::black_box(());
}

/// The instructions of one operation of the row, by function. Valgrind's profile of a hundred is kept in `profile`.
pub fn instructions(row: &str, whose: Whose, profile: &Path) -> HashMap<String, f64> {
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*sig4_counted*", "--compress-strings=no", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(std::env::current_exe().expect("this program has a path"))
        .env(ROW, row)
        .envs((whose == Whose::Limit).then_some((LIMIT, "1")))
        .output()
        .expect("valgrind starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    by_function(&std::fs::read_to_string(profile).expect("valgrind wrote it"))
}

/// What each function takes itself, without the functions that it calls.
fn by_function(profile: &str) -> HashMap<String, f64> {
    let mut all = HashMap::new();
    let mut function = "";
    let mut lines = profile.lines().skip_while(|line| !line.starts_with("events:"));
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("fn=") {
            function = name;
        } else if line.starts_with("calls=") {
            // The next line is what the called function takes.
            lines.next();
        } else if line.starts_with(|c: char| c.is_ascii_digit()) && !function.contains("sha2::sha256::") {
            let (_, cost) = line.split_once(' ').expect("a line number and a cost");
            *all.entry(function.to_owned()).or_default() += cost.parse::<f64>().expect("it is a number") / TIMES as f64;
        }
    }
    all
}
