//! Where `sig4 serve` gets users and their secrets from.

use crate::serve::serving::{Serving, folder, sig4};
use sig4_test_support::need::Need;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const POLICY: &str = r#"{"Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}"#;
const BOB: &str = "[users.bob]\npolicies = [\"any.json\"]\naccess_keys = [{ id = \"AKIDBOB\", secret = \"of bob\" }]\n";

/// A folder with a policy that allows everything.
fn with_policy(name: &str) -> PathBuf {
    let folder = folder(name);
    fs::write(folder.join("any.json"), POLICY).unwrap();
    folder
}

fn serve(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = sig4();
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).current_dir(folder);
    command
}

fn may_call(serving: &Serving, id: &str, secret: &str) -> bool {
    let mut command = sig4();
    command.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret);
    command.args(["call", "--region", "us-east-1", &serving.url]).output().unwrap().status.success()
}

fn refused(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(2), "{text}");
    text
}

/// The arguments of a process, as every user of the machine can read them.
#[cfg(target_os = "linux")]
fn arguments(serving: &Serving) -> String {
    String::from_utf8(fs::read(format!("/proc/{}/cmdline", serving.id())).unwrap()).unwrap()
}

#[test]
fn a_secret_comes_from_a_variable_and_is_in_no_argument() {
    let folder = with_policy("users-variable");
    let mut command = serve(&folder, &["--user", "alice=AKIDALICE@any.json", "--user", "carol=AKIDCAROL@any.json"]);
    command.env("SIG4_SECRET_AKIDALICE", "of:alice@home").env("SIG4_SECRET_AKIDCAROL", "of carol");
    let serving = Serving::of(&mut command);
    assert!(may_call(&serving, "AKIDALICE", "of:alice@home") && may_call(&serving, "AKIDCAROL", "of carol"));
    assert!(!may_call(&serving, "AKIDALICE", "of carol"));
    #[cfg(target_os = "linux")]
    assert!(arguments(&serving).contains("AKIDALICE") && !arguments(&serving).contains("of:alice"));
    assert!(!serving.errors().iter().any(|line| line.contains("--user")), "nothing is wrong with it");
}

#[test]
fn without_a_secret_there_is_no_user() {
    let folder = with_policy("users-none");
    let user = ["--user", "alice=AKIDALICE@any.json"];
    let says = "no secret for AKIDALICE: set SIG4_SECRET_AKIDALICE, or start this in a terminal, which asks for it";
    assert!(refused(&mut serve(&folder, &user)).contains(says));
    assert!(refused(serve(&folder, &user).env("SIG4_SECRET_AKIDALICE", "")).contains(says), "an empty one is none");
    for text in [
        "alice=AKID ALICE@any.json",
        "alice=AKID/ALICE@any.json",
        "alice=@any.json",
        "alice=AKIDALICE@",
        "=AKIDALICE@any.json",
    ] {
        assert!(refused(&mut serve(&folder, &["--user", text])).contains("expected NAME=AKID@policy.json"), "{text}");
    }
}

#[test]
fn a_secret_among_the_arguments_still_works_and_is_warned_of() {
    let folder = with_policy("users-old");
    let serving = Serving::of(&mut serve(&folder, &["--user", "alice=AKIDALICE:a@any.json"]));
    let line = serving.error_with("every user of this machine can read");
    assert!(line.contains("--user alice=AKIDALICE@any.json") && line.contains("SIG4_SECRET_AKIDALICE"), "{line}");
    assert!(!line.contains(":a@"), "{line}");
    assert!(may_call(&serving, "AKIDALICE", "a"));
}

#[test]
fn users_are_read_from_standard_input() {
    let folder = with_policy("users-stdin");
    fs::write(folder.join("carol.toml"), BOB.replace("bob", "carol").replace("BOB", "CAROL")).unwrap();
    let users = folder.join("users.toml");
    fs::write(&users, BOB).unwrap();
    let mut command = serve(&folder, &["--users", "-", "--users", "carol.toml"]);
    let serving = Serving::of(command.stdin(fs::File::open(&users).unwrap()));
    assert!(may_call(&serving, "AKIDBOB", "of bob") && may_call(&serving, "AKIDCAROL", "of carol"));
    let twice = refused(&mut serve(&folder, &["--users", "-", "--users", "-"]));
    assert!(twice.contains("--users -: the standard input can be read once"), "{twice}");
    let nobody = refused(&mut serve(&folder, &["--users", "-"]));
    assert!(nobody.contains("the standard input names no users"), "{nobody}");
    let mut child = serve(&folder, &["--users", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"[users.bob]\naccess_keys = [{ id = \"A\", secret = \"hush\" }\n").unwrap();
    let text = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(text.contains("the standard input:2:") && !text.contains("hush"), "{text}");
}

/// A terminal in which the command runs, and somebody who types a secret.
const TERMINAL: &str = "
import os, pty, signal, sys, termios, time
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b''
def until(text):
    global seen
    while text not in seen:
        seen += os.read(terminal, 4096)
until(b'AKIDALICE')
# Nobody types before the prompt has hidden what is typed.
while termios.tcgetattr(terminal)[3] & termios.ECHO:
    time.sleep(0.01)
os.write(terminal, b'typed secret\\n')
until(b'access keys of ')
os.kill(child, signal.SIGKILL)
sys.stdout.buffer.write(seen)
";

#[test]
fn a_terminal_asks_for_a_secret_and_does_not_show_it() {
    let folder = with_policy("users-terminal");
    let command = serve(&folder, &["--user", "alice=AKIDALICE@any.json"]);
    let mut python = Command::new("timeout");
    python
        .args(["60", "python3", "-c", TERMINAL])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(&folder);
    let output = match python.output() {
        Ok(output) if output.status.code() != Some(127) => output,
        _ => {
            return Need::Python.skip("no secret was typed at a terminal");
        }
    };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("secret of AKIDALICE: ") && text.contains("user/alice"), "{output:?}");
    assert!(!text.contains("typed"), "{text}");
}

#[test]
fn the_seed_of_the_demo_users_may_come_from_a_variable() {
    let by_variable = Serving::of(
        sig4().args(["serve", "--listen", "127.0.0.1:0"]).env("SIG4_DEMO_SEED", crate::serve::serving::SEED),
    );
    let by_flag = Serving::start(&[]);
    assert_eq!(by_variable.secret(crate::serve::serving::ALLOWED), by_flag.secret(crate::serve::serving::ALLOWED));
    let reached = refused(sig4().args(["serve", "--listen", "0.0.0.0:0"]).env("SIG4_DEMO_SEED", "s"));
    assert!(reached.contains("0.0.0.0:0 is not loopback"), "{reached}");
}
