//! The packed cases of `sig4-conformance`, made from AWS's suites and the corpus.

use crate::suite::{TextRequest, root, suite_dir};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Folders whose files contradict each other: the first is signed with an unstated secret, the second spells the request
/// differently from the signed one.
const DAMAGED: [&str; 2] = ["v4/double-encode-path", "v4/get-space-normalized"];

/// The file of the packed cases.
pub fn packed_file() -> PathBuf {
    root().join("crates/sig4-conformance/src/cases.jsonl.gz")
}

/// All packed cases, in order.
pub fn lines() -> Vec<Value> {
    classic().chain(crt()).chain(corpus()).collect()
}

/// The folders of a suite, in order.
fn folders(suite: &str) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![suite_dir().join(suite)]);
    while let Some(dir) = open.pop() {
        let entries: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        let is_request = |f: &PathBuf| f.extension().is_some_and(|e| e == "req") || f.ends_with("request.txt");
        if entries.iter().any(is_request) {
            found.push(dir);
        }
        open.extend(entries.into_iter().filter(|path| path.is_dir()));
    }
    found.sort_by_key(|dir| dir.file_name().unwrap().to_owned());
    found
}

fn read(dir: &Path, file: &str) -> Option<String> {
    fs::read_to_string(dir.join(file)).ok().map(|text| text.trim_end_matches('\n').to_owned())
}

/// The canonical request, if the string to sign contains its hash.
fn expected(canonical_request: &str, string_to_sign: &str, signature: &str) -> Value {
    let hash = sig4::payload::ContentSha256::of(&sig4::Payload::Bytes(canonical_request.as_bytes())).to_string();
    let mut expected = json!({ "string_to_sign": string_to_sign, "signature": signature });
    if string_to_sign.ends_with(&hash) {
        expected["canonical_request"] = canonical_request.into();
    }
    expected
}

/// The signature at the end of an `authorization` value.
fn signature(authorization: &str) -> &str {
    authorization.rsplit_once("Signature=").unwrap().1.trim()
}

/// A case without its settings and expected result, and without the headers that signing adds.
fn line(id: &str, kind: &str, mut request: TextRequest) -> Value {
    request.remove("x-amz-date");
    request.remove("x-amz-security-token");
    let host = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host")).unwrap().1.clone();
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).unwrap();
    json!({
        "id": id, "kind": kind, "method": request.method, "scheme": "https", "host": text(&host),
        "path": request.path, "query": request.query,
        "headers": request.headers.iter().map(|(name, value)| json!([name, text(value)])).collect::<Vec<_>>(),
        "body": BASE64_STANDARD.encode(&request.body), "access_key": "AKIDEXAMPLE", "secret_key": SECRET, "session_token": null,
        "region": "us-east-1", "service": "service", "timestamp": "20150830T123600Z", "tags": [],
    })
}

fn settings(normalize: bool, body_header: bool, omit_token: bool, expires: Option<u64>) -> Value {
    json!({
        "double_encode": true, "normalize_path": normalize, "sign_body_header": body_header,
        "unsigned_payload": false, "omit_session_token": omit_token, "expires": expires,
    })
}

fn classic() -> impl Iterator<Item = Value> {
    folders("classic").into_iter().map(|dir| {
        let name = dir.file_name().unwrap().to_str().unwrap().to_owned();
        let file = |extension: &str| read(&dir, &format!("{name}.{extension}")).unwrap();
        let request = |extension: &str| TextRequest::read(&dir.join(format!("{name}.{extension}")));
        let mut line = line(&format!("classic/{name}"), "v4-header", request("req"));
        if let Some(token) = request("sreq").remove("x-amz-security-token") {
            line["session_token"] = String::from_utf8(token).unwrap().trim().into();
        }
        // `post-sts-header-after` adds the token after signing.
        line["settings"] = settings(true, false, name == "post-sts-header-after", None);
        line["expected"] = expected(&file("creq"), &file("sts"), signature(&file("authz")));
        line
    })
}

fn crt() -> impl Iterator<Item = Value> {
    folders("v4").into_iter().flat_map(|dir| {
        let id = format!("v4/{}", dir.file_name().unwrap().to_str().unwrap());
        let forms = if DAMAGED.contains(&id.as_str()) { &[][..] } else { &["header", "query"] };
        forms.iter().filter_map(|form| crt_case(&dir, &format!("{id}/{form}"), form)).collect::<Vec<_>>()
    })
}

