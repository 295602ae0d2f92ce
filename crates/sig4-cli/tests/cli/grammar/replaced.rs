//! What is given and not sent: headers that signing sets, and user information in the URL.

use crate::grammar::{ID, SECRET, answer, bare, run, server, sig4};

const GIVEN: [&str; 6] = ["-H", "Authorization: Bearer hush", "-H", "X-Amz-Date: hush", "-H", "x-kept: yes"];

/// The headers that the notes name.
fn noted(err: &str) -> Vec<&str> {
    let notes = err.lines().filter(|line| line.contains("is not sent"));
    notes.map(|line| line.split('`').nth(1).unwrap()).collect()
}

#[test]
fn a_header_that_signing_sets_is_noted_without_its_value() {
    for arguments in [
        &["sign", "https://h/", "--service", "s3", "--region", "r"][..],
        &["sign", "https://h/", "--service", "s3", "--region", "r", "--presign", "60"],
        &["presign", "https://h/", "--service", "s3", "--region", "r"],
    ] {
        let (code, out, err) = run(&mut sig4(&[arguments, &GIVEN[..]].concat()));
        assert_eq!(code, 0, "{err}");
        assert!(!err.contains("hush") && !out.contains("hush"), "{arguments:?}: {err}{out}");
        assert_eq!(noted(&err), ["authorization", "x-amz-date"], "{arguments:?}: {err}");
    }
    let (authority, requests) = server(vec![answer("200 OK", "", "ok")]);
    let url = format!("http://{authority}/");
    let arguments = ["call", &url, "--region", "r", "-H", "Authorization: Bearer hush", "-H", "x-kept: yes"];
    let (code, _, err) = run(&mut sig4(&arguments));
    assert_eq!((code, noted(&err)), (0, vec!["authorization"]), "{err}");
    assert!(!err.contains("hush") && !requests.join().unwrap()[0].contains("hush"));
}

/// curl gives a session token so: it becomes that of the credentials.
#[test]
fn a_session_token_that_is_used_is_not_noted() {
    let token = ["--region", "r", "--service", "s3", "-H", "x-amz-security-token: the-token"];
    for command in ["sign", "presign"] {
        let mut sig4 = bare(&[&[command, "https://h/"], &token[..]].concat());
        let (code, _, err) = run(sig4.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET));
        assert_eq!((code, noted(&err)), (0, vec![]), "{command}: {err}");
    }
}

#[test]
fn user_information_in_the_url_is_noted_and_not_shown() {
    let (authority, requests) = server(vec![answer("200 OK", "", "ok")]);
    let call = format!("http://AKIDURL:hush@{authority}/");
    for arguments in [
        &["call", call.as_str(), "--region", "r"][..],
        &["sign", "https://AKIDURL:hush@h/a@b", "--region", "r", "--service", "s3"],
        &["presign", "AKIDURL:hush@h.example/?a=@", "--region", "r", "--service", "s3"],
    ] {
        let (code, out, err) = run(&mut sig4(arguments));
        assert_eq!(code, 0, "{arguments:?}: {err}");
        assert_eq!(err.matches("the user information in the URL is not used").count(), 1, "{arguments:?}: {err}");
        for text in [&out, &err] {
            assert!(!text.contains("hush") && !text.contains("AKIDURL"), "{arguments:?}: {text}");
        }
    }
    assert!(!requests.join().unwrap()[0].contains("AKIDURL"));
    let (code, _, err) = run(&mut sig4(&["sign", "https://h/a@b?c=@#@", "--region", "r", "--service", "s3"]));
    assert!(code == 0 && !err.contains("user information"), "{err}");
}
