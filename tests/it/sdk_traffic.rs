//! Requests of real clients are judged as a second verifier judges them, each by the defaults of its service, and no changed copy of
//! one is accepted.
//!
//! The ledger has the requests that sig4 judges in another way, each with its reason.

use crate::support::Ledger;
use sig4::{Error, ErrorKind, Verifier};
use sig4_test_support::sdk_traffic::{Recorded, keys, recorded};
use sig4_test_support::wire_request::WireRequest;

/// Verifies a request at its own time, by the defaults of the service that it names, and decodes its body if it is in chunks.
fn verify(line: &Recorded, change: impl FnOnce(Verifier) -> Verifier) -> Result<(), Error> {
    let verifier = change(Verifier::new(line.region.as_str(), service_of(line)).unwrap());
    let claim = verifier.claim_view(&line.request.view())?;
    let keys = keys();
    let key = keys.iter().find(|key| key.access_key_id() == claim.access_key_id());
    let (body, now) = (line.request.body.as_slice(), line.signed_at().unwrap());
    if line.is_chunked() {
        let (_caller, bytes, _end) = claim.decode_whole(key, body, now)?.into_parts();
        assert_eq!(u64::try_from(bytes.even_unverified().len()).ok(), line.chunked["decoded_bytes"].as_u64());
        return Ok(());
    }
    claim.verify(key, body, now)?;
    Ok(())
}

/// The service of the request. Those that are not signed with version 4 were sent to S3.
fn service_of(line: &Recorded) -> &str {
    if line.service == "none" { "s3" } else { &line.service }
}

/// What a verifier should say of a request: the kind of the refusal, if it is to be refused.
fn expected(line: &Recorded) -> Option<ErrorKind> {
    match (line.expected.as_str(), line.algorithm.as_str()) {
        (_, "AWS4-ECDSA-P256-SHA256") => Some(ErrorKind::AsymmetricSignature),
        ("accept", _) => None,
        ("refuse", _) => Some(ErrorKind::SignatureMismatch),
        (_, "none") => Some(ErrorKind::MissingAuthentication),
        (_, "AWS" | "query:v2") => Some(ErrorKind::SignatureVersion2),
        _ => Some(ErrorKind::InvalidPath),
    }
}

/// The difference between what a verifier says and what it should say.
fn difference(line: &Recorded, change: impl FnOnce(Verifier) -> Verifier) -> Option<String> {
    let (is, should) = (verify(line, change).err().map(|error| error.kind()), expected(line));
    (is != should).then(|| format!("{} {}: {is:?}, not {should:?}", line.client, line.operation))
}

#[test]
fn every_request_is_judged_as_the_second_verifier_judges_it() {
    let lines = recorded();
    assert_eq!(lines.len(), 656);
    let outcomes = lines.iter().map(|line| (line.id.clone(), difference(line, |verifier| verifier)));
    Ledger::read("sdk_traffic.ledger").check(outcomes);
}

#[test]
fn a_service_like_s3_needs_no_header_with_the_hash() {
    let outcomes = recorded()
        .into_iter()
        .map(|line| (line.id.clone(), difference(&line, |v| v.with_required_content_sha256(false))));
    Ledger::default().check(outcomes);
}

/// Requests that are accepted, by a verifier that wants no header with the hash.
fn accepted() -> impl Iterator<Item = Recorded> {
    recorded().into_iter().filter(|line| expected(line).is_none())
}

#[track_caller]
fn refused(line: &Recorded, what: &str) -> ErrorKind {
    let verdict = verify(line, |verifier| verifier.with_required_content_sha256(false));
    let Err(error) = verdict else { panic!("{} {} is accepted with {what}", line.id, line.operation) };
    error.kind()
}

/// The names of the headers that the request signs, but the host.
fn signed_headers(request: &WireRequest) -> Vec<String> {
    let Some(authorization) = request.header("authorization") else { return Vec::new() };
    let (_, rest) = authorization.split_once("SignedHeaders=").unwrap();
    rest.split([',', ' ']).next().unwrap().split(';').filter(|name| *name != "host").map(str::to_owned).collect()
}

#[test]
fn no_changed_copy_is_accepted() {
    let mut changed = 0;
    for mut line in accepted() {
        line.request.method = if line.request.method == "GET" { "PUT" } else { "GET" }.to_owned();
        assert_eq!(refused(&line, "another method"), ErrorKind::SignatureMismatch);
    }
    for mut line in accepted() {
        let mark = if line.request.query().is_some() { '&' } else { '?' };
        line.request.target += &format!("{mark}versionId=null");
        assert_eq!(refused(&line, "one more parameter"), ErrorKind::SignatureMismatch);
    }
    for line in accepted() {
        for name in signed_headers(&line.request) {
            let mut copy = line.clone();
            let (_, value) = copy.request.headers.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&name)).unwrap();
            value.push(b'0');
            refused(&copy, &name);
            changed += 1;
        }
    }
    assert!(changed > 1000, "{changed}");
}

#[test]
fn a_body_that_is_signed_is_not_exchanged() {
    let mut hashed = 0;
    for mut line in accepted().filter(|line| !line.is_chunked()) {
        line.request.body.push(b'x');
        let verifier = Verifier::new(line.region.as_str(), service_of(&line)).unwrap();
        if verifier.with_required_content_sha256(false).claim_view(&line.request.view()).unwrap().needs_body() {
            let kind = refused(&line, "another body");
            assert!(matches!(kind, ErrorKind::ContentMismatch | ErrorKind::SignatureMismatch), "{kind:?}");
            hashed += 1;
        }
    }
    assert_eq!(
        hashed,
        accepted().count() - 133 - 37,
        "47 headers and 86 URLs leave the body unsigned, and 37 bodies are in chunks"
    );
}

/// aws-requests-auth and httpx-aws-auth send `x-amz-content-sha256` and do not name it as signed.
#[test]
fn the_hash_counts_though_its_header_is_not_signed() {
    let named = |line: &Recorded| signed_headers(&line.request).iter().any(|name| name == "x-amz-content-sha256");
    let unnamed: Vec<_> = accepted().filter(|line| line.payload == "digest" && !named(line)).collect();
    assert_eq!(unnamed.len(), 11);
    for line in unnamed {
        for other in ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b856", "UNSIGNED-PAYLOAD"] {
            let mut copy = line.clone();
            let hash = |(name, _): &&mut (String, Vec<u8>)| name.eq_ignore_ascii_case("x-amz-content-sha256");
            copy.request.headers.iter_mut().find(hash).unwrap().1 = other.into();
            let kind = refused(&copy, other);
            assert!(matches!(kind, ErrorKind::SignatureMismatch | ErrorKind::UnsignedPayload), "{kind:?}");
        }
    }
}
