//! A proxy with the configuration of `examples/authorizer`, in front of a service and beside an authorizer.

use super::authority::Authority;
use super::client::{Answer, Call};
use super::service::Service;
use sig4_test_support::need::Need;
use sig4_test_support::program::{Program, free_ports};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// A kind of proxy, and how its program is started.
pub(super) struct Kind {
    pub(super) need: Need,
    pub(super) program: fn() -> Option<PathBuf>,
    pub(super) arguments: &'static [&'static str],
    /// The folder of its example.
    pub(super) example: &'static str,
}

/// A running proxy.
pub(super) struct Front {
    pub(super) port: u16,
    pub(super) service: Service,
    pub(super) authority: Authority,
    program: Program,
}

impl Front {
    /// Starts a proxy with its example. Without its program the test is skipped.
    pub(super) fn start(kind: &Kind, what: &str) -> Option<Self> {
        Self::with(kind, what, false, |configuration| configuration)
    }

    /// Starts a proxy with a changed example, and a service that `checks` bodies, which the authorizer is told.
    pub(super) fn with(kind: &Kind, what: &str, checks: bool, change: impl Fn(String) -> String) -> Option<Self> {
        let Some(program) = (kind.program)() else {
            kind.need.skip(what);
            return None;
        };
        let (service, authority) = (Service::start(checks), Authority::start(checks));
        let [port] = free_ports();
        let folder = folder(kind.example);
        let ports = [("8080", port), ("8000", service.port), ("9191", authority.port)];
        copied(kind.example, &folder, &|text| {
            let text = change(text);
            ports.iter().fold(text, |text, (from, to)| text.replace(&format!(":{from}"), &format!(":{to}")))
        });
        let mut command = Command::new(program);
        command.args(kind.arguments).current_dir(&folder).env("HOME", &folder);
        let program = Program::start(&mut command, &folder.join("output"), &[port]);
        let front = Self { port, service, authority, program };
        front.wait_for_routes();
        Some(front)
    }

    /// Traefik listens before it has its routes.
    fn wait_for_routes(&self) {
        let health = Call::new("GET", "/health");
        let served = (0..500).any(|_| {
            let served = health.send(self.port).status != 404;
            if !served {
                thread::sleep(Duration::from_millis(20));
            }
            served
        });
        assert!(served, "the public path is served: {}", self.program.printed());
        self.service.take();
    }

    /// Sends a call that is refused: the service does not get it.
    #[track_caller]
    pub(super) fn refused(&self, call: &Call) -> Answer {
        let answer = call.send(self.port);
        let received = self.service.take();
        assert!(received.is_empty(), "{call:?} reached the service: {received:?}");
        assert_ne!(answer.status, 200, "{call:?}");
        answer
    }

    /// Sends a call that the service gets.
    #[track_caller]
    pub(super) fn passed(&self, call: &Call) -> super::service::Received {
        let answer = call.send(self.port);
        let (causes, printed) = (self.authority.causes(), self.program.printed());
        assert_eq!(answer.status, 200, "{call:?}: {answer:?} {causes:?} {printed}");
        let received = self.service.take();
        assert_eq!(received.len(), 1, "{call:?}: {answer:?} {causes:?} {received:?} {printed}");
        received.into_iter().next().unwrap()
    }
}

/// A new folder for the files of one proxy.
fn folder(example: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("forward-{example}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn copied(example: &str, to: &Path, change: &dyn Fn(String) -> String) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/authorizer").join(example);
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let text = fs::read_to_string(entry.path()).unwrap();
        fs::write(to.join(entry.file_name()), change(text)).unwrap();
    }
}

/// A program of the system.
pub(super) fn installed(program: &str, version: &str) -> Option<PathBuf> {
    let there = Command::new(program).arg(version).output().is_ok_and(|output| output.status.success());
    there.then(|| program.into())
}
