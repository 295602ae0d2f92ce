//! What the command reads costs what its length costs: all instructions of the process.

use sig4_test_support::counted;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Ten times the items cost at most so many times the instructions.
const MOST: f64 = 14.0;

/// `sig4` with these arguments, and with its instructions counted.
fn valgrind(arguments: &[&str]) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_sig4")]).args(arguments);
    command.stdout(Stdio::null());
    command
}

/// The instructions of `sig4` with these arguments and this text on its standard input.
fn instructions(name: &str, arguments: &[&str], input: &str) -> f64 {
    let input_file = folder(name);
    std::fs::write(&input_file, input).expect("there is a place for the input");
    let mut command = valgrind(arguments);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .stdin(std::fs::File::open(&input_file).expect("the input is there"));
    let collected = counted::collected(&command.output().expect("valgrind starts"));
    std::fs::remove_file(&input_file).expect("the input goes");
    collected
}

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("sig4-scaling-{}-{name}", std::process::id()))
}

fn assert_grows(name: &str, arguments: &[&str], small: usize, input: impl Fn(usize) -> String) {
    if !counted::is_possible() {
        return;
    }
    let of = |n: usize| instructions(&format!("{name}-{n}"), arguments, &input(n));
    let empty = of(0);
    let [few, many] = [small, 10 * small].map(|n| of(n) - empty);
    counted::assert_ratio(name, small, few, many, MOST);
}

#[test]
fn the_chunks_of_a_body_are_linear() {
    let request = |n: usize| {
        let chunks = "1\r\nx\r\n".repeat(n);
        format!("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")
    };
    let arguments = ["verify", "--region", "us-east-1", "--service", "execute-api"];
    assert_grows("chunks", &arguments, 1_000, request);
}

/// A request of so many lines, which `sig4 verify` reads from a file and refuses.
fn assert_request_grows(name: &str, small: usize, request: impl Fn(usize) -> String) {
    let arguments = ["verify", "--region", "us-east-1", "--service", "execute-api"];
    assert_grows(name, &arguments, small, request);
}

#[test]
fn the_trailers_of_a_body_are_linear() {
    let begin = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
    assert_request_grows("trailers", 1_000, |n| format!("{begin}{}\r\n", "a: b\r\n".repeat(n)));
}

/// Sends a body of `n` chunks as the client of a `sig4 conformance --listen`.
pub fn send(n: usize) {
    let url = std::env::var("SIG4_URL").expect("it is a client");
    let host = url.strip_prefix("http://").and_then(|rest| rest.split('/').next()).expect("the URL has a host");
    let mut stream = TcpStream::connect(host).expect("there is a server");
    let body = "1\r\nx\r\n".repeat(n);
    let request = format!("POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n{body}0\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it is read");
    stream.read_to_end(&mut Vec::new()).expect("it is answered");
}

#[test]
fn the_chunks_of_a_received_body_are_linear() {
    if !counted::is_possible() {
        return;
    }
    let client = std::env::current_exe().expect("this program has a path");
    let of = |n: usize| {
        let mut command =
            valgrind(&["conformance", "--listen", "--any-process", "--filter", "classic/get-vanilla-query-unreserved"]);
        command.args(["--timeout", "600", "--"]).arg(&client).args(["--exact", "worker", "--test-threads=1"]);
        command.env(counted::CASE, format!("Send:Chunks:{n}")).stdin(Stdio::null());
        counted::collected(&command.output().expect("valgrind starts"))
    };
    let empty = of(0);
    let [few, many] = [2_000, 20_000].map(|n| of(n) - empty);
    counted::assert_ratio("received chunks", 2_000, few, many, MOST);
}

#[test]
fn the_lines_of_a_folded_header_are_linear() {
    let begin = "PUT / HTTP/1.1\r\nHost: h\r\nX-Folded: a\r\n";
    assert_request_grows("folded", 1_000, |n| format!("{begin}{}\r\n", " b\r\n".repeat(n)));
}

#[test]
fn empty_lines_before_a_request_are_linear() {
    assert_request_grows("blank", 10_000, |n| format!("{}PUT / HTTP/1.1\r\nHost: h\r\n\r\n", "\r\n".repeat(n)));
}

#[test]
fn the_fields_of_a_line_are_linear() {
    let line = |n: usize| format!("{{{}\"id\":1}}\n", (0..n).map(|n| format!("\"f{n:06}\":0,")).collect::<String>());
    assert_grows("fields", &["sign", "--jsonl"], 1_000, line);
}

#[test]
fn the_depth_of_an_id_is_linear() {
    let line = |n: usize| format!("{{\"id\":{}{}}}\n", "[".repeat(n), "]".repeat(n));
    assert_grows("depth", &["sign", "--jsonl"], 1_000, line);
}

#[test]
fn a_long_line_does_not_make_those_after_it_dear() {
    let lines = |n: usize| format!("\"{}\"\n{}", "x".repeat(1 << 17), "{}\n".repeat(n));
    if !counted::is_possible() {
        return;
    }
    let of = |name: &str, input: &str| instructions(name, &["sign", "--jsonl"], input);
    let (long, short) = (of("long", &lines(0)), of("short", &"{}\n".repeat(100)));
    let both = of("both", &lines(100));
    println!("a long line {long:.0}, a hundred short ones {short:.0}, together {both:.0} instructions");
    assert!(both < 1.2 * (long + short));
}

#[test]
fn forms_of_a_pasted_request_are_linear() {
    assert_request_grows("marked", 300, |n| {
        format!("> PUT / HTTP/1.1\r\n> Host: h\r\n{}> \r\n", "> a: b\r\n".repeat(n))
    });
    assert_request_grows("words", 300, |n| format!("curl https://h/ {}", "-H $'a: \\u0041$b' \\\n".repeat(n)));
    assert_request_grows("list", 300, |n| format!(":method: GET\n:path: /\n{}", "a: b\n".repeat(n)));
    assert_request_grows("signed", 300, |n| {
        let headers: String = (0..n).map(|n| format!(",\"http_h{n}\":\"\"")).collect();
        let names: String = (0..n).map(|n| format!("h{n};")).collect();
        format!("{{\"request\":\"GET / HTTP/1.1\",\"http_authorization\":\"SignedHeaders={names}\"{headers}}}")
    });
}
