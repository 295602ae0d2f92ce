//! The layout of a report: as text, with colours, and as JSON.

use crate::mistakes::mistake::Mistake;
use crate::mistakes::report_of;
use crate::mistakes::row::{Case, gateway};
use serde_json::Value;
use sig4::explain::{AwsResponse, Report};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn json(report: &Report) -> Value {
    serde_json::from_str(&report.to_json()).unwrap()
}

/// docs/output.md and `Report::to_json` list the same members.
#[test]
fn the_members_of_the_json_object_are_those_of_version_1() {
    let report = json(&report_of("path-encoded-once"));
    assert_eq!(report["version"], 1);
    let mut members = [
        "version",
        "verdict",
        "findings",
        "difference",
        "differences",
        "next",
        "canonical_request",
        "signed_canonical_request",
        "string_to_sign",
        "signature",
        "candidates",
        "left_out",
    ];
    members.sort_unstable();
    assert_eq!(keys(&report), members);
    let mut of_finding = [
        "name",
        "certainty",
        "proof",
        "summary",
        "detail",
        "remedy",
        "workaround",
        "versions",
        "causes",
        "alternatives",
    ];
    of_finding.sort_unstable();
    assert_eq!(keys(&report["findings"][0]), of_finding);
    assert_eq!(keys(&report["findings"][0]["causes"][0]), ["name", "remedy", "summary", "versions", "workaround"]);
    let mut of_difference = ["line", "byte", "part", "computed", "signed", "computed_parts", "signed_parts"];
    of_difference.sort_unstable();
    assert_eq!(keys(&report["difference"]), of_difference);
    assert_eq!(report["difference"], report["differences"][0]);
    let page = include_str!("../../docs/output.md");
    for member in members.iter().chain(&of_finding).chain(&of_difference) {
        assert!(page.contains(&format!("`{member}`")), "{member}");
    }
}

#[test]
fn a_proof_is_the_signature_the_request_or_the_answer() {
    for (report, proof) in [
        (report_of("path-encoded-once"), Value::from("signature")),
        (report_of("scope-region"), Value::from("request")),
        (AwsResponse::parse(r#"{"message":"Forbidden"}"#).unwrap().report(None), Value::Null),
        (
            AwsResponse::parse(r#"{"message":"The security token included in the request is expired"}"#)
                .unwrap()
                .report(None),
            Value::from("answer"),
        ),
    ] {
        assert_eq!(json(&report)["findings"][0]["proof"], proof, "{report}");
    }
}

#[test]
fn a_next_step_is_there_only_where_nothing_is_certain() {
    assert_eq!(report_of("path-encoded-once").next_step(), None);
    let forbidden = AwsResponse::parse(r#"{"message":"Forbidden"}"#).unwrap().report(None);
    assert!(forbidden.next_step().is_some_and(|step| step.contains("sig4 explain -f FILE")), "{forbidden}");
}

/// The text with colours is the text.
#[test]
fn colours_add_nothing_but_colours() {
    for report in ["path-encoded-once", "header-listed-not-signed", "scope-region"].map(report_of) {
        let ansi = report.to_ansi();
        let plain: String = ansi
            .split('\u{1b}')
            .enumerate()
            .map(|(n, piece)| match n {
                0 => piece,
                _ => piece.split_once('m').unwrap().1,
            })
            .collect();
        assert_eq!(plain, report.to_string());
        assert!(ansi.contains('\u{1b}'));
    }
}

/// Reports of each kind, with their titles.
fn examples() -> Vec<(&'static str, Report)> {
    let of = |case: Case, mistakes: &[Mistake]| case.explained(&case.sent(mistakes));
    let long = format!("GET /files/{}/a%20b/{}", "directory/".repeat(12), "name/".repeat(12));
    let late = gateway("GET /orders");
    let late = late.explained(&late.sent(&[Mistake::SignedAt("20150830T103600Z")]));
    let answer = |body: &str, client: Option<&str>| AwsResponse::parse(body).unwrap().report(client);
    let of_s3 = "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the \
                 signature you provided.</Message><CanonicalRequest>PUT\n/a%2Bb\n\nhost:h\nx-amz-security-token:SECRET\n\n\
                 host;x-amz-security-token\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>";
    let client = "PUT\n/a+b\n\nhost:h:443\nx-amz-security-token:OTHER\n\nhost;x-amz-security-token\nUNSIGNED-PAYLOAD";
    vec![
        ("one mistake", report_of("path-encoded-once")),
        ("two mistakes", of(gateway("GET /a%20b?b=2&a=1"), &[Mistake::PathOnceLess, Mistake::QueryUnsorted])),
        (
            "a part of it is refused first",
            of(
                gateway("GET /a%20b\nX-Empty:"),
                &[
                    Mistake::PathOnceLess,
                    Mistake::HeadersAs(
                        "host:abc.execute-api.us-east-1.amazonaws.com\nx-amz-date:20150830T123600Z\nx-empty;\n",
                        "host;x-amz-date;x-empty;",
                    ),
                ],
            ),
        ),
        ("lines in another order", report_of("headers-missorted")),
        ("a character that does not print", report_of("header-tab-kept")),
        ("a long line", of(gateway(&long), &[Mistake::PathOnceLess])),
        ("a wrong secret that is known", report_of("secret-trailing-newline")),
        ("the request shows it", report_of("scope-region")),
        ("two hours late", late),
        ("a wrong secret", of(gateway("POST /orders?a=1\nVia: 1.1 proxy\n\n{}"), &[Mistake::Secret("another-secret")])),
        (
            "an answer that names the cause",
            answer(r#"{"message":"The security token included in the request is expired"}"#, None),
        ),
        ("an answer that names nothing", answer(r#"{"message":"Forbidden"}"#, None)),
        ("an answer and a log", answer(of_s3, Some(client))),
    ]
}

/// The exact text of reports of each kind. `SIG4_RENEW=1` writes them anew.
#[test]
fn reports_are_those_of_the_file() {
    let texts = examples().into_iter().map(|(title, report)| format!("=== {title} ===\n{report}\n"));
    let text: String = texts.collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/explain/reports.txt");
    if std::env::var_os("SIG4_RENEW").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap();
    let differing = text.split("=== ").zip(kept.split("=== ")).find(|(now, kept)| now != kept);
    assert_eq!(text, kept, "{differing:?}\nSIG4_RENEW=1 cargo test -p sig4 --all-features --test explain layout::");
}

/// No line but the first and those of a canonical request is wider than 100 columns.
#[test]
fn texts_are_broken_into_lines() {
    for (title, report) in examples() {
        for line in report.to_string().lines().filter(|line| line.starts_with("  ")) {
            let is_shown =
                ["service expects", "client signed"].iter().any(|label| line.trim_start().starts_with(label));
            assert!(is_shown || line.chars().count() <= 102, "{title}: {line}");
        }
    }
}
