//! `sig4 call`.

use crate::output::planted::{
    BEARER, COOKIE, KEY, PASSWORD, SIGNATURE, TOKEN, checked, found, headers, query, signing,
};
use crate::output::run::{answer, bare, server};
use std::net::TcpListener;
use std::process::Command;

fn call(authority: &str, options: &[&str]) -> Command {
    let url = format!("http://user:{PASSWORD}@{authority}/key?{}", query());
    let mut command = signing(bare(&["call", &url, "--region", "us-east-1", "--service", "execute-api"]));
    for header in headers() {
        command.args(["-H", &header]);
    }
    command.args(options);
    command
}

/// What a server answers that repeats what it was sent, and sets cookies.
fn telling(status: &str) -> Vec<u8> {
    let headers = format!(
        "set-cookie: {COOKIE}\r\nx-amz-security-token: {TOKEN}\r\nlocation: https://h/?X-Amz-Signature={SIGNATURE}\r\n"
    );
    let body = serde_json::json!({"message": format!(
        "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this \
         request should have been\n'GET\n/other\n\ncookie:{COOKIE}\nx-amz-security-token:{TOKEN}\n\ncookie\nhash'\n"
    )});
    answer(status, &headers, body.to_string().as_bytes())
}

#[test]
fn stages_heads_and_explanations_have_no_secret() {
    for status in ["200 OK", "302 Found", "400 Bad Request", "403 Forbidden", "500 X"] {
        let authority = server(&telling(status));
        for options in [&[][..], &["-v"], &["-v", "-i"], &["-v", "--presign"], &["--presign=60"]] {
            let output = call(&authority, options).output().unwrap();
            // The answer is what was asked for.
            checked(&format!("{status} {options:?}"), &output, &["session token", "cookie", "signature"]);
            let err = String::from_utf8(output.stderr).unwrap();
            if options.contains(&"-v") {
                assert!(err.contains("--- signature ---\n(not shown)\n"), "{err}");
                assert!(err.contains("sig4: secrets are not shown; --show-secrets shows them\n"), "{err}");
                assert!(!has_digest_named_signature(&err), "{err}");
            }
        }
    }
}

/// Whether 64 hexadecimal digits stand after `ignature=`.
fn has_digest_named_signature(text: &str) -> bool {
    text.split("ignature=").skip(1).any(|rest| rest.len() >= 64 && rest[..64].bytes().all(|b| b.is_ascii_hexdigit()))
}

#[test]
fn secrets_are_shown_on_demand() {
    let authority = server(&telling("200 OK"));
    let output = call(&authority, &["-v", "--show-secrets"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let shown = found(err.as_bytes());
    for name in ["session token", "cookie", "SSE-C key", "API key", "S3 session token", "bearer"] {
        assert!(shown.contains(&name), "{name}: {err}");
    }
    assert!(has_digest_named_signature(&err) && !shown.contains(&"secret key"), "{err}");
}

#[test]
fn failures_to_call_repeat_no_url() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = (silent.local_addr().unwrap().to_string(), silent);
    let broken = server(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    let strange = server(format!("{COOKIE}\r\n\r\n").as_bytes());
    for (authority, options) in [
        (closed.as_str(), &[][..]),
        (&closed, &["--presign"]),
        (&silent.0, &["--timeout", "1"]),
        (&silent.0, &["--timeout", "1", "--presign"]),
        (&broken, &[]),
        (&strange, &["-v"]),
        (&closed, &["-o", "/nonexistent/file"]),
        (&closed, &["-X", BEARER]),
        (&closed, &["-X", "A B"]),
        (&closed, &["--cacert", KEY]),
        (&closed, &["-d", &format!("@{KEY}")]),
        (&closed, &["-H", &format!("host: {TOKEN}/")]),
    ] {
        let output = call(authority, options).output().unwrap();
        assert!(!output.status.success(), "{output:?}");
        checked(&format!("{options:?}"), &output, &[]);
    }
}
