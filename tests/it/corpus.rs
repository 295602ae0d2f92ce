//! Requests on which real signers agree byte for byte, at every stage.
//!
//! `corpus/signers-open.jsonl.gz` holds one request a line with what at least two independent signers, one of them AWS's
//! own, made of it. Its settings are applied to a signer; nothing else is.

use crate::support::{Fields, Ledger, differ};
use crate::vector::{Kind, Received, Vector};
use flate2::read::GzDecoder;
use serde_json::Value;
use sig4::algorithm::Algorithm;
use sig4::credentials::SecretKey;
use sig4::key::PublicKey;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::settings::{ContentSha256Header, PathEncoding, SessionTokenPlacement};
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Expires, Payload, Signer, Timestamp, Verifier};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The lines of one kind.
pub fn lines(kind: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/signers-open.jsonl.gz");
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    let parsed = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    parsed.filter(|line| line["kind"] == kind).collect()
}

pub fn text<'a>(line: &'a Value, field: &str) -> &'a str {
    line[field].as_str().unwrap_or_else(|| panic!("{}: no {field}", line["id"]))
}

/// Everything that a line says of a request.
pub struct Case {
    headers: Fields,
    pub body: Vec<u8>,
    pub signer: Signer,
    pub credentials: Credentials,
    pub timestamp: Timestamp,
    unsigned: bool,
}

impl Case {
    pub fn new(line: &Value) -> Self {
        let setting = |name: &str| line["settings"][name].as_bool().unwrap();
        let encoding = if setting("double_encode") { PathEncoding::Double } else { PathEncoding::Verbatim };
        let body_header =
            if setting("sign_body_header") { ContentSha256Header::Always } else { ContentSha256Header::Never };
        let token =
            if setting("omit_session_token") { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed };
        let mut credentials =
            Credentials::new(text(line, "access_key"), SecretKey::verbatim(text(line, "secret_key")).unwrap()).unwrap();
        if let Some(token) = line["session_token"].as_str() {
            credentials = credentials.with_session_token(token).unwrap();
        }
        let field = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().into());
        Self {
            headers: line["headers"].as_array().unwrap().iter().map(field).collect(),
            body: base64(text(line, "body")),
            signer: signer(line)
                .with_path_encoding(encoding)
                .with_normalized_path(setting("normalize_path"))
                .with_content_sha256(body_header)
                .with_session_token_placement(token)
                .with_any_year(true),
            credentials,
            timestamp: Timestamp::parse_any_year(text(line, "timestamp")).unwrap(),
            unsigned: setting("unsigned_payload"),
        }
    }

    pub fn view<'a>(&'a self, line: &'a Value) -> RequestView<'a> {
        RequestView::new(text(line, "method"), text(line, "path"), line["query"].as_str(), &self.headers)
            .with_authority(text(line, "scheme"), text(line, "host"))
    }

    fn payload(&self) -> Payload<'_> {
        if self.unsigned { Payload::Unsigned } else { Payload::Bytes(&self.body) }
    }

    fn string_to_sign(&self, sha256: [u8; 32]) -> String {
        let scope = self.signer.scope(self.timestamp.day());
        StringToSign::new(self.timestamp, &scope, sha256).to_string()
    }
}

/// A signer of the line's version.
fn signer(line: &Value) -> Signer {
    match line["region_set"].as_str() {
        Some(regions) => Signer::new_v4a(regions, text(line, "service")).unwrap(),
        None => Signer::new(text(line, "region"), text(line, "service")).unwrap(),
    }
}

/// A verifier of the line's version, in a region that the line is signed for.
fn verifier(line: &Value) -> Verifier {
    let Some(regions) = line["region_set"].as_str() else {
        return Verifier::new(text(line, "region"), text(line, "service")).unwrap();
    };
    let region = regions.split(',').next().unwrap().replace('*', "central-1");
    Verifier::new(region, text(line, "service")).unwrap().with_algorithms([Algorithm::EcdsaP256Sha256])
}

