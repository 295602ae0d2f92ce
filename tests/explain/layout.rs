//! The layout of a report: as text, with colours, and as JSON.

use crate::mistakes::report_of;
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
