//! One grammar for requests: the words and options of curl, httpie and awscurl, in every command that takes a request.

mod alike;
mod keys;
mod redirects;
mod replaced;
mod report;
mod words;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};

pub const ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// `sig4` with nothing in its environment but credentials.
pub fn sig4(arguments: &[&str]) -> Command {
    let mut command = bare(arguments);
    command.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET);
    command
}

/// `sig4` with nothing in its environment.
pub fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.env_clear().env("HOME", "/nonexistent").args(arguments).stdin(Stdio::null());
    command
}

pub fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let [out, err] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(!err.contains(SECRET), "{err}");
    (status.code().unwrap(), out, err)
}

/// Runs `sig4` and returns what it printed.
pub fn printed(arguments: &[&str]) -> String {
    let (code, out, err) = run(&mut sig4(arguments));
    assert_eq!(code, 0, "{arguments:?}: {err}");
    out
}

/// Runs `sig4` and returns its error. The status is 2.
pub fn refused(arguments: &[&str]) -> String {
    let (code, out, err) = run(&mut sig4(arguments));
    assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
    err
}

/// A folder of a test's own.
pub fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("grammar-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A server that gives these answers, one to a connection, and returns the requests.
pub fn server(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let answered = answers.into_iter().map(|answer| {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
            request
        });
        answered.collect()
    });
    (authority, server)
}

/// A request's head, and its body if its length is stated.
fn read(stream: &mut impl Read) -> String {
    let (mut request, mut byte) = (Vec::new(), [0]);
    loop {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&request));
        request.push(byte[0]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| Some(line.to_lowercase().strip_prefix("content-length: ")?.parse().unwrap()));
        if body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}
