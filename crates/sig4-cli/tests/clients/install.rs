//! What the tests install: pinned packages in folders of the build, so that nothing is installed twice.

pub use sig4_test_support::install::succeeds;
pub use sig4_test_support::need::Need;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// Tests run side by side, and two of them may want the same folder.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A folder that outlives the test.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The sources of a client.
pub fn sources(client: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(client)
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
    sig4_test_support::install::botocore(Path::new(env!("CARGO_TARGET_TMPDIR")))
}
