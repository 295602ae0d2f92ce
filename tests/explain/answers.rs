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

/// The first finding of an answer: its name, certainty and detail.
fn found(answer: &str) -> (String, Certainty, String) {
    let report = AwsResponse::parse(answer).unwrap_or_else(|| panic!("{answer}")).report(None);
    let finding = report.findings().first().unwrap_or_else(|| panic!("{answer}"));
    (finding.name().to_owned(), finding.certainty(), finding.detail().unwrap_or_default().to_owned())
}

/// The codes of services, as XML, as JSON, in the header of an answer, and alone.
#[test]
fn codes_name_their_cause() {
    for (code, name) in [
        ("SignatureDoesNotMatch", "signature-mismatch"),
        ("InvalidSignatureException", "signature-mismatch"),
        ("ExpiredToken", "token-expired"),
        ("ExpiredTokenException", "token-expired"),
        ("RequestExpired", "expired"),
        ("RequestTimeTooSkewed", "expired"),
        ("InvalidToken", "token-wrong"),
        ("InvalidAccessKeyId", "access-key-unknown"),
        ("InvalidClientTokenId", "access-key-unknown"),
        ("UnrecognizedClientException", "access-key-unknown"),
        ("AuthFailure", "access-key-unknown"),
        ("MissingAuthenticationTokenException", "not-signed"),
        ("MissingAuthenticationToken", "not-signed"),
        ("IncompleteSignatureException", "authorization-malformed"),
        ("AuthorizationHeaderMalformed", "authorization-malformed"),
        ("AuthorizationQueryParametersError", "authorization-malformed"),
        ("XAmzContentSHA256Mismatch", "payload-other-header"),
        ("BadDigest", "body-checksum-mismatch"),
        ("MissingSecurityHeader", "header-required"),
        ("PermanentRedirect", "bucket-in-other-region"),
        ("TemporaryRedirect", "bucket-in-other-region"),
        ("OptInRequired", "service-not-enabled"),
        ("SubscriptionRequiredException", "service-not-enabled"),
        ("ThrottlingException", "throttled"),
        ("SlowDown", "throttled"),
        ("AccessDenied", "access-denied"),
        ("AccessDeniedException", "access-denied"),
        ("UnauthorizedOperation", "not-authorized"),
    ] {
        for answer in [
            format!("<Error><Code>{code}</Code><Message>m</Message></Error>"),
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
            ),
            format!("{{\"__type\":\"com.amazon.coral.service#{code}\",\"message\":\"m\"}}"),
            format!("{{\"code\":\"{code}\",\"message\":\"m\"}}"),
            format!(
                "< HTTP/1.1 403 Forbidden\r\n< x-amzn-ErrorType: {code}:http://internal.amazon.com/coral/\r\n< \r\n{{\"message\":\"m\"}}"
            ),
            format!("HTTP/1.1 400 Bad Request\nx-amzn-errortype: {code}\n\n{{\"Message\":\"m\"}}"),
            format!("An error occurred ({code}) when calling the GetObject operation: m"),
            format!("m (Service: S3, Status Code: 403, Request ID: X, Extended Request ID: Y) (Error Code: {code})"),
            format!(
                "{code}: m\n    at throwDefaultError (smithy.js:1:1) {{\n  '$fault': 'client',\n  Code: '{code}'\n}}"
            ),
            format!("operation error S3: GetObject, https response error StatusCode: 403, api error {code}: m"),
            format!("ServiceError {{ source: Unhandled {{ code: Some(\"{code}\"), message: Some(\"m\") }} }}"),
        ] {
            assert_eq!(found(&answer).0, name, "{answer}");
        }
    }
}

/// Words of services, in the wrapping of the programs that show them.
#[test]
fn words_name_their_cause() {
    let kms = "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:r:1:key/k because no resource-based policy allows the kms:Decrypt action";
    for (answer, name) in [
        ("The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.", "sigv2"),
        (
            "Requests specifying Server Side Encryption with AWS KMS managed keys requests must specify Signature Version 4",
            "sigv2",
        ),
        ("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters", "sigv2"),
        (
            "The bucket you are attempting to access must be addressed using the specified endpoint.",
            "bucket-in-other-region",
        ),
        ("The Content-MD5 you specified did not match what we received.", "body-checksum-mismatch"),
        ("Your request was missing a required header; your request was missing a required header", "header-required"),
        ("X-Amz-Expires must be less than a week (in seconds)", "expires-malformed"),
        ("AWS was not able to validate the provided access credentials", "access-key-unknown"),
        ("The AWS Access Key Id needs a subscription for the service", "service-not-enabled"),
        ("An error occurred (403) when calling the HeadObject operation: Forbidden", "head-without-body"),
        ("null (Service: S3, Status Code: 403, Request ID: X)", "head-without-body"),
        ("Access Denied (Service: S3, Status Code: 403, Request ID: X)", "access-denied"),
        // Cut before the last time, as SDKs and logs do.
        ("Signature expired: 20150830T123600Z is now earlier than 20150830T133600Z", "expired"),
        ("Signature not yet current: 20150830T123600Z is still later", "not-yet-current"),
        (
            "HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: ForbiddenException\r\n\r\n{\"message\":\"Forbidden\"}",
            "api-key-or-firewall",
        ),
        ("{\"message\":\"Forbidden\"}", "forbidden"),
        (kms, "denied-by-resource-policy"),
        (kms.split_once(" because").unwrap().0, "denied-by-kms-key"),
    ] {
        assert_eq!(found(answer).0, name, "{answer}");
        let wrapped = format!(
            "botocore.exceptions.ClientError: An error occurred (Unknown) when calling the X operation: {answer}"
        );
        if !answer.contains('\n') && !answer.starts_with('{') && !answer.starts_with("An error") {
            assert_eq!(found(&wrapped).0, name, "{wrapped}");
        }
    }
    let (_, certainty, detail) = found(kms);
    assert_eq!(certainty, Certainty::Certain);
    assert!(
        detail.contains("assumed-role/r/s") && detail.contains("kms:Decrypt") && !detail.contains("because"),
        "{detail}"
    );
}

#[test]
fn the_detail_is_what_the_service_says_and_not_the_traceback() {
    for code in ["InvalidAccessKeyId", "AccessDenied", "ExpiredToken"] {
        let answer = format!(
            "Traceback (most recent call last):\n  File \"x.py\", line 3\nbotocore.exceptions.ClientError: An error \
             occurred ({code}) when calling the GetObject operation: No, {code}.\n"
        );
        assert_eq!(found(&answer).2, format!("No, {code}."));
    }
}

#[test]
fn the_region_and_the_host_that_s3_expects_are_told() {
    let region = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region \
                  'us-east-1' is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region></Error>";
    assert_eq!(found(region), ("scope-region".into(), Certainty::Certain, "us-east-1, not eu-west-1".into()));
    let redirect = "<Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed using \
                    the specified endpoint.</Message><Endpoint>b.s3.eu-west-1.amazonaws.com</Endpoint><Bucket>b</Bucket></Error>";
    let expected = ("bucket-in-other-region".into(), Certainty::Certain, "b.s3.eu-west-1.amazonaws.com".into());
    assert_eq!(found(redirect), expected);
}

/// Words of a page or a program that only look like a code.
#[test]
fn ordinary_words_are_no_answer() {
    for text in [
        "all is well",
        "Forbidden",
        "Throttling",
        "<html>403 Forbidden</html>",
        "the Signature did not match",
        "200 OK",
    ] {
        assert!(AwsResponse::parse(text).is_none(), "{text}");
    }
}
