//! What AWS's answers tell, and what they do not.

use sig4::{AwsResponse, Certainty};

const SENTENCE: &str =
    "does not match the signature you provided. The Canonical String for this request should have been";

#[test]
fn json_without_a_string_to_sign_is_not_of_s3() {
    let body = format!("{{\"message\":\"{SENTENCE}\\n'GET\\n/a%2520b\\n\\nhost:h\\n\\nhost\\ne3b0'\\n\"}}");
    let report = AwsResponse::parse(&body).unwrap().report(Some("GET\n/a%20b\n\nhost:h\n\nhost\ne3b0"));
    assert_eq!(report.findings()[0].name(), "path-encoded-once", "{report}");
}

#[test]
fn of_an_unknown_service_both_causes_are_named_and_neither_is_certain() {
    let body = "<Message>m</Message><CanonicalRequest>GET\n/a%2520b\n\nhost:h\n\nhost\ne3b0</CanonicalRequest>";
    let report = AwsResponse::parse(body).unwrap().report(Some("GET\n/a%20b\n\nhost:h\n\nhost\ne3b0"));
    let finding = &report.findings()[0];
    assert_eq!(finding.certainty(), Certainty::Likely, "{report}");
    let names: Vec<_> = [finding.name()].into_iter().chain(finding.alternatives().iter().copied()).collect();
    assert!(names.contains(&"path-encoded-once") && names.contains(&"path-decoded"), "{names:?}");
}

#[test]
fn what_is_cut_off_is_not_compared() {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let body = format!("{{\"message\":\"{SENTENCE}\\n'GET\\n/a%2520b\\n\\nhost:h\\nx-b:1\\n\\nhost;x-b\\n{hash}");
    let client = |path: &str| format!("GET\n{path}\n\nhost:h\nx-b:1\n\nhost;x-b\n{hash}");
    let path = body.find("/a%2520b").unwrap();
    for cut in path..body.len() {
        let response = AwsResponse::parse(body.get(..cut).unwrap()).unwrap();
        let report = response.report(Some(&client("/a%2520b")));
        assert!(report.difference().is_none(), "{cut}: {report}");
        assert_eq!(report.findings()[0].certainty(), Certainty::Possible, "{cut}: {report}");
        let report = response.report(Some(&client("/a%20b")));
        if cut >= path + "/a%2520b\\n".len() {
            assert_eq!(report.findings()[0].name(), "path-encoded-once", "{cut}: {report}");
            assert_eq!(report.difference().map(|d| d.line()), Some(2), "{cut}: {report}");
        } else {
            assert!(report.difference().is_none(), "{cut}: {report}");
        }
    }
}
