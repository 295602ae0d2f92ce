//! Requests whose signature is of another kind, or stands where the verifier does not look.

use sig4::explain::{Certainty, Explainer, Report};
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};

fn explained(service: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Report {
    let verifier = Verifier::new("us-east-1", service).unwrap();
    let credentials = Credentials::new("AKID", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let headers: Vec<_> = [("host", "bucket.s3.us-east-1.amazonaws.com")].iter().chain(headers).collect();
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    let view = RequestView::new(method, path, query, &headers);
    Explainer::new(&verifier, &credentials).report(&view, body.as_bytes(), now)
}

/// The name, the detail and the certainty of the only finding.
fn told(service: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> (String, Option<String>) {
    let report = explained(service, method, target, headers, body);
    let [finding] = report.findings() else { panic!("{target} {body}: {report}") };
    assert_eq!(finding.certainty(), Certainty::Certain, "{report}");
    (finding.name().to_owned(), finding.detail().map(str::to_owned))
}

fn named(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
    told("s3", method, target, headers, body).0
}

#[test]
fn version_2_is_named_in_a_header_a_url_and_a_body() {
    const QUERY: &str = "AWSAccessKeyId=AKID&Expires=1&Signature=abc%3D";
    const BODY: &str = "Action=A&AWSAccessKeyId=AKID&SignatureVersion=2&SignatureMethod=HmacSHA256&Signature=a";
    const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
    assert_eq!(named("GET", &format!("/k?{QUERY}"), &[], ""), "sigv2");
    assert_eq!(named("GET", "/k", &[("authorization", "AWS AKID:frJIUN8DYpKDtOLCwo//yllqDzg=")], ""), "sigv2");
    let of_body = told("ec2", "POST", "/", &[FORM], BODY);
    assert_eq!(of_body, ("sigv2".to_owned(), Some("in the body".to_owned())));
    assert_eq!(told("sdb", "POST", "/", &[], BODY).0, "sigv2");
    assert_eq!(told("ec2", "POST", "/", &[FORM], "Action=A&Version=1").0, "not-signed");
}

/// As botocore's `SigV3Auth` writes it for Amazon SES.
#[test]
fn version_3_is_named() {
    let value = "AWS3-HTTPS AWSAccessKeyId=AKID,Algorithm=HmacSHA256,Signature=abc=";
    let told = told("ses", "GET", "/", &[("x-amzn-authorization", value)], "");
    assert_eq!(told, ("algorithm-unsupported".to_owned(), Some("Signature Version 3".to_owned())));
}

#[test]
fn a_form_with_a_policy_is_no_unsigned_request() {
    let multipart = |names: &[&str]| {
        let field = |name: &&str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nabc\r\n");
        names.iter().map(field).collect::<String>() + "--b--\r\n"
    };
    let type_of_form = [("Content-Type", "multipart/form-data; boundary=b")];
    for names in [
        &["key", "policy", "x-amz-credential", "x-amz-signature", "file"][..],
        &["Policy", "X-Amz-Signature"],
        &["AWSAccessKeyId", "policy", "signature"],
    ] {
        assert_eq!(named("POST", "/", &type_of_form, &multipart(names)), "post-policy-form", "{names:?}");
    }
    let urlencoded = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(named("POST", "/", &urlencoded, "key=k&policy=eyJ9&X-Amz-Signature=00"), "post-policy-form");
    for (headers, body) in [
        (&type_of_form[..], multipart(&["key", "file"])),
        (&type_of_form, multipart(&["policy", "file"])),
        (&[], multipart(&["policy", "x-amz-signature"])),
        (&urlencoded, "policy=a".to_owned()),
    ] {
        assert_eq!(named("POST", "/", headers, &body), "not-signed", "{headers:?} {body}");
    }
}

#[test]
fn a_damaged_url_and_the_urls_of_other_services_are_told_apart() {
    let escaped = "/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=a&amp;X-Amz-Date=b&amp;X-Amz-Signature=0";
    let lower = "/k?x-amz-algorithm=AWS4-HMAC-SHA256&x-amz-credential=a&x-amz-signature=0";
    for (target, detail) in [
        (escaped, "`&` was written as `&amp;`"),
        (lower, "the names of its parameters are in another case"),
        ("/k?X-Amz-Credential=a&X-AMZ-SIGNATURE=0", "the names of its parameters are in another case"),
        ("/k?X-Amz-Algorithm=AWS4-HMAC-SHA256", "it ends after its first parameter, as a shell cuts it at `&`"),
    ] {
        let found = told("s3", "GET", target, &[], "");
        assert_eq!(found, ("presigned-url-damaged".to_owned(), Some(detail.to_owned())), "{target}");
    }
    for (query, detail) in [
        ("Expires=1&Signature=a&Key-Pair-Id=K", "a signed URL of CloudFront"),
        ("X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=a", "a signed URL of Google Cloud Storage"),
        ("GoogleAccessId=a&Signature=b&Expires=1", "a signed URL of Google Cloud Storage"),
        ("sv=2020-08-04&sig=abc&se=1", "a shared access signature of Azure"),
    ] {
        let found = told("s3", "GET", &format!("/k?{query}"), &[], "");
        assert_eq!(found, ("algorithm-unsupported".to_owned(), Some(detail.to_owned())), "{query}");
    }
    for target in ["/k", "/k?sv=1", "/k?Signature=a", "/k?X-Amz-Date=a", "/k?x-amz-signature=a", "/k?amp;a=b"] {
        assert_eq!(named("GET", target, &[], ""), "not-signed", "{target}");
    }
}

#[test]
fn the_token_of_an_s3_session_is_named_as_one() {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/s3express/aws4_request, \
         SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-s3session-token, Signature={}",
        "0".repeat(64)
    );
    let headers = [
        ("authorization", authorization.as_str()),
        ("x-amz-date", "20150830T123600Z"),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ("x-amz-s3session-token", "AQoSession"),
    ];
    assert_eq!(told("s3express", "GET", "/k", &headers, "").0, "s3-session-token");
    let url = "/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fs3express%2Faws4_request\
               &X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-S3session-Token=AQoSession";
    let url = format!("{url}&X-Amz-Signature={}", "0".repeat(64));
    assert_eq!(told("s3express", "GET", &url, &[], "").0, "s3-session-token");
}

#[test]
fn what_is_there_twice_is_named_and_not_the_hash_of_the_body() {
    const PARTS: &str =
        "Credential=AKID/20150830/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date";
    let authorization = format!("AWS4-HMAC-SHA256 {PARTS}, Signature={:064}", 0);
    let doubled = format!("{authorization}, Signature={:064}", 1);
    let hash = ("x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let rest = |authorization, more: &[(&'static str, &'static str)]| {
        [&[("authorization", authorization), ("x-amz-date", "20150830T123600Z"), hash], more].concat()
    };
    for (target, headers, expected) in [
        ("/k", rest(&authorization, &[hash]), "payload-hash-twice"),
        ("/k", rest(&authorization, &[("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD")]), "payload-hash-twice"),
        ("/k", rest(&doubled, &[]), "authorization-malformed"),
        ("/k?X-Amz-Meta=1&X-Amz-Meta=2", rest(&authorization, &[]), "query-malformed"),
        (
            "/k",
            rest(&authorization, &[("x-amz-security-token", "a"), ("x-amz-s3session-token", "b")]),
            "token-signed-twice",
        ),
    ] {
        assert_eq!(named("GET", target, &headers, ""), expected, "{target} {headers:?}");
    }
}
