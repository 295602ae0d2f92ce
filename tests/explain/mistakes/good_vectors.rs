//! Nothing is wrong with any good vector: those of the corpus, and those of AWS's two suites.

use crate::mistakes::wire::Wire;
use flate2::read::GzDecoder;
use serde_json::Value;
use sig4::credentials::SecretKey;
use sig4::explain::Explainer;
use sig4::settings::{PathEncoding, SessionTokenPlacement};
use sig4::{Credentials, Timestamp, Verifier};
use sig4_test_support::suite::{Ledger, TextRequest, suite_dir};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A signed request that a verifier with these settings has to accept.
struct Vector {
    id: String,
    wire: Wire,
    verifier: Verifier,
    credentials: Credentials,
    timestamp: String,
}

impl Vector {
    /// The first cause that is named, `None` if nothing is wrong; the verifier has to agree.
    fn cause(&self) -> Option<String> {
        let now = Timestamp::parse_any_year(&self.timestamp).unwrap().to_datetime();
        let view = self.wire.view();
        let claim = self.verifier.claim_view(&view);
        let refused = claim.and_then(|claim| claim.verify(&self.credentials, &self.wire.body, now).map(|_| ())).err();
        let report = Explainer::new(&self.verifier, &self.credentials).report(&view, &self.wire.body, now);
        assert_eq!(report.nothing_wrong(), refused.is_none(), "{}: {refused:?}\n{report}", self.id);
        refused.map(|error| crate::mistakes::names(&report).into_iter().next().unwrap_or_else(|| error.to_string()))
    }
}

/// What a verifier refuses by rule, however well it is signed.
const REFUSED: [(&str, usize); 3] = [
    // Bad percent sequences, and paths that leave their root.
    ("path-malformed", 35),
    // Requests to S3 without `x-amz-content-sha256`.
    ("payload-hash-absent", 2),
    // `UNSIGNED-PAYLOAD` is signed, and no header says so: a server has no way to know.
    ("payload-unsigned", 3),
];

#[test]
fn nothing_is_wrong_with_the_corpus() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/signers-open.jsonl.gz");
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    let parsed = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let signed: Vec<_> = parsed.filter(|line| ["v4-header", "v4-query"].contains(&text(line, "kind"))).collect();
    assert_eq!(signed.len(), 613 + 324);
    let mut refused = BTreeMap::new();
    for vector in signed.iter().map(of_corpus) {
        if let Some(cause) = vector.cause() {
            refused.entry(cause).or_insert_with(Vec::new).push(vector.id);
        }
    }
    let counts = refused.iter().map(|(cause, ids)| (cause.as_str(), ids.len()));
    assert_eq!(counts.collect::<BTreeMap<_, _>>(), BTreeMap::from(REFUSED), "{refused:?}");
}

fn text<'a>(line: &'a Value, field: &str) -> &'a str {
    line[field].as_str().unwrap_or_else(|| panic!("{}: no {field}", line["id"]))
}

fn of_corpus(line: &Value) -> Vector {
    let setting = |name: &str| line["settings"][name].as_bool().unwrap();
    let header = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().as_bytes().to_vec());
    let mut wire = Wire {
        method: text(line, "method").to_owned(),
        path: text(line, "path").to_owned(),
        query: line["query"].as_str().map(str::to_owned),
        headers: line["headers"].as_array().unwrap().iter().map(header).collect(),
        body: base64(text(line, "body")),
    };
    let canonical = text(&line["expected"], "canonical_request");
    let mut credentials =
        Credentials::new(text(line, "access_key"), SecretKey::verbatim(text(line, "secret_key")).unwrap()).unwrap();
    if let Some(token) = line["session_token"].as_str() {
        credentials = credentials.with_session_token(token).unwrap();
    }
    match line["expected"]["signed_url"].as_str() {
        Some(url) => {
            let target = url.split_once("://").unwrap().1;
            wire.query = target.split_once('?').map(|(_, query)| query.to_owned());
        }
        None => send_headers(line, canonical, &mut wire),
    }
    if wire.header("host").is_none() {
        wire.headers.insert(0, ("Host".to_owned(), signed_value(canonical, "host").unwrap().into()));
    }
    Vector {
        id: text(line, "id").to_owned(),
        wire,
        verifier: verifier_of(line, setting("double_encode"), canonical),
        credentials,
        timestamp: text(line, "timestamp").to_owned(),
    }
}

/// Adds the headers that signing adds.
fn send_headers(line: &Value, canonical: &str, wire: &mut Wire) {
    for name in ["x-amz-date", "x-amz-content-sha256"] {
        wire.remove(name);
        if let Some(value) = signed_value(canonical, name) {
            wire.push(name, value);
        }
    }
    if let Some(token) = line["session_token"].as_str() {
        wire.remove("x-amz-security-token");
        wire.push("x-amz-security-token", token);
    }
    wire.remove("authorization");
    wire.push("authorization", text(&line["expected"], "authorization"));
}

/// The value of a signed header.
fn signed_value<'c>(canonical: &'c str, name: &str) -> Option<&'c str> {
    canonical.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
}

