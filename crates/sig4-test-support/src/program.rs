//! Servers that tests start: a proxy, a store. Each ends with its test.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A server may take this long until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Program {
    child: Child,
    output: PathBuf,
}

impl Program {
    /// Starts a program and waits until it listens on `ports` of 127.0.0.1. What it prints goes into the file `output`.
    ///
    /// # Panics
    ///
    /// If it ends or does not listen in time; the message has the end of its output.
    pub fn start(command: &mut Command, output: &Path, ports: &[u16]) -> Self {
        let file = File::create(output).expect("the folder of the output is there");
        let errors = file.try_clone().expect("a file can be shared");
        let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut program = Self { child, output: output.to_owned() };
        let begun = Instant::now();
        while !ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
            let ended = program.child.try_wait().expect("it is a child");
            let late = begun.elapsed() > PATIENCE;
            assert!(ended.is_none() && !late, "{command:?} does not listen on {ports:?}: {}", program.printed());
            thread::sleep(Duration::from_millis(10));
        }
        program
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it printed so far.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.output).unwrap_or_default()
    }

    /// Sends a signal of `kill`, such as `-TERM`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{signal} cannot be sent");
    }

    /// Waits until it has ended by itself, and says whether it ended well.
    pub fn ended(&mut self, patience: Duration) -> Option<bool> {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if let Some(status) = self.child.try_wait().expect("it is a child") {
                return Some(status.success());
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ports of 127.0.0.1 that were free a moment ago.
///
/// # Panics
///
/// If no port is free.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let bound: [TcpListener; N] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a port is free"));
    bound.map(|listener| listener.local_addr().expect("it is bound").port())
}
