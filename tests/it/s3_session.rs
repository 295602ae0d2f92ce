//! The session token of S3 Express One Zone: where it is sent, and that no token passes for one of the other kind.
//!
//! The signatures of botocore 1.43.11 were recorded at 2026-11-29T22:01:38Z, with its service `s3express`. The AWS SDK for JavaScript
//! 3.1174.0 signs requests for objects with the service `s3`.

use crate::verifier::{code_of, status_of};
use sig4::s3_session::{CreateSession, SessionMode};
use sig4::session_token::SessionTokenKind;
use sig4::{Caller, Credentials, Error, ErrorKind, Expires, Signer, StoredKey, Timestamp, Verifier};
use time::OffsetDateTime;

const URL: &str = "https://bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/a%20b";
const SECRET: &str = "kWcrlUX5JEDGM/LtmEENI+aVmYvHNif5zBEXAMPLE";

fn now() -> OffsetDateTime {
    Timestamp::parse("20261129T220138Z").unwrap().to_datetime()
}

fn id_and_secret() -> Credentials {
    Credentials::new("ASIDEXAMPLE000000001", SECRET).unwrap()
}

fn session() -> Credentials {
    id_and_secret().with_s3_session_token("AbC+/dEf1=".repeat(6)).unwrap()
}

fn of_sts() -> Credentials {
    id_and_secret().with_session_token("AbC+/dEf1=".repeat(6)).unwrap()
}

fn express() -> Signer {
    Signer::new("us-east-1", "s3express").unwrap()
}

/// Verifies a request without a body.
fn verify(service: &str, request: http::Request<()>, key: &Credentials) -> Result<String, Error> {
    let verifier = Verifier::new("us-east-1", service).unwrap();
    let (parts, ()) = request.into_parts();
    let caller: Caller<'_> = verifier.claim(&parts)?.verify(key, (), now())?;
    Ok(caller.access_key_id().to_owned())
}

fn signed(signer: &Signer, credentials: &Credentials) -> http::Request<()> {
    let mut request = http::Request::get(URL).body(()).unwrap();
    signer.sign(&mut request, credentials, now()).unwrap();
    request
}

fn presigned(signer: &Signer, credentials: &Credentials) -> http::Request<()> {
    let request = http::Request::get(URL).body(()).unwrap();
    let url =
        signer.presign(&request, credentials, Expires::from_secs(300).unwrap(), now()).unwrap().into_uri().unwrap();
    http::Request::get(url).body(()).unwrap()
}

#[test]
fn botocore_signs_the_same() {
    let mut request = http::Request::get(URL).header("x-amz-checksum-mode", "ENABLED").body(()).unwrap();
    let signature = express().sign(&mut request, &session(), now()).unwrap();
    assert_eq!(signature.to_string(), "3b2d6a5b5553342afb344ab6207d8bba4d8294e87c625a9ceb54816ddad924a5");
    assert!(request.headers()["x-amz-s3session-token"].is_sensitive());
    assert!(!request.headers().contains_key("x-amz-security-token"));
    let url = presigned(&express(), &session()).uri().to_string();
    assert!(
        url.ends_with("&X-Amz-Signature=4cd3d358c27ea1acf850e9e7b7f363e47bbad51927697a896f818bd5f45067fe"),
        "{url}"
    );
    assert!(url.contains("&X-Amz-S3session-Token=AbC%2B%2FdEf1%3D"), "{url}");
}

#[test]
fn botocore_asks_for_a_session_with_the_same_signature() {
    let long = Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let create = CreateSession::new("bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com");
    let mut request = create.request().unwrap();
    let signature = express().sign(&mut request, &long, now()).unwrap();
    assert_eq!(signature.to_string(), "3e1a4eb1e85746e6021cf389644012aebea1118eaeb7f13da88aad7d3f052415");
    let mut limited = create.with_mode(SessionMode::ReadOnly).request().unwrap();
    express().sign(&mut limited, &long, now()).unwrap();
    assert!(limited.headers()["authorization"].to_str().unwrap().contains("x-amz-create-session-mode;"));
    assert_eq!(verify("s3express", limited, &long).unwrap(), "AKIDEXAMPLE000000001");
}

