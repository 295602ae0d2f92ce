//! Instructions counted by valgrind in a worker: this program, started again with one case in its environment.

use crate::need::Need;
use std::process::{Command, Output};

/// The environment variable of the worker's case: `operation:shape:number`.
pub const CASE: &str = "SIG4_SCALING";

/// The counted functions: those that do the work, without the compression function of SHA-256.
pub const WORK: &[&str] = &["*sig4_scaling_*s", "sha2::sha256::compress256"];

/// Whether valgrind is installed. The test is skipped if it is not.
pub fn is_possible() -> bool {
    Need::Valgrind.runs("no instructions were counted")
}

/// The instructions that the worker takes for a case inside the functions of `toggles`, or in total if `toggles` is empty.
pub fn instructions(case: &str, toggles: &[&str]) -> f64 {
    let name = format!("sig4-scaling-{}-{}", std::process::id(), case.replace(':', "-"));
    let dir = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&dir).expect("there is a place for valgrind's file");
    let done = Command::new("valgrind")
        .arg("--tool=callgrind")
        .args(toggles.iter().map(|toggle| format!("--toggle-collect={toggle}")))
        .arg(format!("--callgrind-out-file={}", dir.join("out").display()))
        .arg(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "worker", "--nocapture", "--test-threads=1"])
        .env(CASE, case)
        .output()
        .expect("valgrind starts");
    std::fs::remove_dir_all(&dir).expect("valgrind's file goes");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    collected(&done)
}

/// The count that valgrind reports, even if the program fails.
pub fn collected(done: &Output) -> f64 {
    let said = String::from_utf8_lossy(&done.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let Some((_, collected)) = collected else { panic!("valgrind did not count: {said}") };
    collected.trim().parse().expect("it is a number")
}

/// Asserts that ten times the size costs at most `most` times the instructions.
pub fn assert_grows(case: &str, toggles: &[&str], small: usize, most: f64) {
    if !is_possible() {
        return;
    }
    let empty = instructions(&format!("{case}:0"), toggles);
    let [few, many] = [small, 10 * small].map(|n| instructions(&format!("{case}:{n}"), toggles) - empty);
    assert_ratio(case, small, few, many, most);
}

/// Asserts that `many` is at most `most` times `few`.
pub fn assert_ratio(case: &str, small: usize, few: f64, many: f64, most: f64) {
    let line = format!("{case}: {few:.0} instructions for {small}, {:.1} times as many for {}", many / few, 10 * small);
    println!("{line}");
    assert!(few > 10_000.0, "nothing was counted: {line}");
    assert!(many <= most * few, "{line}");
}
