//! Requests on which real signers agree: nothing is wrong with any of them, and where only the signature is damaged nothing
//! is made up.

use flate2::read::GzDecoder;
use serde_json::Value;
use sig4::credentials::SecretKey;
use sig4::explain::{Certainty, Explainer, Verdict};
use sig4::request::RequestView;
use sig4::settings::{PathEncoding, SessionTokenPlacement};
use sig4::verify::PresignedBody;
use sig4::{Credentials, Timestamp, Verifier};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

type Fields = Vec<(String, Vec<u8>)>;

/// A request as it arrives, and who verifies it.
struct Arrived {
    id: String,
    method: String,
    scheme: String,
    host: String,
    path: String,
    query: Option<String>,
    headers: Fields,
    verifier: Verifier,
    credentials: Credentials,
    timestamp: Timestamp,
    canonical: String,
}

fn text<'a>(line: &'a Value, field: &str) -> &'a str {
    line[field].as_str().unwrap_or_else(|| panic!("{}: no {field}", line["id"]))
}

fn setting(line: &Value, name: &str) -> bool {
    line["settings"][name].as_bool().unwrap_or_default()
}

fn credentials(line: &Value) -> Credentials {
    let credentials =
        Credentials::new(text(line, "access_key"), SecretKey::verbatim(text(line, "secret_key")).unwrap()).unwrap();
    match line["session_token"].as_str() {
        Some(token) => credentials.with_session_token(token).unwrap(),
        None => credentials,
    }
}

fn verifier(line: &Value) -> Verifier {
    let encoding = if setting(line, "double_encode") { PathEncoding::Double } else { PathEncoding::Verbatim };
    let token = if setting(line, "omit_session_token") {
        SessionTokenPlacement::Unsigned
    } else {
        SessionTokenPlacement::Signed
    };
    let body = if setting(line, "unsigned_payload") { PresignedBody::Unsigned } else { PresignedBody::Hashed };
    Verifier::new(text(line, "region"), text(line, "service"))
        .unwrap()
        .with_aws_compat()
        .with_path_encoding(encoding)
        .with_normalized_path(setting(line, "normalize_path"))
        .with_session_token_placement(token)
        .with_unsigned_payload(true)
        .with_presigned_body(body)
}

/// The requests of one kind whose body is empty, as a correct client sends them.
fn arrived(kind: &str) -> Vec<Arrived> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/signers-open.jsonl.gz");
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    let parsed = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    parsed.filter(|line| line["kind"] == kind && text(line, "body").is_empty()).map(|line| arrive(&line)).collect()
}

fn has(headers: &Fields, name: &str) -> bool {
    headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name))
}

fn arrive(line: &Value) -> Arrived {
    let expected = &line["expected"];
    let field = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), Vec::from(pair[1].as_str().unwrap()));
    let mut headers: Fields = line["headers"].as_array().unwrap().iter().map(field).collect();
    let canonical = text(expected, "canonical_request").to_owned();
    let (mut path, mut query) = (text(line, "path").to_owned(), line["query"].as_str().map(str::to_owned));
    if let Some(url) = expected["signed_url"].as_str() {
        let target = url.splitn(4, '/').nth(3).unwrap();
        let (to, with) = target.split_once('?').unwrap();
        (path, query) = (format!("/{to}"), Some(with.to_owned()));
    } else {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        headers.push(("authorization".into(), text(expected, "authorization").into()));
        // What the signer added stands in the canonical request.
        for name in ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token"] {
            let line = canonical.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'));
            if let Some(value) = line.filter(|_| !has(&headers, name)) {
                headers.push((name.into(), value.into()));
            }
        }
        if let Some(token) = line["session_token"].as_str().filter(|_| !has(&headers, "x-amz-security-token")) {
            headers.push(("x-amz-security-token".into(), token.into()));
        }
    }
    Arrived {
        id: text(line, "id").to_owned(),
        method: text(line, "method").to_owned(),
        scheme: text(line, "scheme").to_owned(),
        host: text(line, "host").to_owned(),
        path,
        query,
        headers,
        verifier: verifier(line),
        credentials: credentials(line),
        timestamp: Timestamp::parse_any_year(text(line, "timestamp")).unwrap(),
        canonical,
    }
}

impl Arrived {
    fn report(&self) -> sig4::explain::Report {
        let view = RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers)
            .with_authority(&self.scheme, &self.host);
        Explainer::new(&self.verifier, &self.credentials).report(&view, b"", self.timestamp.to_datetime())
    }
}

#[test]
fn nothing_is_wrong_with_requests_on_which_real_signers_agree_and_the_stages_are_theirs() {
    let (mut good, mut refused) = (0, 0);
    for arrived in ["v4-header", "v4-query"].into_iter().flat_map(arrived) {
        let report = arrived.report();
        if report.nothing_wrong() {
            good += 1;
            assert_eq!((report.verdict(), report.findings().len()), (Verdict::NothingWrong, 0));
        } else {
            // Refused for what has nothing to do with the signature: a second host, or temporary keys without their token.
            refused += 1;
            assert!(
                report.findings()[0].summary().ends_with("the signature is right otherwise"),
                "{}: {report}",
                arrived.id
            );
            assert_eq!(report.findings().len(), 1, "{}: {report}", arrived.id);
        }
        let computed = report.canonical_request().unwrap();
        if !computed.contains('*') {
            assert_eq!(computed, arrived.canonical, "{}", arrived.id);
        }
    }
    assert!(good > 500 && refused < 200, "{good} {refused}");
}

/// A signature that nobody made is not explained by anything: every finding is only possible.
#[test]
fn nothing_is_made_up_where_only_the_signature_is_damaged() {
    let damage = |text: &str| {
        text.chars()
            .rev()
            .map(|c| {
                if c == '0' {
                    '1'
                } else if c.is_ascii_hexdigit() {
                    '0'
                } else {
                    c
                }
            })
            .rev()
            .collect::<String>()
    };
    let mut tried = 0;
    let sample = ["v4-header", "v4-query"].into_iter().flat_map(arrived).step_by(50);
    for mut arrived in sample.filter(|arrived| arrived.report().nothing_wrong()) {
        for (name, value) in &mut arrived.headers {
            if name == "authorization" {
                let text = String::from_utf8(value.clone()).unwrap();
                let (before, signature) = text.split_at(text.len() - 64);
                *value = format!("{before}{}", damage(signature)).into_bytes();
            }
        }
        if let Some((before, after)) = arrived.query.as_deref().and_then(|query| query.split_once("X-Amz-Signature=")) {
            let (signature, rest) = after.split_at(64);
            arrived.query = Some(format!("{before}X-Amz-Signature={}{rest}", damage(signature)));
        }
        let report = arrived.report();
        assert_eq!(report.verdict(), Verdict::Unexplained, "{}: {report}", arrived.id);
        assert!(report.findings().iter().all(|finding| finding.certainty() == Certainty::Possible), "{report}");
        tried += 1;
    }
    assert!(tried >= 8, "{tried}");
}
