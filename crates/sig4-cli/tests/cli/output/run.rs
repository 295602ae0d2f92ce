//! The command, run as a user runs it.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

/// `sig4` without an environment, but for a search path.
pub fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.env_clear().env("HOME", "/nonexistent").args(arguments).stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs it with this standard input.
pub fn with_input(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = thread::spawn(move || {
        // A command that fails early does not read it.
        let _unread = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// A folder of this name, which is empty.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("output-{name}-{}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

/// A file of this content.
pub fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder(name).join("file");
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A server that answers each connection with these bytes, whatever it is asked.
pub fn server(answer: &[u8]) -> String {
    slow_server(answer, Duration::ZERO)
}

/// The same, which takes its time for each answer.
pub fn slow_server(answer: &[u8], pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let answer = answer.to_vec();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let answer = answer.clone();
            thread::spawn(move || answer_one(stream, &answer, pause));
        }
    });
    authority
}

fn answer_one(mut stream: TcpStream, answer: &[u8], pause: Duration) {
    use std::io::Read;
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        head.push(byte[0]);
    }
    thread::sleep(pause);
    // A client may be gone.
    let _gone = stream.write_all(answer);
}

/// An HTTP answer with this head and body.
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