fn verifier_of(line: &Value, double_encode: bool, canonical: &str) -> Verifier {
    let setting = |name: &str| line["settings"][name].as_bool().unwrap();
    let presigned_body = if canonical.ends_with("\nUNSIGNED-PAYLOAD") {
        sig4::verify::PresignedBody::Unsigned
    } else {
        sig4::verify::PresignedBody::Hashed
    };
    let token =
        if setting("omit_session_token") { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed };
    Verifier::new(text(line, "region"), text(line, "service"))
        .unwrap()
        .with_path_encoding(if double_encode { PathEncoding::Double } else { PathEncoding::Verbatim })
        .with_normalized_path(setting("normalize_path"))
        .with_session_token_placement(token)
        .with_unsigned_payload(setting("unsigned_payload"))
        .with_presigned_body(presigned_body)
        .allow_unsigned_headers((token == SessionTokenPlacement::Unsigned).then_some("x-amz-security-token"))
        .with_aws_compat()
}

/// RFC 4648 section 4.
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |b: u8| u32::try_from(DIGITS.iter().position(|d| *d == b).unwrap()).unwrap();
    let digits: Vec<u32> = text.bytes().filter(|b| *b != b'=').map(digit).collect();
    let bits = |group: &[u32]| group.iter().fold(0, |n, d| n << 6 | d) << (6 * (4 - group.len()));
    digits.chunks(4).flat_map(|group| bits(group).to_be_bytes()[1..group.len()].to_vec()).collect()
}

#[test]
fn nothing_is_wrong_with_the_suites() {
    let classic = folders("classic").into_iter().map(|dir| classic(&dir));
    let crt = folders("v4").into_iter().flat_map(|dir| crt(&dir));
    let vectors: Vec<_> = classic.chain(crt).collect();
    assert!(vectors.len() >= 34 + 2 * 38, "{}", vectors.len());
    Ledger::default().check(vectors.iter().map(|vector| (vector.id.clone(), vector.cause())));
}

/// The folders of a suite that hold a signed request.
fn folders(suite: &str) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![suite_dir().join(suite)]);
    while let Some(dir) = open.pop() {
        let entries: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        let is_signed = |file: &PathBuf| {
            file.to_string_lossy().ends_with("signed-request.txt") || file.extension().is_some_and(|e| e == "sreq")
        };
        if entries.iter().any(is_signed) {
            found.push(dir);
        }
        open.extend(entries.into_iter().filter(|entry| entry.is_dir()));
    }
    found.sort();
    found
}

fn name(dir: &Path) -> String {
    dir.file_name().unwrap().to_string_lossy().into_owned()
}

fn wire(file: &Path) -> Wire {
    let TextRequest { method, path, query, headers, body } = TextRequest::read(file);
    Wire { method, path, query, headers, body }
}

fn classic(dir: &Path) -> Vector {
    let name = name(dir);
    let mut wire = wire(&dir.join(format!("{name}.sreq")));
    // The signature of `get-vanilla-with-session-token.sreq` is a placeholder; its `.authz` has the real one.
    let authorization = fs::read(dir.join(format!("{name}.authz"))).unwrap();
    wire.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    wire.push("Authorization", authorization.trim_ascii());
    let header = |name: &str| wire.header(name).map(|value| String::from_utf8(value.to_vec()).unwrap());
    let mut credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    if let Some(token) = header("x-amz-security-token") {
        credentials = credentials.with_session_token(token.trim().to_owned()).unwrap();
    }
    let timestamp = header("x-amz-date").unwrap().trim().to_owned();
    // `post-sts-header-after` adds the token after signing.
    let verifier = Verifier::new("us-east-1", "service").unwrap().with_aws_compat();
    Vector { id: format!("classic/{name}"), wire, verifier, credentials, timestamp }
}

fn crt(dir: &Path) -> Vec<Vector> {
    let context = fs::read_to_string(dir.join("context.json")).ok();
    let Some(context) = context.map(|text| serde_json::from_str::<Value>(&text).unwrap()) else {
        return Vec::new();
    };
    let text = |at: &str| context.pointer(at).and_then(Value::as_str);
    let flag = |name: &str| context[name].as_bool().unwrap_or(false);
    let mut credentials =
        Credentials::new(text("/credentials/access_key_id").unwrap(), text("/credentials/secret_access_key").unwrap())
            .unwrap();
    if let Some(token) = text("/credentials/token") {
        credentials = credentials.with_session_token(token).unwrap();
    }
    let token =
        if flag("omit_session_token") { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed };
    let verifier = Verifier::new(text("/region").unwrap(), text("/service").unwrap())
        .unwrap()
        .with_normalized_path(flag("normalize"))
        .with_session_token_placement(token)
        .with_aws_compat();
    let timestamp = text("/timestamp").unwrap().replace(['-', ':'], "");
    let vector = |form: &str| {
        let file = dir.join(format!("{form}-signed-request.txt"));
        file.exists().then(|| Vector {
            id: format!("v4/{} {form}", name(dir)),
            wire: wire(&file),
            verifier: verifier.clone(),
            credentials: credentials.clone(),
            timestamp: timestamp.clone(),
        })
    };
    ["header", "query"].into_iter().filter_map(vector).collect()
}
