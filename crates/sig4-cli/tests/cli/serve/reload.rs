//! An API that is loaded again while it is served.

use crate::serve::handlers::{call, read};
use crate::serve::serving::{ALLOWED, Serving, folder, has_node, plain_at, sig4};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const OPEN: &str = "authorizer = \"none\"";

/// Waits until a condition holds.
pub(crate) fn until(serving: &Serving, what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(40);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}: {:?}", serving.errors());
        thread::sleep(Duration::from_millis(20));
    }
}

fn start(config: &Path, more: &[&str]) -> Serving {
    Serving::start(&[&["--config", config.to_str().unwrap()], more].concat())
}

fn may_call(serving: &Serving, id: &str, secret: &str) -> Option<i32> {
    let mut command = sig4();
    command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
    command.args(["call", "--region", "us-east-1", &(serving.url.clone() + "/x")]).output().unwrap().status.code()
}

#[test]
fn a_changed_configuration_is_served_and_a_bad_one_is_not() {
    let config = folder("watch").join("api.toml");
    fs::write(&config, format!("[routes]\n\"GET /a\" = {{ echo = true, {OPEN} }}\n")).unwrap();
    let serving = start(&config, &["--watch"]);
    assert_eq!((call(&serving, "/a").0, call(&serving, "/b").0), (200, 404));
    fs::write(&config, format!("[routes]\n\"GET /b\" = {{ echo = true, {OPEN} }}\n")).unwrap();
    serving.error_with("loaded again: ");
    serving.error_with("+ GET /b");
    serving.error_with("- GET /a");
    assert_eq!((call(&serving, "/a").0, call(&serving, "/b").0), (404, 200));
    fs::write(&config, format!("[routes]\n\"GET /c\" = {{ echo = true, {OPEN} }}\n\"GET /d\" = {{ echoes = true }}\n"))
        .unwrap();
    let line = serving.error_with("not loaded again, and served as before: ");
    assert!(line.contains("api.toml") && (line.contains("line 3") || line.contains("api.toml:3")), "{line}");
    assert_eq!((call(&serving, "/b").0, call(&serving, "/c").0), (200, 404));
    fs::remove_file(&config).unwrap();
    serving.error_with("not loaded again, and served as before: ");
    fs::write(&config, format!("[routes]\n\"GET /c\" = {{ echo = true, {OPEN} }}\n")).unwrap();
    serving.error_with("loaded again: ");
    assert_eq!((call(&serving, "/b").0, call(&serving, "/c").0), (404, 200));
}

const ALLOW: &str = r#"{"Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}"#;
const DENY: &str = r#"{"Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*"}}"#;

fn user(name: &str, id: &str) -> String {
    format!("[users.{name}]\npolicies = [\"any.json\"]\naccess_keys = [{{ id = \"{id}\", secret = \"of {name}\" }}]\n")
}

#[test]
fn a_key_that_was_removed_is_refused_and_a_changed_policy_counts() {
    let folder = folder("watch-users");
    let users = folder.join("users.toml");
    fs::write(folder.join("any.json"), ALLOW).unwrap();
    fs::write(&users, user("alice", "AKIDALICE") + &user("bob", "AKIDBOB")).unwrap();
    let serving = Serving::start(&["--users", users.to_str().unwrap(), "--watch"]);
    assert_eq!([may_call(&serving, "AKIDALICE", "of alice"), may_call(&serving, "AKIDBOB", "of bob")], [Some(0); 2]);
    fs::write(&users, user("bob", "AKIDBOB")).unwrap();
    serving.error_with("loaded again: ");
    serving.error_with("- access key AKIDALICE of arn:aws:iam::123456789012:user/alice");
    assert_eq!(may_call(&serving, "AKIDALICE", "of alice"), Some(1), "a key that was removed");
    assert_eq!(may_call(&serving, "AKIDBOB", "of bob"), Some(0));
    fs::write(folder.join("any.json"), DENY).unwrap();
    serving.error_with("loaded again: ");
    assert_eq!(may_call(&serving, "AKIDBOB", "of bob"), Some(1), "a policy that was changed");
    fs::write(folder.join("any.json"), ALLOW.replace("Allow", "Perhaps")).unwrap();
    let line = serving.error_with("not loaded again, and served as before: ");
    assert!(!line.contains("of bob"), "{line}");
    assert_eq!(may_call(&serving, "AKIDBOB", "of bob"), Some(1));
}

