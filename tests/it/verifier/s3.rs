//! What the S3 family answers: its own codes, statuses and words, to a header-signed request and to a presigned URL.
//!
//! Sources: "Error responses" of Amazon S3, list of error codes; measurements against S3 that brekkylab/backlot and
//! versity/versitygw record.

use super::{Scene, code_of, get, message_of, minutes, now, post, status_of};
use crate::vector::Received;
use sig4::auth::SignatureLocation;
use sig4::payload::Streaming;
use sig4::request::MAX_HEADERS;
use sig4::{Credentials, Error, ErrorKind, Payload, Signer, StoredKey};

const FAMILY: [&str; 4] = ["s3", "s3express", "s3-outposts", "s3-object-lambda"];
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and \
                        signing method.";
const NOT_SIGNED: &str = "There were headers present in the request which were not signed";
const NO_DATE: &str = "AWS authentication requires a valid Date or x-amz-date header";
const SKEWED: &str = "The difference between the request time and the current time is too large.";
const NO_KEY: &str = "The AWS Access Key Id you provided does not exist in our records.";
const BAD_TOKEN: &str = "The provided token is malformed or otherwise invalid.";
const MALFORMED: &str = "AuthorizationHeaderMalformed";
const PARAMETERS: &str = "AuthorizationQueryParametersError";
const CREDENTIAL_FORM: &str =
    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";

type Said<'s> = (&'s str, u16, &'s str);

#[track_caller]
fn says(error: &Error, (code, status, message): Said<'_>) {
    let said = (code_of(error), status_of(error), message_of(error));
    assert_eq!(said, (Some(code), Some(status), Some(message)), "{error}");
}

/// Each service of the family says the same of a request of its own, strict or as AWS.
#[track_caller]
fn refused(change: impl Fn(&Scene) -> Received, said: Said<'_>) {
    refused_at(change, time::Duration::ZERO, said);
}

#[track_caller]
fn refused_at(change: impl Fn(&Scene) -> Received, later: time::Duration, said: Said<'_>) {
    for service in FAMILY {
        for as_aws in [false, true] {
            let scene = Scene::new(service).with_verifier(|v| if as_aws { v.with_aws_compat() } else { v });
            says(&scene.verify_at(&change(&scene), now() + later).unwrap_err(), said);
        }
    }
}

fn key() -> Received {
    get("/bucket/key", None)
}