/// The lines of one kind, to be verified.
pub fn vectors(kind: &str) -> Vec<Vector> {
    lines(kind).iter().map(vector).collect()
}

fn vector(line: &Value) -> Vector {
    let case = Case::new(line);
    let setting = |name: &str| line["settings"][name].as_bool().unwrap();
    let encoding = if setting("double_encode") { PathEncoding::Double } else { PathEncoding::Verbatim };
    let token =
        if setting("omit_session_token") { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed };
    let expires = Expires::from_secs(line["settings"]["expires"].as_u64().unwrap());
    Vector {
        id: text(line, "id").to_owned(),
        kind: if line["kind"] == "v4-query" || line["mode"] == "query" {
            Kind::Query(expires.unwrap())
        } else {
            Kind::Header
        },
        method: text(line, "method").to_owned(),
        origin: Some((text(line, "scheme").to_owned(), text(line, "host").to_owned())),
        path: text(line, "path").to_owned(),
        query: line["query"].as_str().map(str::to_owned),
        verifier: verifier(line)
            .with_required_content_sha256(false)
            .with_path_encoding(encoding)
            .with_normalized_path(setting("normalize_path"))
            .with_session_token_placement(token),
        headers: case.headers,
        body: case.body,
        unsigned: case.unsigned,
        signer: case.signer,
        credentials: case.credentials,
        timestamp: case.timestamp,
    }
}

#[test]
fn header_signatures_are_those_of_real_signers() {
    let lines = lines("v4-header");
    assert_eq!(lines.len(), 613);
    Ledger::read("corpus.ledger")
        .subset("h")
        .check(lines.iter().map(|line| (text(line, "id").to_owned(), header(line))));
}

fn header(line: &Value) -> Option<String> {
    let (case, expected) = (Case::new(line), &line["expected"]);
    let (view, body) = (case.view(line), case.payload());
    let payload = ContentSha256::of(&body);
    let canonical = case.signer.canonical_request(&view, &payload, &case.credentials, &case.timestamp).unwrap();
    let signed = case.signer.sign_view(&view, &body, &case.credentials, case.timestamp.to_datetime()).unwrap();
    let authorization = signed.headers().last().unwrap().1;
    differ(&canonical.to_string().as_str(), &text(expected, "canonical_request"))
        .or_else(|| differ(&case.string_to_sign(canonical.sha256()).as_str(), &text(expected, "string_to_sign")))
        .or_else(|| differ(&signed.signature().to_string().as_str(), &text(expected, "signature")))
        .or_else(|| differ(&authorization.as_str(), &text(expected, "authorization")))
}

#[test]
fn presigned_urls_are_those_of_real_signers() {
    let lines = lines("v4-query");
    assert_eq!(lines.len(), 324);
    Ledger::read("corpus.ledger")
        .subset("q")
        .check(lines.iter().map(|line| (text(line, "id").to_owned(), query(line))));
}

fn query(line: &Value) -> Option<String> {
    let (case, expected) = (Case::new(line), &line["expected"]);
    let expires = Expires::from_secs(line["settings"]["expires"].as_u64().unwrap()).unwrap();
    let (view, body) = (case.view(line), case.payload());
    let payload = ContentSha256::of(&body);
    let canonical =
        case.signer.presigned_canonical_request(&view, &payload, &case.credentials, expires, case.timestamp).unwrap();
    let now = case.timestamp.to_datetime();
    let presigned = case.signer.presign_view(&view, &body, &case.credentials, expires, now).unwrap();
    differ(&canonical.to_string().as_str(), &text(expected, "canonical_request"))
        .or_else(|| differ(&case.string_to_sign(canonical.sha256()).as_str(), &text(expected, "string_to_sign")))
        .or_else(|| differ(&presigned.signature().to_string().as_str(), &text(expected, "signature")))
        .or_else(|| differ(&parameters(&presigned.url()), &parameters(text(expected, "signed_url"))))
}

