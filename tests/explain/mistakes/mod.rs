//! `explain` names what a signer does wrong: a signer that can be told to make mistakes, a table of the mistakes that
//! people meet, and every good vector there is.

mod answered;
mod combinations;
mod field_table;
mod finer_table;
mod good_vectors;
pub(crate) mod mistake;
mod pairs;
pub(crate) mod row;
mod same_bytes;
mod table;
mod uri_table;
#[cfg(feature = "sigv4a")]
mod version_4a;
mod wire;
mod wrong_headers;
mod wrong_path;
mod wrong_query;
mod wrong_signer;

use mistake::Mistake;
use row::{Row, gateway, s3};
use sig4::Timestamp;
use sig4::explain::{AwsResponse, Cause, Certainty, Finding, Report};
use std::collections::BTreeSet;

/// Every mistake on its own.
fn table() -> Vec<Row> {
    let tables = [table::rows(), finer_table::rows(), field_table::rows(), uri_table::rows()];
    tables.into_iter().flatten().collect()
}

/// The report of the first row of a cause.
pub(crate) fn report_of(name: &str) -> Report {
    let rows = table();
    let row = rows.iter().find(|row| row.expected == name).unwrap();
    row.case.explained(&row.case.sent(&row.mistakes))
}

/// The rows whose report is not as it should be, told.
fn failures(rows: &[Row], failure: impl Fn(&Row) -> Option<String>) -> Vec<String> {
    let told = |row: &Row| failure(row).map(|told| format!("{} ({}, {}): {told}", row.expected, row.source, row.what));
    rows.iter().filter_map(told).collect()
}

fn names(report: &Report) -> Vec<String> {
    report.findings().iter().map(|finding| finding.name().to_string()).collect()
}

/// What is wrong with the explanation of a row's mistakes.
fn misnamed(row: &Row) -> Option<String> {
    let sent = row.case.sent(&row.mistakes);
    let report = row.case.explained(&sent);
    let found = names(&report);
    let is_first = found.first().is_some_and(|first| first == row.expected);
    (!is_first).then(|| format!("{found:?}, {} tried\n{}", report.candidates(), shown(row)))
}

/// The two canonical requests, for the message of a test that fails.
fn shown(row: &Row) -> String {
    let [wrong, right] = [&row.mistakes[..], &[]].map(|mistakes| row.case.sent(mistakes).canonical_request);
    format!("--- wrong\n{}\n--- right\n{}", String::from_utf8_lossy(&wrong), String::from_utf8_lossy(&right))
}

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} fail:\n{}", failures.len(), failures.join("\n"));
}

/// The causes without a row: those that need another kind of verifier, or a look at more than one request.
const WITHOUT_ROW: &[&str] = &[
    // What AWS answers to a request that is not at hand.
    "forbidden",
    "not-authorized",
    "route-unknown",
    "signature-mismatch",
    // What only the client's own string to sign shows: see `logs`.
    "canonical-request-differs",
    "string-to-sign-algorithm",
    "string-to-sign-hash-other",
    // What only AWS's answers name: see `answers` and `answered`.
    "access-denied",
    "api-key-or-firewall",
    "body-checksum-mismatch",
    "bucket-in-other-region",
    "denied-by-identity-policy",
    "denied-by-kms-key",
    "denied-by-permissions-boundary",
    "denied-by-resource-control-policy",
    "denied-by-resource-policy",
    "denied-by-service-control-policy",
    "denied-by-session-policy",
    "denied-by-trust-policy",
    "denied-by-vpc-endpoint-policy",
    "head-without-body",
    "header-required",
    "request-changed-on-the-way",
    "secret-differs-at-service",
    "service-not-enabled",
    "settings-differ-from-service",
    "throttled",
    // Verifiers that are told otherwise.
    "carrier-refused",
    "path-recoded",
    "payload-hash-twice",
    "refused",
    "token-expired",
    "token-signed",
    "string-to-sign-scope",
    // Signatures of other kinds: `elsewhere.rs`.
    "post-policy-form",
    "presigned-url-damaged",
    "s3-session-token",
    // The rest: a second request, more headers than fit a row, spellings of a signature, quotes, and what is never proven.
    "replayed",
    "limit-exceeded",
    "signature-base64",
    "header-quoted-whitespace-kept",
    "secret-of-other-key",
];