#[test]
fn a_request_without_a_readable_signature() {
    refused(|_| key(), ("AccessDenied", 403, "Access Denied"));
    let unsupported = ("InvalidArgument", 400, "Unsupported Authorization Type");
    refused(|_| key().with("authorization", "Bearer x"), unsupported);
    let only = (PARAMETERS, 400, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
    refused(|s| s.presign(key()).edit_query("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), only);
    let only_version_4 = (
        "InvalidRequest",
        400,
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    );
    refused(|_| key().with("authorization", "AWS AKID:frJIUN8DYpKDtOLCwo//yllqDzg="), only_version_4);
    let presigned = "AWSAccessKeyId=AKID&Signature=LDYmAdZDkrIihUgwqcgRKLQ6SyA%3D&Expires=1795924061";
    refused(|_| get("/bucket/key", Some(presigned)), only_version_4);
    let sigv4a = ("NotImplemented", 501, "A header you provided implies functionality that is not implemented");
    refused(|_| key().with("authorization", "AWS4-ECDSA-P256-SHA256 Credential=a"), sigv4a);
    refused(|s| s.presign(key()).edit_query("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), sigv4a);
    for as_aws in [false, true] {
        let scene = Scene::new("s3").with_verifier(|v| if as_aws { v.with_aws_compat() } else { v });
        let error = scene.verify(&scene.presign(key()).with("authorization", "AWS4-HMAC-SHA256 a=b")).unwrap_err();
        assert_eq!((error.kind(), status_of(&error)), (ErrorKind::AmbiguousAuthentication, Some(400)));
        assert_eq!(code_of(&error), Some("InvalidArgument"));
        assert!(message_of(&error).unwrap().starts_with("Only one auth mechanism allowed"), "{error}");
    }
}

#[test]
fn a_signature_of_which_something_is_missing() {
    let message = "The authorization header is malformed; the authorization header requires three components: Credential, \
                   SignedHeaders, and Signature.";
    for (from, to) in [("Credential=", "Credentia="), ("SignedHeaders=", "SignedHeader="), ("Signature=", "Signatur=")]
    {
        refused(|s| s.sign(key()).edit("authorization", from, to), (MALFORMED, 400, message));
    }
    let message = "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
                   X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
    for name in ["Credential", "Signature", "Date", "SignedHeaders", "Expires"] {
        let without = |s: &Scene| s.presign(key()).edit_query(&format!("X-Amz-{name}="), &format!("X-Ama-{name}="));
        refused(without, (PARAMETERS, 400, message));
    }
}

#[test]
fn a_header_signed_request_states_the_hash_of_its_payload() {
    let missing = ("InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256");
    refused(|s| s.sign(key()).without("x-amz-content-sha256"), missing);
    // Signed without it, which is otherwise a good signature.
    let without = |s: &Scene| {
        Signer::new("us-east-1", scope_service(s))
            .unwrap()
            .with_content_sha256(sig4::settings::ContentSha256Header::Never)
    };
    let bare = |s: &Scene| Scene { signer: without(s), ..Scene::new("s3") }.sign(key());
    refused(bare, missing);
    let lenient = Scene::new("s3").with_verifier(|v| v.with_required_content_sha256(false));
    lenient.verify(&bare(&Scene::new("s3"))).expect("MinIO and Ceph do not ask for it");
    let gateway = Scene::gateway().with_verifier(|v| v.with_required_content_sha256(true));
    assert_eq!(gateway.refuses(&gateway.sign(post())), ErrorKind::MissingContentSha256);
    let scene = Scene::new("s3");
    scene.verify(&scene.presign(key())).expect("a presigned URL need not state it");
    let message = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                   STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
                   STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid \
                   sha256 value.";
    let other = |s: &Scene| s.sign(key()).without("x-amz-content-sha256").with("x-amz-content-sha256", "e3b0");
    refused(other, ("InvalidArgument", 400, message));
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let presigned = |s: &Scene| {
        let signed = s.presign(key().with("x-amz-content-sha256", empty));
        signed.edit("x-amz-content-sha256", empty, "e3b0")
    };
    refused(presigned, ("InvalidArgument", 400, message));
}

/// The service that a scene's verifier is for, read from what its signer signs.
fn scope_service(scene: &Scene) -> String {
    let signed = scene.sign(key());
    let value = String::from_utf8(signed.header("authorization").unwrap().to_vec()).unwrap();
    value.split('/').nth(3).unwrap().to_owned()
}

#[test]
fn a_date_that_is_missing_or_in_another_form() {
    refused(|s| s.sign(key()).without("x-amz-date"), ("AccessDenied", 403, NO_DATE));
    let other = |s: &Scene| s.sign(key()).edit("x-amz-date", "20150830T123600Z", "yesterday");
    refused(other, ("AccessDenied", 403, NO_DATE));
    let message = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"";
    let other = |s: &Scene| s.presign(key()).edit_query("X-Amz-Date=20150830T123600Z", "X-Amz-Date=yesterday");
    refused(other, (PARAMETERS, 400, message));
}

#[test]
fn the_lifetime_of_a_presigned_url() {
    let week = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
                604800 seconds";
    for (expires, message) in [
        ("604801", week),
        ("99999999999999999999", week),
        ("-60", "X-Amz-Expires must be non-negative"),
        ("0", "X-Amz-Expires must be non-negative"),
        ("1h", "X-Amz-Expires should be a number"),
        ("", "X-Amz-Expires should be a number"),
    ] {
        let changed = |s: &Scene| s.presign(key()).edit_query("X-Amz-Expires=60", &format!("X-Amz-Expires={expires}"));
        refused(changed, (PARAMETERS, 400, message));
    }
}

#[test]
fn a_time_outside_the_window() {
    for later in [minutes(16), minutes(-16)] {
        refused_at(|s| s.sign(key()), later, ("RequestTimeTooSkewed", 403, SKEWED));
    }
    refused_at(|s| s.presign(key()), minutes(2), ("AccessDenied", 403, "Request has expired"));
    refused_at(|s| s.presign(key()), minutes(-16), ("AccessDenied", 403, "Request is not yet valid"));
}

#[test]
fn a_credential_scope_of_another_place() {
    let malformed = "The authorization header is malformed; ";
    let parsing = "Error parsing the X-Amz-Credential parameter; ";
    let header = |from: &str, to: &str, words: &str| {
        let message = format!("{malformed}{words}");
        refused(|s| s.sign(key()).edit("authorization", from, to), (MALFORMED, 400, &message));
    };
    let query = |from: &str, to: &str, message: &str| {
        refused(|s| s.presign(key()).edit_query(from, to), (PARAMETERS, 400, message));
    };
    for (part, other, words) in [
        ("us-east-1", "eu-west-1", "the region 'eu-west-1' is wrong; expecting 'us-east-1'"),
        ("aws4_request", "aws5", "incorrect terminal \"aws5\". This endpoint uses \"aws4_request\"."),
    ] {
        header(part, other, words);
        query(part, other, &format!("{parsing}{words}"));
    }
    header("/20150830/", "/20150829/", "Invalid credential date. Date is not the same as X-Amz-Date.");
    let day = "Invalid credential date \"20150829\". This date is not the same as X-Amz-Date: \"20150830\".";
    query("%2F20150830%2F", "%2F20150829%2F", day);
    header("/aws4_request", "", CREDENTIAL_FORM);
    query("%2Faws4_request", "", &format!("{parsing}{CREDENTIAL_FORM}"));
    let scene = Scene::new("s3");
    let words = "incorrect service \"sqs\". This endpoint belongs to \"s3\".";
    let error = scene.verify(&scene.sign(key()).edit("authorization", "/s3/", "/sqs/")).unwrap_err();
    says(&error, (MALFORMED, 400, &format!("{malformed}{words}")));
    let error = scene.verify(&scene.presign(key()).edit_query("%2Fs3%2F", "%2Fsqs%2F")).unwrap_err();
    says(&error, (PARAMETERS, 400, &format!("{parsing}{words}")));
    // All is wrong: S3 names the region.
    let all =
        |s: &Scene| s.sign(key()).edit("authorization", "us-east-1", "x").edit("authorization", "aws4_request", "y");
    let message = format!("{malformed}the region 'x' is wrong; expecting 'us-east-1'");
    refused(all, (MALFORMED, 400, &message));
}

#[test]
fn headers_that_have_to_be_signed() {
    let denied = ("AccessDenied", 403, NOT_SIGNED);
    refused(|s| s.sign(key()).with("x-amz-acl", "public-read"), denied);
    refused(|s| s.presign(key()).with("x-amz-acl", "public-read"), denied);
    refused(|s| s.sign(key()).edit("authorization", "SignedHeaders=host;", "SignedHeaders="), denied);
    refused(|s| s.presign(key()).edit_query("SignedHeaders=host", "SignedHeaders=accept"), denied);
    let mismatch = ("SignatureDoesNotMatch", 403, MISMATCH);
    refused(|s| s.sign(key().with("range", "bytes=0-9")).without("range"), mismatch);
    refused(|s| s.presign(key().with("range", "bytes=0-9")).without("range"), mismatch);
}

#[test]
fn a_key_that_nobody_has_and_a_token_of_another_session() {
    let nobody = ("InvalidAccessKeyId", 403, NO_KEY);
    refused(|s| s.sign(key()).edit("authorization", "AKIDEXAMPLE", "AKIDNOBODY"), nobody);
    refused(|s| s.presign(key()).edit_query("AKIDEXAMPLE", "AKIDNOBODY"), nobody);
    let scene = Scene::new("s3").temporary();
    for request in [scene.sign(key()), scene.presign(key())] {
        let stored = |key: StoredKey<'_>| {
            let claim = scene.verifier.claim_view(&request.view()).unwrap();
            claim.verify(key, &request.body, now()).unwrap_err()
        };
        says(&stored(StoredKey::unknown()), nobody);
        says(&stored(StoredKey::inactive()), nobody);
        let over = StoredKey::secret(&scene.credentials).with_expiration(now() - minutes(1));
        says(&stored(over), ("ExpiredToken", 400, "The provided token has expired."));
        let other = Credentials::new("ASIAEXAMPLE", "secret").unwrap().with_session_token("another").unwrap();
        says(&stored(StoredKey::secret(&other)), ("InvalidToken", 400, BAD_TOKEN));
    }
}

#[test]
fn another_signature_and_another_body() {
    let mismatch = ("SignatureDoesNotMatch", 403, MISMATCH);
    refused(|s| Received { method: "PUT".into(), ..s.sign(key()) }, mismatch);
    refused(|s| Received { method: "PUT".into(), ..s.presign(key()) }, mismatch);
    let words = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    let other_body = ("XAmzContentSHA256Mismatch", 400, words);
    refused(|s| Received { body: b"{}".to_vec(), ..s.sign(post()) }, other_body);
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for service in FAMILY {
        let scene = Scene::new(service);
        let payload = Payload::Bytes(b"");
        let request = key().with("x-amz-content-sha256", empty);
        let expires = sig4::Expires::from_secs(60).unwrap();
        let url = scene.signer.presign_view(&request.view(), &payload, &scene.credentials, expires, now()).unwrap();
        let (path, query) = url.target().split_once('?').unwrap();
        let signed = Received { path: path.to_owned(), query: Some(query.to_owned()), ..request };
        scene.verify(&signed).unwrap();
        says(&scene.verify(&Received { body: b"{}".to_vec(), ..signed }).unwrap_err(), other_body);
    }
}

#[test]
fn what_is_not_verified_or_not_readable() {
    let chunks = ("NotImplemented", 501, "A header you provided implies functionality that is not implemented");
    refused(|s| s.sign_payload(post(), &Payload::Streaming(Streaming::Signed), now()), chunks);
    let uri = ("InvalidURI", 400, "Couldn't parse the specified URI.");
    refused(|s| s.sign(key()).add_query("a=%"), uri);
    refused(|s| s.presign(key()).add_query("a=%"), uri);
    refused(|s| Received { path: "/%zz".into(), ..s.sign(key()) }, uri);
    refused(|s| Received { path: "/%zz".into(), ..s.presign(key()) }, uri);
    let many = |mut request: Received| {
        (0..MAX_HEADERS + 6).for_each(|n| request.headers.push((format!("x-{n}"), vec![])));
        request
    };
    let words = "Your request header section exceeds the maximum allowed request header section size.";
    refused(|s| many(s.sign(key())), ("RequestHeaderSectionTooLarge", 400, words));
    refused(|s| many(s.presign(key())), ("RequestHeaderSectionTooLarge", 400, words));
    let strict = Scene::new("s3").with_verifier(|v| v.with_unsigned_payload(false));
    let unsigned = strict.sign_payload(post(), &Payload::Unsigned, now());
    let error = strict.verify(&unsigned).unwrap_err();
    assert_eq!((code_of(&error), status_of(&error)), (Some("AccessDenied"), Some(403)));
    let header_only = Scene::new("s3").with_verifier(|v| v.with_signature_location(SignatureLocation::Header));
    let denied = ("AccessDenied", 403, "Access Denied");
    says(&header_only.verify(&header_only.presign(key())).unwrap_err(), denied);
}

/// `XAmzContentSHA256Mismatch` is S3's alone.
#[test]
fn other_services_answer_a_body_that_is_not_the_stated_one_as_a_mismatch() {
    for (service, code) in [("sts", "SignatureDoesNotMatch"), ("execute-api", "InvalidSignatureException")] {
        let scene = Scene::new(service);
        let scene = Scene {
            signer: scene.signer.clone().with_content_sha256(sig4::settings::ContentSha256Header::Always),
            ..scene
        };
        let signed = scene.sign(post());
        assert!(signed.header("x-amz-content-sha256").is_some());
        let error = scene.verify(&Received { body: b"{}".to_vec(), ..signed }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ContentMismatch, "the kind tells the two apart");
        let message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                       Access Key and signing method. Consult the service documentation for details.";
        says(&error, (code, 403, message));
    }
}
