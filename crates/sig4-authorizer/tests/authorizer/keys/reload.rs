//! Reloads: in one step, or not at all.

use super::{Files, SECRET, policy, refused, users};
use sig4_authorizer::keys::{KeySource, ReloadingKeys};
use std::fs::{self, File};
use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;
use time::OffsetDateTime;

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

#[test]
fn an_access_key_that_is_removed_is_unknown_after_the_next_reload() {
    let files = Files::new(&users(&["AKIDONE", "AKIDTWO"]));
    let keys = files.load();
    assert!(keys.find("AKIDONE").is_some() && keys.find("AKIDTWO").is_some());
    files.write("users.json", &users(&["AKIDTWO"]));
    assert!(keys.find("AKIDONE").is_some(), "nothing was read yet");
    assert!(keys.reload_if_changed().unwrap());
    assert!(keys.find("AKIDONE").is_none() && keys.find("AKIDTWO").is_some());
    let status = keys.status(now());
    assert_eq!((status.access_keys, status.loads, status.failures, status.error.is_none()), (1, 2, 0, true));
}

#[test]
fn files_that_are_wrong_leave_the_earlier_keys_and_are_told() {
    let files = Files::new(&users(&["AKIDONE"]));
    let keys = files.load();
    let good = users(&["AKIDTWO"]);
    for (wrong, words) in [
        ("", "EOF"),
        (good.strip_suffix(|_: char| true).unwrap(), "EOF"),
        ("{\"account\": \"123456789012\"}", "there are no access keys"),
        (&users(&["AKIDTWO", "AKIDTWO"]), "stands twice"),
        (&good.replace("all.json", "none.json"), "none.json"),
        (&good.replace("AKIDTWO", "AKID/TWO"), "access key id"),
    ] {
        files.write("users.json", wrong);
        let error = keys.reload().unwrap_err().to_string();
        assert!(error.contains(words) && error.contains("users.json") && !error.contains(SECRET), "{error}");
        assert!(keys.find("AKIDONE").is_some() && keys.find("AKIDTWO").is_none(), "{words}");
        let status = keys.status(now());
        assert_eq!(status.error.map(|error| error.to_string()), Some(error));
        assert_eq!((status.access_keys, status.loads), (1, 1));
    }
    assert_eq!(keys.status(now()).failures, 6);
    files.write("users.json", &good);
    assert!(keys.reload_if_changed().unwrap());
    assert!(keys.find("AKIDTWO").is_some() && keys.status(now()).error.is_none());
}

#[test]
fn a_file_that_is_half_written_is_never_loaded() {
    let files = Files::new(&users(&["AKIDONE"]));
    let keys = files.load();
    let text = users(&["AKIDTWO", "AKIDTHREE"]);
    let mut file = File::create(files.path("users.json")).unwrap();
    for piece in text.as_bytes().chunks(7) {
        assert!(keys.reload_if_changed().is_err());
        assert!(keys.find("AKIDONE").is_some(), "the earlier keys stay");
        file.write_all(piece).unwrap();
    }
    assert!(keys.reload_if_changed().unwrap());
    assert!(keys.find("AKIDONE").is_none() && keys.find("AKIDTHREE").is_some());
}

#[test]
fn users_without_access_keys_are_a_mistake_unless_they_are_meant() {
    let files = Files::new("{\"account\": \"123456789012\"}");
    assert!(refused(files.source()).ends_with("there are no access keys"));
    let keys = ReloadingKeys::load(files.source().with_empty_users(true)).unwrap();
    assert_eq!(keys.status(now()).access_keys, 0);
}

#[test]
fn a_policy_file_belongs_to_the_same_state() {
    let files = Files::new(&users(&["AKIDONE", "AKIDTWO"]));
    let keys = files.load();
    let allows = |word: &str| format!("{:?}", keys.find("AKIDONE").unwrap().policies()).contains(word);
    assert!(!allows("execute-api"));
    files.write("all.json", &policy("execute-api:Invoke"));
    assert!(keys.reload_if_changed().unwrap());
    assert!(allows("execute-api"));
    files.write("all.json", &policy("execute-api:Invoke").replace("Allow", "Alow"));
    let error = keys.reload_if_changed().unwrap_err().to_string();
    assert!(error.contains("all.json") && error.contains("Alow"), "{error}");
    assert!(allows("execute-api"));
}

#[test]
fn files_that_have_not_changed_for_a_while_are_not_read_again() {
    let files = Files::new(&users(&["AKIDONE"]));
    let long_ago = fs::FileTimes::new().set_modified(std::time::SystemTime::UNIX_EPOCH);
    let set_back =
        |name: &str| File::options().write(true).open(files.path(name)).unwrap().set_times(long_ago).unwrap();
    ["users.json", "all.json"].into_iter().for_each(set_back);
    let keys = files.load();
    assert!(!keys.reload_if_changed().unwrap());
    // A replaced file is read again even if its length and time are unchanged.
    files.write("users.json", &users(&["AKIDTWO"]));
    set_back("users.json");
    assert_eq!(keys.reload_if_changed().unwrap(), cfg!(unix));
    assert_eq!(keys.find("AKIDTWO").is_some(), cfg!(unix));
}

