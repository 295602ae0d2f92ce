//! The order in which AWS checks, its codes, statuses and messages, for both dialects.
//!
//! Source: "AWS Auth Error Ordering" by the author of scratchstack-aws-signature, and captures of API Gateway's answers.

use super::{Scene, code_of, get, message_of, minutes, now, post, status_of};
use crate::vector::Received;
use sig4::{Credentials, ErrorKind, StoredKey, Verifier};

/// Code and status of the query protocol, then those of API Gateway, then the message.
struct Answer {
    kind: ErrorKind,
    query: (&'static str, u16),
    gateway: (&'static str, u16),
    message: Option<String>,
}

fn answer(
    kind: ErrorKind,
    query: (&'static str, u16),
    gateway: (&'static str, u16),
    message: impl Into<Option<&'static str>>,
) -> Answer {
    Answer { kind, query, gateway, message: message.into().map(str::to_owned) }
}

const INCOMPLETE: [(&str, u16); 2] = [("IncompleteSignature", 400), ("IncompleteSignatureException", 403)];
const MISMATCH: [(&str, u16); 2] = [("SignatureDoesNotMatch", 403), ("InvalidSignatureException", 403)];
const MISSING: [(&str, u16); 2] = [("MissingAuthenticationToken", 403), ("MissingAuthenticationTokenException", 403)];
const INVALID: [(&str, u16); 2] = [("InvalidClientTokenId", 403), ("UnrecognizedClientException", 403)];

fn of(kind: ErrorKind, [query, gateway]: [(&'static str, u16); 2], message: &'static str) -> Answer {
    answer(kind, query, gateway, message)
}

/// Both dialects refuse `change`d requests in the same way and with their own words.
fn refused(change: impl Fn(&Scene) -> Received, expected: &Answer) {
    for (service, (code, status)) in [("sts", expected.query), ("execute-api", expected.gateway)] {
        for as_aws in [false, true] {
            let scene = Scene::new(service).with_verifier(|v| if as_aws { v.with_aws_compat() } else { v });
            let error = scene.verify(&change(&scene)).unwrap_err();
            assert_eq!(error.kind(), expected.kind, "{service} {error}");
            assert_eq!((code_of(&error), status_of(&error)), (Some(code), Some(status)), "{service} {error}");
            let message = expected.message.as_ref().map(|m| m.replace("SERVICE", service));
            // API Gateway has words of its own for this one.
            let gateway = service == "execute-api" && expected.kind == ErrorKind::MissingAuthentication;
            let message = if gateway { Some("Missing Authentication Token".to_owned()) } else { message };
            assert_eq!(message_of(&error), message.as_deref(), "{service}");
        }
    }
}

#[test]
fn check_01_the_query_is_well_formed() {
    let bad = [("MalformedQueryString", 400); 2];
    for (query, message) in [
        ("a=%", "Incomplete trailing escape % sequence"),
        ("a=%4", "Incomplete trailing escape % sequence"),
        ("a=%zz", "Illegal hex character in escape % pattern: %zz"),
    ] {
        refused(|s| s.sign(post()).add_query(query), &of(ErrorKind::MalformedQuery, bad, message));
    }
}

#[test]
fn check_04_the_path_is_well_formed_absolute_and_below_its_root() {
    let bad = answer(ErrorKind::InvalidPath, ("BadRequest", 400), ("BadRequest", 400), None);
    for path in ["/%zz", "relative", "*", "/.."] {
        let with_path = |scene: &Scene| Received { path: path.to_owned(), ..scene.sign(post()) };
        refused(with_path, &bad);
    }
}

#[test]
fn check_05_there_is_one_signature() {
    let none = of(ErrorKind::MissingAuthentication, MISSING, "Request is missing Authentication Token");
    refused(|_| post(), &none);
    let both = answer(ErrorKind::AmbiguousAuthentication, MISMATCH[0], MISMATCH[1], None);
    refused(|s| s.presign(get("/", None)).with("authorization", "AWS4-HMAC-SHA256 Credential=a"), &both);
}

#[test]
fn check_06_the_header_is_complete() {
    let with = |value: &'static str| move |_: &Scene| post().with("authorization", value);
    refused(
        with("Bearer x"),
        &of(ErrorKind::UnsupportedAlgorithm, INCOMPLETE, "Unsupported AWS 'algorithm': 'Bearer'."),
    );
    let message = "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.";
    let v4a = "AWS4-ECDSA-P256-SHA256 Credential=a";
    refused(with(v4a), &of(ErrorKind::AsymmetricSignature, INCOMPLETE, message));
    let message = "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 \
                   ...'.";
    refused(with("AWS4-HMAC-SHA256 Credential, Signature=a"), &of(ErrorKind::IncompleteSignature, INCOMPLETE, message));
    let message = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
                   parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires \
                   existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256";
    refused(with("AWS4-HMAC-SHA256"), &of(ErrorKind::IncompleteSignature, INCOMPLETE, message));
    let message = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. \
                   Authorization=AWS4-HMAC-SHA256";
    refused(|s| s.sign(post()).without("x-amz-date"), &of(ErrorKind::IncompleteSignature, INCOMPLETE, message));
}

#[test]
fn check_07_the_query_is_complete() {
    let message = "Request is missing Authentication Token";
    let none = of(ErrorKind::MissingAuthentication, MISSING, message);
    refused(|s| s.presign(get("/", None)).edit_query("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), &none);
    let message = "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include \
                   'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string \
                   parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.";
    let bare = of(ErrorKind::IncompleteSignature, INCOMPLETE, message);
    refused(|_| get("/", Some("X-Amz-Algorithm=AWS4-HMAC-SHA256")), &bare);
}

#[test]
fn check_06c_and_07c_duplicates_are_refused_or_read_as_aws_reads_them() {
    let last_wins =
        |s: &Scene| s.sign(post()).edit("authorization", "Credential=", "Credential=AKIDOTHER/x, Credential=");
    let first_wins = |s: &Scene| s.presign(get("/", None)).add_query("X-Amz-Date=20000101T000000Z");
    let strict = Scene::gateway();
    assert_eq!(strict.refuses(&last_wins(&strict)), ErrorKind::AmbiguousAuthentication);
    assert_eq!(strict.refuses(&first_wins(&strict)), ErrorKind::AmbiguousAuthentication);
    let as_aws = Scene::gateway().with_verifier(Verifier::with_aws_compat);
    as_aws.verify(&last_wins(&as_aws)).expect("of two in a header the last one counts");
    let doubled = first_wins(&as_aws);
    // The second date is read by nobody, and is signed by nobody either.
    let claim = as_aws.verifier.claim_view(&doubled.view()).unwrap();
    assert_eq!(claim.timestamp().to_string(), "20150830T123600Z");
    assert_eq!(as_aws.refuses(&doubled), ErrorKind::SignatureMismatch);
    let unknown = |s: &Scene| s.sign(post()).edit("authorization", "Signature=", "Version=1, Signature=");
    assert_eq!(strict.refuses(&unknown(&strict)), ErrorKind::IncompleteSignature);
    as_aws.verify(&unknown(&as_aws)).expect("an unknown parameter is passed over");
    let first_header = as_aws.sign(post()).with("authorization", "Bearer x");
    as_aws.verify(&first_header).expect("of two headers the first one counts");
}

#[test]
fn check_08_the_host_is_signed() {
    let message = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    let unsigned = of(ErrorKind::UnsignedHeader, MISMATCH, message);
    refused(|s| s.sign(post()).edit("authorization", "SignedHeaders=host;", "SignedHeaders="), &unsigned);
    let presigned = |s: &Scene| s.presign(get("/", None)).edit_query("SignedHeaders=host", "SignedHeaders=x-amz-date");
    refused(presigned, &unsigned);
    refused(|s| s.presign(get("/", None)).edit_query("SignedHeaders=host", "SignedHeaders="), &unsigned);
}

#[test]
fn check_09_the_date_is_iso_8601() {
    let message = "Date must be in ISO-8601 'basic format'. Got 'Sun, 30 Aug 2015 12:36:00 GMT'. See \
                   http://en.wikipedia.org/wiki/ISO_8601";
    let malformed = of(ErrorKind::MalformedDate, INCOMPLETE, message);
    let with_date = |s: &Scene| s.sign(post()).edit("x-amz-date", "20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT");
    refused(with_date, &malformed);
    // AWS reads the extended format, and signs the basic one.
    let extended = |s: &Scene| s.sign(post()).edit("x-amz-date", "20150830T123600Z", "2015-08-30T12:36:00Z");
    let strict = Scene::gateway();
    assert_eq!(strict.refuses(&extended(&strict)), ErrorKind::MalformedDate);
    let as_aws = Scene::gateway().with_verifier(|v| v.with_aws_compat());
    for mixed in ["2015-0830T123600Z", "20150830T12:36:00Z", "2015-08-30T123600Z00", "2015:08:30T12-36-00Z"] {
        let mixed = as_aws.sign(post()).edit("x-amz-date", "20150830T123600Z", mixed);
        assert_eq!(as_aws.refuses(&mixed), ErrorKind::MalformedDate);
    }
    // It is the header's text that is signed as a header; so a signer of the extended format alone gets through here.
    assert_eq!(as_aws.refuses(&extended(&as_aws)), ErrorKind::SignatureMismatch);
    let unsigned_date = Scene { signer: as_aws.signer.clone(), ..as_aws };
    let moved = extended(&unsigned_date);
    assert!(unsigned_date.verifier.claim_view(&moved.view()).is_ok(), "and its date is read");
}

#[test]
fn check_10_and_11_the_window_is_five_minutes_for_api_gateway_and_fifteen_elsewhere() {
    for (service, window, bounds) in [
        ("execute-api", 5, ["20150830T123700Z", "20150830T122500Z"]),
        ("sts", 15, ["20150830T123700Z", "20150830T121500Z"]),
    ] {
        let scene = Scene::new(service);
        let signed = scene.sign(post());
        let late = scene.verify_at(&signed, now() + minutes(window + 1)).unwrap_err();
        let at = if window == 5 { "20150830T124200Z" } else { "20150830T125200Z" };
        let message =
            format!("Signature expired: 20150830T123600Z is now earlier than {} ({at} - {window} min.)", bounds[0]);
        assert_eq!(message_of(&late), Some(message.as_str()));
        let early = scene.verify_at(&signed, now() - minutes(window + 6)).unwrap_err();
        let (at, latest) = if window == 5 {
            ("20150830T122500Z", "20150830T123000Z")
        } else {
            ("20150830T121500Z", "20150830T123000Z")
        };
        let message =
            format!("Signature not yet current: 20150830T123600Z is still later than {latest} ({at} + {window} min.)");
        assert_eq!(message_of(&early), Some(message.as_str()), "{service} {:?}", bounds[1]);
        assert_eq!((status_of(&late), status_of(&early)), (Some(403), Some(403)));
        let code = if window == 5 { MISMATCH[1].0 } else { MISMATCH[0].0 };
        assert_eq!((code_of(&late), code_of(&early)), (Some(code), Some(code)));
    }
}

#[test]
fn check_12_the_credential_has_five_parts() {
    for (from, to) in [("/aws4_request", ""), ("/aws4_request", "/aws4_request/x")] {
        for service in ["sts", "execute-api"] {
            let scene = Scene::new(service);
            let error = scene.verify(&scene.sign(post()).edit("authorization", from, to)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::MalformedCredential);
            let message = message_of(&error).unwrap();
            let credential = format!("AKIDEXAMPLE/20150830/us-east-1/{service}{to}");
            let expected = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
                            got";
            assert_eq!(message, format!("{expected} '{credential}'"));
            assert_eq!(status_of(&error), Some(if service == "sts" { 400 } else { 403 }));
        }
    }
}

#[test]
fn check_13_all_that_is_wrong_with_the_scope_is_said_at_once() {
    let message = "Credential should be scoped to a valid region, not 'eu-west-1'. Credential should be scoped to correct \
                   service: 'SERVICE'. Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. \
                   Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != \
                   '20150830', from '20150830T123600Z'.";
    let wrong = of(ErrorKind::ScopeMismatch, MISMATCH, message);
    let scoped = |s: &Scene| {
        let service = s.verifier.clone();
        drop(service);
        let signed = s.sign(post()).edit("authorization", "us-east-1", "eu-west-1");
        let signed =
            signed.edit("authorization", "/20150830/", "/20150829/").edit("authorization", "aws4_request", "aws5");
        let value = String::from_utf8(signed.header("authorization").unwrap().to_vec()).unwrap();
        let service = if value.contains("/sts/") { "/sts/" } else { "/execute-api/" };
        signed.edit("authorization", service, "/other/")
    };
    refused(scoped, &wrong);
    let message = "Credential should be scoped to a valid region, not 'eu-west-1'. ";
    let region = of(ErrorKind::ScopeMismatch, MISMATCH, message);
    refused(|s| s.sign(post()).edit("authorization", "us-east-1", "eu-west-1"), &region);
}

#[test]
fn check_14_to_16_token_key_signature() {
    let period = "The security token included in the request is invalid.";
    let no_period = "The security token included in the request is invalid";
    let other_token = |_: &Scene| {
        let credentials = Credentials::new("AKIDEXAMPLE", "other").unwrap().with_session_token("t").unwrap();
        Scene { credentials, ..Scene::gateway() }.sign(post())
    };
    let scene = Scene::gateway();
    let error = scene.verify(&other_token(&scene)).unwrap_err();
    assert_eq!((code_of(&error), message_of(&error)), (Some(INVALID[1].0), Some(no_period)));
    let stored = |key: StoredKey<'_>, request: &Received| {
        scene.verifier.claim_view(&request.view()).unwrap().verify(key, &request.body, now()).unwrap_err()
    };
    let error = stored(StoredKey::unknown(), &scene.sign(post()));
    assert_eq!(
        (error.kind(), code_of(&error), message_of(&error)),
        (ErrorKind::UnknownAccessKey, Some(INVALID[1].0), Some(period))
    );
    let error = stored(StoredKey::inactive(), &scene.sign(post()));
    assert_eq!(message_of(&error), Some("The AWS access key provided does not exist in our records."));
    let temporary = Scene::gateway().temporary();
    let claim = temporary.sign(post());
    let expired = StoredKey::secret(&temporary.credentials).with_expiration(now() - minutes(1));
    let error = stored(expired, &claim);
    let message = "The security token included in the request is expired";
    assert_eq!((code_of(&error), message_of(&error)), (Some("ExpiredTokenException"), Some(message)));
    let mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                    Access Key and signing method. Consult the service documentation for details.";
    let wrong = of(ErrorKind::SignatureMismatch, MISMATCH, mismatch);
    refused(
        |s| {
            Scene {
                credentials: Credentials::new("AKIDEXAMPLE", "x").unwrap(),
                signer: s.signer.clone(),
                ..Scene::gateway()
            }
            .sign(post())
        },
        &wrong,
    );
    let sts = Scene::new("sts");
    let request = sts.sign(post());
    let error = sts.verifier.claim_view(&request.view()).unwrap().verify(StoredKey::unknown(), "", now()).unwrap_err();
    assert_eq!((code_of(&error), status_of(&error)), (Some(INVALID[0].0), Some(INVALID[0].1)));
}

/// A request with everything wrong, put right one step at a time, meets the checks in AWS's order.
#[test]
fn the_checks_come_in_order() {
    let scene = Scene::gateway();
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/1/2/3, SignedHeaders=x-amz-date, Signature=bad";
    let mut request =
        Received { path: "/%zz".into(), query: Some("a=%&X-Amz-Algorithm=AWS4-HMAC-SHA256".into()), ..post() };
    request = request.with("authorization", "Bearer x").with("x-amz-date", "yesterday");
    let mut met = Vec::new();
    let mut meet = |request: &Received, at| {
        let claim = scene.verifier.claim_view(&request.view());
        let outcome = claim.and_then(|claim| claim.verify(StoredKey::unknown(), &request.body, at).map(|_| ()));
        met.push(outcome.unwrap_err().kind());
    };
    let late = now() + minutes(10);
    meet(&request, late);
    request.query = Some("X-Amz-Algorithm=AWS4-HMAC-SHA256".into());
    meet(&request, late);
    request.path = "/".into();
    meet(&request, late);
    request.query = None;
    meet(&request, late);
    *request.header_mut("authorization") = b"AWS4-HMAC-SHA256 Credential=a".to_vec();
    meet(&request, late);
    *request.header_mut("authorization") = authorization.into();
    meet(&request, late);
    request = request.edit("authorization", "x-amz-date,", "host;x-amz-date,");
    meet(&request, late);
    *request.header_mut("x-amz-date") = b"20150830T123600Z".to_vec();
    meet(&request, late);
    meet(&request, now());
    request = request.edit("authorization", "/1/2/3", "/1/2/3/4");
    meet(&request, now());
    request = request.edit("authorization", "/1/2/3/4", "/20150830/us-east-1/execute-api/aws4_request");
    meet(&request, now());
    assert_eq!(
        met,
        [
            ErrorKind::MalformedQuery,
            ErrorKind::InvalidPath,
            ErrorKind::AmbiguousAuthentication,
            ErrorKind::UnsupportedAlgorithm,
            ErrorKind::IncompleteSignature,
            ErrorKind::UnsignedHeader,
            ErrorKind::MalformedDate,
            ErrorKind::Expired,
            ErrorKind::MalformedCredential,
            ErrorKind::ScopeMismatch,
            ErrorKind::UnknownAccessKey,
        ]
    );
}

/// What a service says to a caller holds nothing that helps to forge.
#[test]
fn no_answer_holds_a_secret_a_token_or_the_right_signature() {
    let scene = Scene::gateway().temporary();
    let signed = scene.sign(post());
    let right = String::from_utf8(signed.header("authorization").unwrap().to_vec()).unwrap();
    let right = right.split_once("Signature=").unwrap().1.to_owned();
    let tampered = [
        signed.clone().edit("authorization", "Signature=", "Signature=0"),
        signed.clone().edit("x-amz-security-token", "token", "nekot"),
        signed.clone().edit("authorization", "host;", ""),
        signed.clone().edit("authorization", "execute-api", "other"),
        signed.clone().add_query("a=%"),
        Received { body: b"other".to_vec(), ..signed.clone() },
    ];
    for request in tampered {
        let error = scene.verify(&request).unwrap_err();
        let said = format!("{error} {error:?} {:?}", message_of(&error));
        for secret in ["the/token", "secret", right.as_str()] {
            assert!(!said.replace("security token", "").contains(secret), "{said}");
        }
    }
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    assert!(!format!("{claim:?}").contains("token+="));
    let caller = claim.verify(&scene.credentials, &signed.body, now()).unwrap();
    assert!(!format!("{caller:?}").contains("token+="));
}

/// Some clients name headers that they do not send, and sign them as empty; AWS takes such a header for an empty one.
///
/// Sources: versity/versitygw#457, openai/openai-python#3563.
#[test]
fn a_signed_header_that_is_absent_counts_as_empty_where_aws_is_followed() {
    for service in ["execute-api", "sts", "s3"] {
        let as_aws = Scene::new(service).with_verifier(Verifier::with_aws_compat);
        for names in [&["transfer-encoding"][..], &["accept", "Connection", "zz"]] {
            let empty = names.iter().fold(post(), |request, name| request.with(name, ""));
            let signer = names.iter().fold(as_aws.signer.clone(), |signer, name| signer.with_signed_headers([*name]));
            let scene = Scene { signer, verifier: as_aws.verifier.clone(), ..Scene::new(service) };
            for signed in [scene.sign(empty.clone()), scene.presign(Received { body: Vec::new(), ..empty.clone() })] {
                let sent = names.iter().fold(signed, |request, name| request.without(name));
                scene.verify(&sent).unwrap();
                assert_eq!(Scene::new(service).refuses(&sent), ErrorKind::MissingSignedHeader, "strict by default");
                // What was left out may not come in with a value.
                let name = names[0];
                assert_eq!(scene.refuses(&sent.with(name, "x")), ErrorKind::SignatureMismatch);
            }
            // A header that was signed with a value, and was taken away.
            let signed = scene.sign(names.iter().fold(post(), |request, name| request.with(name, "x")));
            let sent = names.iter().fold(signed, |request, name| request.without(name));
            assert_eq!(scene.refuses(&sent), ErrorKind::SignatureMismatch);
        }
    }
    let bound = Scene::gateway().with_verifier(|v| v.with_aws_compat().require_signed_headers(["x-k8s-aws-id"]));
    let signed = bound.sign(post().with("x-k8s-aws-id", "")).without("x-k8s-aws-id");
    assert_eq!(bound.refuses(&signed), ErrorKind::UnsignedHeader, "a header that has to be signed has to be there");
    let names: Vec<_> = (0..sig4::request::MAX_HEADERS + 6).map(|n| format!("a{n:04}")).collect();
    let as_aws = Scene::gateway().with_verifier(Verifier::with_aws_compat);
    let many = as_aws.sign(post()).edit("authorization", "host;", &format!("{};host;", names.join(";")));
    assert_eq!(as_aws.refuses(&many), ErrorKind::TooManyHeaders);
    // What is absent hides nothing that came in.
    let s3 = Scene::new("s3").with_verifier(Verifier::with_aws_compat);
    let signed = s3.sign(post().with("expect", "").with("aaa", "")).without("aaa").with("x-amz-acl", "public-read");
    assert_eq!(s3.refuses(&signed), ErrorKind::UnsignedHeader);
    for name in ["", "a(b)", "a%41"] {
        let odd = as_aws.sign(post()).edit("authorization", "SignedHeaders=", &format!("SignedHeaders={name};"));
        assert_eq!(as_aws.refuses(&odd), ErrorKind::MissingSignedHeader, "{name}");
    }
}
