//! Whatever arrives is explained or not, and never panics.

use proptest::prelude::*;
use sig4::explain::{AwsResponse, Explainer, MAX_CANDIDATES};
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};

/// Text made of what parsers trip over.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "%",
        "%2",
        "%2F",
        "%zz",
        "/",
        "//",
        ".",
        "..",
        "+",
        "&",
        "&&",
        "=",
        ";",
        ",",
        " ",
        "  ",
        "\t",
        "\u{a0}",
        "é",
        "\"",
        "'",
        "a",
        "X-Amz-Date",
        "X-Amz-Security-Token=",
        "[",
        "{",
        "\\",
        "\\u",
        "&amp",
        "&#x;",
        "host",
        ":",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

fn report(service: &str, target: (&str, &str), listed: &str, value: &str, body: &str) -> sig4::explain::Report {
    let signature = "0123456789abcdef".repeat(4);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/{service}/aws4_request, SignedHeaders={listed}, Signature={signature}"
    );
    let headers: Vec<(String, Vec<u8>)> = [
        ("host", "h:80"),
        ("x-amz-date", "20150830T123600Z"),
        ("x-a", value),
        ("X-A", "2"),
        ("date", value),
        ("authorization", &authorization),
    ]
    .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
    .into();
    let path = format!("/{}", target.0);
    let view = RequestView::new("GET", &path, Some(target.1), &headers);
    let credentials = Credentials::new("AKID", "secret").unwrap().with_session_token("token").unwrap();
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let verifier = Verifier::new("us-east-1", service).unwrap().with_aws_compat();
    let explainer = Explainer::new(&verifier, &credentials).with_client_canonical_request(body).with_hosts([value]);
    explainer.report(&view, body.as_bytes(), now)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_request_has_a_report(
        path in text(), query in text(), listed in text(), value in text(), body in text(), s3: bool,
    ) {
        let listed = format!("host;x-a;x-amz-date;{}", listed.replace([' ', ','], ""));
        let listed = listed.trim_end_matches(';');
        let report = report(if s3 { "s3" } else { "execute-api" }, (&path, &query), listed, &value, &body);
        prop_assert!(!report.nothing_wrong() && report.candidates() <= MAX_CANDIDATES);
        let json: Result<serde_json::Value, _> = serde_json::from_str(&report.to_json());
        prop_assert!(json.is_ok());
    }
}

proptest! {
    #[test]
    fn any_answer_has_a_report(before in text(), after in text(), client in text()) {
        for body in [
            format!("{{\"message\":\"{before}The Canonical String for this request should have been\n'GET\n{after}"),
            format!("<Message>{before}</Message><CanonicalRequest>GET\n/\n{after}\n\n{client}</CanonicalRequest>"),
        ] {
            let report = AwsResponse::parse(&body).map(|answer| answer.report(Some(&client)));
            prop_assert!(report.is_some_and(|report| !report.nothing_wrong()));
        }
    }
}
