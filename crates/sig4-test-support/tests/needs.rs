//! A test whose program is missing says so, is listed at the end, and fails if it is required.

use sig4_test_support::need::{Need, REQUIRE, Required, Run, summary};
use std::process::{Command, Output};

const WORKER: &str = "SIG4_NEEDS_WORKER";

/// Started by the test below, without `PATH`. Alone it does nothing.
#[test]
fn worker() {
    if std::env::var_os(WORKER).is_some() {
        assert!(!Need::Curl.runs("nothing was sent"), "PATH is empty");
    }
}

fn start(require: &str) -> Output {
    let mut worker = Command::new(std::env::current_exe().unwrap());
    worker.args(["--exact", "worker"]).env(WORKER, "1").env("PATH", "").env(REQUIRE, require);
    worker.output().unwrap()
}

#[test]
fn a_missing_program_is_said_listed_and_may_be_required() {
    for require in ["", "node,python3"] {
        let output = start(require);
        assert!(output.status.success(), "{require}: {output:?}");
        // The harness did not capture it.
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said, "SKIPPED curl        needs worker: nothing was sent\n");
        let list = summary(&Run::of_children().take_skipped());
        assert_eq!(
            list,
            "1 skipped (SIG4_REQUIRE=all turns skips into failures):\n  curl        needs worker: nothing was sent\n"
        );
        assert_eq!(summary(&Run::of_children().take_skipped()), "no test was skipped\n", "the record is gone");
    }
    for require in ["all", "node, curl", "crul"] {
        let output = start(require);
        assert!(!output.status.success(), "{require}: {output:?}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let why =
            if require == "crul" { "unknown name `crul`" } else { "`curl` is missing, and SIG4_REQUIRE asks for it" };
        assert!(said.contains(why), "{said}");
        assert!(Run::of_children().take_skipped().is_empty());
    }
}

#[test]
fn names_are_read_as_they_are_written() {
    let all = Required::parse(&Need::ALL.map(Need::name).join(","));
    assert_eq!(Required::parse("all"), all);
    assert_eq!(Required::parse(""), Required::parse(" , "));
    assert!(Required::parse("Curl").is_err());
}
