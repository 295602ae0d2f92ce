//! `sig4 conformance --listen` beside strangers, idle connections, planted links and signals.

#![cfg(target_os = "linux")]
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

const SIG4: &str = env!("CARGO_BIN_EXE_sig4");
/// How often something is waited for, and how long each time.
const TRIES: usize = 3000;
const PAUSE: Duration = Duration::from_millis(10);

/// A client in shell: it tells its host, waits until it may go on, and calls.
const CLIENT: &str = r#"echo "$SIG4_BODY_FILE" >"$DIR/body"; echo $$ >"$DIR/pid"; echo "$1" >"$DIR/told"; mv "$DIR/told" "$DIR/host"
while [ ! -e "$DIR/go" ]; do sleep 0.01; done
exec "$SIG4" call --region "$SIG4_REGION" --service "$SIG4_SERVICE" "$SIG4_URL""#;

/// A run over one case, with a folder for its files and one for those of the program.
struct Run {
    folder: PathBuf,
    child: Child,
}

impl Run {
    /// Starts a run in a folder of its own, and waits until its client does.
    fn start(name: &str, options: &[&str], client: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("listen-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("tmp")).unwrap();
        let mut command = Command::new(SIG4);
        command.args([
            "conformance",
            "--json",
            "--listen",
            "--timeout",
            "60",
            "--filter",
            "classic/get-vanilla-query-unreserved",
        ]);
        command.args(options).args(["--", "sh", "-c", client, "sh", "{host}"]);
        command.env("TMPDIR", folder.join("tmp")).env("DIR", &folder).env("SIG4", SIG4);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let run = Self { folder, child };
        run.wait_for("host");
        run
    }

    fn wait_for(&self, file: &str) {
        for _ in 0..TRIES {
            if self.folder.join(file).exists() {
                return;
            }
            thread::sleep(PAUSE);
        }
        panic!("there is no {file}");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file)).unwrap().trim().to_owned()
    }

    /// A connection of this process, which is not the client's.
    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.read("host")).unwrap()
    }

    /// What is left in the folder of temporary files.
    fn left(&self) -> usize {
        fs::read_dir(self.folder.join("tmp")).unwrap().count()
    }

    /// Lets the client call, and waits for the end.
    fn go(mut self) -> (Output, usize) {
        fs::write(self.folder.join("go"), "").unwrap();
        self.wait()
    }

    fn wait(&mut self) -> (Output, usize) {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        self.child.stdout.take().unwrap().read_to_end(&mut stdout).unwrap();
        self.child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        let status = self.child.wait().unwrap();
        (Output { status, stdout, stderr }, self.left())
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// The one verdict of a run.
fn verdict(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let verdicts: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
    let case = &verdicts["cases"][0];
    case["causes"][0].as_str().map_or_else(|| case["verdict"].as_str().unwrap().to_owned(), str::to_owned)
}

/// Sends a request without a signature, and reads until the connection is closed, if it is within the limit.
fn forge(mut stream: TcpStream) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = String::new();
    // A connection that is closed unread is reset.
    drop(stream.read_to_string(&mut answer));
    answer
}

#[test]
fn a_stranger_who_is_first_decides_nothing() {
    let run = Run::start("stranger", &[], CLIENT);
    assert_eq!(forge(run.connect()), "");
    let (output, left) = run.go();
    assert_eq!((verdict(&output).as_str(), output.status.code(), left), ("pass", Some(0), 0), "{output:?}");
}

#[test]
fn any_process_counts_if_asked_for() {
    let run = Run::start("any", &["--any-process"], CLIENT);
    assert!(forge(run.connect()).starts_with("HTTP/1.1 200 OK\r\n"));
    let (output, _) = run.go();
    assert_eq!((verdict(&output).as_str(), output.status.code()), ("not-signed", Some(1)), "{output:?}");
}

#[test]
fn idle_connections_hold_nobody_up() {
    let run = Run::start("idle", &["--any-process"], CLIENT);
    let idle: Vec<_> = (0..8).map(|_| run.connect()).collect();
    let mut begun = run.connect();
    begun.write_all(b"GET /").unwrap();
    let (output, _) = run.go();
    assert_eq!((verdict(&output).as_str(), output.status.code()), ("pass", Some(0)), "{output:?}");
    drop((idle, begun));
}

