//! AWS's two published suites, every case at every stage, so that a failure names the stage.

use crate::support::{Ledger, TextRequest, differ, suite_dir};
use crate::vector::{Kind, Vector};
use sig4::algorithm::Algorithm;
use sig4::key::PublicKey;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::settings::{ContentSha256Header, SessionTokenPlacement};
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Expires, Payload, Signer, Timestamp, Verifier};
use std::fs;
use std::path::{Path, PathBuf};

/// A case of either suite.
struct Case {
    id: String,
    request: TextRequest,
    signer: Signer,
    verifier: Verifier,
    credentials: Credentials,
    timestamp: Timestamp,
    expires: Option<Expires>,
}

type Outcomes = Vec<(String, Option<String>)>;

/// The one signed request of the classic suite with another signature than the case's own `.authz` file: in its place stand
/// the digits of the session token, rotated. botocore's tests do not read `.sreq` files.
const PLACEHOLDER_SIGNATURE: &str = "get-vanilla-with-session-token";

#[test]
fn classic_suite_at_every_stage() {
    let cases = cases("classic", "req");
    assert_eq!(cases.len(), 34, "the suite has 34 cases");
    let outcomes: Vec<_> = cases.iter().flat_map(|dir| classic(dir)).collect();
    assert_eq!(outcomes.len(), 34 * 4);
    Ledger::default().check(outcomes);
}

#[test]
fn crt_suite_at_every_stage() {
    let cases = cases("v4", "txt");
    assert_eq!(cases.len(), 40, "the suite has 40 cases");
    let outcomes: Vec<_> = cases.iter().flat_map(|dir| crt(dir)).collect();
    assert!(outcomes.len() >= 38 * 8, "{}", outcomes.len());
    let ledger = Ledger::read("suite.ledger");
    for (stage, reason) in ledger.entries() {
        let class = reason.split(':').next().unwrap();
        assert!(["contradiction", "consequence", "spelling"].contains(&class), "{stage}: {reason}");
    }
    ledger.check(outcomes);
}

/// Signatures of Signature Version 4a have a nonce, so that each signer's are its own: the suite's verify, and ours have the same public key.
#[test]
fn sigv4a_suite_at_every_stage() {
    let cases = cases("v4a", "txt");
    assert_eq!(cases.len(), 38, "the suite has 38 cases");
    let outcomes: Vec<_> = cases.iter().flat_map(|dir| v4a(dir)).collect();
    assert_eq!(outcomes.len(), 38 * 7);
    Ledger::read("suite_v4a.ledger").check(outcomes);
}

fn v4a(dir: &Path) -> Outcomes {
    let case = crt_case(dir);
    let public_key: serde_json::Value = serde_json::from_str(&read(dir, "public-key.json")).unwrap();
    let coordinates = ["X", "Y"].map(|name| public_key[name].as_str().unwrap()).concat();
    let key = PublicKey::of(&case.credentials);
    let mut outcomes = vec![case.outcome("public key", differ(&key.to_string(), &format!("04{coordinates}")))];
    for (form, stages) in [("header", Stages::of_header(&case)), ("query", Stages::of_query(&case))] {
        let file = |stage: &str| {
            dir.join(format!("{form}-{stage}.txt")).exists().then(|| read(dir, &format!("{form}-{stage}.txt")))
        };
        if let Some(expected) = file("canonical-request") {
            outcomes
                .push(case.outcome(&format!("{form} canonical request"), differ(&stages.canonical_request, &expected)));
        }
        if let Some(expected) = file("string-to-sign") {
            outcomes.push(case.outcome(&format!("{form} string to sign"), differ(&stages.string_to_sign, &expected)));
        }
        let signed = dir.join(format!("{form}-signed-request.txt"));
        if signed.exists() {
            let outcome = case.verify(&TextRequest::read(&signed));
            outcomes.push(case.outcome(&format!("{form} signed request"), outcome));
        }
    }
    outcomes
}

/// The folders under `suite` that hold a request.
fn cases(suite: &str, extension: &str) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![suite_dir().join(suite)]);
    while let Some(dir) = open.pop() {
        let entries: Vec<_> = fs::read_dir(&dir).unwrap().map(|e| e.unwrap().path()).collect();
        let is_request = |f: &PathBuf| f.extension().is_some_and(|e| e == extension) && !f.ends_with("readme.txt");
        if entries.iter().any(|f| f.is_file() && is_request(f) && !f.ends_with("normalize-path.txt")) {
            found.push(dir);
        }
        open.extend(entries.into_iter().filter(|f| f.is_dir()));
    }
    found.sort();
    found
}

fn name(dir: &Path) -> String {
    dir.file_name().unwrap().to_string_lossy().into_owned()
}

fn read(dir: &Path, file: &str) -> String {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.trim_end_matches('\n').to_owned()
}

/// Every case of both suites, to be verified.
pub fn vectors() -> Vec<Vector> {
    let classic = cases("classic", "req").into_iter().map(|dir| classic_case(&dir).0);
    let crt = cases("v4", "txt").into_iter().map(|dir| crt_case(&dir));
    classic.chain(crt).flat_map(Case::vectors).collect()
}

