//! What the tests install: pinned packages in folders of the build, so that nothing is installed twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const BOTOCORE: &str = "botocore==1.44.5";

/// An installation may take this long; then its tests are skipped.
const PATIENCE: Duration = Duration::from_secs(180);

/// Tests run side by side, and two of them may want the same folder.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

pub fn skipped(what: &str) {
    eprintln!("\n!!!!\n!!!! SKIPPED: {what}\n!!!!\n");
}

/// A folder that outlives the test.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The sources of a client.
pub fn sources(client: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(client)
}

/// Whether a command is there, ends in time, and ends well.
pub fn succeeds(command: &mut Command) -> bool {
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

/// The folder in which a client of Node lies together with its packages, as its lock file pins them.
pub fn npm(client: &str) -> Option<PathBuf> {
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    if !succeeds(Command::new("node").arg("--version")) {
        return None;
    }
    let (from, to) = (sources(client), folder(&format!("client-{client}")));
    copy(&from, &to);
    let lock = fs::read(from.join("package-lock.json")).unwrap();
    let stamp = to.join("installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Some(to);
    }
    let quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries", "1", "--fetch-timeout", "20000"];
    let installed = succeeds(Command::new("npm").arg("ci").args(quietly).current_dir(&to));
    installed.then(|| fs::write(&stamp, lock).unwrap())?;
    Some(to)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The Python that has botocore.
pub fn botocore() -> Option<String> {
    let _guard = ONE_AT_A_TIME.lock().unwrap();
    let has_botocore = |python: &str| succeeds(Command::new(python).args(["-c", "import botocore"]));
    if has_botocore("python3") {
        return Some("python3".to_owned());
    }
    let folder = folder("botocore");
    let python = folder.join("bin/python3").to_str().unwrap().to_owned();
    if !has_botocore(&python) {
        let pip = ["-m", "pip", "install", "--quiet", "--timeout", "10", "--retries", "1", BOTOCORE];
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        succeeds(Command::new(&python).args(pip));
    }
    has_botocore(&python).then_some(python)
}
