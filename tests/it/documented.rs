//! The worked examples of AWS's documentation.
//!
//! Sources: "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk" and
//! "Authenticating Requests: Using Query Parameters", both Amazon S3 API Reference; "Create a signed AWS API request",
//! IAM User Guide, and its predecessor "Signature Version 4 signing process", AWS General Reference.

use http::Request;
use sig4::{Credentials, Expires, Signer, Timestamp};
use time::OffsetDateTime;

fn s3() -> (Signer, Credentials, OffsetDateTime) {
    let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").unwrap();
    (Signer::new("us-east-1", "s3").unwrap(), credentials, Timestamp::parse("20130524T000000Z").unwrap().to_datetime())
}

/// Signs an example of the S3 API Reference and checks its `Authorization` header.
fn s3_example(mut request: Request<&str>, signed_headers: &str, signature: &str) {
    let (signer, credentials, now) = s3();
    signer.sign(&mut request, &credentials, now).unwrap();
    let expected = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
         SignedHeaders={signed_headers}, Signature={signature}"
    );
    assert_eq!(request.headers()["authorization"], expected);
}

#[test]
fn s3_get_object() {
    let request = Request::get("https://examplebucket.s3.amazonaws.com/test.txt").header("Range", "bytes=0-9");
    s3_example(
        request.body("").unwrap(),
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
}

#[test]
fn s3_put_object() {
    let request = Request::put("https://examplebucket.s3.amazonaws.com/test$file.text")
        .header("Date", "Fri, 24 May 2013 00:00:00 GMT")
        .header("x-amz-storage-class", "REDUCED_REDUNDANCY");
    s3_example(
        request.body("Welcome to Amazon S3.").unwrap(),
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
}

#[test]
fn s3_get_bucket_lifecycle() {
    s3_example(
        Request::get("https://examplebucket.s3.amazonaws.com/?lifecycle").body("").unwrap(),
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    );
}

#[test]
fn s3_list_objects() {
    s3_example(
        Request::get("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J").body("").unwrap(),
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
}

#[test]
fn s3_presigned_get_object() {
    let (signer, credentials, now) = s3();
    let request = Request::get("https://examplebucket.s3.amazonaws.com/test.txt").body("").unwrap();
    let url = signer.presign(&request, &credentials, Expires::from_secs(86_400).unwrap(), now).unwrap().url();
    assert_eq!(
        url,
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&\
         X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&\
         X-Amz-Expires=86400&X-Amz-SignedHeaders=host&\
         X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}

#[test]
fn iam_list_users() {
    let signer = Signer::new("us-east-1", "iam").unwrap();
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let mut request = Request::get("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .body("")
        .unwrap();
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let signature = signer.sign(&mut request, &credentials, now).unwrap();
    assert_eq!(signature.to_string(), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}