#[test]
fn the_demo_users_keep_their_keys() {
    let config = folder("watch-demo").join("api.toml");
    fs::write(&config, "[routes]\n\"$default\" = { echo = true }\n").unwrap();
    let serving = Serving::start_at("127.0.0.1:0", &["--config", config.to_str().unwrap(), "--watch"]);
    let before = serving.call("/x", &[]);
    fs::write(&config, "[routes]\n\"$default\" = { echo = true }\n\"GET /y\" = { echo = true }\n").unwrap();
    serving.error_with("+ GET /y");
    assert_eq!(serving.call("/x", &[]), before, "with the secret of the banner");
    assert_eq!(may_call(&serving, ALLOWED, "another"), Some(1));
}

#[cfg(unix)]
#[test]
fn sighup_loads_everything_again_and_without_it_nothing_is() {
    if !has_node() {
        return;
    }
    let folder = folder("hangup");
    let config = folder.join("api.toml");
    let function = "[functions.f]\ncode = \"code\"\nhandler = \"index.handler\"\n";
    fs::create_dir_all(folder.join("code")).unwrap();
    fs::write(folder.join("code/index.js"), "exports.handler = async () => String(process.pid);").unwrap();
    let with = |more: &str| {
        fs::write(&config, format!("[routes]\n\"$default\" = {{ function = \"f\", {OPEN} }}\n{more}{function}"))
            .unwrap();
    };
    with("");
    let serving = start(&config, &[]);
    let before = call(&serving, "/").1;
    with(&format!("\"GET /a\" = {{ echo = true, {OPEN} }}\n"));
    thread::sleep(Duration::from_secs(1));
    assert_eq!(call(&serving, "/a").1, before, "the file is not watched");
    serving.signal("-HUP");
    serving.error_with("+ GET /a");
    assert!(call(&serving, "/a").1.contains("\"path\": \"/a\""));
    let after = call(&serving, "/").1;
    assert!(after.parse::<u32>().is_ok() && after != before, "the function runs in a new process");
    with("nonsense\n");
    serving.signal("-HUP");
    serving.error_with("not loaded again, and served as before: ");
    assert!(call(&serving, "/a").1.contains("\"path\": \"/a\""));
}

/// Calls an API until told, and returns the answers.
pub(crate) fn hammer(address: &str, over: &AtomicBool) -> BTreeSet<(u16, String)> {
    let mut answers = BTreeSet::new();
    while !over.load(Ordering::Relaxed) {
        answers.insert(read(&plain_at(address, address, "GET", "/", "")));
    }
    answers
}

#[test]
fn functions_are_added_changed_and_removed_under_load_and_no_call_is_lost() {
    if !has_node() {
        return;
    }
    let folder = folder("watch-load");
    let config = folder.join("api.toml");
    fs::create_dir_all(folder.join("code")).unwrap();
    fs::write(folder.join("code/index.js"), "exports.handler = async () => process.env.VERSION;").unwrap();
    let write = |version: &str, names: &[&str]| {
        let mut text = format!("[routes]\n\"$default\" = {{ function = \"f\", {OPEN} }}\n");
        for name in names {
            text += &format!("\"GET /{name}\" = {{ function = \"{name}\", {OPEN} }}\n");
        }
        for name in ["f"].iter().chain(names) {
            let code = "code = \"code\"\nhandler = \"index.handler\"\ntimeout = 30";
            text += &format!("[functions.{name}]\n{code}\nenvironment = {{ VERSION = \"{name} {version}\" }}\n");
        }
        // As an editor does it: the file is replaced at once.
        fs::write(folder.join("new"), text).unwrap();
        fs::rename(folder.join("new"), &config).unwrap();
    };
    write("1", &[]);
    let serving = start(&config, &["--watch"]);
    let (over, address) = (AtomicBool::new(false), serving.address().to_owned());
    let answers = thread::scope(|scope| {
        let callers: Vec<_> = (0..3).map(|_| scope.spawn(|| hammer(&address, &over))).collect();
        for (version, names) in [("2", &["g"][..]), ("3", &["g", "h"]), ("4", &[]), ("5", &["h"])] {
            write(version, names);
            until(&serving, version, || call(&serving, "/").1 == format!("f {version}"));
            for name in names {
                assert_eq!(call(&serving, &format!("/{name}")), (200, format!("{name} {version}")));
            }
        }
        over.store(true, Ordering::Relaxed);
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect::<BTreeSet<_>>()
    });
    let expected = (1..=5).map(|version| (200, format!("f {version}"))).collect();
    assert!(answers.is_subset(&expected) && answers.len() > 1, "{answers:?}");
}

