//! `sig4 token redshift`, against a server that answers as Redshift does. `tests/clients/tokens.rs` has the AWS CLI beside it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::thread;

const XML: &str =
    "<R><DbUser>IAM:jane</DbUser><DbPassword>hush</DbPassword><Expiration>2015-08-30T12:51:00Z</Expiration></R>";

/// Answers one request. Returns the output of the command, and the head and the body that the server received.
fn asked(status: &str, answer: &str, arguments: &[&str]) -> (Output, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let reply = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
        }
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap()];
        reader.read_exact(&mut body).unwrap();
        stream.write_all(reply.as_bytes()).unwrap();
        (head, String::from_utf8(body).unwrap())
    });
    let output = sig4(&[arguments, &["--endpoint-url", &endpoint]].concat()).output().unwrap();
    let (head, body) = server.join().unwrap();
    (output, head, body)
}

fn sig4(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret-of-the-key");
    command.args(["token", "redshift", "--region", "us-east-1", "--at", "20150830T123600Z"]).args(arguments);
    command
}

fn texts(output: &Output) -> (String, String) {
    (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

#[test]
fn the_password_is_the_output_and_the_user_a_note() {
    let (output, head, body) = asked("200 OK", XML, &["--cluster", "my-cluster", "--database", "dev"]);
    assert_eq!(texts(&output), ("hush\n".to_owned(), "sig4: log in as IAM:jane\n".to_owned()));
    assert!(output.status.success() && head.starts_with("POST / HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("/20150830/us-east-1/redshift/aws4_request, "), "{head}");
    assert_eq!(
        body,
        "Action=GetClusterCredentialsWithIAM&Version=2012-12-01&ClusterIdentifier=my-cluster&DbName=dev&DurationSeconds=900"
    );
}

#[test]
fn json_has_the_user_and_the_end() {
    let json = r#"{"dbUser":"IAMR:role","dbPassword":"hush","expiration":1440939060.5}"#;
    let (output, head, body) = asked("200 OK", json, &["--workgroup", "my-group", "--format", "json"]);
    let (printed, said) = texts(&output);
    let printed: Value = serde_json::from_str(&printed).unwrap();
    let expected = serde_json::json!({
        "token": "hush", "user": "IAMR:role", "expiration": "2015-08-30T12:51:00Z",
        "access_key_id": "AKIDEXAMPLE", "region": "us-east-1",
    });
    assert_eq!((printed, said.as_str()), (expected, ""));
    assert!(head.to_lowercase().contains("\r\nx-amz-target: redshiftserverless.getcredentials\r\n"), "{head}");
    assert_eq!(body, r#"{"workgroupName": "my-group", "durationSeconds": 900}"#);
}

#[test]
fn the_user_may_be_named_and_created() {
    let (output, _, body) =
        asked("200 OK", XML, &["--cluster", "c", "--username", "ja ne", "--auto-create", "--expires", "3600"]);
    assert!(output.status.success());
    assert!(body.ends_with("&DbUser=ja+ne&DurationSeconds=3600&AutoCreate=true"), "{body}");
}

#[test]
fn a_refusal_has_its_code_and_its_message() {
    let answer = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>jane may not\u{1b}[31m</Message></Error></ErrorResponse>";
    let (output, ..) = asked("403 Forbidden", answer, &["--cluster", "c"]);
    let (printed, said) = texts(&output);
    assert_eq!((output.status.code(), printed.as_str()), (Some(1), ""));
    assert!(said.starts_with("sig4: Redshift refuses with 403 Forbidden: AccessDenied: jane may not"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said:?}");

    let (output, ..) = asked("403 Forbidden", answer, &["--cluster", "c", "--format", "json"]);
    let printed: Value = serde_json::from_str(&texts(&output).0).unwrap();
    assert_eq!((printed["kind"].as_str(), output.status.code()), (Some("refused"), Some(1)));
    let (output, ..) = asked("301 Moved", "", &["--cluster", "c"]);
    assert!(texts(&output).1.starts_with("sig4: Redshift answers with 301"), "{output:?}");
}

#[test]
fn an_answer_that_cannot_be_read_is_not_repeated() {
    let twice = XML.replace("</R>", "<DbPassword>hush</DbPassword></R>");
    for (answer, words) in [
        (twice.as_str(), "sig4: invalid answer: it has not one `DbPassword`\n"),
        ("hush", "sig4: invalid answer: it has not one `DbUser`\n"),
    ] {
        let (output, ..) = asked("200 OK", answer, &["--cluster", "c"]);
        assert_eq!((texts(&output), output.status.code()), ((String::new(), words.to_owned()), Some(2)));
    }
    let (output, ..) = asked("200 OK", &"x".repeat(65_537), &["--cluster", "c"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn mistakes_are_found_before_anything_is_sent() {
    let nobody = "http://127.0.0.1:1";
    for (arguments, status, words) in [
        (&["--cluster", "a.b"][..], 2, "only letters, digits"),
        (&["--cluster", "c", "--expires", "899"], 2, "lasts 900 s to 3600 s"),
        (&["--cluster", "c", "--auto-create"], 2, "--username"),
        (&["--cluster", "c", "--workgroup", "g"], 2, "cannot be used with"),
        (&["--workgroup", "g", "--username", "jane"], 2, "cannot be used with"),
        (&[], 2, "--cluster"),
        (&["--cluster", "c"], 3, "cannot call http://127.0.0.1:1/"),
    ] {
        let output = sig4(&[arguments, &["--endpoint-url", nobody]].concat()).output().unwrap();
        let (printed, said) = texts(&output);
        assert_eq!((output.status.code(), printed.as_str()), (Some(status), ""), "{said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    let output = sig4(&["--cluster", "c", "--endpoint-url", "redshift.us-east-1.amazonaws.com"]).output().unwrap();
    assert!(texts(&output).1.contains("begins with `https://`"), "{output:?}");
}
