//! No layer costs more than its gate.
#![allow(clippy::expect_used, reason = "a test may fail by panicking")]

use sig4_test_support::need::Need;
use std::process::Command;

/// Instructions of an unoptimised build say nothing, so the test builds the table with the bench profile and runs it.
#[test]
fn no_row_is_above_its_gate() {
    if !Need::Valgrind.runs("the instructions of the layers are not counted") {
        return;
    }
    let done = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--profile", "bench", "-p", "sig4-bench-layers", "--", "--quick"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo starts");
    let table = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{table}{}", String::from_utf8_lossy(&done.stderr));
    assert!(table.contains("AuthorizeLayer traced"), "{table}");
}
