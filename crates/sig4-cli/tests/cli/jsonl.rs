//! `sig4 sign --jsonl` over the shared corpus and over lines that are wrong.

use flate2::read::GzDecoder;
use proptest::prelude::{Strategy, any, prop};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

/// Cases that sign a header which is left out by default; their signatures must differ.
const LEFT_OUT: [&str; 3] = ["h00478", "h01348", "h03298"];

/// Feeds `input` to the signer and returns its answers; ends when the process does.
pub fn run(input: Vec<u8>) -> Vec<Value> {
    texts(input).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The same, each answer as it is written.
fn texts(input: Vec<u8>) -> Vec<String> {
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
    let answers = answers.map(Result::unwrap).collect();
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    answers
}

pub fn answer(line: &Value) -> Value {
    let mut answers = run(format!("{line}\n").into_bytes());
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

pub fn error(line: &Value) -> String {
    let answer = answer(line);
    assert!(answer.get("signature").is_none(), "{answer}");
    answer["error"].as_str().unwrap().to_owned()
}

/// The example of AWS's documentation.
pub fn example() -> Value {
    json!({
        "id": "1", "kind": "v4-header", "method": "GET",
        "url": "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        "headers": [["content-type", "application/x-www-form-urlencoded; charset=utf-8"]],
        "access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "region": "us-east-1", "service": "iam", "timestamp": "20150830T123600Z",
    })
}

pub fn with(mut line: Value, changes: Value) -> Value {
    for (field, value) in changes.as_object().unwrap() {
        line[field] = value.clone();
    }
    line
}

pub const EXAMPLE_SIGNATURE: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

fn signatures(pieces: &Value) -> Value {
    pieces.as_array().unwrap().iter().map(|piece| piece["signature"].clone()).collect()
}

#[test]
fn the_corpus_is_signed_as_expected() {
    let file = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/signers-open.jsonl.gz")).unwrap();
    let mut corpus = Vec::new();
    GzDecoder::new(file).read_to_end(&mut corpus).unwrap();
    let cases: Vec<Value> = corpus.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
    let answers = run(corpus);
    assert_eq!(answers.len(), cases.len());
    let (mut signed, mut in_pieces, mut asymmetric) = (0, 0, 0);
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(case["id"], answer["id"]);
        let stages: &[&str] = match case["kind"].as_str().unwrap() {
            "v4-header" => &["canonical_request", "string_to_sign", "signature", "authorization"],
            "v4-query" => &["canonical_request", "string_to_sign", "signature"],
            "v4-chunked" => {
                let pieces = &case["expected"];
                assert_eq!(answer["seed_signature"], pieces["seed"]["signature"], "{}", case["id"]);
                assert_eq!(answer["chunk_signatures"], signatures(&pieces["chunks"]), "{}", case["id"]);
                assert_eq!(answer["trailer_signature"], pieces["trailer"]["signature"], "{}", case["id"]);
                for stage in ["canonical_request", "string_to_sign", "authorization"] {
                    assert_eq!(answer[stage], pieces["seed"][stage], "{}", case["id"]);
                }
                in_pieces += 1;
                continue;
            }
            "v4-event-stream" => {
                let messages = case["messages"].as_array().unwrap().iter();
                let expected = messages.map(|message| message["expected"].clone()).collect();
                assert_eq!(answer["signatures"], signatures(&expected), "{}", case["id"]);
                in_pieces += 1;
                continue;
            }
            _ => {
                // `sig4 conformance` verifies the signatures.
                for stage in ["canonical_request", "string_to_sign", "public_key"] {
                    assert_eq!(answer[stage], case["expected"][stage], "{}", case["id"]);
                }
                assert!(answer["signature"].is_string());
                asymmetric += 1;
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
    assert_eq!((signed, in_pieces, asymmetric), (937, 53, 48));
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
        (json!({ "kind": "v4b" }), "v4b"),
        (json!({ "kind": "v4a" }), "`region_set` is missing"),
        (json!({ "kind": "v4a", "region_set": "a/b" }), "invalid region"),
        (json!({ "kind": "v4a", "region_set": "*", "mode": "query" }), "`expires` is missing"),
        (json!({ "url": "iam.amazonaws.com" }), "scheme"),
        (json!({ "headers": [["a", "b\nc"]] }), "invalid header"),
        (json!({ "session_token": 1 }), "`session_token`"),
    ] {
        let error = error(&with(example(), changes));
        assert!(error.contains(said) && !error.contains('\n'), "{error}");
    }
}

/// A request in chunks, as the example of S3's documentation has it.
pub fn in_chunks() -> Value {
    let headers = json!([
        ["content-encoding", "aws-chunked"],
        ["content-length", "66824"],
        ["x-amz-decoded-content-length", "66560"],
        ["x-amz-storage-class", "REDUCED_REDUNDANCY"],
    ]);
    json!({
        "id": "1", "kind": "v4-chunked", "method": "PUT", "url": "https://s3.amazonaws.com/examplebucket/chunkObject.txt",
        "headers": headers, "body": "YWFh".repeat(22_186) + "YWE=", "chunk_sizes": [65_536, 1024],
        "payload_header": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "access_key": "AKIAIOSFODNN7EXAMPLE",
        "secret_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "region": "us-east-1", "service": "s3",
        "timestamp": "20130524T000000Z",
    })
}

#[test]
fn the_documented_chunks_are_signed() {
    let answer = answer(&in_chunks());
    assert_eq!(answer["seed_signature"], "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    let chunks = [
        "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ];
    assert_eq!((&answer["chunk_signatures"], &answer["trailer_signature"]), (&json!(chunks), &Value::Null));
}

#[test]
fn faults_of_chunks_and_events_are_named() {
    for (changes, said) in [
        (json!({ "chunk_sizes": null }), "`chunk_sizes` is missing"),
        (json!({ "chunk_sizes": [-1] }), "`chunk_sizes` is not a list of sizes"),
        (json!({ "chunk_sizes": [65_536, 1025] }), "more bytes than the body"),
        (json!({ "chunk_sizes": [65_536, 1023] }), "1 bytes of the body are in no chunk"),
        (json!({ "payload_header": "STREAMING" }), "invalid payload hash"),
        (json!({ "payload_header": "STREAMING-AWS4-HMAC-SHA256-EVENTS" }), "a body in chunks is not"),
        (json!({ "trailers": [["x-amz-meta-a", "1"]] }), "has no trailer"),
        (json!({ "trailers": ["x-amz-meta-a"] }), "`trailers` is not a list of [name, value] pairs"),
    ] {
        let error = error(&with(in_chunks(), changes));
        assert!(error.contains(said), "{error}");
    }
    let event = |changes: Value| {
        let message = with(json!({ "headers": [], "payload": "", "timestamp": "20150830T123600Z" }), changes);
        let end = json!({ "headers": [], "payload": "", "timestamp": "20150830T123600Z", "end": true });
        let line =
            json!({ "kind": "v4-event-stream", "seed_signature": EXAMPLE_SIGNATURE, "messages": [message, end] });
        with(example(), line)
    };
    let signed = answer(&event(json!({})));
    assert_eq!(signed["signatures"].as_array().unwrap().len(), 2, "{signed}");
    let header = |header: Value| json!({ "headers": [header] });
    for (line, said) in [
        (with(event(json!({})), json!({ "seed_signature": "x" })), "invalid signature"),
        (with(event(json!({})), json!({ "messages": null })), "`messages` is missing"),
        (event(json!({ "end": true })), "messages follow the end"),
        (event(json!({ "end": true, "payload": "YQ==" })), "neither headers nor a payload"),
        (event(json!({ "payload": "?" })), "`payload` is not base64"),
        (event(json!({ "timestamp": null })), "`timestamp` is missing"),
        (event(header(json!({ "name": "a", "value": 1 }))), "`type` is missing"),
        (event(header(json!({ "name": "a", "type": "byte", "value": 128 }))), "`a` is not of the type `byte`"),
        (event(header(json!({ "name": "a", "type": "x", "value": 1 }))), "`a` is not of the type `x`"),
        (event(header(json!({ "name": "", "type": "long", "value": 1 }))), "invalid event"),
    ] {
        let error = error(&line);
        assert!(error.contains(said), "{error}");
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

#[test]
fn an_id_comes_back_as_it_was_written() {
    let ids = [
        "18446744073709551616",
        "18446744073709551617",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1.0",
        "1.10",
        "0.1e1",
        "1e400",
        "-0",
        "\"\\u0041\\/\"",
        "\"\\ud800\"",
        "{\"b\":1,\"a\":[1.0,18446744073709551617]}",
        "[[[1]]]",
        "true",
    ];
    let line = |id: &str| format!("{{\"id\":{id},\"kind\":\"v4-header\"}}\n");
    let signed = |id: &str| example().to_string().replace("\"id\":\"1\"", &format!("\"id\":{id}")) + "\n";
    let input: String = ids.iter().map(|id| line(id) + &signed(id)).collect();
    let answers = texts(input.into_bytes());
    assert_eq!(answers.len(), 2 * ids.len());
    for (pair, id) in answers.chunks(2).zip(ids) {
        let begin = format!("{{\"id\":{id},");
        assert!(pair[0].starts_with(&begin) && pair[0].contains("\"error\""), "{}", pair[0]);
        assert!(pair[1].starts_with(&begin) && pair[1].contains(EXAMPLE_SIGNATURE), "{}", pair[1]);
    }
}

/// What some reader takes for the end of a line: those of Unicode's line breaking algorithm, UAX 14, and of Python's
/// `str.splitlines`.
const LINE_ENDS: [char; 10] =
    ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];

#[test]
fn an_answer_is_one_line_for_every_reader() {
    let hidden = "\u{85}\u{2028}\u{2029}\u{7f}\u{9b}\u{202e}";
    let id = format!("[\"{hidden}\",\r\t 1]");
    let url = format!("https://iam.amazonaws.com/{hidden}?Action=ListUsers&Version=2010-05-08");
    let line = with(example(), json!({ "url": url, "id": "ID" })).to_string().replace("\"ID\"", &id);
    let kind = with(example(), json!({ "kind": hidden })).to_string();
    let answers = texts(format!("{line}\n{kind}\n").into_bytes());
    let begin = r#"{"id":["\u0085\u2028\u2029\u007f\u009b\u202e",   1],"#;
    assert!(answers[0].starts_with(begin), "{}", answers[0]);
    assert!(answers[1].contains("\\u0085\\u2028"), "{}", answers[1]);
    for answer in answers {
        assert!(!answer.contains(LINE_ENDS) && !answer.contains(['\u{7f}', '\u{9b}', '\u{202e}']), "{answer}");
        let value: Value = serde_json::from_str(&answer).unwrap();
        assert!(value["id"] == "1" || value["id"] == json!([hidden, 1]), "{value}");
    }
}

#[test]
fn a_field_that_occurs_twice_is_refused() {
    let doubled = |field: &str| {
        let line = example().to_string();
        let line = line.strip_suffix('}').unwrap();
        let answers = run(format!("{line},\"{field}\":\"{EXAMPLE_SIGNATURE}\"}}\n").into_bytes());
        assert!(!answers[0].to_string().contains(EXAMPLE_SIGNATURE), "{}", answers[0]);
        (answers[0]["id"].clone(), answers[0]["error"].as_str().unwrap().to_owned())
    };
    for field in ["secret_key", "url"] {
        assert_eq!(doubled(field), (json!("1"), format!("the line has the field `{field}` twice")));
    }
    assert_eq!(doubled("id"), (Value::Null, "the line has the field `id` twice".to_owned()));
    let line = with(example(), json!({ "settings": "S" })).to_string();
    let settings = line.replace("\"S\"", r#"{"normalize_path":true,"normalize_path":false}"#);
    let answers = run(settings.into_bytes());
    assert_eq!(answers[0]["error"], "`settings` has the field `normalize_path` twice");
}

/// A change of the bytes of a line: where, what to do, and with which byte.
type Mutation = (usize, u8, u8);

fn mutated(line: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = line.as_bytes().to_vec();
    for (at, how, byte) in mutations {
        let at = at % (bytes.len() + 1);
        match how % 5 {
            0 => bytes.insert(at, *byte),
            1 if at < bytes.len() => bytes[at] = *byte,
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 => bytes.truncate(at.max(1)),
            _ => {
                let end = (at + usize::from(*byte)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
    bytes
}

#[test]
fn mutated_lines_get_one_answer_each_with_their_id() {
    let byte = prop::sample::select(b"\"\\{}[]:,0123456789eE+-.untfalsr/ \t\r\x00\x7f\x80\xc2\xe2\xff".to_vec());
    let mutation = (any::<usize>(), any::<u8>(), byte);
    let line = prop::collection::vec(mutation, 0..4).prop_map(|mutations| {
        let line = with(example(), json!({ "id": [1.5, "\u{2028}", 7], "settings": { "normalize_path": true } }));
        mutated(&line.to_string(), &mutations)
    });
    let lines = prop::collection::vec(line, 400);
    let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&lines, |lines| {
        let answers = texts(lines.join(&b'\n'));
        if answers.len() != lines.len() {
            return Err(TestCaseError::fail(format!("{} answers to {} lines", answers.len(), lines.len())));
        }
        for (line, answer) in lines.iter().zip(&answers) {
            let value: Value =
                serde_json::from_str(answer).map_err(|e| TestCaseError::fail(format!("{e}: {answer}")))?;
            let asked: Result<Value, _> = serde_json::from_slice(line);
            let has_id = asked.as_ref().map_or(true, |asked| value["id"] == asked["id"] || value["id"].is_null());
            let is_answered = value["error"].is_string() != value["signature"].is_string();
            let is_kept = value["signature"].is_null() || asked.is_ok_and(|asked| value["id"] == asked["id"]);
            if !(has_id && is_answered && is_kept) || answer.contains(LINE_ENDS) {
                let line = String::from_utf8_lossy(line);
                return Err(TestCaseError::fail(format!("{line}\nwas answered with\n{answer}")));
            }
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn temporary_credentials_end_when_their_line_says() {
    let presigned = |expiration: &str| {
        let changes = json!({
            "kind": "v4-query", "session_token": "token", "expiration": expiration, "settings": {"expires": 86_400},
        });
        answer(&with(example(), changes))
    };
    let shortened = presigned("2015-08-30T13:36:00Z");
    assert_eq!(shortened["expires"], 3600, "{shortened}");
    assert!(shortened["url"].as_str().unwrap().contains("&X-Amz-Expires=3600&"), "{shortened}");
    let whole = presigned("2015-09-30T13:36:00Z");
    assert!(
        whole.get("expires").is_none() && whole["url"].as_str().unwrap().contains("&X-Amz-Expires=86400&"),
        "{whole}"
    );
    let line = |expiration| with(example(), json!({"session_token": "token", "expiration": expiration}));
    assert!(error(&line("2015-08-30T12:36:00Z")).contains("expired credentials"));
    assert!(error(&line("soon")).contains("`expiration` is not a time"));
}

#[test]
fn a_header_that_is_not_to_be_sent_is_named() {
    let stale =
        "AWS4-HMAC-SHA256 Credential=ASIAOTHER/20150830/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=";
    let headers = json!([["Authorization", format!("{stale}{EXAMPLE_SIGNATURE}")], ["x-amz-security-token", "stale"]]);
    assert_eq!(answer(&with(example(), json!({"headers": headers})))["removed_header"], "x-amz-security-token");
    assert!(answer(&example()).get("removed_header").is_none());
}

#[test]
fn a_host_that_clients_rewrite_is_refused() {
    for host in ["iam.amazonaws.com:0443", "127.1", "[::0001]", "b%C3%BCcher.example", "bücher.example"] {
        let why = error(&with(example(), json!({"url": format!("https://{host}/")})));
        assert!(why.starts_with("invalid host: "), "{host}: {why}");
    }
    assert!(error(&with(example(), json!({"method": "CONNECT"}))).contains("opens a tunnel"));
}