#[test]
fn a_bad_file_is_named_once_though_another_changed_with_it() {
    let folder = folder("watch-two");
    let (config, users) = (folder.join("api.toml"), folder.join("users.toml"));
    let routes = "[routes]\n\"$default\" = { echo = true }\n";
    fs::write(folder.join("any.json"), ALLOW).unwrap();
    fs::write(&config, routes).unwrap();
    fs::write(&users, user("alice", "AKIDALICE")).unwrap();
    let serving = start(&config, &["--watch", "--users", users.to_str().unwrap()]);
    fs::write(&users, user("bob", "AKIDBOB")).unwrap();
    fs::write(&config, "[[[").unwrap();
    serving.error_with("not loaded again, and served as before: ");
    // Several checks of the files.
    thread::sleep(Duration::from_millis(1500));
    let more = serving.errors();
    assert!(more.len() <= 1, "one more if the files changed between two checks: {more:?}");
    fs::write(&config, routes).unwrap();
    serving.error_with("loaded again: ");
    assert_eq!(may_call(&serving, "AKIDBOB", "of bob"), Some(0));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_once_and_one_in_the_place_of_a_file_is_not_waited_for() {
    let folder = folder("watch-pipe");
    let (config, users) = (folder.join("api.toml"), folder.join("users.toml"));
    let fifo = |path: &Path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    fs::write(folder.join("any.json"), ALLOW).unwrap();
    fs::write(&config, "[routes]\n\"$default\" = { echo = true }\n").unwrap();
    fifo(&users);
    let writer = thread::spawn({
        let users = users.clone();
        move || fs::write(users, user("alice", "AKIDALICE")).unwrap()
    });
    let mut serving = start(&config, &["--watch", "--users", users.to_str().unwrap()]);
    writer.join().unwrap();
    serving.signal("-HUP");
    serving.error_with("loaded again: ");
    assert_eq!(may_call(&serving, "AKIDALICE", "of alice"), Some(0), "with the text that was read at the start");
    fs::remove_file(&config).unwrap();
    fifo(&config);
    serving.error_with("it is a pipe or a device now");
    assert_eq!(may_call(&serving, "AKIDALICE", "of alice"), Some(0));
    serving.signal("-TERM");
    serving.wait();
}

#[test]
fn while_its_code_is_gone_a_function_goes_on() {
    if !has_node() {
        return;
    }
    let code = |version: u32| format!("exports.handler = async () => 'version {version}';");
    let config = folder("watch-gone").join("api.toml");
    let folder = config.with_file_name("code");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("index.js"), code(1)).unwrap();
    let function = "[functions.f]\ncode = \"code\"\nhandler = \"index.handler\"\n";
    fs::write(&config, format!("[routes]\n\"$default\" = {{ function = \"f\", {OPEN} }}\n{function}")).unwrap();
    let serving = start(&config, &[]);
    assert_eq!(call(&serving, "/").1, "version 1");
    fs::remove_dir_all(&folder).unwrap();
    serving.error_with("f: its code is gone, and its runtime goes on with what it has read");
    assert_eq!(call(&serving, "/"), (200, "version 1".to_owned()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("index.js"), code(2)).unwrap();
    until(&serving, "version 2", || call(&serving, "/").1 == "version 2");
}
