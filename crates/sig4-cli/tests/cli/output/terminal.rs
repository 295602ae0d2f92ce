//! The answer of a call, in a pipe and on a terminal. `script`, of util-linux, makes the terminal.

use crate::output::run::{answer, bare, server};
use sig4_test_support::need::Need;
use std::process::{Command, Output, Stdio};

const BODY: &[u8] = b"{\"a\":\"\x1b[2J\x1b]0;title\x07\xc2\x9b31m\xe2\x80\xae\",\t\"b\":1}\r\nlast";

/// `sig4 call`, on a terminal. `None` if there is no `script`.
fn on_a_terminal(authority: &str, options: &str) -> Option<String> {
    let command = format!("{} call http://{authority}/ {options}", env!("CARGO_BIN_EXE_sig4"));
    let run = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("AWS_ACCESS_KEY_ID", "A")
        .env("AWS_SECRET_ACCESS_KEY", "hush")
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null())
        .output();
    match run {
        Ok(Output { stdout, .. }) => Some(String::from_utf8(stdout).unwrap()),
        Err(_) => {
            Need::Script.skip("nothing was printed on a terminal");
            None
        }
    }
}

#[test]
fn a_pipe_gets_every_byte() {
    let authority = server(&answer("200 OK", "", BODY));
    let mut call = bare(&["call", &format!("http://{authority}/")]);
    let output = call.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "hush").output().unwrap();
    assert_eq!(output.stdout, BODY);
}

#[test]
fn a_terminal_gets_text() {
    let authority = server(&answer("200 OK", "x: \u{9b}\r\n", BODY));
    let Some(shown) = on_a_terminal(&authority, "-i") else { return };
    let body = "{\"a\":\"\\u{1b}[2J\\u{1b}]0;title\\u{7}\\u{9b}31m\\u{202e}\",\t\"b\":1}\r\nlast\r\n";
    assert!(shown.starts_with("HTTP/1.1 200 OK\r\n") && shown.contains("x: \\u{9b}\r\n"), "{shown:?}");
    assert!(shown.ends_with(body), "{shown:?}");
}

#[test]
fn a_terminal_gets_no_binary() {
    let authority = server(&answer("200 OK", "", b"\x7fELF\0\x1b[2J"));
    let Some(shown) = on_a_terminal(&authority, "") else { return };
    assert_eq!(shown, "sig4: the answer is no text, and a terminal does not get it: give -o FILE, or a pipe\r\n");
}
