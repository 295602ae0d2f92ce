//! Signing a signed request again, as a retry does, replaces what the first signing added.

use http::{Request, Uri};
use sig4::settings::ContentSha256Header;
use sig4::sign::Presigned;
use sig4::{Credentials, Error, ErrorKind, Expires, Payload, Signer, Timestamp};
use time::{Duration, OffsetDateTime};

fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").unwrap().to_datetime()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

fn uri(presigned: Result<Presigned, Error>) -> Uri {
    presigned.unwrap().into_uri().unwrap()
}

fn request(body: &'static str) -> Request<&'static str> {
    Request::post("https://h.example/a+b?x=1+2").header("content-type", "text/plain").body(body).unwrap()
}

/// Signs a request with the first credentials, and then, a minute later and with another body, with the second.
fn retried(signer: &Signer, first: &Credentials, second: &Credentials) -> Request<&'static str> {
    let mut request = request("first");
    signer.sign(&mut request, first, now()).unwrap();
    *request.body_mut() = "second";
    signer.sign(&mut request, second, now() + Duration::MINUTE).unwrap();
    request
}

/// Signs a fresh request as the second signing of [`retried`] does.
fn fresh(signer: &Signer, credentials: &Credentials) -> Request<&'static str> {
    let mut request = request("second");
    signer.sign(&mut request, credentials, now() + Duration::MINUTE).unwrap();
    request
}

#[test]
fn a_retry_is_signed_as_if_it_were_the_first_try() {
    let plain = Credentials::new("AKIDOTHER", "another secret").unwrap();
    let (old, new) =
        (credentials().with_session_token("OLD").unwrap(), credentials().with_session_token("NEW").unwrap());
    for service in ["s3", "execute-api", "iotdevicegateway"] {
        let signer = Signer::new("us-east-1", service).unwrap();
        for (first, second) in [(&plain, &plain), (&old, &old), (&old, &new), (&old, &plain), (&plain, &new)] {
            let (retried, fresh) = (retried(&signer, first, second), fresh(&signer, second));
            assert_eq!(retried.headers(), fresh.headers(), "{service}: {first:?}, then {second:?}");
            assert_eq!(retried.uri(), fresh.uri());
        }
    }
}

/// Another scheme's `authorization` is replaced, but it is no earlier signature: what came with it is the caller's.
#[test]
fn a_bearer_token_does_not_count_as_an_earlier_signature() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let mut request = request("body");
    request.headers_mut().insert("authorization", "Bearer abc".parse().unwrap());
    request.headers_mut().insert("x-amz-security-token", "OTHER".parse().unwrap());
    let own = credentials().with_session_token("OWN").unwrap();
    assert_eq!(signer.sign(&mut request, &own, now()).unwrap_err().kind(), ErrorKind::ConflictingToken);
    signer.sign(&mut request, &credentials(), now()).unwrap();
    assert!(request.headers()["authorization"].to_str().unwrap().starts_with("AWS4-HMAC-SHA256 "));
    assert_eq!(request.headers()["x-amz-security-token"], "OTHER");
}

#[test]
fn a_retry_brings_a_given_content_sha256_up_to_date_even_where_none_is_sent_by_default() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap().with_content_sha256(ContentSha256Header::Never);
    let mut request = request("body");
    request.headers_mut().insert("x-amz-content-sha256", "UNSIGNED-PAYLOAD".parse().unwrap());
    signer.sign(&mut request, &credentials(), now()).unwrap();
    let body = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    assert_eq!(request.headers()["x-amz-content-sha256"], body);
    assert!(request.headers()["authorization"].to_str().unwrap().contains(";x-amz-content-sha256;"));
}

#[test]
fn a_bearer_token_is_replaced_and_not_signed() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let mut bearer = request("second");
    bearer.headers_mut().insert("authorization", "Bearer abc".parse().unwrap());
    signer.sign(&mut bearer, &credentials(), now() + Duration::MINUTE).unwrap();
    assert_eq!(bearer.headers(), fresh(&signer, &credentials()).headers());
}

#[test]
fn presigning_a_presigned_url_replaces_its_parameters() {
    let (old, new) =
        (credentials().with_session_token("OLD").unwrap(), credentials().with_session_token("NEW").unwrap());
    let later = now() + Duration::MINUTE;
    for service in ["s3", "execute-api", "iotdevicegateway"] {
        let signer = Signer::new("us-east-1", service).unwrap();
        for (first, second) in [
            (credentials(), credentials()),
            (old.clone(), new.clone()),
            (old.clone(), Credentials::new("AKIDOTHER", "s").unwrap()),
        ] {
            let url = uri(signer.presign(&request(""), &first, Expires::MIN, now()));
            let mut again = request("");
            *again.uri_mut() = url;
            let again = uri(signer.presign(&again, &second, Expires::MAX, later));
            assert_eq!(again, uri(signer.presign(&request(""), &second, Expires::MAX, later)), "{service}");
        }
    }
}

#[test]
fn presigning_a_header_signed_request_leaves_the_header_signature_behind() {
    for (service, token) in [("execute-api", ""), ("execute-api", "T"), ("s3", ""), ("s3", "T")] {
        let (signer, credentials) =
            (Signer::new("us-east-1", service).unwrap(), credentials().with_session_token(token).unwrap());
        let mut signed = request("");
        signer.sign(&mut signed, &credentials, now()).unwrap();
        let url = uri(signer.presign(&signed, &credentials, Expires::MAX, now()));
        assert_eq!(url, uri(signer.presign(&request(""), &credentials, Expires::MAX, now())));
    }
}

