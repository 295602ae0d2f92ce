//! What a proxy sends of a body, what the request declares, and what the upstream checks.

use super::scene::{
    about, alice, allowed, api, authorizer, declaring, denied, outcome, set, signed, signed_by, signer, unsigned, whole,
};
use bytes::Bytes;
use http::request::Parts;
use sig4::tower::ExpectedBody;
use sig4::{Payload, Signer, Verifier};
use sig4_authorizer::{Api, Authorizer, CheckBody, CheckRequest};
use sig4_iam::tower::{PolicyAuthorizer, ResourceAction};

const HASH_OF_HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const HASH_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A request that is signed with `body`, and declares its hash or does not.
fn request(declares: bool, body: &str) -> Parts {
    let signer = if declares { declaring() } else { signer() };
    signed_by(&signer, &alice(), unsigned("POST", "/pets"), body)
}

/// Every row: the state of the body, whether its hash is declared, whether the upstream checks bodies, the body that was signed, and
/// what comes of it: the header for the upstream, or the outcome and status.
type Row = (CheckBody, bool, bool, &'static str, Result<&'static str, (&'static str, u16)>);

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for checks in [false, true] {
        for declares in [false, true] {
            let mismatch = if declares { "body mismatch" } else { "signature mismatch" };
            rows.extend([
                (whole("hello"), declares, checks, "hello", Ok("verified")),
                (whole(""), declares, checks, "", Ok("verified")),
                (whole("hullo"), declares, checks, "hello", Err((mismatch, 403))),
                (whole(""), declares, checks, "hello", Err((mismatch, 403))),
                (CheckBody::Absent, declares, checks, "", Ok(HASH_OF_NOTHING)),
                (CheckBody::Absent, declares, checks, "hello", Err((mismatch, 403))),
                (CheckBody::CutOff, declares, checks, "hello", Err(("cut-off body", 413))),
                (CheckBody::CutOff, declares, checks, "", Err(("cut-off body", 413))),
            ]);
        }
    }
    rows.extend([
        (CheckBody::Unread, true, true, "hello", Ok(HASH_OF_HELLO)),
        (CheckBody::Unread, true, true, "", Ok(HASH_OF_NOTHING)),
        (CheckBody::Unread, false, true, "", Ok(HASH_OF_NOTHING)),
        (CheckBody::Unread, false, true, "hello", Err(("signature mismatch", 403))),
        (CheckBody::Unread, true, false, "hello", Err(("unchecked body", 403))),
        (CheckBody::Unread, true, false, "", Err(("unchecked body", 403))),
        (CheckBody::Unread, false, false, "hello", Err(("unchecked body", 403))),
        (CheckBody::Unread, false, false, "", Err(("unchecked body", 403))),
    ]);
    rows
}

#[tokio::test]
async fn every_state_of_a_body_has_its_answer() {
    for (body, declares, checks, signed_body, expected) in rows() {
        let what = format!("{body:?}, declares: {declares}, checks: {checks}, signed: {signed_body}");
        let authorizer = authorizer(api().with_body_check(checks));
        let request = CheckRequest::new(request(declares, signed_body), body);
        match expected {
            Ok(value) => {
                let (allowed, record) = allowed(&authorizer, request).await;
                assert_eq!(set(&allowed, "x-sig4-body-sha256"), Some(value), "{what}");
                assert_eq!(outcome(&record), ("allowed", 200), "{what}");
            }
            Err(expected) => {
                let (_, record) = denied(&authorizer, request).await;
                assert_eq!(outcome(&record), expected, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a_signature_over_a_body_that_was_not_sent_is_explained_in_the_record_alone() {
    let authorizer = authorizer(api().with_body_check(true));
    let (denied, record) = denied(&authorizer, CheckRequest::new(request(false, "hello"), CheckBody::Unread)).await;
    let cause = record.cause.unwrap();
    assert!(cause.contains("The body was not sent to the verifier"), "{cause}");
    assert_eq!(denied.response.body(), r#"{"message":"Forbidden"}"#);
}

#[tokio::test]
async fn a_declared_hash_has_to_be_the_one_that_was_signed() {
    let authorizer = authorizer(api().with_body_check(true));
    for hash in [HASH_OF_NOTHING, &"0".repeat(64)] {
        let mut parts = request(true, "hello");
        parts.headers.insert("x-amz-content-sha256", hash.parse().unwrap());
        let (_, record) = denied(&authorizer, CheckRequest::new(parts, CheckBody::Unread)).await;
        assert_eq!(outcome(&record), ("signature mismatch", 403));
    }
    let mut parts = request(false, "hello");
    parts.headers.insert("x-amz-content-sha256", HASH_OF_HELLO.parse().unwrap());
    // The hash need not be a signed header, because it is the last line of what was signed.
    let (passed, _) = allowed(&authorizer, CheckRequest::new(parts, CheckBody::Unread)).await;
    assert_eq!(set(&passed, "x-sig4-body-sha256"), Some(HASH_OF_HELLO));
}

#[tokio::test]
async fn a_body_is_as_long_as_the_head_says() {
    let with = |name: &'static str, value: &str, body: &str| {
        let mut parts = request(false, body);
        parts.headers.insert(name, value.parse().unwrap());
        parts
    };
    let authorizer = authorizer(api().with_body_check(true));
    for (parts, body) in [
        // A proxy without `with_request_body`: the signature is that of an empty body, and the client sends another one.
        (with("content-length", "5", ""), whole("")),
        (with("content-length", "5", ""), CheckBody::Absent),
        (with("transfer-encoding", "chunked", ""), CheckBody::Absent),
        (with("content-length", "4", "hello"), whole("hello")),
        (with("content-length", "+5", "hello"), whole("hello")),
        (with("content-length", "", "hello"), whole("hello")),
    ] {
        let (_, record) = denied(&authorizer, CheckRequest::new(parts, body)).await;
        assert_eq!(outcome(&record), ("inconsistent request", 400));
    }
    let mut twice = with("content-length", "5", "hello");
    twice.headers.append("content-length", "5".parse().unwrap());
    let (_, record) = denied(&authorizer, CheckRequest::new(twice, whole("hello"))).await;
    assert_eq!(outcome(&record), ("inconsistent request", 400));
    for (length, body) in [("5", "hello"), ("0", "")] {
        allowed(&authorizer, CheckRequest::new(with("content-length", length, body), whole(body))).await;
    }
    allowed(&authorizer, about(with("content-length", "0", ""))).await;
}

#[tokio::test]
async fn a_long_body_is_refused_unread() {
    let authorizer = authorizer(api()).with_body_limit(4);
    let (_, record) = denied(&authorizer, CheckRequest::new(signed("POST", "/", "hello"), whole("hello"))).await;
    assert_eq!(outcome(&record), ("too long body", 413));
}

#[tokio::test]
async fn a_body_in_chunks_is_refused_by_name() {
    let mut parts = unsigned("PUT", "/pets");
    let payload = Payload::Streaming(sig4::payload::Streaming::Signed);
    declaring().sign_parts(&mut parts, &payload, &alice(), super::scene::now()).unwrap();
    let authorizer = authorizer(api().with_body_check(true));
    for body in [CheckBody::Unread, CheckBody::Absent, whole("hello")] {
        let (_, record) = denied(&authorizer, CheckRequest::new(parts.clone(), body)).await;
        assert_eq!(record.outcome.as_str(), "streaming payload");
        assert!(record.cause.unwrap().contains("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"));
    }
}

/// An API of S3, whose clients may leave bodies unsigned.
fn bucket() -> Authorizer {
    let verifier = Verifier::new("us-east-1", "s3").unwrap();
    let policies = PolicyAuthorizer::with_resource_mapper(|_, path| {
        ResourceAction::new("execute-api:Invoke", format!("arn:aws:s3:::bucket{path}")).with_account("123456789012")
    });
    authorizer(Api::of_service("bucket", verifier, policies).with_body_check(true))
}

#[tokio::test]
async fn an_unsigned_body_of_a_service_that_allows_it_is_told_to_the_upstream() {
    let mut parts = unsigned("PUT", "/cat.jpg");
    let signer = Signer::new("us-east-1", "s3").unwrap();
    signer.sign_parts(&mut parts, &Payload::Unsigned, &alice(), super::scene::now()).unwrap();
    for (body, expected) in [
        (CheckBody::Unread, ExpectedBody::Unsigned),
        (CheckBody::Whole(Bytes::from("any")), ExpectedBody::Unsigned),
        (CheckBody::Absent, ExpectedBody::empty()),
    ] {
        let (passed, _) = allowed(&bucket(), CheckRequest::new(parts.clone(), body)).await;
        assert_eq!(set(&passed, "x-sig4-body-sha256"), Some(&*expected.to_string()));
    }
    let (_, record) =
        denied(&authorizer(api().with_body_check(true)), CheckRequest::new(parts, CheckBody::Unread)).await;
    assert_eq!(outcome(&record), ("unsigned payload", 403));
}
