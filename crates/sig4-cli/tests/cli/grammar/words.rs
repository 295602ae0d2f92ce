//! The method and the URL, and how commands agree about them.

use crate::grammar::{printed, refused, run, sig4};
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

fn signed(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(&[&["sign", "--format", "json"], arguments].concat())).unwrap()
}

#[test]
fn the_method_stands_before_the_url_or_in_an_option() {
    let url = "https://abc.execute-api.eu-west-1.amazonaws.com/x";
    for (arguments, method) in [
        (&[url][..], "GET"),
        (&["DELETE", url], "DELETE"),
        (&["delete", url], "DELETE"),
        (&[url, "-X", "PATCH"], "PATCH"),
        (&["PUT", url, "-X", "PUT"], "PUT"),
        (&[url, "-d", "a"], "POST"),
        (&[url, "-F", "a=b"], "POST"),
        (&["PUT", url, "-d", "a"], "PUT"),
        (&["-I", url], "HEAD"),
        (&["-G", url, "-d", "a"], "GET"),
    ] {
        assert_eq!(signed(arguments)["method"], method, "{arguments:?}");
    }
    for (arguments, why) in [
        (&["GET", url, "-X", "PUT"][..], "differs"),
        (&["-I", "GET", url], "differs"),
        (&["-I", url, "-d", "a"], "asks for the head alone"),
        (&["GET"], "no URL"),
        (&[url, "GET"], "the method stands before the URL"),
        (&[url, url], "two URLs"),
        (&["myhost"], "this is no URL"),
        (&[], "give a URL"),
    ] {
        for command in ["sign", "presign", "call", "verify", "explain"] {
            if !arguments.is_empty() || matches!(command, "sign" | "presign") {
                assert!(refused(&[&[command], arguments].concat()).contains(why), "{command} {arguments:?}");
            }
        }
    }
}

#[test]
fn a_url_without_a_scheme_is_of_this_machine_or_https() {
    for (word, url) in [
        (":3000/x", "http://localhost:3000/x"),
        ("localhost:3000/x", "http://localhost:3000/x"),
        ("127.0.0.1:3000", "http://127.0.0.1:3000/"),
        ("sqs.eu-west-1.amazonaws.com", "https://sqs.eu-west-1.amazonaws.com/"),
    ] {
        assert_eq!(signed(&["GET", word])["url"], url);
    }
    let local = signed(&[":3000/x"]);
    assert_eq!((&local["region"], &local["service"]), (&"us-east-1".into(), &"execute-api".into()), "as call does");
}

#[test]
fn curls_provider_names_the_region_and_the_service() {
    let url = "https://h.example/x";
    let signed = signed(&[url, "--aws-sigv4", "aws:amz:eu-west-1:s3"]);
    assert_eq!((&signed["region"], &signed["service"]), (&"eu-west-1".into(), &"s3".into()));
    let (code, _, err) = run(&mut sig4(&["sign", url, "--aws-sigv4", "aws:amz", "--region", "r"]));
    assert!(code == 2 && err.contains("--region"), "{err}");
}

#[test]
fn json_that_was_meant_for_the_output_is_a_usage_error() {
    for command in ["sign", "presign", "call"] {
        let why = refused(&[command, "--json", "https://abc.execute-api.eu-west-1.amazonaws.com/"]);
        assert!(why.contains("--format json"), "{why}");
    }
}

#[test]
fn what_one_command_signs_another_verifies_by_the_same_words() {
    let at = ["--at", "20150830T123600Z"];
    let url = "https://abc.execute-api.eu-west-1.amazonaws.com/orders?a=b";
    let presigned = printed(&[&["presign", url, "--expires", "60"], &at[..]].concat());
    let (code, out, err) = run(&mut sig4(&[&["verify", presigned.trim_end()], &at[..]].concat()));
    assert!(code == 0 && out.starts_with("verified: AKIDEXAMPLE signed GET /orders"), "{out}{err}");

    let body = ["--json", r#"{"a":1}"#];
    let headers = printed(&[&["sign", url], &body[..], &at[..]].concat());
    let headers: Vec<_> = headers.lines().flat_map(|line| ["-H", line]).collect();
    for (data, verifies) in [(r#"{"a":1}"#, true), (r#"{"a":2}"#, false)] {
        let arguments = [&["POST", url, "--data-raw", data], &at[..], &headers[..]].concat();
        let (code, out, _) = run(&mut sig4(&[&["verify"], &arguments[..]].concat()));
        assert_eq!((code, out.contains("verified:")), (i32::from(!verifies), verifies), "{out}");
        let (code, out, _) = run(&mut sig4(&[&["explain"], &arguments[..]].concat()));
        assert_eq!(code, i32::from(!verifies), "{out}");
    }
    assert!(refused(&[&["verify", "-f", "/dev/null", url], &at[..]].concat()).contains("not both"));
}

#[test]
fn a_raw_request_is_what_verify_reads() {
    let raw = printed(&["sign", ":3000/orders", "-d", "a=b\u{e9}", "--format", "http"]);
    assert!(raw.starts_with("POST /orders HTTP/1.1\r\nhost: localhost:3000\r\n"), "{raw}");
    let mut verify = sig4(&["verify"]);
    let mut child = verify.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(raw.as_bytes()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
}

#[test]
fn presign_and_its_aliases_agree() {
    let rest = ["https://b.s3.eu-west-1.amazonaws.com/k", "--at", "20150830T123600Z"];
    let with = |arguments: &[&str]| printed(&[arguments, &rest[..]].concat());
    assert_eq!(with(&["presign", "--expires", "60"]), with(&["sign", "--presign", "60"]));
    assert_eq!(with(&["presign"]), with(&["presign", "--expires-in", "3600"]));
    let json: Value = serde_json::from_str(&with(&["presign", "PUT", "--format", "json"])).unwrap();
    assert_eq!((&json["method"], &json["expires"]), (&"PUT".into(), &3600.into()));
    assert_eq!(json["url"].as_str().unwrap().to_owned() + "\n", with(&["presign", "PUT"]));
}