/// The classic suite: one set of credentials, one scope, header signing only.
fn classic(dir: &Path) -> Outcomes {
    let (case, expected) = classic_case(dir);
    let file = |extension: &str| read(dir, &format!("{}.{extension}", name(dir)));
    let stages = Stages::of_header(&case);
    vec![
        case.outcome("canonical request", differ(&stages.canonical_request, &file("creq"))),
        case.outcome("string to sign", differ(&stages.string_to_sign, &file("sts"))),
        case.outcome("signature", differ(&stages.authorization, &file("authz"))),
        case.outcome("final request", differ(&stages.request.comparable(), &expected.comparable())),
    ]
}

/// A case, and the signed request that is expected of it.
fn classic_case(dir: &Path) -> (Case, TextRequest) {
    let name = name(dir);
    let mut request = TextRequest::read(&dir.join(format!("{name}.req")));
    // The date that the requests carry is the one to sign at; signing puts it in.
    let timestamp = String::from_utf8(request.remove("x-amz-date").unwrap()).unwrap();
    let mut expected = TextRequest::read(&dir.join(format!("{name}.sreq")));
    let authorization = expected.remove("authorization").unwrap();
    let stated = read(dir, &format!("{name}.authz"));
    let is_placeholder = authorization.trim_ascii() != stated.as_bytes();
    assert_eq!(is_placeholder, name == PLACEHOLDER_SIGNATURE, "{name}: {stated}");
    expected.headers.push(("Authorization".to_owned(), stated.into_bytes()));
    let token = expected.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("x-amz-security-token"));
    let mut credentials = example_credentials();
    if let Some((_, token)) = token {
        credentials = credentials.with_session_token(String::from_utf8(token.clone()).unwrap()).unwrap();
    }
    // `post-sts-header-after` adds the token after signing.
    let place =
        if name == "post-sts-header-after" { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed };
    let case = Case {
        id: format!("classic/{name}"),
        request,
        signer: Signer::new("us-east-1", "service").unwrap().with_session_token_placement(place),
        verifier: Verifier::new("us-east-1", "service").unwrap().with_session_token_placement(place),
        credentials,
        timestamp: Timestamp::parse(&timestamp).unwrap(),
        expires: None,
    };
    (case, expected)
}

/// The CRT suite: each case brings its credentials and settings, and has header and query stages.
fn crt(dir: &Path) -> Outcomes {
    let case = crt_case(dir);
    let mut outcomes = Vec::new();
    for (form, stages) in [("header", Stages::of_header(&case)), ("query", Stages::of_query(&case))] {
        let mut compare = |stage: &str, file: &str, actual: &str| {
            let file = format!("{form}-{file}.txt");
            if dir.join(&file).exists() {
                let outcome = differ(&actual, &read(dir, &file).as_str());
                outcomes.push(case.outcome(&format!("{form} {stage}"), outcome));
            }
        };
        compare("canonical request", "canonical-request", &stages.canonical_request);
        compare("string to sign", "string-to-sign", &stages.string_to_sign);
        compare("signature", "signature", &stages.signature);
        let signed = dir.join(format!("{form}-signed-request.txt"));
        if signed.exists() {
            let outcome = differ(&stages.request.comparable(), &TextRequest::read(&signed).comparable());
            outcomes.push(case.outcome(&format!("{form} final request"), outcome));
        }
    }
    outcomes
}

fn crt_case(dir: &Path) -> Case {
    let is_v4a = dir.join("public-key.json").exists();
    let id = format!("{}/{}", if is_v4a { "v4a" } else { "v4" }, name(dir));
    let request = TextRequest::read(&dir.join("request.txt"));
    if !dir.join("context.json").exists() {
        return without_context(id, request);
    }
    let context: serde_json::Value = serde_json::from_str(&read(dir, "context.json")).unwrap();
    let text = |at: &str| context.pointer(at).and_then(serde_json::Value::as_str);
    let flag = |name: &str| context[name].as_bool().unwrap_or(false);
    let mut credentials =
        Credentials::new(text("/credentials/access_key_id").unwrap(), text("/credentials/secret_access_key").unwrap())
            .unwrap();
    if let Some(token) = text("/credentials/token") {
        credentials = credentials.with_session_token(token).unwrap();
    }
    let place =
        if flag("omit_session_token") { SessionTokenPlacement::Unsigned } else { SessionTokenPlacement::Signed };
    let body = if flag("sign_body") { ContentSha256Header::Always } else { ContentSha256Header::Never };
    let (region, service) = (text("/region").unwrap(), text("/service").unwrap());
    let (signer, verifier) = (Signer::new(region, service).unwrap(), Verifier::new(region, service).unwrap());
    let (signer, verifier) = if is_v4a {
        (Signer::new_v4a(region, service).unwrap(), verifier.with_algorithms([Algorithm::EcdsaP256Sha256]))
    } else {
        (signer, verifier)
    };
    Case {
        id,
        request,
        signer: signer
            .with_normalized_path(flag("normalize"))
            .with_session_token_placement(place)
            .with_content_sha256(body),
        verifier: verifier.with_normalized_path(flag("normalize")).with_session_token_placement(place),
        credentials,
        timestamp: Timestamp::parse(&text("/timestamp").unwrap().replace(['-', ':'], "")).unwrap(),
        expires: Some(Expires::from_secs(context["expiration_in_seconds"].as_u64().unwrap()).unwrap()),
    }
}

