//! Handlers that behave, and handlers that do not.

use crate::serve::serving::{Serving, handler, has_node};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// The status and the body of an unsigned call.
pub(crate) fn call(serving: &Serving, path: &str) -> (u16, String) {
    read(&serving.plain("GET", path, ""))
}

/// The status and the body of an answer.
pub(crate) fn read(answer: &str) -> (u16, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// A connection on which a call was sent, whose answer is not read yet.
pub(crate) fn sent(serving: &Serving, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", serving.address()).unwrap();
    stream
}

pub(crate) const FAILED: (u16, &str) = (500, r#"{"message":"Internal Server Error"}"#);

fn start(config: &Path) -> Serving {
    Serving::start(&["--config", config.to_str().unwrap()])
}

#[test]
fn every_form_of_a_handler_is_run() {
    if !has_node() {
        return;
    }
    for (name, file, code, expected) in [
        ("async", "index.js", "exports.handler = async () => ({ a: 1 });", r#"{"a":1}"#),
        ("module", "index.mjs", "export const handler = async () => ({ a: 2 });", r#"{"a":2}"#),
        ("cjs", "index.cjs", "module.exports = { handler: async () => ({ a: 3 }) };", r#"{"a":3}"#),
        (
            "callback",
            "index.js",
            "exports.handler = (e, c, done) => setTimeout(done, 5, null, { a: 4 });",
            r#"{"a":4}"#,
        ),
        ("text", "index.js", "exports.handler = async () => 'plain';", "plain"),
        ("status", "index.js", "exports.handler = async () => ({ statusCode: 201, body: 'made' });", "made"),
        (
            "context",
            "index.js",
            "exports.handler = async (e, c) => [c.functionName, c.memoryLimitInMB, process.env._HANDLER,
                process.env.AWS_EXECUTION_ENV, process.env.LEVEL, process.cwd() === process.env.LAMBDA_TASK_ROOT,
                c.getRemainingTimeInMillis() > 1000, /^Root=1-/.test(process.env._X_AMZN_TRACE_ID)];",
            r#"["f","192","index.handler","AWS_Lambda_nodejs22.x","debug",true,true,true]"#,
        ),
    ] {
        let more = "runtime = \"nodejs22.x\"\nmemory = 192\nenvironment = { LEVEL = \"debug\" }";
        let serving = start(&handler(name, file, code, more));
        let (status, body) = call(&serving, "/");
        assert_eq!(body, expected, "{name}");
        assert!([200, 201].contains(&status), "{name}: {status}");
    }
}

#[test]
fn an_error_of_a_handler_is_500_and_the_next_call_is_served() {
    if !has_node() {
        return;
    }
    let code =
        "exports.handler = async (e) => { if (e.rawPath === '/bad') throw new TypeError('broken'); return 'fine'; };";
    let serving = start(&handler("error", "index.js", code, ""));
    assert_eq!(call(&serving, "/bad"), (FAILED.0, FAILED.1.to_owned()));
    assert!(serving.next_line().contains("500"), "the log says so");
    assert_eq!(call(&serving, "/good"), (200, "fine".to_owned()));
    serving.error_with("TypeError: broken");
}

#[test]
fn a_handler_that_dies_is_started_again() {
    if !has_node() {
        return;
    }
    let code =
        "exports.handler = async (e) => { if (e.rawPath === '/die') process.exit(3); return String(process.pid); };";
    let serving = start(&handler("dies", "index.js", code, ""));
    let (_, before) = call(&serving, "/");
    assert_eq!(call(&serving, "/die"), (FAILED.0, FAILED.1.to_owned()));
    let (status, after) = call(&serving, "/");
    assert_eq!(status, 200);
    assert_ne!(before, after);
    serving.error_with("f: the runtime ended (exit status: 3)");
}

#[test]
fn a_handler_that_cannot_be_loaded_is_500_until_it_can() {
    if !has_node() {
        return;
    }
    let config = handler("load", "index.js", "throw new Error('no database');", "");
    let serving = start(&config);
    assert_eq!(call(&serving, "/"), (FAILED.0, FAILED.1.to_owned()));
    serving.error_with("no database");
    fs::write(config.with_file_name("index.js"), "exports.handler = async () => 'mended';").unwrap();
    // A process that was started before the file was mended may still fail.
    let deadline = Instant::now() + Duration::from_secs(30);
    while call(&serving, "/").1 != "mended" {
        assert!(Instant::now() < deadline, "{:?}", serving.errors());
    }
}

#[test]
fn a_handler_that_hangs_is_500_at_its_timeout_and_is_started_again() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async (e) => { if (e.rawPath === '/hang') await new Promise((r) => setTimeout(r, 1e6)); return 'fine'; };";
    let serving = start(&handler("hangs", "index.js", code, "timeout = 1"));
    assert_eq!(call(&serving, "/hang"), (FAILED.0, FAILED.1.to_owned()));
    assert_eq!(call(&serving, "/"), (200, "fine".to_owned()));
}

#[test]
fn a_handler_that_blocks_its_process_is_ended_with_it() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async (e) => { while (e.rawPath === '/block'); return 'fine'; };";
    let serving = start(&handler("blocks", "index.js", code, "timeout = 1"));
    assert_eq!(call(&serving, "/block"), (FAILED.0, FAILED.1.to_owned()));
    assert_eq!(call(&serving, "/"), (200, "fine".to_owned()), "the next call waits for the next runtime");
    serving.error_with("the runtime was late with a response, and is ended");
}

#[test]
fn calls_that_wait_for_another_to_end_have_all_of_the_function_s_time() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async () => { await new Promise((r) => setTimeout(r, 600)); return 'fine'; };";
    let serving = start(&handler("queue", "index.js", code, "timeout = 1"));
    for mut stream in (0..4).map(|_| sent(&serving, "/")).collect::<Vec<_>>() {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("fine"), "{answer:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_signal_ends_the_server_and_a_handler_that_is_stuck() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async (e) => { while (e.rawPath === '/block'); return 'fine'; };";
    let mut serving = start(&handler("twice", "index.js", code, "timeout = 25"));
    assert_eq!(call(&serving, "/").0, 200);
    let children = children(serving.id());
    let _blocked = sent(&serving, "/block");
    thread::sleep(Duration::from_millis(300));
    for _ in 0..2 {
        serving.signal("-TERM");
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(serving.wait().code(), Some(130));
    assert!(children.iter().all(|id| !is_alive(*id)), "the handler is still there");
}

#[test]
fn any_runtime_is_run_by_a_command() {
    if !has_node() {
        return;
    }
    let config = handler("command", "index.js", "", "runtime = \"python3.13\"");
    // A runtime of five lines, which is all that the Runtime API asks for.
    let runtime = "const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`;
        (async () => { for (;;) {
            const next = await fetch(base + 'next');
            await next.text();
            const id = next.headers.get('lambda-runtime-aws-request-id');
            await fetch(base + id + '/response', { method: 'POST', body: '\"by a command\"' });
        } })();";
    fs::write(config.with_file_name("runtime.cjs"), runtime).unwrap();
    for flag in [["--runtime-command", "node './runtime.cjs'"], ["--function", "f=node runtime.cjs"]] {
        let serving = Serving::start(&[&["--config", config.to_str().unwrap()], flag.as_slice()].concat());
        assert_eq!(call(&serving, "/"), (200, "by a command".to_owned()), "{flag:?}");
    }
}

#[test]
fn a_runtime_that_is_not_there_is_500_and_is_said() {
    let config = handler("missing", "index.js", "", "");
    let serving = Serving::start(&["--config", config.to_str().unwrap(), "--runtime-command", "no-such-runtime"]);
    serving.error_with("cannot start `no-such-runtime`");
    assert_eq!(call(&serving, "/"), (FAILED.0, FAILED.1.to_owned()));
}

/// The processes whose parent is `parent`.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let of_task = |task: fs::DirEntry| fs::read_to_string(task.path().join("children")).unwrap_or_default();
    let texts: Vec<String> = tasks.flatten().map(of_task).collect();
    texts.iter().flat_map(|text| text.split_whitespace()).map(|id| id.parse().unwrap()).collect()
}

#[cfg(target_os = "linux")]
fn is_alive(id: u32) -> bool {
    // A process that is only waited for has no command line any more.
    fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|text| !text.is_empty())
}

#[cfg(target_os = "linux")]
#[test]
fn no_handler_outlives_the_server_however_that_ends() {
    if !has_node() {
        return;
    }
    let config = handler("orphan", "index.js", "exports.handler = async () => 'fine';", "");
    for signal in ["-TERM", "-INT", "-KILL"] {
        let mut serving = start(&config);
        assert_eq!(call(&serving, "/").0, 200);
        let children = children(serving.id());
        assert_eq!(children.len(), 1, "{children:?}");
        serving.signal(signal);
        let status = serving.wait();
        assert_eq!(status.success(), signal != "-KILL", "{signal}: {status}");
        let deadline = Instant::now() + Duration::from_secs(20);
        while is_alive(children[0]) {
            assert!(Instant::now() < deadline, "{signal}: the handler is still there");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// A blocked thread runs no event of its own. Neither a signal to the server nor its sudden end leaves such a process behind.
#[cfg(target_os = "linux")]
#[test]
fn no_handler_that_blocks_outlives_the_server() {
    if !has_node() {
        return;
    }
    for (name, code) in [
        ("blocked-call", "exports.handler = async (e) => { while (e.rawPath === '/block'); return 'fine'; };"),
        ("blocked-start", "for (;;);"),
    ] {
        let mut serving = start(&handler(name, "index.js", code, "timeout = 25"));
        let _blocked = sent(&serving, "/block");
        thread::sleep(Duration::from_millis(700));
        let children = children(serving.id());
        assert_eq!(children.len(), 1, "{name}: {children:?}");
        serving.signal("-KILL");
        serving.wait();
        let deadline = Instant::now() + Duration::from_secs(10);
        while is_alive(children[0]) {
            assert!(Instant::now() < deadline, "{name}: the handler is still there");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

#[cfg(unix)]
#[test]
fn the_end_under_load_loses_no_call_that_was_accepted() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async () => { await new Promise((r) => setTimeout(r, 30)); return 'fine'; };";
    let mut serving = start(&handler("load-end", "index.js", code, ""));
    assert_eq!(call(&serving, "/"), (200, "fine".to_owned()));
    // Each of them is accepted before the signal, and few are answered by then: the handler takes one at a time.
    let streams: Vec<_> = (0..40).map(|_| sent(&serving, "/")).collect();
    // The first answer shows that they are being served.
    let first = serving.next_line();
    assert!(first.contains("200"), "{first}");
    serving.signal("-TERM");
    for mut stream in streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("fine"), "{answer:?}");
    }
    assert!(serving.wait().success());
    let late = Command::new(env!("CARGO_BIN_EXE_sig4")).args(["call", &serving.url]).output().unwrap();
    assert_ne!(late.status.code(), Some(0));
}

#[test]
fn code_that_changes_is_loaded_again_between_calls() {
    if !has_node() {
        return;
    }
    let slow = "exports.handler = async (e) => {
        if (e.rawPath === '/slow') await new Promise((then) => setTimeout(then, 1500));
        return 'first';
    };";
    let config = handler("reload", "index.js", slow, "");
    let serving = start(&config);
    assert_eq!(call(&serving, "/"), (200, "first".to_owned()));
    // A call that is under way ends with the code that it began with.
    let mut under_way = sent(&serving, "/slow");
    thread::sleep(Duration::from_millis(200));
    fs::write(config.with_file_name("index.js"), "exports.handler = async () => 'the second';").unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("\r\n\r\nfirst"), "{answer}");
    serving.error_with("f: its code changed, and its runtime is restarted");
    assert_eq!(call(&serving, "/"), (200, "the second".to_owned()));
    // Code that cannot be loaded is no end of it.
    fs::write(config.with_file_name("index.js"), "exports.handler = (").unwrap();
    serving.error_with("f: its code changed, and its runtime is restarted");
    assert_eq!(call(&serving, "/").0, 500);
    fs::write(config.with_file_name("index.js"), "exports.handler = async () => 'third';").unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while call(&serving, "/") != (200, "third".to_owned()) {
        assert!(Instant::now() < deadline);
    }
}
