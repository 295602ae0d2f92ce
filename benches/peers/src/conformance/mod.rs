//! Holding the signers to the suites that sig4 brings along.
//!
//! Each is used as its documentation shows, with the settings that it has. Where it has none for what a case asks, the case
//! is skipped, and so is a request that the types it takes cannot hold.

mod aws;
mod pieces;

use crate::reqsign::block_on;
use crate::versions;
use aws::by_aws_sigv4;
use aws_sign_v4::AwsSign;
use chrono::DateTime;
use http::HeaderValue;
use http::header::{AUTHORIZATION, HOST};
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::{Context, SignRequest};
use sig4_conformance::{
    CaseKind, CaseVerdict, JudgedCase, Ledger, RunReport, SignerAnswer, SigningCase, Subject, Suite,
};
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;

/// Why a case is skipped that asks for what no service does.
const SETTINGS: &str = "it has no settings for path and token";

/// Prints an outcome for each signer. Whether aws-sigv4's chunks, events and signatures of Signature Version 4a are all right or skipped.
pub(crate) fn run() -> bool {
    // The signers but aws-sigv4 have no chunks and no events.
    let suite = Suite::all().of_kinds([CaseKind::Header, CaseKind::Query]);
    let subjects: [(&str, &str, &mut dyn Subject); 5] = [
        ("sig4", versions::SIG4, &mut by_sig4),
        ("aws-sigv4", versions::AWS_SIGV4, &mut by_aws_sigv4),
        ("reqsign-aws-v4, as it is", versions::REQSIGN_AWS_V4, &mut |case: &SigningCase| by_reqsign(case, false)),
        ("reqsign-aws-v4, told the body's hash", versions::REQSIGN_AWS_V4, &mut |case: &SigningCase| {
            by_reqsign(case, true)
        }),
        ("aws-sign-v4", versions::AWS_SIGN_V4, &mut by_aws_sign_v4),
    ];
    let mut rows = Vec::new();
    for (name, version, subject) in subjects {
        let outcome = suite.run(subject, &Ledger::empty());
        println!("{name} {version}\n{outcome}");
        rows.push(row(name, version, &outcome));
    }
    println!("| signer | version | same signature | other accepted signature | refused | skipped | mistakes |");
    println!("|---|---|---:|---:|---:|---:|---|");
    rows.iter().for_each(|row| println!("{row}"));
    let suite = Suite::all().of_kinds([CaseKind::Chunked, CaseKind::Events, CaseKind::Asymmetric]);
    let outcome = suite.run(&mut by_aws_sigv4, &Ledger::empty());
    println!("\nChunks, events and Signature Version 4a, aws-sigv4 {}\n{outcome:#}", versions::AWS_SIGV4);
    outcome.is_as_expected()
}

/// A line of the README's table: the counts, and the mistakes that most failures have a part of.
fn row(name: &str, version: &str, outcome: &RunReport) -> String {
    let is_same = |judged: &&JudgedCase| matches!(judged.verdict(), CaseVerdict::Pass(pass) if pass.is_same());
    let same = outcome.judged().iter().filter(is_same).count();
    let other = outcome.count("pass") - same;
    let mut causes: Vec<_> = outcome.causes().into_iter().collect();
    causes.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let causes: Vec<_> = causes.iter().take(4).map(|(name, count)| format!("{name} {count}")).collect();
    let (refused, skipped) = (outcome.count("fail"), outcome.count("skipped"));
    format!("| {name} | {version} | {same} | {other} | {refused} | {skipped} | {} |", causes.join(", "))
}

/// sig4 itself.
fn by_sig4(case: &SigningCase) -> SignerAnswer {
    let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
    let signer = case.signer();
    if let Some(expires) = case.expires() {
        let presigned = signer.presign_view(&view, &payload, case.credentials(), expires, now);
        return presigned
            .map_or_else(|e| SignerAnswer::failed(e.to_string()), |signed| SignerAnswer::url(signed.url()));
    }
    let signed = signer.sign_view(&view, &payload, case.credentials(), now);
    signed.map_or_else(|e| SignerAnswer::failed(e.to_string()), |signed| SignerAnswer::headers(signed.headers()))
}