#[test]
fn a_token_that_no_signing_put_there_is_refused_if_it_differs_and_kept_if_it_is_the_callers() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let mut request = request("");
    request.headers_mut().insert("x-amz-security-token", "OWN".parse().unwrap());
    let other = credentials().with_session_token("OTHER").unwrap();
    let before = request.headers().clone();
    assert_eq!(signer.sign(&mut request, &other, now()).unwrap_err().kind(), ErrorKind::ConflictingToken);
    assert_eq!(request.headers(), &before);
    let presigned = signer.presign(&request, &other, Expires::MAX, now());
    assert_eq!(presigned.unwrap_err().kind(), ErrorKind::ConflictingToken);

    signer.sign(&mut request, &credentials(), now()).unwrap();
    assert_eq!(request.headers()["x-amz-security-token"], "OWN");
    assert!(request.headers()["authorization"].to_str().unwrap().contains("x-amz-security-token,"));
}

#[test]
fn a_callers_own_token_stays_when_the_request_is_signed_again() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let mut request = request("");
    request.headers_mut().insert("x-amz-security-token", "OWN".parse().unwrap());
    signer.sign(&mut request, &credentials(), now()).unwrap();
    let once = request.headers().clone();
    signer.sign(&mut request, &credentials(), now()).unwrap();
    assert_eq!(request.headers(), &once);
    request.headers_mut().append("x-amz-security-token", "SECOND".parse().unwrap());
    assert_eq!(signer.sign(&mut request, &credentials(), now()).unwrap_err().kind(), ErrorKind::ConflictingToken);
}

#[test]
fn a_request_with_as_many_headers_as_there_may_be_can_be_signed_again() {
    let signer = Signer::new("us-east-1", "s3").unwrap();
    let mut request = request("");
    for n in 1..sig4::request::MAX_HEADERS {
        request.headers_mut().append("x-a", n.into());
    }
    signer.sign(&mut request, &credentials(), now()).unwrap();
    signer.sign(&mut request, &credentials(), now()).unwrap();
}

#[test]
fn a_callers_own_token_in_the_query_is_kept_and_signed_if_the_credentials_have_none() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let request = Request::get("https://h.example/?X-Amz-Security-Token=OWN").body("").unwrap();
    let url = signer.presign(&request, &credentials(), Expires::MAX, now()).unwrap().url();
    assert!(url.contains("&X-Amz-Security-Token=OWN&X-Amz-SignedHeaders="), "{url}");
    let presigned = Request::get(&url).body("").unwrap();
    let again = |by: &Credentials| signer.presign(&presigned, by, Expires::MAX, now()).unwrap().url();
    assert_eq!(again(&credentials()), url, "and kept when the same key presigns again");
    assert!(!again(&Credentials::new("AKIDOTHER", "s").unwrap()).contains("OWN"), "but not under another key");
}

#[test]
fn a_token_in_the_query_that_no_signing_put_there_is_refused_if_it_differs() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let presign = |url: &str, token: &str| {
        let request = Request::get(url).body("").unwrap();
        signer.presign(&request, &credentials().with_session_token(token).unwrap(), Expires::MAX, now())
    };
    let url = "https://h.example/?X-Amz-Security-Token=a%2fb";
    assert_eq!(presign(url, "c").unwrap_err().kind(), ErrorKind::ConflictingToken);
    assert!(presign(url, "a/b").is_ok());
    assert!(presign(&format!("{url}&X-Amz-Signature=00"), "c").is_ok(), "it came with a signature");
}

#[test]
fn parts_are_signed_as_requests_are() {
    let signer = Signer::new("us-east-1", "s3").unwrap();
    let (mut parts, body) = request("second").into_parts();
    signer.sign_parts(&mut parts, &Payload::Bytes(body.as_bytes()), &credentials(), now() + Duration::MINUTE).unwrap();
    let fresh = fresh(&signer, &credentials());
    assert_eq!((&parts.headers, &parts.uri), (fresh.headers(), fresh.uri()));
}

#[test]
fn a_presigned_url_is_not_signed_with_headers_as_well() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let mut request = request("");
    *request.uri_mut() = uri(signer.presign(&request, &credentials(), Expires::MAX, now()));
    let before = (request.uri().clone(), request.headers().clone());
    assert_eq!(signer.sign(&mut request, &credentials(), now()).unwrap_err().kind(), ErrorKind::InvalidQuery);
    assert_eq!((request.uri().clone(), request.headers().clone()), before);
}

#[test]
fn tokens_that_differ_between_query_headers_and_credentials_are_refused() {
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let with = |query: &str, header: &str| {
        let request = Request::get(format!("https://h.example/?{query}"));
        if header.is_empty() { request } else { request.header("x-amz-security-token", header) }.body("").unwrap()
    };
    let conflict = |error: Error| assert_eq!(error.kind(), ErrorKind::ConflictingToken);
    let mut foreign = with("X-Amz-Security-Token=a", "");
    conflict(signer.sign(&mut foreign, &credentials().with_session_token("b").unwrap(), now()).unwrap_err());
    let presign = |request: &Request<&str>| signer.presign(request, &credentials(), Expires::MAX, now());
    conflict(presign(&with("X-Amz-Security-Token=a", "b")).unwrap_err());
    conflict(presign(&with("X-Amz-Security-Token=a&X-Amz-Security-Token=b", "")).unwrap_err());
    let _ = presign(&with("X-Amz-Security-Token=a%2Fb", "a/b")).unwrap();
}
