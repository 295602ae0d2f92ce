//! The credentials that `sig4` finds in the environment and in AWS's shared files, and those that botocore finds there.
//!
//! Botocore's answers are recorded from 1.44.5; where it is installed or can be, they are asked of it.

mod table;

use serde_json::{Value, json};
use sig4::request::RequestView;
use sig4::{Credentials, Payload, Signer, Timestamp};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use table::{Case, Outcome, cases};

const AT: &str = "20150830T123600Z";

/// A home with the files of a case, removed in the end.
struct Home(PathBuf);

impl Home {
    fn of(case: &Case, test: &str, at: usize) -> Self {
        let name = format!("profiles-{}-{test}-{at}", std::process::id());
        let home = Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name));
        fs::create_dir_all(home.0.join(".aws")).unwrap();
        for (name, text) in [("credentials", &case.credentials), ("config", &case.config)] {
            if let Some(text) = text {
                fs::write(home.0.join(".aws").join(name), text).unwrap();
            }
        }
        home
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// The headers that `sig4 sign` prints for a case, or its error.
fn signed(case: &Case, home: &Home) -> Result<String, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.args(["sign", "--at", AT, "--region", "us-east-1", "--service", "service", "GET", "http://localhost/"]);
    command.args(case.profile.map(|name| format!("--profile={name}")));
    let output =
        command.env_clear().env("HOME", &home.0).envs(&case.environment).stdin(Stdio::null()).output().unwrap();
    match output.status.code() {
        Some(0) => Ok(String::from_utf8(output.stdout).unwrap()),
        _ => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

/// The headers that these keys sign with.
fn expected([id, secret, token]: &[String; 3]) -> String {
    let credentials = Credentials::new(id, secret.as_str()).unwrap().with_session_token(token.as_str()).unwrap();
    let request = RequestView::new("GET", "/", None, &sig4::request::NO_HEADERS).with_authority("http", "localhost");
    let now = Timestamp::parse(AT).unwrap().to_datetime();
    let signer = Signer::new("us-east-1", "service").unwrap();
    let signed = signer.sign_view(&request, &Payload::Bytes(b""), &credentials, now).unwrap();
    signed.headers().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

#[test]
fn sig4_takes_the_keys_of_the_table() {
    let mut wrong = Vec::new();
    for (at, case) in cases().iter().enumerate() {
        let found = signed(case, &Home::of(case, "sig4", at));
        let is_right = match (&found, &case.sig4) {
            (Ok(headers), Outcome::Keys(keys)) => *headers == expected(keys),
            (Err(said), Outcome::Refused(why)) => {
                said.lines().next().is_some_and(|line| line.contains(why))
                    && said.lines().count() <= 8
                    && !said.contains("secret-")
            }
            _ => false,
        };
        if !is_right {
            wrong.push(format!("{}: expected {:?}, but {found:?}", case.name, case.sig4));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sig4_departs_from_botocore_where_the_table_says_why() {
    for case in cases() {
        let is_same = match (&case.botocore, &case.sig4) {
            (Outcome::Refused(_), Outcome::Refused(_)) => true,
            (botocore, sig4) => botocore == sig4,
        };
        assert_eq!(is_same, case.departs.is_none(), "{}: {:?}", case.name, case.departs);
    }
}

#[test]
fn botocore_answers_as_the_table_says() {
    let Some(python) = install::botocore(Path::new(env!("CARGO_TARGET_TMPDIR"))) else {
        return Need::Botocore.skip("no profile was read by botocore");
    };
    let cases = cases();
    let homes: Vec<_> = cases.iter().enumerate().map(|(at, case)| Home::of(case, "botocore", at)).collect();
    let ask = |(case, home): (&Case, &Home)| {
        json!({ "home": home.0, "environment": case.environment, "profile": case.profile }).to_string() + "\n"
    };
    let input: String = cases.iter().zip(&homes).map(ask).collect();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/profiles/credentials.py");
    let mut child = Command::new(python).arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), cases.len());
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(answers.lines()) {
        let answer: Value = serde_json::from_str(answer).unwrap();
        let recorded = match &case.botocore {
            Outcome::Keys([id, secret, token]) => json!({ "id": id, "secret": secret, "token": token }),
            Outcome::Refused(why) => json!({ "refused": why }),
        };
        if answer != recorded {
            wrong.push(format!("{}: recorded is {recorded}, but it is {answer}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
