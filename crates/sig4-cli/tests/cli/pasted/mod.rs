//! Requests as people paste them, which `sig4 explain` and `sig4 verify` recognise.

mod copied;
mod embedded;
mod said;
mod structured;
mod tools;

use std::io::Write;
use std::process::{Command, Stdio};

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const AT: &str = "20150830T123600Z";
const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";
const TARGET: &str = "/orders/a%20b?limit=2&after=x%2Fy";
const BODY: &str = r#"{"name":"café","n":1}"#;

/// `sig4` with the example's credentials and nothing else in its environment.
fn sig4(command: &str) -> Command {
    let mut sig4 = Command::new(env!("CARGO_BIN_EXE_sig4"));
    sig4.arg(command).env_clear().env("HOME", "/nonexistent");
    sig4.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    sig4
}

/// The exit status, and what was printed on both outputs. Nothing that is printed holds the secret.
fn told(command: &mut Command, input: &[u8]) -> (i32, String, String) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may end without reading, such as on a bad option.
    let _unread = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(!out.contains(SECRET) && !err.contains(SECRET), "{out}{err}");
    (output.status.code().unwrap(), out, err)
}

fn explained(text: impl AsRef<[u8]>, options: &[&str]) -> (i32, String, String) {
    told(sig4("explain").args(options), text.as_ref())
}

/// Asserts that the text has a request that verifies, and returns the notes.
fn assert_right(text: impl AsRef<[u8]>, options: &[&str]) -> String {
    let text = text.as_ref();
    let (status, report, notes) = explained(text, options);
    let shown = String::from_utf8_lossy(text);
    assert_eq!((status, report.as_str()), (0, "Nothing is wrong: the request verifies.\n"), "{shown}\n{notes}");
    notes
}

/// The headers of a request that is signed rightly, with those that tools send too.
fn signed(method: &str, target: &str, body: Option<&str>, more: &[&str]) -> Vec<(String, String)> {
    let mut command = sig4("sign");
    command.args([method, &format!("https://{HOST}{target}"), "--at", AT]);
    command.args(more.iter().flat_map(|header| ["-H", header]));
    command.args(body.iter().flat_map(|body| ["--data-raw", body]));
    let (status, printed, notes) = told(&mut command, b"");
    assert_eq!(status, 0, "{notes}");
    let given = more.iter().copied().map(str::to_owned);
    let lines = given.chain(printed.lines().map(str::to_owned)).collect::<Vec<_>>();
    let mut headers: Vec<_> = lines.iter().filter_map(|line| line.split_once(": ")).collect();
    headers.dedup_by_key(|(name, _)| name.to_ascii_lowercase());
    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The headers of an order in JSON.
fn order() -> Vec<(String, String)> {
    let headers = signed("POST", TARGET, Some(BODY), &["Content-Type: application/json"]);
    headers.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")).collect()
}

/// The headers of a request without a body.
fn list() -> Vec<(String, String)> {
    let headers = signed("GET", TARGET, None, &[]);
    headers.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")).collect()
}

/// The headers as lines, each with a mark in front.
fn lines(headers: &[(String, String)], mark: &str) -> String {
    headers.iter().map(|(name, value)| format!("{mark}{name}: {value}\n")).collect()
}

/// A presigned URL.
fn presigned() -> String {
    let mut command = sig4("presign");
    command.args(["https://bucket.s3.us-east-1.amazonaws.com/a%20b.txt?versionId=3", "--expires", "300", "--at", AT]);
    let (status, url, notes) = told(&mut command, b"");
    assert_eq!(status, 0, "{notes}");
    url.trim().to_owned()
}