#[test]
fn every_cause_has_a_row() {
    let known: BTreeSet<_> = Cause::all().map(Cause::name).collect();
    let rows: BTreeSet<_> = table().iter().map(|row| row.expected).collect();
    let without: BTreeSet<_> = known.difference(&rows).copied().collect();
    assert_eq!(without, BTreeSet::from_iter(WITHOUT_ROW.iter().copied()));
    assert!(rows.is_subset(&known), "{:?}", rows.difference(&known));
}

#[test]
fn no_row_comes_twice() {
    let rows = table();
    assert!(table::rows().len() >= 50, "{}", rows.len());
    let distinct: BTreeSet<_> = rows.iter().map(|row| (row.expected, row.source, row.what)).collect();
    assert_eq!(distinct.len(), rows.len());
    assert!(rows.iter().all(|row| !row.mistakes.is_empty()));
}

#[test]
fn each_mistake_is_named_first() {
    assert_none(&failures(&table(), misnamed));
}

#[test]
fn the_same_requests_signed_rightly_have_nothing_wrong() {
    let rows: Vec<_> = [table(), pairs::rows(), combinations::rows()].into_iter().flatten().collect();
    assert_none(&failures(&rows, |row| {
        let report = row.case.explained(&row.case.sent(&[]));
        (!report.nothing_wrong()).then(|| format!("{:?}\n{}", names(&report), shown(row)))
    }));
}

#[test]
fn pairs_of_mistakes_are_named_together() {
    assert!(pairs::rows().len() >= 12);
    assert_none(&failures(&pairs::rows(), misnamed));
}

#[test]
fn mistakes_of_headers_bodies_and_keys_are_named_beside_others() {
    assert_none(&failures(&field_table::together(), |row| {
        let report = row.case.explained(&row.case.sent(&row.mistakes));
        let proven = |finding: &Finding| finding.name() == row.expected && finding.certainty() == Certainty::Certain;
        (!report.findings().iter().any(proven)).then(|| format!("{:?}\n{}", names(&report), shown(row)))
    }));
}

/// The rows name the header instead of the cause.
#[test]
fn each_of_twenty_headers_that_was_signed_otherwise_is_named() {
    assert_none(&failures(&field_table::of_twenty_headers(), |row| {
        let report = row.case.explained(&row.case.sent(&row.mistakes));
        let finding = &report.findings()[0];
        let named = finding.detail() == Some(row.expected) && finding.certainty() == Certainty::Certain;
        (!named).then(|| format!("{finding:?}\n{}", shown(row)))
    }));
}

#[test]
fn any_two_mistakes_in_different_parts_are_named_together() {
    let rows = combinations::rows();
    assert!(rows.len() > 200, "{}", rows.len());
    assert_none(&failures(&rows, misnamed));
}

#[test]
fn any_three_mistakes_in_different_parts_are_named_together() {
    let rows = combinations::triples();
    assert!(rows.len() > 50, "{}", rows.len());
    assert_none(&failures(&rows, misnamed));
}

/// What is proven is said to be certain, and nothing else is: only a signature that comes out proves anything.
#[test]
fn every_mistake_of_the_table_is_certain() {
    assert_none(&failures(&table(), |row| {
        let report = row.case.explained(&row.case.sent(&row.mistakes));
        let doubtful = report.findings().first().filter(|finding| finding.certainty() != Certainty::Certain);
        doubtful.map(|finding| format!("{finding:?}"))
    }));
}

/// Two mistakes with the same bytes cannot be told apart: the report of each names the other.
#[test]
fn mistakes_that_give_the_same_bytes_are_named_together() {
    for (case, (first, first_name), (second, second_name)) in same_bytes::pairs() {
        let [one, other] = [first, second].map(|mistake| case.sent(&[mistake]));
        assert_eq!(one.canonical_request, other.canonical_request, "{first:?} {second:?}");
        let report = case.explained(&one);
        let finding = &report.findings()[0];
        let mut named = vec![finding.name()];
        named.extend(finding.alternatives().iter().map(|cause| cause.name()));
        assert!(named.contains(&first_name) && named.contains(&second_name), "{first:?} {second:?}: {named:?}");
    }
}