/// The seconds since 1970 at which the case is signed.
fn epoch(case: &SigningCase) -> i64 {
    case.timestamp().to_datetime().unix_timestamp()
}

/// The time at which a case, or one of its events, is signed.
fn time(epoch: i64) -> SystemTime {
    let offset = Duration::from_secs(epoch.unsigned_abs());
    if epoch < 0 { SystemTime::UNIX_EPOCH - offset } else { SystemTime::UNIX_EPOCH + offset }
}

/// reqsign-aws-v4, which takes the time from its own clock. It leaves the body unsigned unless a header tells its hash.
fn by_reqsign(case: &SigningCase, tell_hash: bool) -> SignerAnswer {
    if !case.has_service_settings() {
        return SignerAnswer::unsupported(SETTINGS);
    }
    let Some(request) = case.http_request() else {
        return SignerAnswer::unsupported("the types of the http crate cannot hold it");
    };
    let (mut parts, body) = request.into_parts();
    if tell_hash && case.expires().is_none() {
        let payload = sig4::payload::ContentSha256::of(&case.payload()).to_string();
        parts.headers.insert("x-amz-content-sha256", HeaderValue::try_from(payload).expect("a valid header"));
    }
    let credential = Credential {
        access_key_id: case.credentials().access_key_id().to_owned(),
        secret_access_key: case.secret_access_key().to_owned(),
        session_token: case.credentials().session_token().map(str::to_owned),
        expires_in: None,
    };
    let expires = case.expires().map(|expires| Duration::from_secs(u64::from(expires.as_secs())));
    let signer = RequestSigner::new(case.service(), case.region());
    let context = Context::new();
    match block_on(signer.sign_request(&context, &mut parts, Some(&credential), expires)) {
        Ok(()) => SignerAnswer::request(&http::Request::from_parts(parts, body)).at(OffsetDateTime::now_utc()),
        Err(error) => SignerAnswer::failed(error.to_string()),
    }
}

/// aws-sign-v4. The caller sets every header but `authorization`.
fn by_aws_sign_v4(case: &SigningCase) -> SignerAnswer {
    if case.expires().is_some() {
        return SignerAnswer::unsupported("it does not presign");
    }
    if !case.has_service_settings() {
        return SignerAnswer::unsupported(SETTINGS);
    }
    let Some(mut request) = case.http_request() else {
        return SignerAnswer::unsupported("the types of the http crate cannot hold it");
    };
    let Some(time) = DateTime::from_timestamp(epoch(case), 0) else { return SignerAnswer::unsupported("the year") };
    let mut set = |name: &'static str, value: &str| {
        request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a valid header"));
    };
    set("x-amz-date", case.timestamp().as_str());
    if let Some(token) = case.credentials().session_token() {
        set("x-amz-security-token", token);
    }
    if case.sign_body_header() {
        // It always signs the body.
        set("x-amz-content-sha256", &sig4::payload::ContentSha256::of(&sig4::Payload::Bytes(case.body())).to_string());
    }
    if !request.headers().contains_key(HOST) {
        request.headers_mut().insert(HOST, HeaderValue::from_str(case.host()).expect("a valid host"));
    }
    let url = case.url();
    let signer = AwsSign::new(
        case.method(),
        &url,
        &time,
        request.headers(),
        case.region(),
        case.credentials().access_key_id(),
        case.secret_access_key(),
        case.service(),
        *request.body(),
    );
    let canonical_request = signer.canonical_request();
    let authorization = HeaderValue::try_from(signer.sign()).expect("a valid header");
    request.headers_mut().insert(AUTHORIZATION, authorization);
    SignerAnswer::request(&request).with_canonical_request(canonical_request)
}
