//! The mistakes of the table, explained from AWS's answer to them.

use crate::mistakes::row::{self, Case, Row, gateway, s3};
use crate::mistakes::{assert_none, failures, mistake::Mistake, table};
use sig4::explain::{AwsResponse, Certainty, Explainer, Finding, Report};

/// S3's answer to a request whose canonical request is this one.
fn s3_answer(service: &str, canonical: &str, signature: &str) -> String {
    let escaped = canonical.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we \
         calculated does not match the signature you provided. Check your key and signing method.</Message><AWSAccessKeyId>{}\
         </AWSAccessKeyId><StringToSign>{}</StringToSign><SignatureProvided>{signature}</SignatureProvided><CanonicalRequest>\
         {escaped}</CanonicalRequest></Error>",
        row::ID,
        to_sign(service)
    )
}

/// API Gateway's answer, which does not have the signature.
fn gateway_answer(canonical: &str) -> String {
    let message = format!(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key \
         and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request \
         should have been\n'{canonical}'\n\nThe String-to-Sign should have been\n'{}'\n",
        to_sign("execute-api")
    );
    serde_json::json!({ "message": message }).to_string()
}

fn to_sign(service: &str) -> String {
    format!("AWS4-HMAC-SHA256\n{}\n20150830/us-east-1/{service}/aws4_request\n{}", row::AT, "0".repeat(64))
}

fn names(finding: &Finding) -> Vec<&str> {
    std::iter::once(finding.name()).chain(finding.alternatives().iter().map(|cause| cause.name())).collect()
}

/// The canonical request that the service computes for what a row sends. `None` if the verifier refuses the request before it
/// computes one, as AWS does.
fn computed(row: &Row) -> Option<String> {
    let (sent, verifier, credentials) = (row.case.sent(&row.mistakes), row.case.verifier(), row.case.credentials());
    let now = sig4::Timestamp::parse(row::AT).unwrap().to_datetime();
    let view = sent.wire.view();
    let claim = verifier.claim_view(&view).ok()?;
    let canonical = claim.canonical_request(&*sent.wire.body).ok()?;
    let canonical = String::from_utf8_lossy(&canonical.to_bytes()).into_owned();
    let error = claim.verify(&credentials, &*sent.wire.body, now).err()?;
    (error.kind() == sig4::ErrorKind::SignatureMismatch).then_some(canonical)
}

/// Mistakes that AWS's canonical request shows. Others need the request: the order and the spelling on the wire, the body, another
/// header.
const SHOWN: &[&str] = &[
    "canonical-request-crlf",
    "canonical-request-no-blank-line",
    "canonical-request-trailing-newline",
    "date-other-than-signed",
    "header-names-not-lowered",
    "headers-missorted",
    "host-without-port",
    "key-day",
    "key-hex-encoded",
    "key-not-derived",
    "key-parts-swapped",
    "key-service",
    "key-terminator",
    "key-without-prefix",
    "method-not-upper-cased",
    "path-decoded",
    "path-encoded-twice",
    "path-omitted",
    "path-slash-decoded",
    "payload-empty",
    "payload-hash-upper-case",
    "payload-unsigned",
    "query-decoded",
    "query-encoded-twice",
    "query-omitted",
    "query-sorted-as-pairs",
    "query-space-as-plus",
    "secret-is-access-key-id",
    "secret-percent-encoded",
    "secret-quoted",
    "secret-trailing-newline",
    "secret-whitespace",
    "string-to-sign-trailing-newline",
    "string-to-sign-unhashed",
    "string-to-sign-upper-case",
];

/// The report on S3's answer to what a row sends.
fn answered(row: &Row, computed: &str) -> Report {
    let signature = row.case.sent(&row.mistakes).signature;
    let answer = s3_answer(row.case.service(), computed, &signature);
    AwsResponse::parse(&answer).unwrap().report_with(&row.case.credentials(), None)
}

#[test]
fn the_answer_of_s3_and_the_secret_prove_the_mistake() {
    let rows: Vec<_> = table().into_iter().filter(|row| SHOWN.contains(&row.expected)).collect();
    assert!(rows.iter().filter_map(computed).count() >= SHOWN.len());
    assert_none(&failures(&rows, |row| {
        let report = answered(row, &computed(row)?);
        let found = report.findings().first().filter(|found| found.certainty() < Certainty::Possible);
        (!found.is_some_and(|found| names(found).contains(&row.expected))).then(|| report.to_string())
    }));
}

#[test]
fn nothing_is_certain_that_the_answer_of_s3_does_not_show() {
    let some = ["header-first-value-only", "path-final-dot-segment", "query-bare-key-dropped", "query-not-encoded"];
    let rows: Vec<_> = table().into_iter().filter(|row| some.contains(&row.expected)).collect();
    assert!(rows.len() >= some.len());
    assert_none(&failures(&rows, |row| {
        let report = answered(row, &computed(row)?);
        let is_certain =
            |finding: &&Finding| finding.certainty() == Certainty::Certain && !names(finding).contains(&row.expected);
        report.findings().iter().find(is_certain).map(|_| report.to_string())
    }));
}

