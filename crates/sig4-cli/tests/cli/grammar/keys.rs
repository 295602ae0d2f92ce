//! Credentials among the arguments, by curl's and awscurl's options.

use crate::grammar::{ID, SECRET, bare, run, sig4};

const URL: &str = "https://abc.execute-api.eu-west-1.amazonaws.com/x";
const AT: [&str; 2] = ["--at", "20150830T123600Z"];

/// What `sign` prints, and what it says on standard error.
fn signed(arguments: &[&str], variables: &[(&str, &str)]) -> (String, String) {
    let mut command = bare(&[&["sign", URL], &AT[..], arguments].concat());
    let (code, out, err) = run(command.envs(variables.iter().copied()));
    assert_eq!(code, 0, "{arguments:?}: {err}");
    (out, err)
}

#[test]
fn the_options_sign_as_the_environment_does() {
    let (expected, silence) = signed(&[], &[("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)]);
    assert_eq!(silence, "");
    let user = format!("{ID}:{SECRET}");
    for arguments in [
        &["-u", user.as_str()][..],
        &["--user", &user],
        &["--access_key", ID, "--secret_key", SECRET],
        &["--access-key", ID, "--secret-key", SECRET],
    ] {
        let other =
            [("AWS_ACCESS_KEY_ID", "OTHER"), ("AWS_SECRET_ACCESS_KEY", "other"), ("AWS_SESSION_TOKEN", "stale")];
        let (out, err) = signed(arguments, &other);
        assert_eq!(out, expected, "{arguments:?}");
        assert!(err.contains("every user of this machine can read a secret among the arguments"), "{err}");
    }
    for variables in
        [&[("SIG4_SECRET_AKIDEXAMPLE", SECRET)][..], &[("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET)]]
    {
        assert_eq!(signed(&["-u", ID], variables), (expected.clone(), String::new()));
    }
}

#[test]
fn a_session_token_comes_with_its_keys() {
    let user = format!("{ID}:{SECRET}");
    let (expected, _) = signed(
        &[],
        &[("AWS_ACCESS_KEY_ID", ID), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_SESSION_TOKEN", "the-token")],
    );
    assert!(expected.contains("x-amz-security-token: the-token\n"), "{expected}");
    for arguments in [
        &["--session_token", "the-token"][..],
        &["--security_token", "the-token"],
        // curl's way.
        &["-H", "x-amz-security-token: the-token"],
    ] {
        assert_eq!(signed(&[&["-u", &user], arguments].concat(), &[]).0, expected, "{arguments:?}");
    }
    let (code, _, err) = run(&mut sig4(&["sign", URL, "--session-token", "t"]));
    assert!(code == 2 && err.contains("belongs to an access key"), "{err}");
}

#[test]
fn a_secret_that_is_nowhere_is_asked_for_by_its_variable() {
    for variables in [&[][..], &[("AWS_ACCESS_KEY_ID", "OTHER"), ("AWS_SECRET_ACCESS_KEY", "other")]] {
        let (code, out, err) = run(bare(&["sign", URL, "-u", ID]).envs(variables.iter().copied()));
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("set SIG4_SECRET_AKIDEXAMPLE"), "{err}");
    }
    let (code, _, err) = run(&mut bare(&["call", URL, "-u", "A-B/hush"]));
    assert!(code == 2 && !err.contains("hush"), "{err}");
}
