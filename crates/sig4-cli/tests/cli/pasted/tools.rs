//! What tools print. The files in `tests/subjects/pasted` were made by `make.py` there with curl 7.88.1, wget 1.21.3, Python
//! 3.11.7, requests 2.34.2, requests-toolbelt 1.0.0 and httpie 3.2.4; where a tool is installed, it prints anew.

use super::{assert_right, explained};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files, and whether they show the body.
const FILES: [(&str, bool); 10] = [
    ("curl-v.txt", false),
    ("curl-trace.txt", true),
    ("curl-trace-ascii.txt", false),
    ("wget-d.txt", true),
    ("http-client.txt", true),
    ("requests-headers.txt", false),
    ("requests-toolbelt.txt", true),
    ("requests-toolbelt-bytes.txt", true),
    ("httpie-v.txt", true),
    ("httpie-head.txt", false),
];

fn subjects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/subjects/pasted")
}

/// Asserts that the request in a file verifies with its body, and that no body is blamed that the file does not show.
fn assert_read(folder: &Path, name: &str) {
    let shows_body = FILES.iter().find(|(file, _)| *file == name).unwrap().1;
    let text = fs::read(folder.join(name)).unwrap();
    let body = folder.join("body.json").to_str().unwrap().to_owned();
    assert_right(&text, &["--body", &body]);
    if shows_body {
        assert_right(&text, &[]);
        return;
    }
    let (status, report, notes) = explained(&text, &[]);
    assert!(status == 1 && notes.contains("--body FILE"), "{name}: {notes}");
    assert!(!report.contains("payload") && !report.contains("body was changed"), "{name}: {report}");
}

#[test]
fn outputs_of_tools_are_read() {
    for (name, _) in FILES {
        assert_read(&subjects(), name);
    }
}

/// Has the tools print these files anew.
fn assert_made(python: &str, names: &[&str]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pasted-{}", names[0]));
    fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(python);
    command.arg(subjects().join("make.py")).arg(env!("CARGO_BIN_EXE_sig4")).arg(&folder).args(names);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in names {
        assert_read(&folder, name);
    }
}

#[test]
fn outputs_of_curl_are_read_as_curl_prints_them_here() {
    let what = "what curl prints is read";
    if Need::Curl.runs(what) && Need::Python.runs(what) {
        assert_made("python3", &["curl-v.txt", "curl-trace.txt", "curl-trace-ascii.txt"]);
    }
}

#[test]
fn logs_of_http_client_are_read_as_python_prints_them_here() {
    if Need::Python.runs("what http.client prints is read") {
        assert_made("python3", &["http-client.txt"]);
    }
}

#[test]
fn outputs_of_requests_are_read_as_it_prints_them_here() {
    let python = install::requests(Path::new(env!("CARGO_TARGET_TMPDIR")));
    if !Need::Requests.is_met(python.is_some(), "what requests and requests-toolbelt print is read") {
        return;
    }
    let names = FILES.map(|(name, _)| name);
    let names: Vec<_> = names.into_iter().filter(|name| name.starts_with("requests")).collect();
    assert_made(&python.unwrap(), &names);
}