/// With the request, an answer that has no signature is as good.
#[test]
fn an_answer_and_the_request_prove_the_mistake() {
    // Every row would take a while.
    let rows: Vec<_> = table().into_iter().step_by(5).collect();
    assert_none(&failures(&rows, |row| {
        let canonical = computed(row)?;
        let (alone, joined) = explained_with(&row.case, &row.mistakes, &gateway_answer(&canonical));
        let [alone, joined] =
            [alone, joined].map(|report| format!("{:?}", report.findings().iter().map(names).collect::<Vec<_>>()));
        (alone != joined).then(|| format!("{alone} became {joined}"))
    }));
}

/// The report on a request, without and with the answer to it.
fn explained_with(case: &Case, mistakes: &[Mistake], answer: &str) -> (Report, Report) {
    let (sent, verifier, credentials) = (case.sent(mistakes), case.verifier(), case.credentials());
    let explainer = Explainer::new(&verifier, &credentials);
    let now = sig4::Timestamp::parse(row::AT).unwrap().to_datetime();
    let explain = || explainer.report(&sent.wire.view(), &sent.wire.body, now);
    (explain(), AwsResponse::parse(answer).unwrap().report_on(&sent.wire.view(), &explainer, explain()))
}

#[test]
fn a_right_signature_that_aws_refuses_is_of_another_secret() {
    for (case, service) in [(gateway("GET /a%20b?b=1&a=2"), "execute-api"), (s3("PUT /a+b\nX-A: 1\n\nbody"), "s3")] {
        let sent = case.sent(&[]);
        let canonical = String::from_utf8(sent.canonical_request.clone()).unwrap();
        let answer = s3_answer(service, &canonical, &sent.signature);
        let alone = AwsResponse::parse(&answer).unwrap().report_with(&case.credentials(), None);
        let (_, joined) = explained_with(&case, &[], &answer);
        for report in [alone, joined] {
            let finding = &report.findings()[0];
            assert_eq!(
                (finding.name(), finding.certainty()),
                ("secret-differs-at-service", Certainty::Certain),
                "{report}"
            );
            assert!(!report.nothing_wrong());
        }
    }
}

#[test]
fn a_request_that_aws_received_otherwise_was_changed_on_the_way() {
    let case = gateway("GET /a?b=1\nX-A: 1");
    let canonical = String::from_utf8(case.sent(&[]).canonical_request).unwrap();
    for (from, to, part) in [
        ("\n/a\n", "\n/stage/a\n", "path"),
        ("b=1", "b=1&utm_source=x", "query"),
        ("x-a:1", "x-a:1,2", "header x-a"),
        ("abc.execute-api", "internal", "header host"),
    ] {
        assert!(canonical.contains(from));
        let (_, report) = explained_with(&case, &[], &gateway_answer(&canonical.replacen(from, to, 1)));
        let changed = report.findings().iter().find(|finding| finding.name() == "request-changed-on-the-way");
        assert_eq!(
            changed.map(|finding| (finding.detail(), finding.certainty())),
            Some((Some(part), Certainty::Certain)),
            "{report}"
        );
        assert!(report.difference().is_some() && !report.nothing_wrong(), "{report}");
    }
    // The explainer is told another encoding than the service has.
    let case = s3("GET /a%20b");
    let canonical = String::from_utf8(case.sent(&[]).canonical_request).unwrap();
    let (_, report) =
        explained_with(&case, &[], &s3_answer("s3", &canonical.replace("/a%20b", "/a%2520b"), &"0".repeat(64)));
    assert!(report.findings().iter().any(|finding| finding.name() == "settings-differ-from-service"), "{report}");
    // The answer to an earlier attempt is no answer to this request.
    let (alone, report) =
        explained_with(&case, &[], &s3_answer("s3", &canonical.replace(row::AT, "20150830T123500Z"), &"0".repeat(64)));
    assert!(alone.nothing_wrong() && report.nothing_wrong(), "{report}");
    assert!(report.left_out().unwrap().contains("20150830T123500Z"), "{:?}", report.left_out());
}

#[test]
fn what_an_answer_lacks_for_a_search_is_said() {
    let case = s3("GET /a b");
    let sent = case.sent(&[]);
    let canonical = String::from_utf8(sent.canonical_request.clone()).unwrap();
    let whole = s3_answer("s3", &canonical, &sent.signature);
    let credentials = case.credentials();
    for (answer, says) in [
        (whole.replace(row::ID, "AKIDOTHER"), "another access key id"),
        (whole.replace(&sent.signature, "none"), "give the request, too"),
        (gateway_answer(&canonical), "give the request, too"),
        (
            whole.split_once("/aws4_request").unwrap().0.to_owned()
                + "</StringToSign>"
                + whole.split_once("</StringToSign>").unwrap().1,
            "give the request, too",
        ),
    ] {
        let report = AwsResponse::parse(&answer).unwrap().report_with(&credentials, None);
        assert!(report.left_out().is_some_and(|text| text.contains(says)), "{says}: {report}");
        assert!(report.findings().iter().all(|finding| finding.certainty() == Certainty::Possible), "{report}");
    }
}
