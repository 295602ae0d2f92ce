//! A test whose program is missing says so, is listed at the end, and fails if it is required.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use sig4_test_support::need::{Need, REQUIRE, Required, Run, summary};
use std::fs;
use std::path::{Path, PathBuf};
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

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Cargo runs the test binaries of packages and targets by their names.
#[test]
fn the_summary_runs_after_every_other_test_binary() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(names_in(home.parent().unwrap()).last().unwrap(), "sig4-test-support");
    assert_eq!(names_in(&home.join("tests")).last().unwrap(), "skipped.rs");
}

/// The Rust sources below a folder.
fn sources(folder: PathBuf) -> Vec<PathBuf> {
    let (mut open, mut found) = (vec![folder], Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_test_skips_by_its_need() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = sources(root.join("tests"));
    for name in names_in(&root.join("crates")).iter().filter(|name| *name != "sig4-test-support") {
        files.extend(sources(root.join("crates").join(name)));
    }
    assert!(files.len() > 300, "{}", files.len());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("SKIPPED"), "{}: use sig4_test_support::need::Need", file.display());
    }
}

#[test]
fn every_need_is_explained_to_contributors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("CONTRIBUTING.md")).unwrap();
    for need in Need::ALL {
        assert!(page.contains(&format!("\n| `{need}` | ")), "CONTRIBUTING.md has no row for `{need}`");
    }
}
