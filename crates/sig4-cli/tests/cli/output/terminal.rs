//! The answer of a call, in a pipe and on a terminal. `script`, of util-linux, makes the terminal.

use crate::output::run::{answer, bare, server, slow_server};
use sig4_test_support::need::Need;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

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
    assert_eq!(shown, "sig4: the response is no text, and a terminal does not get it: give -o FILE, or a pipe\r\n");
}

/// Longer than what is not shown.
const SLOW: Duration = Duration::from_millis(2800);

/// What a terminal shows of a call: `before` goes before the command, and `after` after it.
fn shown(authority: &str, before: &str, after: &str) -> String {
    let command = format!("{before} {} call http://{authority}/ {after}", env!("CARGO_BIN_EXE_sig4"));
    let mut script = Command::new("script");
    script.args(["-qec", &command, "/dev/null"]).env_remove("CI").env("TERM", "xterm").env("HOME", "/nonexistent");
    script.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "hush").stdin(Stdio::null());
    String::from_utf8(script.output().unwrap().stdout).unwrap()
}

/// Progress is shown after two seconds, to somebody who looks at it, and it is gone before the answer is printed.
#[test]
fn progress_is_on_a_terminal_and_on_nothing_else() {
    if !Need::Script.runs("no progress was shown on a terminal") {
        return;
    }
    let (slow, fast) = (slow_server(&answer("200 OK", "", b"{}"), SLOW), server(&answer("200 OK", "", b"{}")));
    let cases = [
        (&slow, "", "", true),
        (&slow, "", "-o /dev/null", true),
        (&fast, "", "", false),
        (&slow, "", "--format json", false),
        (&slow, "", "-s", false),
        (&slow, "", "2>&1 | cat", false),
        (&slow, "CI=true", "", false),
        (&slow, "TERM=dumb", "", false),
    ];
    thread::scope(|scope| {
        let runs = cases.map(|(authority, before, after, shows)| {
            (scope.spawn(move || shown(authority, before, after)), format!("{before} {after}"), shows)
        });
        for (run, case, shows) in runs {
            let text = run.join().unwrap();
            let line = format!("waiting for http://{slow}/ (2s)");
            assert_eq!(text.contains(&line), shows, "{case}: {text:?}");
            assert_eq!(text.contains("waiting for") || text.contains('\x1b'), shows, "{case}: {text:?}");
            assert!(
                case.contains("null") || text.contains("{}") || text.contains("\"status\":200"),
                "{case}: {text:?}"
            );
            // The line is cleared, so that nothing of it stays in front of the answer.
            if let Some(last) = text.rfind("waiting for") {
                let after = text.get(last..).unwrap();
                assert!(after.contains("\x1b[2K"), "{case}: {text:?}");
            }
        }
    });
}
