//! Files that change while a replica runs.

use super::replica::{Replica, users};

#[test]
fn a_key_comes_and_goes_with_the_users_file() {
    let replica = Replica::start("keys", "", "");
    assert!(replica.ask("AKIDBOB", "/pets") >= 400);
    replica.replace_users(&users(&["AKIDALICE", "AKIDBOB"]));
    replica.becomes("the new key", || replica.ask("AKIDBOB", "/pets") == 200);
    replica.prints("users, policies and keys are loaded again");
    replica.replace_users(&users(&["AKIDBOB"]));
    replica.becomes("a revoked key", || replica.ask("AKIDALICE", "/cats") >= 400);
}

#[test]
fn a_bad_file_changes_nothing_and_is_told() {
    let replica = Replica::start("bad-keys", "", "");
    for bad in ["{", "", r#"{"account": "123456789012", "users": {"alice": {"nope": 1}}}"#] {
        replica.replace_users(bad);
        replica.becomes("the metric", || replica.admin("/metrics").contains("\nsig4_keys_reload_failed 1\n"));
        replica.prints("the earlier users, policies and keys stay in use: ");
        replica.program.signal("-HUP");
        replica.prints("the earlier keys, policies and certificates stay: ");
    }
    assert_eq!(replica.ask("AKIDALICE", "/pets"), 200);
    assert!(replica.admin("/readyz").contains("\"ready\":true"), "old keys are better than none");
    replica.replace_users(&users(&["AKIDALICE"]));
    replica.becomes("the metric", || replica.admin("/metrics").contains("\nsig4_keys_reload_failed 0\n"));
}

#[test]
fn a_signal_loads_at_once() {
    let replica = Replica::start("hangup", "", "");
    replica.replace_users(&users(&["AKIDCAROL"]));
    replica.program.signal("-HUP");
    replica.prints("are loaded again");
    assert_eq!(replica.ask("AKIDCAROL", "/pets"), 200);
}
