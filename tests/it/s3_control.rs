//! The paths of S3 Control have names with an encoded slash, which is not the slash that separates two names. They are signed and sent as
//! they are given, and the paths of buckets are not.
//!
//! The signatures of boto3 1.44.8 were recorded at 2026-11-30T11:40:08Z.

use sig4::settings::PathEncoding;
use sig4::{Credentials, ErrorKind, Signer, Timestamp, Verifier};
use time::OffsetDateTime;

const BUCKET: &str = "https://s3-outposts.us-east-1.amazonaws.com/v20180820/bucket/arn%3Aaws%3As3-outposts%3Aus-east-1%3A123456789012\
                      %3Aoutpost%2Fop-01234567890123456%2Fbucket%2Fb";
const POLICY: &str =
    "https://123456789012.s3-control.us-east-1.amazonaws.com/v20180820/accesspoint/ap%2F%C3%A9%20x/policy";

fn now() -> OffsetDateTime {
    Timestamp::parse("20261130T114008Z").unwrap().to_datetime()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

/// Service, request with its body, and boto3's signature.
fn recorded() -> [(&'static str, http::Request<Vec<u8>>, &'static str); 2] {
    let bucket = http::Request::get(BUCKET)
        .header("x-amz-account-id", "123456789012")
        .header("x-amz-outpost-id", "op-01234567890123456");
    let policy = http::Request::put(POLICY).header("x-amz-account-id", "123456789012");
    let document = "<PutAccessPointPolicyRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Policy>{}</Policy>\
                    </PutAccessPointPolicyRequest>";
    [
        (
            "s3-outposts",
            bucket.body(Vec::new()).unwrap(),
            "84614d98055399aa4539f544e19f72cf8a46801aace8b7d2e016d2babc4da816",
        ),
        (
            "s3",
            policy.body(document.into()).unwrap(),
            "40869fea14f2ace8cf183ccc8bb9a3a6c302ff923ba03190c80dc9a36894caa3",
        ),
    ]
}

#[test]
fn boto3_signs_the_same_and_the_path_is_sent_as_it_was_given() {
    for (service, mut request, signature) in recorded() {
        let given = request.uri().clone();
        let ours = Signer::new("us-east-1", service).unwrap().sign(&mut request, &credentials(), now()).unwrap();
        assert_eq!(ours.to_string(), signature, "{given}");
        assert_eq!(request.uri(), &given);
    }
}

#[test]
fn the_request_of_boto3_is_accepted_and_handed_out_with_its_encoded_slashes() {
    for (service, mut request, _) in recorded() {
        Signer::new("us-east-1", service).unwrap().sign(&mut request, &credentials(), now()).unwrap();
        let verifier = Verifier::new("us-east-1", service).unwrap();
        let (parts, body) = request.into_parts();
        let caller = verifier.claim(&parts).unwrap().verify(&credentials(), &body, now()).unwrap();
        assert_eq!(caller.path(), parts.uri.path());
        // Another name is not the same path, though a decoder sees the same slashes.
        let mut split = parts.clone();
        split.uri = parts.uri.to_string().replace("%2F", "/").parse().unwrap();
        let error = verifier.claim(&split).unwrap().verify(&credentials(), &body, now()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SignatureMismatch);
        // A proxy that replaces the host does not change what was signed.
        let mut behind = parts.clone();
        behind.uri = parts.uri.path().parse().unwrap();
        behind.headers.insert("host", "10.0.0.1".parse().unwrap());
        let told = verifier.clone().with_authority(parts.uri.host().unwrap());
        told.claim(&behind).unwrap().verify(&credentials(), &body, now()).unwrap();
    }
}

#[test]
fn a_presigned_url_keeps_its_encoded_slashes() {
    let request = http::Request::get(POLICY).body(()).unwrap();
    let signer = Signer::new("us-east-1", "s3").unwrap();
    let url = signer.presign(&request, &credentials(), sig4::Expires::MAX, now()).unwrap().into_uri().unwrap();
    assert!(url.to_string().starts_with(&format!("{POLICY}?")), "{url}");
    let (parts, ()) = http::Request::get(url).body(()).unwrap().into_parts();
    let verifier = Verifier::new("us-east-1", "s3").unwrap();
    verifier.claim(&parts).unwrap().verify(&credentials(), (), now()).unwrap();
}

#[test]
fn a_bucket_with_the_name_of_an_endpoint_is_a_bucket() {
    for host in [
        "s3-control.s3.us-east-1.amazonaws.com",
        "a.s3-control.s3.us-east-1.amazonaws.com",
        "s3-control.us-east-1.s3.us-west-2.amazonaws.com",
        "s3-outposts.s3.amazonaws.com",
        "s3-control.us-east-1.amazonaws.com.example",
        "s3-control.example",
    ] {
        let mut request = http::Request::get(format!("https://{host}/a%2Fb")).body(()).unwrap();
        Signer::new("us-east-1", "s3").unwrap().sign(&mut request, &credentials(), now()).unwrap();
        assert_eq!(request.uri().path(), "/a/b", "{host}");
    }
    for host in [
        "s3-control.us-east-1.amazonaws.com:443",
        "S3-CONTROL.us-east-1.amazonaws.com",
        "1.s3-control-fips.dualstack.us-east-1.amazonaws.com",
        "1.s3-control.cn-north-1.amazonaws.com.cn",
        "s3-outposts.us-east-1.api.aws",
    ] {
        let mut request = http::Request::get(format!("https://{host}/a%2Fb")).body(()).unwrap();
        Signer::new("us-east-1", "s3").unwrap().sign(&mut request, &credentials(), now()).unwrap();
        assert_eq!(request.uri().path(), "/a%2Fb", "{host}");
    }
}

#[test]
fn an_encoding_that_is_set_is_used_for_every_host() {
    let mut request = http::Request::get(POLICY).body(()).unwrap();
    let signer = Signer::new("us-east-1", "s3").unwrap().with_path_encoding(PathEncoding::Canonical);
    signer.sign(&mut request, &credentials(), now()).unwrap();
    assert_eq!(request.uri().path(), "/v20180820/accesspoint/ap/%C3%A9%20x/policy");
}