#[test]
fn a_pipe_a_folder_and_a_file_that_is_too_long_are_refused_at_once() {
    let files = Files::new(&users(&["AKIDONE"]));
    fs::create_dir(files.path("folder")).unwrap();
    assert!(refused(KeySource::users(files.path("folder"))).ends_with("it is not a regular file"));
    File::create(files.path("long")).unwrap().set_len(4 * 1024 * 1024 + 1).unwrap();
    assert!(refused(KeySource::users(files.path("long"))).ends_with("it is longer than 4194304 bytes"));
    File::create(files.path("keys")).unwrap().set_len(64 * 1024 * 1024 + 1).unwrap();
    assert!(refused(files.source().with_day_keys(files.path("keys"))).ends_with("it is longer than 67108864 bytes"));
    fs::write(files.path("bytes"), [0xff, 0xfe]).unwrap();
    assert!(refused(KeySource::users(files.path("bytes"))).ends_with("it is not UTF-8"));
    assert!(refused(KeySource::users(files.path("none"))).contains("none"));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_without_waiting_for_a_writer() {
    let files = Files::new(&users(&["AKIDONE"]));
    let pipe = files.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for source in [KeySource::users(&pipe), files.source().with_day_keys(&pipe)] {
        let (done, ended) = mpsc::channel();
        std::thread::spawn(move || done.send(refused(source)).unwrap());
        let error = ended.recv_timeout(Duration::from_secs(20)).expect("it does not wait");
        assert!(error.ends_with("it is not a regular file"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told_and_leaves_the_keys() {
    use std::os::unix::fs::PermissionsExt;
    let files = Files::new(&users(&["AKIDONE"]));
    let keys = files.load();
    fs::set_permissions(files.path("users.json"), fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read it anyway.
    let is_readable = File::open(files.path("users.json")).is_ok();
    assert_eq!(keys.reload().is_ok(), is_readable);
    assert!(keys.find("AKIDONE").is_some());
    fs::remove_file(files.path("users.json")).unwrap();
    assert!(keys.reload_if_changed().unwrap_err().to_string().contains("users.json"));
    assert!(keys.find("AKIDONE").is_some());
}

#[tokio::test]
async fn a_task_sees_changes_and_tells_each_outcome_once() {
    let files = Files::new(&users(&["AKIDONE"]));
    let keys = files.load();
    let (told, mut outcomes) = tokio::sync::mpsc::unbounded_channel();
    let watch = keys.watch(Duration::from_millis(5), move |outcome| {
        let _ = told.send(outcome.as_ref().copied().map_err(ToString::to_string));
    });
    files.write("users.json", &users(&["AKIDTWO"]));
    while keys.find("AKIDTWO").is_none() {
        outcomes.recv().await.unwrap().unwrap();
    }
    files.write("users.json", "{");
    let error = loop {
        if let Err(error) = outcomes.recv().await.unwrap() {
            break error;
        }
    };
    assert!(error.contains("users.json"), "{error}");
    // The same error again is no news: the next outcome is the good file's.
    tokio::time::sleep(Duration::from_millis(50)).await;
    files.write("users.json", &users(&["AKIDTHREE"]));
    assert_eq!(outcomes.recv().await.unwrap(), Ok(()));
    assert!(keys.find("AKIDTHREE").is_some());
    drop(watch);
    while outcomes.recv().await.is_some() {}
}

#[test]
fn nothing_shows_a_secret() {
    let files = Files::new(&users(&["AKIDONE"]));
    let keys = files.load();
    let shown = format!("{keys:?} {:?} {:?}", keys.status(now()), keys.find("AKIDONE"));
    assert!(!shown.contains(SECRET), "{shown}");
}

/// A time in the future never tells whether a file changed since, so that it is read at each look. Nothing is new about that.
#[tokio::test]
async fn a_change_is_told_once_even_if_its_time_is_in_the_future() {
    let files = Files::new(&users(&["AKIDONE"]));
    let keys = files.load();
    let (sender, told) = mpsc::channel();
    let _watch = keys.watch(Duration::from_millis(5), move |outcome| sender.send(outcome.is_ok()).unwrap());
    let future = std::time::SystemTime::now() + Duration::from_secs(3600);
    fs::write(files.path("next"), users(&["AKIDTWO"])).unwrap();
    let times = fs::FileTimes::new().set_modified(future);
    File::options().write(true).open(files.path("next")).unwrap().set_times(times).unwrap();
    fs::rename(files.path("next"), files.path("users.json")).unwrap();
    let loads = keys.status(now()).loads;
    while keys.find("AKIDTWO").is_none() || keys.status(now()).loads < loads + 5 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [true]);
}