fn crt_case(dir: &Path, id: &str, form: &str) -> Option<Value> {
    let file = |name: &str| read(dir, &format!("{form}-{name}.txt"));
    let signed = dir.join(format!("{form}-signed-request.txt"));
    let signed = signed.exists().then(|| TextRequest::read(&signed))?;
    let mut line = line(id, &format!("v4-{form}"), TextRequest::read(&dir.join("request.txt")));
    let signature = match file("signature") {
        Some(signature) => signature,
        None => {
            let mut signed = signed;
            signature(&String::from_utf8(signed.remove("authorization").unwrap()).unwrap()).to_owned()
        }
    };
    line["expected"] = expected(&file("canonical-request")?, &file("string-to-sign")?, &signature);
    let Some(context) = read(dir, "context.json") else { return Some(without_context(line)) };
    let context: Value = serde_json::from_str(&context).unwrap();
    for (field, at) in [
        ("access_key", "/credentials/access_key_id"),
        ("secret_key", "/credentials/secret_access_key"),
        ("session_token", "/credentials/token"),
        ("region", "/region"),
        ("service", "/service"),
    ] {
        line[field] = context.pointer(at).cloned().unwrap_or_default();
    }
    line["timestamp"] = context["timestamp"].as_str().unwrap().replace(['-', ':'], "").into();
    let flag = |name: &str| context[name].as_bool().unwrap_or(false);
    let expires = context["expiration_in_seconds"].as_u64().filter(|_| form == "query");
    line["settings"] = settings(flag("normalize"), flag("sign_body"), flag("omit_session_token"), expires);
    Some(line)
}

/// `double-url-encode` has no context; it follows from its files.
fn without_context(mut line: Value) -> Value {
    assert_eq!(line["id"], "v4/double-url-encode/header");
    (line["region"], line["service"]) = ("us-east-2".into(), "lambda".into());
    line["timestamp"] = "20210511T154045Z".into();
    line["settings"] = settings(true, false, false, None);
    line
}

fn corpus() -> impl Iterator<Item = Value> {
    let file = File::open(root().join("tests/corpus/signers-open.jsonl.gz")).unwrap();
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    lines.filter_map(|line| match line["kind"].as_str().unwrap() {
        "v4-header" | "v4-query" => Some(whole(line)),
        "v4-chunked" => Some(chunked(&line)),
        "v4-event-stream" => Some(events(&line)),
        "v4a" => Some(asymmetric(&line)),
        _ => None,
    })
}

/// The fields that every case of the corpus has.
const EVERY: &str = "id kind access_key secret_key session_token service tags";
/// The fields of a case with a whole request.
const REQUEST: &str = "method scheme host path query headers body timestamp settings";

/// These fields of a line of the corpus.
fn picked(line: &Value, names: &[&str]) -> Value {
    let names = names.iter().flat_map(|names| names.split(' '));
    Value::Object(names.map(|name| (name.to_owned(), line[name].clone())).collect())
}

/// A case whose body is signed in chunks.
fn chunked(line: &Value) -> Value {
    let mut case = picked(line, &[EVERY, REQUEST, "region chunk_sizes trailers payload_header"]);
    case["settings"]["expires"] = Value::Null;
    let text = |field: &str| line["expected"]["seed"][field].as_str().unwrap();
    case["expected"] = expected(text("canonical_request"), text("string_to_sign"), text("signature"));
    assert!(case["expected"]["canonical_request"].is_string());
    case["expected"]["piece_signatures"] = signatures(&line["expected"]["chunks"]);
    case["expected"]["trailer_signature"] = line["expected"]["trailer"]["signature"].clone();
    case
}

/// A case of Signature Version 4a, with one of the valid signatures.
fn asymmetric(line: &Value) -> Value {
    let mut case = picked(line, &[EVERY, REQUEST, "region_set"]);
    if line["mode"] == "header" {
        case["settings"]["expires"] = Value::Null;
    }
    let text = |field: &str| line["expected"][field].as_str().unwrap();
    let (_signer, sample) = line["expected"]["sample_signatures"].as_object().unwrap().iter().next().unwrap();
    let sample = sample.as_str().unwrap();
    case["expected"] = expected(text("canonical_request"), text("string_to_sign"), sample);
    assert!(case["expected"]["canonical_request"].is_string());
    let key = &line["expected"]["public_key"];
    case["expected"]["public_key"] = ["04", key["x"].as_str().unwrap(), key["y"].as_str().unwrap()].concat().into();
    case
}

/// A stream of events.
fn events(line: &Value) -> Value {
    let mut case = picked(line, &[EVERY, "region seed_signature messages"]);
    case["expected"] = json!({ "string_to_sign": "", "signature": line["seed_signature"] });
    let messages = line["messages"].as_array().unwrap();
    let of_messages: Value = messages.iter().map(|message| message["expected"].clone()).collect();
    case["expected"]["piece_signatures"] = signatures(&of_messages);
    case["messages"] = messages.iter().map(|message| picked(message, &["headers payload timestamp end"])).collect();
    case
}

fn signatures(pieces: &Value) -> Value {
    pieces.as_array().unwrap().iter().map(|piece| piece["signature"].clone()).collect()
}

/// A case that is signed as one.
fn whole(mut line: Value) -> Value {
    let mut settings = line["settings"].take();
    if line["kind"] == "v4-header" {
        settings["expires"] = Value::Null;
    }
    line["settings"] = settings;
    let text = |field: &str| line["expected"][field].as_str().unwrap();
    let expected = expected(text("canonical_request"), text("string_to_sign"), text("signature"));
    assert!(expected["canonical_request"].is_string());
    line["expected"] = expected;
    for field in ["url", "mode", "agreement"] {
        line.as_object_mut().unwrap().remove(field);
    }
    line
}