/// boto3 1.44.8 at 2026-11-30T11:45:29Z.
#[test]
fn headers_that_are_added_to_the_request_for_a_session_are_signed() {
    let long = Credentials::new("AKIDEXAMPLE000000001", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let create = CreateSession::new("buck--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com");
    let mut request = create.with_mode(SessionMode::ReadOnly).request().unwrap();
    for (name, value) in [
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-server-side-encryption-aws-kms-key-id", "arn:aws:kms:us-east-1:1:key/a"),
        ("x-amz-server-side-encryption-context", "e30="),
        ("x-amz-server-side-encryption-bucket-key-enabled", "true"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let now = Timestamp::parse("20261130T114529Z").unwrap();
    let signature = express().sign(&mut request, &long, now).unwrap();
    assert_eq!(signature.to_string(), "85e19788893cd19bab25b60dc84c8083a94b97929c6a83bfd22299740aabdd84");
}

#[test]
fn a_verifier_for_either_service_reads_the_token() {
    for service in ["s3", "s3express"] {
        let signer = Signer::new("us-east-1", service).unwrap();
        for request in [signed(&signer, &session()), presigned(&signer, &session())] {
            let verifier = Verifier::new("us-east-1", service).unwrap();
            let (parts, ()) = request.clone().into_parts();
            let claim = verifier.claim(&parts).unwrap();
            assert_eq!(claim.session_token_kind(), Some(SessionTokenKind::S3Session));
            assert_eq!(claim.session_token(), session().session_token().map(str::as_bytes));
            verify(service, request, &session()).unwrap();
        }
    }
}

#[test]
fn a_token_of_one_kind_is_none_of_the_other() {
    for make in [signed, presigned] {
        for (sent, stored) in [(session(), of_sts()), (of_sts(), session()), (session(), id_and_secret())] {
            let error = verify("s3express", make(&express(), &sent), &stored).unwrap_err();
            assert_eq!(
                (error.kind(), code_of(&error), status_of(&error)),
                (ErrorKind::InvalidToken, Some("InvalidToken"), Some(400))
            );
        }
    }
    let without = verify("s3express", signed(&express(), &id_and_secret()), &session()).unwrap_err();
    assert_eq!(without.kind(), ErrorKind::InvalidToken);
}

#[test]
fn two_tokens_are_refused() {
    let mut request = signed(&express(), &session());
    let again = request.headers()["x-amz-s3session-token"].clone();
    request.headers_mut().append("x-amz-s3session-token", again);
    assert_eq!(verify("s3express", request, &session()).unwrap_err().kind(), ErrorKind::AmbiguousAuthentication);
    let mut request = signed(&express(), &session());
    request.headers_mut().insert("x-amz-security-token", "other".parse().unwrap());
    assert_eq!(verify("s3express", request, &session()).unwrap_err().kind(), ErrorKind::AmbiguousAuthentication);
    let url = presigned(&express(), &session()).uri().to_string() + "&X-Amz-Security-Token=other";
    let request = http::Request::get(url).body(()).unwrap();
    assert_eq!(verify("s3express", request, &session()).unwrap_err().kind(), ErrorKind::AmbiguousAuthentication);
    let mut request = presigned(&express(), &session());
    request.headers_mut().insert("x-amz-s3session-token", "other".parse().unwrap());
    assert_eq!(verify("s3express", request, &session()).unwrap_err().kind(), ErrorKind::AmbiguousAuthentication);
}

#[test]
fn the_token_must_be_signed() {
    let mut request = signed(&express(), &id_and_secret());
    request.headers_mut().insert("x-amz-s3session-token", session().session_token().unwrap().parse().unwrap());
    assert_eq!(verify("s3express", request, &session()).unwrap_err().kind(), ErrorKind::UnsignedHeader);
}

#[test]
fn other_services_have_no_second_kind_of_token() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let key = id_and_secret();
    let mut request = http::Request::get(format!("{URL}?X-Amz-S3session-Token=a"))
        .header("x-amz-s3session-token", "b")
        .body(())
        .unwrap();
    signer.sign(&mut request, &of_sts(), now()).unwrap_err();
    request.headers_mut().remove("x-amz-s3session-token");
    signer.sign(&mut request, &of_sts(), now()).unwrap_err();
    let mut request = http::Request::get(URL).body(()).unwrap();
    signer.sign(&mut request, &session(), now()).unwrap();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let (parts, ()) = request.into_parts();
    assert_eq!(verifier.claim(&parts).unwrap().session_token_kind(), None);
    verifier.claim(&parts).unwrap().verify(&key, (), now()).unwrap();
    let error = verifier.claim(&parts).unwrap().verify(&session(), (), now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidToken);
}

#[test]
fn signing_again_replaces_the_token_of_the_other_kind() {
    let headers = ["x-amz-security-token", "x-amz-s3session-token"];
    for (first, second, [gone, there]) in
        [(of_sts(), session(), headers), (session(), of_sts(), [headers[1], headers[0]])]
    {
        let mut request = signed(&express(), &first);
        express().sign(&mut request, &second, now()).unwrap();
        assert!(!request.headers().contains_key(gone) && request.headers().contains_key(there), "{request:?}");
        verify("s3express", request, &second).unwrap();
        let again = express().presign(&presigned(&express(), &first), &second, Expires::MAX, now()).unwrap();
        verify("s3express", http::Request::get(again.into_uri().unwrap()).body(()).unwrap(), &second).unwrap();
    }
    let long = Credentials::new("AKIDEXAMPLE000000001", SECRET).unwrap();
    let mut request = signed(&express(), &session());
    express().sign(&mut request, &long, now()).unwrap();
    assert!(!request.headers().contains_key("x-amz-s3session-token"));
    verify("s3express", request, &long).unwrap();
}

#[test]
fn a_token_of_the_callers_own_is_not_sent_beside_another() {
    let mut request = http::Request::get(URL).header("x-amz-s3session-token", "own").body(()).unwrap();
    for credentials in [session(), of_sts()] {
        assert_eq!(express().sign(&mut request, &credentials, now()).unwrap_err().kind(), ErrorKind::ConflictingToken);
    }
    express().sign(&mut request, &id_and_secret(), now()).unwrap();
    assert_eq!(request.headers()["x-amz-s3session-token"], "own");
    request.headers_mut().insert("x-amz-security-token", "own".parse().unwrap());
    assert_eq!(express().sign(&mut request, &id_and_secret(), now()).unwrap_err().kind(), ErrorKind::ConflictingToken);
}

#[test]
fn a_stored_signing_key_names_the_kind() {
    let verifier = Verifier::new("us-east-1", "s3express").unwrap();
    let (parts, ()) = signed(&express(), &session()).into_parts();
    let claim = verifier.claim(&parts).unwrap();
    let key = express().signing_key(&id_and_secret(), claim.timestamp().day());
    let token = session().session_token().unwrap().to_owned();
    let other = StoredKey::signing_key(&key).with_session_token(&token);
    assert_eq!(claim.verify(other, (), now()).unwrap_err().kind(), ErrorKind::InvalidToken);
    let same = StoredKey::signing_key(&key).with_s3_session_token(&token);
    verifier.claim(&parts).unwrap().verify(same, (), now()).unwrap();
}
