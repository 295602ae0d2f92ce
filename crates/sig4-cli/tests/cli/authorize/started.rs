//! The start.

use super::replica::{Replica, authorize, config, folder, users};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// The exit code and the errors.
fn run(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_signed_request_is_allowed_once_and_an_unsigned_one_never() {
    let replica = Replica::start("start", "", "");
    let question = super::replica::question("AKIDALICE", "/pets");
    let ask = |question: &str| super::replica::exchange(replica.ports[0], question);
    let answer = ask(&question);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("x-sig4-principal-arn: arn:aws:iam::123456789012:user/alice\r\n"), "{answer}");
    assert!(!ask(&question).starts_with("HTTP/1.1 200 "), "the signature was used");
    assert!(!ask(&question.replace("Authorization:", "X-Other:")).starts_with("HTTP/1.1 200 "));
    assert!(replica.ask("AKIDBOB", "/pets") >= 400, "an unknown key");
    let printed = replica.program.printed();
    assert!(printed.contains("listening on 127.0.0.1:") && printed.contains("probes and metrics on"), "{printed}");
}

#[test]
fn a_bad_configuration_ends_with_its_line_and_the_code_of_a_mistake() {
    let folder = folder("bad");
    let file = folder.join("authorizer.toml");
    let shown = file.display();
    fs::write(folder.join("users.json"), users(&["AKIDALICE"])).unwrap();
    for (text, expected) in [
        ("[listen]\nadress = \"x\"\n".to_owned(), format!("{shown}: line 2, column 1: unknown field `adress`")),
        (config([0, 0], "drain_delay = 5", ""), format!("{shown}: line 4, column 15: ")),
        (config([0, 0], "", "").replace("users.json", "nobody.json"), "nobody.json".to_owned()),
        (config([0, 0], "", "[replay]\nstore = \"redis\""), "without `url_file`".to_owned()),
    ] {
        fs::write(&file, &text).unwrap();
        for mut command in [authorize(&folder), checking(&folder)] {
            let (code, errors) = run(&mut command);
            assert!(code == Some(2) && errors.contains(&expected), "{code:?} {errors}");
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

fn checking(folder: &Path) -> Command {
    let mut command = authorize(folder);
    command.arg("--check");
    command
}

#[test]
fn a_check_reads_everything_and_listens_nowhere() {
    let folder = folder("checked");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    fs::write(folder.join("authorizer.toml"), config([port, 0], "", "")).unwrap();
    fs::write(folder.join("users.json"), users(&["AKIDALICE"])).unwrap();
    let (code, errors) = run(&mut checking(&folder));
    assert!(code == Some(0) && errors.ends_with("authorizer.toml is valid\n"), "{code:?} {errors}");
    let (code, errors) = run(&mut authorize(&folder));
    assert!(code == Some(2) && errors.contains(&format!("cannot listen: 127.0.0.1:{port}: ")), "{code:?} {errors}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_store_in_memory_needs_no_preparation() {
    let folder = folder("unprepared");
    fs::write(folder.join("authorizer.toml"), config([0, 0], "", "")).unwrap();
    let mut command = authorize(&folder);
    let (code, errors) = run(command.arg("--init-replay-store"));
    assert!(code == Some(2) && errors.contains("does not have the store \"redis\""), "{code:?} {errors}");
    fs::remove_dir_all(folder).unwrap();
}

/// Without this, a replica without its store refuses each request, and its log is silent.
#[test]
fn a_store_that_cannot_be_reached_is_told_with_its_effect() {
    for (on_failure, effect) in [("refuse", "refused"), ("allow", "let through without a check for replays")] {
        let url = folder(&format!("url-{on_failure}")).join("url");
        fs::write(&url, "redis://user:hidden@127.0.0.1:1/").unwrap();
        let replay = format!("[replay]\nstore = \"redis\"\nurl_file = {url:?}\non_failure = \"{on_failure}\"");
        let replica = Replica::start(&format!("unreached-{on_failure}"), "", &replay);
        replica.prints(&format!("requests are {effect}: the replay store is not reachable"));
        assert!(!replica.program.printed().contains("hidden"));
    }
}
