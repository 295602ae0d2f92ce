//! Arguments that cannot be read.

use crate::output::planted::{BEARER, COOKIE, KEY, PASSWORD, SIGNATURE, SSE_C, TOKEN, checked};
use crate::output::run::bare;

/// Without an environment, a secret is known by nothing but its place.
#[test]
fn what_cannot_be_read_is_not_repeated() {
    for arguments in [
        &[SSE_C][..],
        &["--secret", SSE_C],
        &[&format!("--secret={SSE_C}")],
        &[&format!("-s{SSE_C}")],
        &[&format!("--{SSE_C}")],
        &["sign", "GET", "https://h/", SSE_C],
        &["sign", "GET", "https://h/", &format!("--{SSE_C}")],
        &["call", "https://h/", &format!("--{BEARER}=x")],
        &["sign", "GET", "https://h/", &format!("--token={TOKEN}")],
        &["sign", "GET", "https://h/", "-H", COOKIE],
        &["sign", "GET", "https://h/", "-H", BEARER],
        &["sign", "GET", "https://h/", &format!("-H{BEARER}")],
        &["sign", "GET", "https://h/", &format!("--header={BEARER}")],
        &["sign", "GET", "https://h/", "-H", &format!("cookie: {COOKIE}"), "--at", BEARER],
        &["sign", "GET", "https://h/", "--presign", KEY],
        &["sign", "GET", "https://h/", "--format", KEY],
        &["sign", "GET", "https://h/", "--show", TOKEN],
        &["sign", "--jsonl", KEY],
        &["call", "https://h/", "-u", &format!("AKID:{KEY}"), "--profile", "p"],
        &["call", "https://h/", "--secret_key", KEY],
        &["call", "https://h/", "--session-token", KEY],
        &["call", "https://h/", "--json", KEY],
        &["call", "https://h/", "--data-raw", KEY, "-F", &format!("a={KEY}")],
        &["call", "https://h/", "-F", KEY],
        &["call", "https://h/", "-b", KEY],
        &["call", "https://h/", "--aws-sigv4", KEY],
        &["presign", "https://h/", "--expires", KEY],
        &["completions", KEY],
        &["sign", "GET", "https://h/", &format!("--show-secrets={KEY}")],
        &["call", &format!("https://u:{PASSWORD}@h/?X-Amz-Signature={SIGNATURE}"), KEY],
        &["call", "https://h/", "--timeout", KEY],
        &["call", "https://h/", &format!("--presign={KEY}")],
        &["call", "-H", &format!("cookie: {COOKIE}")],
        &["verify", "--path-encoding", KEY],
        &["verify", KEY],
        &["explain", "--at", KEY],
        &["serve", "--listen", KEY],
        &["serve", "--body-budget", KEY],
        &["serve", "--pass-env", &format!("NAME={KEY}")],
        &["serve", "--parameter", KEY, "--template", "x"],
        &["serve", "--function", KEY],
        &["serve", "--user", KEY],
        &["serve", "--user", &format!("alice=AKID:{KEY}")],
        &["serve", "--demo-seed", KEY, SSE_C],
        &["conformance", KEY],
        &["conformance", "--timeout", KEY, "--", "x"],
        &["conformance", "--kind", KEY, "--", "x"],
    ] {
        let output = bare(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        checked(&format!("{arguments:?}"), &output, &[]);
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn what_is_wrong_is_still_said() {
    let said = |arguments: &[&str]| String::from_utf8(bare(arguments).output().unwrap().stderr).unwrap();
    let wrong = said(&["sign", "GET", "https://h/", "-H", "no colon"]);
    assert!(wrong.contains("'(not shown)' for '--header <NAME: VALUE>': expected `name: value` or `name;`"), "{wrong}");
    assert!(said(&["sign", "GET", "https://h/", "--heade", "x: y"]).contains("'--heade'"));
    let similar = said(&["sign", "GET", "https://h/", "--regio=x"]);
    assert!(similar.contains("'--region'"), "{similar}");
    assert!(said(&["sing"]).contains("'sign'"), "the similar name is one of ours");
    assert!(said(&["call", "https://h/", "--timeout", "0"]).contains("up to 86400"));
    assert!(said(&["serve", "--tls-export"]).contains("a value is required for '--tls-export <FILE|->'"));
    let shown = said(&["--show-secrets", "sign", "GET", "https://h/", "-H", "no colon"]);
    assert!(shown.contains("'no colon'"), "{shown}");
    let after_the_end = said(&["conformance", "--timeout", "no number", "--", "x", "--show-secrets"]);
    assert!(!after_the_end.contains("no number"), "{after_the_end}");
}

#[test]
fn help_and_version_go_to_the_standard_output() {
    for (arguments, part) in
        [(&["--help"][..], "--show-secrets"), (&["sign", "--help"], "--presign"), (&["--version"], "sig4 ")]
    {
        let output = bare(arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        assert!(String::from_utf8(output.stdout).unwrap().contains(part));
    }
}
