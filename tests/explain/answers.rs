//! What AWS's answers tell, and what they do not.

use sig4::explain::{AwsResponse, Certainty, Verdict};

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
    let names: Vec<_> =
        [finding.name()].into_iter().chain(finding.alternatives().iter().map(|cause| cause.name())).collect();
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

/// Messages as the threads in the sources of `explain/aws/messages.rs` quote them.
#[test]
fn the_words_alone_tell_much() {
    for (body, name) in [
        (
            concat!(
                r#"{"message":"Signature expired: 20170212T175938Z is now earlier than 20170215T145534Z "#,
                r#"(20170215T150034Z - 5 min.)"}"#
            ),
            "expired",
        ),
        (
            concat!(
                r#"{"message":"Signature not yet current: 20170215T160000Z is still later than 20170215T150534Z "#,
                r#"(20170215T150034Z + 5 min.)"}"#
            ),
            "not-yet-current",
        ),
        (
            concat!(
                r#"{"message":"Credential should be scoped to a valid region, not 'us-east-1'. Credential should "#,
                r#"be scoped to correct service: 'execute-api'. "}"#
            ),
            "scope-region+scope-service",
        ),
        (
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the \
             region 'us-east-1' is wrong; expecting 'eu-west-1'</Message></Error>",
            "scope-region",
        ),
        (
            "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the \
             current time is too large.</Message><RequestTime>20150830T123600Z</RequestTime>\
             <ServerTime>2015-08-30T13:36:00Z</ServerTime></Error>",
            "expired",
        ),
        (r#"{"message":"The security token included in the request is invalid."}"#, "access-key-unknown"),
        (r#"{"message":"The security token included in the request is invalid"}"#, "token-wrong"),
        (r#"{"message":"The security token included in the request is expired"}"#, "token-expired"),
        (r#"{"message":"Missing Authentication Token"}"#, "not-signed"),
        (
            concat!(
                r#"{"Message":"User: arn:aws:iam::1:user/a is not authorized to perform: execute-api:Invoke on "#,
                r#"resource: x"}"#
            ),
            "not-authorized",
        ),
        (r#"{"message":"Forbidden"}"#, "forbidden"),
        (
            concat!(
                r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security "#,
                r#"token included in the request is invalid."}"#
            ),
            "access-key-unknown",
        ),
        (
            "<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not \
             signed</Message><HeadersNotSigned>x-amz-acl</HeadersNotSigned></Error>",
            "header-not-signed",
        ),
        (
            "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided 'x-amz-content-sha256' header does \
             not match what was computed.</Message></Error>",
            "payload-other-header",
        ),
    ] {
        let report = AwsResponse::parse(body).unwrap().report(None);
        assert_eq!(report.findings().first().map(|f| f.name()), Some(name), "{body}");
        assert_eq!(report.verdict() == Verdict::Unexplained, name == "forbidden");
    }
    let expired = AwsResponse::parse(
        "Signature expired: 20170212T175938Z is now earlier than 20170215T145534Z (20170215T150034Z - 5 min.)",
    );
    assert!(expired.unwrap().report(None).findings()[0].detail().unwrap().contains("2 d 21 h behind"));
}

/// What S3 computes for a path, and what the client signed.
#[test]
fn a_path_that_may_have_been_on_the_wire_is_supposed_to_have_been_there() {
    let answer = "<Message>m</Message><CanonicalRequest>GET\n/a%2Bb%20c\n\nhost:h\n\nhost\ne3b0</CanonicalRequest>";
    for (signed, name, certainty) in [
        ("/a+b%20c", "path-verbatim-s3", Certainty::Likely),
        ("/a%2bb%20c", "path-verbatim-s3", Certainty::Likely),
        ("/a+b c", "path-decoded", Certainty::Likely),
        ("/a%252Bb%2520c", "path-encoded-twice", Certainty::Likely),
    ] {
        let report = AwsResponse::parse(answer).unwrap();
        let report = report.report(Some(&format!("GET\n{signed}\n\nhost:h\n\nhost\ne3b0")));
        let finding = &report.findings()[0];
        assert_eq!((finding.name(), finding.certainty()), (name, certainty), "{signed}: {report}");
    }
    let report = AwsResponse::parse(answer).unwrap().report(Some("GET\n/a%2bb%20c\n\nhost:h\n\nhost\ne3b0"));
    let others: Vec<_> = report.findings()[0].alternatives().iter().map(|cause| cause.name()).collect();
    assert_eq!(others, ["path-hex-lower-case"]);
}

#[test]
fn an_answer_that_shows_no_cause_says_nothing_of_a_search() {
    let report = AwsResponse::parse("{\"message\":\"No.\"}").unwrap().report(None);
    assert!(report.to_string().contains("Unexplained") && !report.to_string().contains("tried"), "{report}");
}
