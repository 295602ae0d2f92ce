//! `sig4 sign --jsonl` over the shared corpus and over lines that are wrong.
#![cfg(feature = "cli")]
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

/// Cases that sign a header which is left out by default; their signatures must differ.
const LEFT_OUT: [&str; 3] = ["h00478", "h01348", "h03298"];

/// Feeds `input` to the signer and returns its answers; ends when the process does.
fn run(input: Vec<u8>) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sig4"))
        .args(["sign", "--jsonl"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(&input).unwrap());
    let answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let answers = answers.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    answers
}

fn answer(line: &Value) -> Value {
    let mut answers = run(format!("{line}\n").into_bytes());
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

fn error(line: &Value) -> String {
    let answer = answer(line);
    assert!(answer.get("signature").is_none(), "{answer}");
    answer["error"].as_str().unwrap().to_owned()
}

/// The example of AWS's documentation.
fn example() -> Value {
    json!({
        "id": "1", "kind": "v4-header", "method": "GET",
        "url": "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        "headers": [["content-type", "application/x-www-form-urlencoded; charset=utf-8"]],
        "access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "region": "us-east-1", "service": "iam", "timestamp": "20150830T123600Z",
    })
}

fn with(mut line: Value, changes: Value) -> Value {
    for (field, value) in changes.as_object().unwrap() {
        line[field] = value.clone();
    }
    line
}

const EXAMPLE_SIGNATURE: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

#[test]
fn the_corpus_is_signed_as_expected() {
    let file = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/signers-open.jsonl.gz")).unwrap();
    let mut corpus = Vec::new();
    GzDecoder::new(file).read_to_end(&mut corpus).unwrap();
    let cases: Vec<Value> = corpus.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let answers = run(corpus);
    assert_eq!(answers.len(), cases.len());
    let mut signed = 0;
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(case["id"], answer["id"]);
        let stages: &[&str] = match case["kind"].as_str().unwrap() {
            "v4-header" => &["canonical_request", "string_to_sign", "signature", "authorization"],
            "v4-query" => &["canonical_request", "string_to_sign", "signature"],
            _ => {
                assert!(answer["error"].is_string(), "{answer}");
                continue;
            }
        };
        signed += 1;
        assert!(answer["signature"].is_string(), "{answer}");
        let is_right = stages.iter().all(|stage| answer[stage] == case["expected"][stage]);
        let is_left_out = LEFT_OUT.contains(&case["id"].as_str().unwrap());
        if is_right == is_left_out {
            wrong.push(format!("expected {}\nsigned   {answer}", case["expected"]));
        }
    }
    assert!(signed > 900, "{signed}");
    assert!(wrong.is_empty(), "{} of {signed}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_presigned_url_ends_with_its_signature() {
    let line = with(example(), json!({ "kind": "v4-query", "headers": [], "settings": { "expires": 60 } }));
    let answer = answer(&line);
    let (url, signature) = (answer["url"].as_str().unwrap(), answer["signature"].as_str().unwrap());
    assert!(url.starts_with("https://iam.amazonaws.com/?Action=ListUsers&"), "{url}");
    assert!(url.ends_with(&format!("X-Amz-Signature={signature}")), "{url}");
}

#[test]
fn a_wrong_line_is_answered_and_the_next_one_signed() {
    let mut input = b"{\n\n[]\nnull\n\xff\xfe\n{\"id\":7}\n{\"id\":\"a\",\"kind\":\"v5\"}\n".to_vec();
    input.extend(example().to_string().bytes());
    // The last line has no end.
    let answers = run(input);
    assert_eq!(answers.len(), 8);
    for wrong in &answers[..7] {
        assert!(wrong["error"].is_string(), "{wrong}");
    }
    let ids: Vec<_> = answers.iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(
        ids,
        [Value::Null, Value::Null, Value::Null, Value::Null, Value::Null, json!(7), json!("a"), json!("1")]
    );
    assert_eq!(answers[7]["signature"], EXAMPLE_SIGNATURE);
}

#[test]
fn each_answer_comes_before_the_next_request() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sig4"))
        .args(["sign", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        writeln!(stdin, "{}", example()).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.contains(EXAMPLE_SIGNATURE), "{line}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn no_input_is_no_answer() {
    assert!(run(Vec::new()).is_empty());
}

#[test]
fn what_is_missing_or_of_another_type_is_named() {
    for field in ["method", "access_key", "secret_key", "region", "service", "timestamp", "kind", "url"] {
        assert!(error(&with(example(), json!({ field: null }))).contains(field), "{field}");
        assert!(error(&with(example(), json!({ field: 1 }))).contains(field), "{field}");
    }
    for (changes, said) in [
        (json!({ "headers": [["a"]] }), "`headers`"),
        (json!({ "headers": "a" }), "`headers`"),
        (json!({ "body": "?" }), "`body`"),
        (json!({ "settings": 1 }), "`settings`"),
        (json!({ "settings": { "normalize_path": "yes" } }), "`normalize_path`"),
        (json!({ "timestamp": "2015-08-30" }), "invalid time"),
        (json!({ "kind": "v4-query" }), "`expires` is missing"),
        (json!({ "kind": "v4-query", "settings": { "expires": 0 } }), "invalid expiry"),
        (json!({ "kind": "v4-query", "settings": { "expires": -1 } }), "`expires`"),
        (json!({ "kind": "v4a" }), "v4a"),
        (json!({ "url": "iam.amazonaws.com" }), "scheme"),
        (json!({ "headers": [["a", "b\nc"]] }), "invalid header"),
        (json!({ "session_token": 1 }), "`session_token`"),
    ] {
        let error = error(&with(example(), changes));
        assert!(error.contains(said) && !error.contains('\n'), "{error}");
    }
}

#[test]
fn cut_fields_win_over_the_url() {
    let cut = json!({
        "url": "not a URL", "scheme": "https", "host": "iam.amazonaws.com", "path": "/",
        "query": "Action=ListUsers&Version=2010-05-08",
    });
    assert_eq!(answer(&with(example(), cut))["signature"], EXAMPLE_SIGNATURE);
    let host = json!({ "url": "https://elsewhere/?Action=ListUsers&Version=2010-05-08", "host": "iam.amazonaws.com" });
    assert_eq!(answer(&with(example(), host))["signature"], EXAMPLE_SIGNATURE);
    let path = json!({ "path": "/" });
    assert_eq!(answer(&with(example(), path))["signature"], EXAMPLE_SIGNATURE, "the URL's query stands");
    let no_query = answer(&with(example(), json!({ "path": "/x/a://b", "query": null })));
    let canonical = no_query["canonical_request"].as_str().unwrap();
    assert!(canonical.starts_with("GET\n/x/a%3A/b\n\n"), "{canonical}");
}

#[test]
fn an_empty_session_token_is_none_and_the_kind_wins_over_the_mode() {
    let line = with(example(), json!({ "session_token": "", "mode": "query", "settings": null, "unknown": [1] }));
    assert_eq!(answer(&line)["signature"], EXAMPLE_SIGNATURE);
}

#[test]
fn missing_settings_are_the_services_own() {
    let url = "https://b.s3.amazonaws.com/a+b//c/..";
    let s3 = with(example(), json!({ "service": "s3", "url": url, "session_token": "tick" }));
    let defaults = answer(&s3);
    assert_eq!(defaults["target"], "/a%2Bb//c/..");
    let names: Vec<_> = defaults["headers"].as_array().unwrap().iter().map(|pair| pair[0].clone()).collect();
    assert_eq!(names, ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "authorization"]);
    let settings = json!({ "settings": { "double_encode": false, "omit_session_token": true } });
    let verbatim = answer(&with(s3.clone(), settings));
    assert!(verbatim["canonical_request"].as_str().unwrap().starts_with("GET\n/a+b//c/..\n"));
    assert!(verbatim.get("target").is_none());
    assert!(!verbatim["canonical_request"].as_str().unwrap().contains("tick"));
    let query = answer(&with(s3, json!({ "kind": "v4-query", "settings": { "expires": 1 } })));
    assert!(query["canonical_request"].as_str().unwrap().ends_with("\nUNSIGNED-PAYLOAD"));
    let elsewhere = with(example(), json!({ "kind": "v4-query", "settings": { "expires": 1 } }));
    assert!(!answer(&elsewhere)["canonical_request"].as_str().unwrap().contains("UNSIGNED"));
}

#[test]
fn no_answer_holds_the_secret_key() {
    for changes in [json!({}), json!({ "region": "" }), json!({ "kind": "v4-query", "settings": { "expires": 1 } })] {
        assert!(!answer(&with(example(), changes)).to_string().contains("wJalrXUtnFEMI"));
    }
}
