//! The folders in which `sig4 serve` keeps code that stands in a template.

use crate::serve::serving::{SEED, Serving, folder, sig4};
use sig4_test_support::fixtures::fixture;
use sig4_test_support::need::Need;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

/// A server with a function whose code stands in its template. Its temporary files lie below `temporary`.
fn serve(temporary: &Path) -> Serving {
    let template = fixture("staged.out");
    let script = "umask 000; exec \"$@\"";
    let mut command = std::process::Command::new("sh");
    for (name, value) in sig4().get_envs() {
        let _command = match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("TMPDIR", temporary).args(["-c", script, "sh", env!("CARGO_BIN_EXE_sig4"), "serve"]);
    command.args(["--listen", "127.0.0.1:0", "--demo-seed", SEED, "--runtime-command", "cat"]);
    Serving::of(command.arg("--template").arg(template))
}

/// The folders of servers that there are.
fn folders(temporary: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(temporary).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("sig4-")).collect();
    folders.sort();
    folders
}

#[test]
fn folders_are_the_owner_s_alone_and_go_away_with_the_server_or_at_the_next_start() {
    let temporary = folder("scratch");
    let mut killed = serve(&temporary);
    let [left] = folders(&temporary).try_into().unwrap();
    assert_eq!(fs::metadata(&left).unwrap().permissions().mode() & 0o777, 0o700);
    let mut ended = serve(&temporary);
    let both = folders(&temporary);
    assert!(both.len() == 2 && both.contains(&left), "a server that runs keeps its folder: {both:?}");
    killed.signal("-KILL");
    killed.wait();
    assert!(left.exists());
    let third = serve(&temporary);
    assert!(!left.exists(), "what a killed server left is removed");
    assert_eq!(folders(&temporary).len(), 2);
    ended.signal("-TERM");
    assert!(ended.wait().success());
    assert_eq!(folders(&temporary).len(), 1);
    drop(third);
}

#[test]
fn what_is_not_a_folder_that_a_server_left_stays() {
    let temporary = folder("scratch-strangers");
    let name = |n: u32| temporary.join(format!("sig4-{n:032x}"));
    let keep = temporary.join("keep");
    fs::create_dir(&keep).unwrap();
    fs::write(keep.join("lock"), "").unwrap();
    let private = |path: &Path, mode: u32| {
        fs::create_dir(path).unwrap();
        fs::write(path.join("lock"), "").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    fs::set_permissions(&keep, fs::Permissions::from_mode(0o700)).unwrap();
    symlink(&keep, name(1)).unwrap();
    private(&name(2), 0o755);
    fs::write(name(3), "a file").unwrap();
    private(&temporary.join("sig4-other"), 0o700);
    private(&temporary.join(format!("sig5-{:032x}", 4)), 0o700);
    fs::create_dir(name(5)).unwrap();
    fs::set_permissions(name(5), fs::Permissions::from_mode(0o700)).unwrap();
    private(&name(6), 0o700);
    let is_root = chown(name(6), Some(65_534), None).is_ok();
    if !Need::OtherUser.is_met(is_root, "no folder was given to another user") {
        fs::remove_dir_all(name(6)).unwrap();
    }
    // A folder that is its owner's alone, with a lock that nobody holds, and a link in it.
    private(&name(7), 0o700);
    symlink(&keep, name(7).join("code")).unwrap();
    let before = fs::read_dir(&temporary).unwrap().count();
    let mut serving = serve(&temporary);
    assert!(!name(7).exists(), "this one is what a server left");
    assert!(keep.join("lock").exists() && fs::symlink_metadata(name(1)).is_ok(), "no link is followed");
    assert_eq!(fs::metadata(&keep).unwrap().uid(), fs::metadata(&temporary).unwrap().uid());
    serving.signal("-TERM");
    serving.wait();
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), before - 1);
}
