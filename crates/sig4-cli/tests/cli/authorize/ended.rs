//! The end.

use super::replica::{PATIENCE, Replica, exchange, question, status};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Proxies ask until the listener is closed, as they do until their health check tells them that the replica drains. Every question that
/// was accepted is answered.
#[test]
fn a_drain_under_load_loses_no_check() {
    let mut replica = Replica::start("drain", "drain_delay = \"1s\"", "");
    let (port, admin) = (replica.ports[0], replica.ports[1]);
    let (stop, asked, after) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for worker in 0..4 {
            let (stop, asked, after) = (&stop, &asked, &after);
            scope.spawn(move || {
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let answer = exchange(port, &question("AKIDALICE", &format!("/pets/{worker}-{number}")));
                    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
                    asked.fetch_add(1, Ordering::Relaxed);
                    let drains = status(&exchange(admin, "GET /readyz HTTP/1.0\r\n\r\n")) == 503;
                    if drains && after.fetch_add(1, Ordering::Relaxed) >= 20 {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
        replica.becomes("load", || asked.load(Ordering::Relaxed) > 40);
        replica.program.signal("-TERM");
    });
    assert!(after.load(Ordering::Relaxed) > 0, "it answers while it drains");
    assert_eq!(replica.program.ended(PATIENCE), Some(true), "{}", replica.program.printed());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_second_signal_ends_at_once() {
    let mut replica = Replica::start("twice", "drain_delay = \"600s\"", "");
    replica.program.signal("-TERM");
    replica.becomes("drain", || status(&replica.admin("/readyz")) == 503);
    replica.program.signal("-TERM");
    assert_eq!(replica.program.ended(PATIENCE), Some(false), "{}", replica.program.printed());
}

#[test]
fn a_killed_replica_starts_again_at_the_same_address() {
    let mut replica = Replica::start("killed", "", "");
    assert_eq!(replica.ask("AKIDALICE", "/pets"), 200);
    replica.program.signal("-KILL");
    assert_eq!(replica.program.ended(PATIENCE), Some(false));
    let mut command = super::replica::authorize(&replica.folder);
    let output = replica.folder.join("printed-again");
    replica.program = sig4_test_support::program::Program::start(&mut command, &output, &replica.ports);
    assert_eq!(replica.ask("AKIDALICE", "/cats"), 200);
}

/// A program that reads the notes may stop. The pipe is then full, and whatever writes to it waits for ever.
#[cfg(unix)]
#[test]
fn a_replica_whose_notes_nobody_reads_answers_and_ends() {
    let mut replica = Replica::start("unread", "drain_delay = \"0s\"", "");
    replica.program.signal("-KILL");
    replica.program.ended(PATIENCE);
    let mut command = super::replica::authorize(&replica.folder);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    replica.becomes("an answer", || replica.ask("AKIDALICE", "/pets") == 200);
    let signal =
        |name: &str| std::process::Command::new("kill").arg(name).arg(child.id().to_string()).status().unwrap();
    // A pipe has room for 64 KiB, which is about 1,200 notes.
    for number in 0..2000 {
        replica.replace_users(&"{".repeat(number + 1));
        signal("-HUP");
    }
    assert_eq!(replica.ask("AKIDALICE", "/cats"), 200);
    signal("-TERM");
    let begun = std::time::Instant::now();
    let ended = loop {
        match child.try_wait().unwrap() {
            None if begun.elapsed() < PATIENCE => thread::sleep(std::time::Duration::from_millis(20)),
            ended => break ended,
        }
    };
    let _ = child.kill();
    assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
}
