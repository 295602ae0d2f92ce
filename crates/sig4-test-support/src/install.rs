//! Packages that tests install into folders of the build, pinned and once.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const BOTOCORE: &str = "botocore==1.44.5";
const AWSLAMBDARIC: &str = "awslambdaric==4.2.2";

/// An installation may take this long; then its tests are skipped.
const PATIENCE: Duration = Duration::from_secs(180);

/// Tests run side by side, and two of them may want the same folder.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Whether a command is there, ends in time, and ends well.
pub fn succeeds(command: &mut Command) -> bool {
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("it is a child") {
            return status.success();
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it is a child");
    child.wait().expect("it is a child");
    false
}

/// The Python that has botocore, which is installed below `parent` if it is missing.
pub fn botocore(parent: &Path) -> Option<String> {
    python_with(parent, "botocore", BOTOCORE)
}

/// The Python that has Lambda's runtime interface client, which is installed below `parent` if it is missing.
pub fn awslambdaric(parent: &Path) -> Option<String> {
    python_with(parent, "awslambdaric", AWSLAMBDARIC)
}

/// The Python that has a module, which is installed from `package` below `parent` if it is missing.
fn python_with(parent: &Path, module: &str, package: &str) -> Option<String> {
    let _guard = ONE_AT_A_TIME.lock().expect("no installation panics");
    let import = format!("import {module}");
    let has_module = |python: &str| succeeds(Command::new(python).args(["-c", &import]));
    if has_module("python3") {
        return Some("python3".to_owned());
    }
    let folder = parent.join(module);
    let python = folder.join("bin/python3").to_str().expect("it is UTF-8").to_owned();
    if !has_module(&python) {
        let pip = ["-m", "pip", "install", "--quiet", "--timeout", "10", "--retries", "1", package];
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        succeeds(Command::new(&python).args(pip));
    }
    has_module(&python).then_some(python)
}
