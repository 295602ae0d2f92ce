//! The same tests on Valkey.

use super::server::{self, PROGRAM};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::path::Path;
use std::process::Command;

/// Tests whose server is not that of the environment: one installs and starts Redis by a script, one needs its TLS.
const OTHERS: [&str; 3] = ["replay::valkey", "replay::example", "replay::tls"];

/// The tests of this program once more, in a process whose environment names Valkey.
#[test]
fn every_test_of_a_store_passes_on_valkey() {
    if !server::is_here() {
        return;
    }
    let Some(valkey) = install::valkey(Path::new(env!("CARGO_TARGET_TMPDIR"))) else {
        return Need::Valkey.skip("stores of used signatures on Valkey");
    };
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.env(PROGRAM, valkey).args(["replay::", "server::stored::"]);
    tests.args(OTHERS.iter().flat_map(|name| ["--skip", name]));
    let output = tests.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    let passed = printed.lines().filter(|line| line.ends_with("... ok")).count();
    assert!(passed > 20, "{printed}");
}
