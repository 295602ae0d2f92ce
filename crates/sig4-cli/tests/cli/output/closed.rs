//! A standard output that is closed when the command begins.

use crate::output::run::server;
use std::fs;
use std::process::{Command, Output, Stdio};

fn closed(arguments: &[&str], redirection: &str) -> Output {
    let script = format!("exec \"$0\" \"$@\" {redirection}");
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_sig4")]).args(arguments).stdin(Stdio::null());
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret").output().unwrap()
}

#[test]
fn output_that_is_lost_is_a_failure() {
    let authority = server(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    let url = format!("http://{authority}/");
    let call = ["call", url.as_str(), "--region", "r"];
    let json = ["call", url.as_str(), "--region", "r", "--format", "json"];
    let sign = ["sign", url.as_str(), "--region", "r"];
    for arguments in [&call[..], &json, &sign, &["sign", "--jsonl"], &["completions", "bash"]] {
        let output = closed(arguments, ">&-");
        let err = String::from_utf8(output.stderr).unwrap();
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        assert!(err.contains("cannot write standard output: it is closed"), "{arguments:?}: {err}");
        let output = closed(arguments, ">/dev/null");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        let output = closed(arguments, "1<>/dev/null");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
    }
    let file = format!("{}/closed-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let output = closed(&[&call[..], &["-o", &file]].concat(), ">&-");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "ok");
    fs::remove_file(&file).unwrap();
}