/// Two cases that the publisher of the CRT suite's copy added have no context; it follows from their files.
fn without_context(id: String, mut request: TextRequest) -> Case {
    let timestamp = String::from_utf8(request.remove("x-amz-date").unwrap()).unwrap();
    let (region, service, access_key_id) = match id.as_str() {
        "v4/double-url-encode" => ("us-east-2", "lambda", "AKIDEXAMPLE"),
        "v4/double-encode-path" => ("us-east-1", "service", "ANOTREAL"),
        other => panic!("{other} has no context"),
    };
    Case {
        id,
        request,
        signer: Signer::new(region, service).unwrap(),
        verifier: Verifier::new(region, service).unwrap(),
        credentials: Credentials::new(access_key_id, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap(),
        timestamp: Timestamp::parse(&timestamp).unwrap(),
        expires: None,
    }
}

fn example_credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

impl Case {
    fn outcome(&self, stage: &str, failure: Option<String>) -> (String, Option<String>) {
        (format!("{} {stage}", self.id), failure)
    }

    /// What a verifier says of a request that the suite signed.
    fn verify(&self, request: &TextRequest) -> Option<String> {
        let view = RequestView::new(&request.method, &request.path, request.query.as_deref(), &request.headers);
        let claim = self.verifier.claim_view(&view);
        let verdict = claim.and_then(|claim| {
            claim.verify(&self.credentials, request.body.as_slice(), self.timestamp.to_datetime()).map(|_caller| ())
        });
        verdict.err().map(|error| error.to_string())
    }

    fn vectors(self) -> Vec<Vector> {
        let vector = |form: &str, kind| Vector {
            id: format!("{} {form}", self.id),
            kind,
            method: self.request.method.clone(),
            origin: None,
            path: self.request.path.clone(),
            query: self.request.query.clone(),
            headers: self.request.headers.clone(),
            body: self.request.body.clone(),
            unsigned: false,
            signer: self.signer.clone(),
            verifier: self.verifier.clone(),
            credentials: self.credentials.clone(),
            timestamp: self.timestamp,
        };
        let by_query = self.expires.map(|expires| vector("query", Kind::Query(expires)));
        [vector("header", Kind::Header)].into_iter().chain(by_query).collect()
    }

    fn view(&self) -> RequestView<'_> {
        RequestView::new(&self.request.method, &self.request.path, self.request.query.as_deref(), &self.request.headers)
    }
}

/// What comes out of each stage.
#[derive(Default)]
struct Stages {
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
    request: TextRequest,
}

impl Stages {
    fn of_header(case: &Case) -> Self {
        let body = Payload::Bytes(&case.request.body);
        let payload = ContentSha256::of(&body);
        let view = case.view();
        let canonical = case.signer.canonical_request(&view, &payload, &case.credentials, &case.timestamp).unwrap();
        let signed = case.signer.sign_view(&view, &body, &case.credentials, case.timestamp.to_datetime()).unwrap();
        let mut request = case.request.clone();
        for (name, value) in signed.headers() {
            request.headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
            request.headers.push((name.to_owned(), value.into_bytes()));
        }
        let authorization = signed.headers().find(|(name, _)| *name == "authorization").unwrap().1;
        Self {
            canonical_request: canonical.to_string(),
            string_to_sign: case.string_to_sign(canonical.sha256()),
            signature: signed.signature().to_string(),
            authorization,
            request,
        }
    }

    fn of_query(case: &Case) -> Self {
        let Some(expires) = case.expires else { return Self::default() };
        let body = Payload::Bytes(&case.request.body);
        let payload = ContentSha256::of(&body);
        let view = case.view();
        let canonical = case
            .signer
            .presigned_canonical_request(&view, &payload, &case.credentials, expires, case.timestamp)
            .unwrap();
        let now = case.timestamp.to_datetime();
        let presigned = case.signer.presign_view(&view, &body, &case.credentials, expires, now).unwrap();
        let (path, query) = presigned.target().split_once('?').unwrap();
        let mut request = case.request.clone();
        request.path = path.to_owned();
        request.query = Some(query.to_owned());
        Self {
            canonical_request: canonical.to_string(),
            string_to_sign: case.string_to_sign(canonical.sha256()),
            signature: presigned.signature().to_string(),
            authorization: String::new(),
            request,
        }
    }
}

impl Case {
    fn string_to_sign(&self, sha256: [u8; 32]) -> String {
        let scope = self.signer.scope(self.timestamp.day());
        StringToSign::new(self.timestamp, &scope, sha256).to_string()
    }
}