/// Of causes that give the same bytes the first is one that the client is known for.
#[test]
fn the_client_decides_which_cause_of_the_same_bytes_is_named_first() {
    let (sorted, unsorted) = (Mistake::QuerySortedBeforeEncoding, Mistake::QueryUnsorted);
    for (query, agent, mistake, expected) in [
        ("aS=2&a%5B=1", "Go-http-client/1.1", unsorted, "query-sorted-before-encoding"),
        ("aS=2&a%5B=1", "aws-sdk-go-v2/1.17.1 os/linux", unsorted, "query-sorted-before-encoding"),
        ("aS=2&a%5B=1", "curl/7.88.1", sorted, "query-unsorted"),
        ("f=a&f=%7B", "Go-http-client/1.1", sorted, "query-sorted-before-encoding"),
        ("q=2&q=1", "curl/7.88.1", unsorted, "query-unsorted"),
    ] {
        let case = gateway(&format!("GET /?{query}\nUser-Agent: {agent}"));
        let report = case.explained(&case.sent(&[mistake]));
        assert_eq!(names(&report), [expected], "{query} {agent}: {report}");
        assert!(!report.findings()[0].alternatives().is_empty(), "{query} {agent}: {report}");
    }
}

/// Neither the secret, nor the token, nor the signature that would be right.
#[test]
fn no_report_holds_a_secret() {
    let rows: Vec<_> = [table(), pairs::rows()].into_iter().flatten().collect();
    assert_none(&failures(&rows, |row| {
        let report = row.case.explained(&row.case.sent(&row.mistakes));
        let right = row.case.sent(&[]).signature;
        let said = format!("{report}{report:?}{}{}{:?}", report.to_json(), report.to_ansi(), report.difference());
        let found = [row::SECRET, row::TOKEN, &right].into_iter().find(|secret| said.contains(secret))?;
        (found != right || row.case.sent(&row.mistakes).signature != right).then(|| format!("{found}: {said}"))
    }));
}

/// Nothing comes out of the wrong secret, so nothing is certain, whatever the request.
#[test]
fn a_wrong_secret_proves_nothing() {
    for n in 0_u32..12 {
        let secret: &'static str = format!("{n:08x}{}", "x".repeat(32)).leak();
        for case in [
            gateway("GET /"),
            gateway("POST /a%20b//c?b=2&a=1\nX-A: 2\nX-A: 1\n\n{\"a\": 1}"),
            s3("PUT /a+b"),
            s3("GET /k").presigned(),
        ] {
            let report = case.explained(&case.sent(&[Mistake::Secret(secret)]));
            assert!(!report.nothing_wrong() && !report.findings().is_empty(), "{report}");
            assert!(report.findings().iter().all(|finding| finding.certainty() != Certainty::Certain), "{report}");
        }
    }
}

/// The verifier is the judge of the signer: what the signer does right is right, and every mistake is one.
#[test]
fn the_signer_is_wrong_only_where_it_is_told_to_be() {
    let rows: Vec<_> = [table(), pairs::rows(), combinations::rows()].into_iter().flatten().collect();
    assert_none(&failures(&rows, |row| {
        let verified = |mistakes: &[Mistake]| {
            let (sent, verifier) = (row.case.sent(mistakes), row.case.verifier());
            let now = Timestamp::parse(row::AT).unwrap().to_datetime();
            let credentials = row.case.credentials();
            let claim = verifier.claim_view(&sent.wire.view());
            claim.and_then(|claim| claim.verify(&credentials, &sent.wire.body, now).map(|_caller| ())).err()
        };
        match (verified(&[]), verified(&row.mistakes)) {
            (None, Some(_)) => None,
            (right, wrong) => Some(format!("right: {right:?}, wrong: {wrong:?}\n{}", shown(row))),
        }
    }));
}

/// From S3's own answer: what was on the wire is not known, so that the path as sent has to be among the causes.
#[test]
fn a_path_that_s3_decodes_and_encodes_is_not_said_to_be_decoded_only() {
    let case = s3("GET /a+b");
    let [right, wrong] = [&[][..], &[Mistake::PathVerbatim]].map(|m| case.sent(m).canonical_request);
    let [right, wrong] = [right, wrong].map(|text| String::from_utf8(text).unwrap());
    let answer = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature \
         you provided.</Message><StringToSign>AWS4-HMAC-SHA256\n{}\n20150830/us-east-1/s3/aws4_request\n{}</StringToSign>\
         <CanonicalRequest>{right}</CanonicalRequest></Error>",
        row::AT,
        "0".repeat(64)
    );
    let report = AwsResponse::parse(&answer).unwrap().report(Some(&wrong));
    let finding = &report.findings()[0];
    let named: Vec<_> =
        std::iter::once(finding.name()).chain(finding.alternatives().iter().map(|cause| cause.name())).collect();
    assert!(named.contains(&"path-verbatim-s3"), "{named:?}");
}