/// The signatures of Signature Version 4a differ from signer to signer: all of them verify.
#[test]
fn sigv4a_agrees_with_real_signers_up_to_the_signature() {
    let lines = lines("v4a");
    assert_eq!(lines.len(), 48);
    Ledger::read("corpus.ledger").subset("a").check(lines.iter().map(|line| (text(line, "id").to_owned(), v4a(line))));
}

fn v4a(line: &Value) -> Option<String> {
    let (case, expected) = (Case::new(line), &line["expected"]);
    let (view, payload) = (case.view(line), ContentSha256::of(&case.payload()));
    let canonical = if line["mode"] == "query" {
        let expires = Expires::from_secs(line["settings"]["expires"].as_u64().unwrap()).unwrap();
        case.signer.presigned_canonical_request(&view, &payload, &case.credentials, expires, case.timestamp).unwrap()
    } else {
        case.signer.canonical_request(&view, &payload, &case.credentials, &case.timestamp).unwrap()
    };
    let public_key = PublicKey::of(&case.credentials).to_string();
    let coordinates = ["x", "y"].map(|name| text(&expected["public_key"], name)).concat();
    differ(&canonical.to_string().as_str(), &text(expected, "canonical_request"))
        .or_else(|| differ(&case.string_to_sign(canonical.sha256()).as_str(), &text(expected, "string_to_sign")))
        .or_else(|| differ(&public_key, &format!("04{coordinates}")))
        .or_else(|| v4a_signatures(line))
}

/// The line's own request, with the signature of each signer in turn, and with ours.
fn v4a_signatures(line: &Value) -> Option<String> {
    let (vector, verifier) = (vector(line), vector(line).verifier());
    let signed = vector.signed();
    let samples = line["expected"]["sample_signatures"].as_object().unwrap().iter();
    let mut requests = vec![("sig4".to_owned(), signed.clone())];
    requests.extend(samples.map(|(name, sample)| {
        let mut request = signed.clone();
        replace_signature(&mut request, sample.as_str().unwrap());
        (name.clone(), request)
    }));
    requests.iter().find_map(|(name, request)| {
        vector.verify(&verifier, request).err().map(|error| format!("the signature of {name}: {error}"))
    })
}

fn replace_signature(request: &mut Received, signature: &str) {
    if let Some(query) = request.query.as_mut().filter(|query| query.contains("X-Amz-Signature=")) {
        let (before, after) = query.split_once("X-Amz-Signature=").unwrap();
        let rest = after.find('&').map_or("", |at| after.split_at(at).1);
        *query = format!("{before}X-Amz-Signature={signature}{rest}");
    } else {
        let value = request.header_mut("authorization");
        let text = String::from_utf8(value.clone()).unwrap();
        let (before, _) = text.split_once("Signature=").unwrap();
        *value = format!("{before}Signature={signature}").into_bytes();
    }
}

/// The names of a URL's signature parameters, and their values, in no order.
fn parameters(url: &str) -> Vec<String> {
    let query = url.split_once('?').unwrap().1;
    let mut ours: Vec<_> = query.split('&').filter(|p| p.starts_with("X-Amz-")).map(str::to_owned).collect();
    ours.sort();
    ours
}

/// RFC 4648 section 4.
pub fn base64(text: &str) -> Vec<u8> {
    let digit = |b: u8| match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("not base64: {other}"),
    };
    let digits: Vec<u8> = text.bytes().filter(|b| *b != b'=').map(digit).collect();
    let bits = |group: &[u8]| group.iter().fold(0_u32, |n, d| n << 6 | u32::from(*d)) << (6 * (4 - group.len()));
    digits.chunks(4).flat_map(|group| bits(group).to_be_bytes()[1..group.len()].to_vec()).collect()
}
