//! Several calls of a function at once, each in a process of its own.

use crate::serve::handlers::{FAILED, call, sent};
use crate::serve::serving::{Serving, folder, handler, has_node};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// A handler that is inside until there are as many calls as the path says, or until it is let go by a file.
///
/// Each call puts a file into a folder, so the test needs no clock.
const MEETING: &str = "
    const fs = require('node:fs');
    const until = async (is) => { while (!is()) await new Promise((then) => setTimeout(then, 5)); };
    let calls = 0;
    exports.handler = async (e) => {
        const [, what, count] = e.rawPath.split('/');
        if (what === 'pid') return String(process.pid);
        fs.writeFileSync(`${process.env.MET}/${process.pid}-${++calls}`, '');
        if (what === 'meet') await until(() => fs.readdirSync(process.env.MET).length >= Number(count));
        if (what === 'wait') await until(() => fs.existsSync(`${process.env.MET}/go`));
        if (what === 'die') { await until(() => fs.readdirSync(process.env.MET).length >= Number(count)); process.exit(3); }
        return String(process.pid);
    };";

/// A configuration with that handler, and the folder of the files.
fn meeting(name: &str, more: &str) -> (PathBuf, PathBuf) {
    let met = folder(&format!("{name}-met"));
    let more = format!("timeout = 30\nenvironment = {{ MET = {:?} }}\n{more}", met.to_str().unwrap());
    (handler(name, "index.js", MEETING, &more), met)
}

fn start(config: &Path, more: &[&str]) -> Serving {
    Serving::start(&[&["--config", config.to_str().unwrap()], more].concat())
}

/// The status and the body of an answer.
fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn until_met(met: &Path, count: usize) {
    let deadline = Instant::now() + Duration::from_secs(40);
    while fs::read_dir(met).unwrap().count() < count {
        assert!(Instant::now() < deadline, "{count} calls are not under way");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn five_calls_at_once_are_under_way_together() {
    if !has_node() {
        return;
    }
    let (config, _) = meeting("five", "");
    let serving = start(&config, &[]);
    // None of them is answered before all five are under way.
    let calls: Vec<_> = (0..5).map(|_| sent(&serving, "/meet/5")).collect();
    let answers: Vec<_> = calls.into_iter().map(answer).collect();
    let processes: BTreeSet<&str> = answers.iter().map(|(_, process)| process.as_str()).collect();
    assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    assert_eq!(processes.len(), 5, "{answers:?}");
    // One after the other, they need one process, once all have answered and wait.
    let deadline = Instant::now() + Duration::from_secs(40);
    while (0..5).map(|_| call(&serving, "/pid").1).collect::<BTreeSet<_>>().len() > 1 {
        assert!(Instant::now() < deadline, "the calls move from process to process");
    }
}

#[test]
fn no_more_calls_are_under_way_than_concurrency_says_and_the_others_wait() {
    if !has_node() {
        return;
    }
    let (config, met) = meeting("two", "");
    let serving = start(&config, &["--concurrency", "2"]);
    let calls: Vec<_> = (0..5).map(|_| sent(&serving, "/wait")).collect();
    until_met(&met, 2);
    thread::sleep(Duration::from_millis(300));
    assert_eq!(fs::read_dir(&met).unwrap().count(), 2);
    fs::write(met.join("go"), "").unwrap();
    let answers: Vec<_> = calls.into_iter().map(answer).collect();
    let processes: BTreeSet<&str> = answers.iter().map(|(_, process)| process.as_str()).collect();
    assert!(answers.iter().all(|(status, _)| *status == 200) && processes.len() == 2, "{answers:?}");
}

#[test]
fn reserved_concurrency_refuses_what_is_beyond_it() {
    if !has_node() {
        return;
    }
    let (config, met) = meeting("reserved", "reserved_concurrency = 2");
    let serving = start(&config, &[]);
    let calls: Vec<_> = (0..2).map(|_| sent(&serving, "/wait")).collect();
    until_met(&met, 2);
    assert_eq!(call(&serving, "/pid"), (503, r#"{"message":"Service Unavailable"}"#.to_owned()));
    fs::write(met.join("go"), "").unwrap();
    assert!(calls.into_iter().map(answer).all(|(status, _)| status == 200));
    assert_eq!(call(&serving, "/pid").0, 200);
}

#[test]
fn a_process_that_dies_fails_its_own_call_only() {
    if !has_node() {
        return;
    }
    let (config, met) = meeting("own", "");
    let serving = start(&config, &[]);
    let waiting: Vec<_> = (0..2).map(|_| sent(&serving, "/wait")).collect();
    until_met(&met, 2);
    let dying = sent(&serving, "/die/3");
    assert_eq!(answer(dying), (FAILED.0, FAILED.1.to_owned()));
    serving.error_with("f: the runtime ended (exit status: 3)");
    fs::write(met.join("go"), "").unwrap();
    let answers: Vec<_> = waiting.into_iter().map(answer).collect();
    assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
}

#[test]
fn new_code_is_for_new_calls_while_several_end_with_the_old() {
    if !has_node() {
        return;
    }
    let (config, met) = meeting("renewed", "");
    let serving = start(&config, &[]);
    let waiting: Vec<_> = (0..3).map(|_| sent(&serving, "/wait")).collect();
    until_met(&met, 3);
    fs::write(config.with_file_name("index.js"), "exports.handler = async () => 'new';").unwrap();
    serving.error_with("f: its code changed, and its runtime is restarted");
    assert_eq!(call(&serving, "/wait"), (200, "new".to_owned()), "the others are still under way");
    fs::write(met.join("go"), "").unwrap();
    for (status, process) in waiting.into_iter().map(answer) {
        assert!(status == 200 && process.parse::<u32>().is_ok(), "{status} {process}");
    }
    assert_eq!(call(&serving, "/wait"), (200, "new".to_owned()));
}

#[test]
fn a_number_of_processes_that_is_none_is_refused() {
    for number in ["0", "1001", "many"] {
        let mut command = crate::serve::serving::sig4();
        let output = command.args(["serve", "--concurrency", number]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{number}");
    }
}