/// The client's own idle connection, which bash opens.
#[test]
fn an_unused_connection_of_the_client_holds_nobody_up() {
    if Command::new("bash").arg("--version").output().is_err() {
        return;
    }
    let idle = r#"exec bash -c 'exec 3<>"/dev/tcp/${1%:*}/${1#*:}"; '"${CLIENT#*;}" bash "$1""#;
    let client = format!("CLIENT='x;{}'; {idle}", CLIENT.replace('\'', "'\\''"));
    let (output, left) = Run::start("unused", &[], &client).go();
    assert_eq!((verdict(&output).as_str(), output.status.code(), left), ("pass", Some(0), 0), "{output:?}");
}

#[test]
fn a_request_that_cannot_be_read_is_told() {
    let client = format!("{}; {}", CLIENT.split_once("exec ").unwrap().0, r#"exec "$SIG4" serve --nonsense"#);
    let run = Run::start("wrong", &["--any-process"], &client);
    let mut stream = run.connect();
    stream.write_all(b"nonsense\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let (output, _) = run.go();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("the first line is not `METHOD TARGET HTTP/1.1`"), "{text}");
}

#[test]
fn the_body_lies_in_a_private_folder() {
    let run = Run::start("private", &[], CLIENT);
    let body = PathBuf::from(run.read("body"));
    let folder = body.parent().unwrap();
    assert_ne!(folder, run.folder.join("tmp"));
    for folder in [folder, folder.parent().unwrap()] {
        assert_eq!(fs::symlink_metadata(folder).unwrap().permissions().mode() & 0o7777, 0o700, "{}", folder.display());
    }
    let names: Vec<_> = fs::read_dir(run.folder.join("tmp")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let pid = run.child.id().to_string();
    assert!(names.iter().all(|name| !name.to_str().unwrap().contains(&pid)), "{names:?}");
    assert_eq!(run.go().1, 0);
}

/// A client may be in a container that shares the folder, and have more to gain there than from files of its own.
#[test]
fn a_link_that_a_client_plants_is_not_written_through() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("listen-{}-planted", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let other = folder.join("other");
    fs::write(&other, "mine").unwrap();
    let client = r#"cat "$SIG4_BODY_FILE" >>"$DIR/bodies"; rm "$SIG4_BODY_FILE"; ln -s "$DIR/other" "$SIG4_BODY_FILE""#;
    let mut command = Command::new(SIG4);
    command.args([
        "conformance",
        "--listen",
        "--filter",
        "classic/post-x-www-form-urlencoded",
        "--",
        "sh",
        "-c",
        client,
    ]);
    let output = command.env("TMPDIR", &folder).env("DIR", &folder).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let bodies = fs::read_to_string(folder.join("bodies")).unwrap();
    assert_eq!(bodies, "Param1=value1".repeat(2), "two cases have that body");
    assert_eq!(fs::read_to_string(&other).unwrap(), "mine");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_signal_leaves_nothing() {
    for signal in ["TERM", "INT"] {
        let mut run = Run::start(signal, &[], CLIENT);
        assert_eq!(run.left(), 1);
        let client = run.read("pid");
        let sent = Command::new("kill").args([&format!("-{signal}"), &run.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let (output, left) = run.wait();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), left), (Some(2), 0), "{said}");
        assert!(said.contains("stopped by a signal"), "{said}");
        assert!(!Path::new("/proc").join(&client).exists(), "the client has ended");
    }
}

/// What a killed run leaves is removed by the next one.
#[test]
fn a_killed_run_is_cleaned_up_after() {
    let mut killed = Run::start("killed", &[], CLIENT);
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    assert_eq!(killed.left(), 1);
    let next = Command::new(SIG4)
        .args(["conformance", "--listen", "--filter", "classic/get-vanilla-query-unreserved", "--", "true"])
        .env("TMPDIR", killed.folder.join("tmp"))
        .output()
        .unwrap();
    assert_eq!(next.status.code(), Some(1), "{next:?}");
    assert_eq!(killed.left(), 0);
    // The client of the killed run may end.
    fs::write(killed.folder.join("go"), "").unwrap();
    let client = Path::new("/proc").join(killed.read("pid"));
    for _ in 0..TRIES {
        if !client.exists() {
            return;
        }
        thread::sleep(PAUSE);
    }
    panic!("the client goes on");
}
