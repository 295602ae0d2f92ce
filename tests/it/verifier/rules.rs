//! The known holes of verifiers, one test a rule, each red when its check is taken out. The numbers are those of the list
//! that the project keeps, rules 1 to 30 and 36 to 38; the rest of the list is held to in the tests of the layers and of the gateway.
//! The incidents are public.

use super::{Scene, get, message_of, minutes, now, post};
use sig4::auth::{MAX_AUTHORIZATION_LEN, SignatureLocation};
use sig4::canonical::MAX_QUERY_PAIRS;
use sig4::credentials::{MAX_SESSION_TOKEN_LEN, SecretKey};
use sig4::key::SigningKey;
use sig4::payload::{ContentSha256, Streaming};
use sig4::request::MAX_HEADERS;
use sig4::settings::{ContentSha256Header, SessionTokenPlacement};
use sig4::verify::{Body, SeenSignatures};
use sig4::{Credentials, ErrorKind, Expires, Payload, StoredKey, Timestamp, Verifier};
use std::sync::Arc;

/// RustFS GHSA-g8w9-qw9q-fghr, versitygw#2158: a header that nobody signed acts on a presigned request.
#[test]
fn rule_01_an_unsigned_amz_header_on_a_presigned_request_is_refused() {
    let scene = Scene::new("s3");
    let presigned = scene.presign(get("/bucket/key", None));
    scene.verify(&presigned).unwrap();
    let error = scene.verify(&presigned.with("X-Amz-Copy-Source", "/other/key")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsignedHeader);
    assert_eq!(message_of(&error), Some("There were headers present in the request which were not signed"));
    assert!(error.to_string().ends_with("not signed: x-amz-copy-source"), "{error}");
}

fn sha256_of(body: &[u8]) -> String {
    ContentSha256::of(&Payload::Bytes(body)).to_string()
}

/// RustFS GHSA-xm99-m3gq-83g8: the same on a replayed header-signed request.
#[test]
fn rule_02_an_unsigned_amz_header_on_a_header_signed_request_is_refused_unless_tolerated() {
    let scene = Scene::gateway();
    let tampered = scene.sign(post()).with("x-amz-copy-source", "/other/key");
    assert_eq!(scene.refuses(&tampered), ErrorKind::UnsignedHeader);
    for name in ["x-amz-content-sha256", "x-amz-security-token", "x-amz-"] {
        assert!(scene.verify(&scene.sign(post()).with(name, "x")).is_err(), "{name}");
    }
    for service in ["execute-api", "s3"] {
        // What an unsigned hash of the body says is the last line of what is signed. aws-requests-auth 0.4.3 (PyPI) sends it so.
        let scene = Scene::new(service);
        let signer = scene.signer.clone().with_content_sha256(ContentSha256Header::Never);
        let plain = Scene { signer, ..Scene::new(service) }.sign(post());
        scene.verify(&plain.clone().with("x-amz-content-sha256", sha256_of(&plain.body))).unwrap();
        for (hash, refused) in [
            (sha256_of(b"another body"), ErrorKind::SignatureMismatch),
            (
                "UNSIGNED-PAYLOAD".to_owned(),
                if service == "s3" { ErrorKind::SignatureMismatch } else { ErrorKind::UnsignedPayload },
            ),
        ] {
            assert_eq!(scene.refuses(&plain.clone().with("x-amz-content-sha256", hash)), refused, "{service}");
        }
    }
    scene.verify(&scene.sign(post()).with("x-amzn-trace-id", "Root=1")).expect("not one of those");
    let tolerant = Scene::gateway().with_verifier(|v| v.allow_unsigned_headers(["X-Amz-Cf-Id"]));
    tolerant.verify(&tolerant.sign(post()).with("x-amz-cf-id", "x")).unwrap();
    assert_eq!(tolerant.refuses(&tampered), ErrorKind::UnsignedHeader);
    let s3 = Scene::new("s3").with_verifier(Verifier::with_aws_compat);
    assert_eq!(s3.refuses(&s3.sign(get("/k", None)).with("x-amz-acl", "public")), ErrorKind::UnsignedHeader);
}

/// rustfs#7796.
#[test]
fn rule_03_the_algorithm_is_pinned() {
    let scene = Scene::gateway();
    for other in ["AWS4-HMAC-SHA512", "aws4-hmac-sha256", "AWS4-HMAC-SHA256X", "AWS4", "AWS4-HMAC-SHA256-PAYLOAD"] {
        let tampered = scene.sign(post()).edit("authorization", "AWS4-HMAC-SHA256", other);
        assert_eq!(scene.refuses(&tampered), ErrorKind::UnsupportedAlgorithm, "{other}");
        let tampered = scene.presign(get("/", None)).edit_query("AWS4-HMAC-SHA256", other);
        assert_eq!(scene.refuses(&tampered), ErrorKind::MissingAuthentication, "{other}");
    }
}

/// s3-orchestrator#65, vinyldns#1525: a request that is good for every deployment.
#[test]
fn rule_04_the_host_must_be_signed() {
    let scene = Scene::gateway();
    for (from, to) in [("host;", ""), (";x-amz-date", "")] {
        let tampered = scene.sign(post()).edit("authorization", from, to);
        assert!(scene.verify(&tampered).is_err());
    }
    let unsigned_host = scene.sign(post()).edit("authorization", "host;", "");
    let error = scene.verify(&unsigned_host).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsignedHeader);
    assert!(message_of(&error).unwrap().starts_with("'Host' or ':authority' must be a 'SignedHeader'"));
    let lenient = Scene::gateway().with_verifier(Verifier::with_aws_compat);
    assert_eq!(lenient.refuses(&unsigned_host), ErrorKind::UnsignedHeader);
}

/// vinyldns#1525.
#[test]
fn rule_05_a_header_that_is_said_to_be_signed_and_is_not_there_is_refused() {
    let scene = Scene::gateway();
    let signed = scene.sign(post().with("x-amz-target", "a").with("accept", "*/*"));
    scene.verify(&signed).unwrap();
    for name in ["x-amz-target", "accept"] {
        assert_eq!(scene.refuses(&signed.clone().without(name)), ErrorKind::MissingSignedHeader, "{name}");
    }
    let declared = scene.sign(post()).edit("authorization", "SignedHeaders=", "SignedHeaders=absent;");
    assert_eq!(scene.refuses(&declared), ErrorKind::MissingSignedHeader);
}

/// lakeFS CVE-2025-68671, Keystone CVE-2020-12692.
#[test]
fn rule_06_an_old_signature_is_refused() {
    let scene = Scene::gateway();
    let signed = scene.sign(post());
    for (age, fresh) in [(4, true), (5, true), (6, false), (600, false), (-4, true), (-5, true), (-6, false)] {
        assert_eq!(scene.verify_at(&signed, now() + minutes(age)).is_ok(), fresh, "{age} minutes");
    }
    let late = scene.verify_at(&signed, now() + time::Duration::seconds(301)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Expired);
    let early = scene.verify_at(&signed, now() - time::Duration::seconds(301)).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotYetCurrent);
    let other = Scene::new("sqs");
    let signed = other.sign(post());
    for (age, fresh) in [(15, true), (16, false), (-15, true), (-16, false)] {
        assert_eq!(other.verify_at(&signed, now() + minutes(age)).is_ok(), fresh, "{age} minutes");
    }
}

/// swift3 CVE-2015-8466: `Date` was checked, and `x-amz-date` signed.
#[test]
fn rule_07_the_time_that_is_checked_is_the_one_that_is_signed() {
    let scene = Scene::gateway();
    let old = scene.sign_at(post(), now() - minutes(60)).with("date", "20150830T123600Z");
    assert_eq!(scene.refuses(&old), ErrorKind::Expired);
    let stale_date = scene.sign(post().with("date", "20150830T000000Z"));
    scene.verify(&stale_date).expect("x-amz-date counts");
    // Without x-amz-date it is `Date`, which then is in the string to sign.
    let swapped = scene.sign_at(post(), now()).without("x-amz-date").with("date", "20150830T123601Z");
    let swapped = swapped.edit("authorization", "host;x-amz-date", "date;host");
    assert_eq!(scene.refuses(&swapped), ErrorKind::SignatureMismatch);
}

/// fakecloud#1577, lakeFS#9710, vm0#21613.
#[test]
fn rule_08_the_lifetime_of_a_presigned_url_is_enforced_and_bounded() {
    let scene = Scene::new("s3");
    let presigned = scene.presign(get("/key", None));
    scene.verify_at(&presigned, now() + minutes(1)).unwrap();
    let late = scene.verify_at(&presigned, now() + time::Duration::seconds(61)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Expired);
    let early = scene.verify_at(&presigned, now() - minutes(16)).unwrap_err();
    assert_eq!(early.kind(), ErrorKind::NotYetCurrent);
    for bad in ["0", "-60", "604801", "99999999999999999999", "", "6e1", "%D9%A6%D9%A0", "+60", "060", "60.0"] {
        let tampered = presigned.clone().edit_query("X-Amz-Expires=60", &format!("X-Amz-Expires={bad}"));
        assert_eq!(scene.refuses(&tampered), ErrorKind::InvalidExpires, "{bad}");
    }
    assert_eq!(scene.refuses(&presigned.clone().edit_query("&X-Amz-Expires=60", "")), ErrorKind::InvalidExpires);
    let longer = presigned.edit_query("X-Amz-Expires=60", "X-Amz-Expires=600");
    assert_eq!(scene.refuses(&longer), ErrorKind::SignatureMismatch);
    let brief = Scene::new("s3").with_verifier(|v| v.with_max_expires(Expires::from_secs(59).unwrap()));
    assert_eq!(brief.refuses(&brief.presign(get("/key", None))), ErrorKind::InvalidExpires);
    let just = Scene::new("s3").with_verifier(|v| v.with_max_expires(Expires::from_secs(60).unwrap()));
    just.verify(&just.presign(get("/key", None))).expect("60 s are not more than 60 s");
    // Elsewhere a presigned URL need not say how long it lasts, and then lasts as long as the window.
    let gateway = Scene::gateway();
    let unbounded = gateway.presign(get("/", None)).edit_query("&X-Amz-Expires=60", "");
    assert_eq!(gateway.verify_at(&unbounded, now() + minutes(6)).unwrap_err().kind(), ErrorKind::Expired);
}

/// cloudemu#839.
#[test]
fn rule_09_a_date_that_cannot_be_read_is_refused() {
    let scene = Scene::gateway();
    for bad in ["", "x", "Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600", "20150830T246000Z", "2015-08-30T12:36:00Z"]
    {
        let tampered = scene.sign(post()).without("x-amz-date").with("x-amz-date", bad);
        assert_eq!(scene.refuses(&tampered), ErrorKind::MalformedDate, "{bad}");
    }
    let tampered = scene.presign(get("/", None)).edit_query("X-Amz-Date=20150830T123600Z", "X-Amz-Date=now");
    assert_eq!(scene.refuses(&tampered), ErrorKind::MalformedDate);
}

/// chimera#1187, s3s#616.
#[test]
fn rule_10_the_day_of_the_scope_is_the_day_of_the_signature() {
    let scene = Scene::gateway();
    let tampered = scene.sign(post()).edit("authorization", "/20150830/", "/20150829/");
    assert_eq!(scene.refuses(&tampered), ErrorKind::ScopeMismatch);
    // Made with the key of the other day: still not the day of the date.
    let at = Timestamp::parse("20150830T000001Z").unwrap().to_datetime();
    let signed = scene.sign_at(post(), at).edit("x-amz-date", "20150830T000001Z", "20150829T235959Z");
    assert_eq!(scene.verify_at(&signed, at).unwrap_err().kind(), ErrorKind::ScopeMismatch);
}

/// chimera#1187, floci#2895.
#[test]
fn rule_11_region_service_and_terminator_are_the_verifiers() {
    let scene = Scene::gateway();
    for (from, to) in [("us-east-1", "us-east-2"), ("execute-api", "s3"), ("aws4_request", "aws4_requests")] {
        let tampered = scene.sign(post()).edit("authorization", from, to);
        assert_eq!(scene.refuses(&tampered), ErrorKind::ScopeMismatch, "{to}");
    }
    // Well signed, and for somebody else.
    let elsewhere = Scene { signer: sig4::Signer::new("eu-west-1", "execute-api").unwrap(), ..Scene::gateway() };
    assert_eq!(scene.refuses(&elsewhere.sign(post())), ErrorKind::ScopeMismatch);
    let other = Scene { signer: sig4::Signer::new("us-east-1", "sts").unwrap(), ..Scene::gateway() };
    assert_eq!(scene.refuses(&other.sign(post())), ErrorKind::ScopeMismatch);
}

/// s3s#616: the form of a POST policy signs neither method nor path, so its fields authenticate nobody.
#[test]
fn rule_12_the_fields_of_a_post_policy_do_not_authenticate() {
    let scene = Scene::new("s3");
    let mut form = post().with("content-type", "multipart/form-data; boundary=b");
    form.body = b"--b\r\nContent-Disposition: form-data; name=\"X-Amz-Signature\"\r\n\r\n00\r\n--b--\r\n".to_vec();
    assert_eq!(scene.refuses(&form), ErrorKind::MissingAuthentication);
}

/// MinIO CVE-2026-41145, floci#3195: credentials from one place, signature from another.
#[test]
fn rule_13_two_signatures_are_refused() {
    let scene = Scene::gateway();
    let (presigned, signed) = (scene.presign(get("/", None)), scene.sign(get("/", None)));
    let mut both = signed.clone();
    both.query = presigned.query;
    assert_eq!(scene.refuses(&both), ErrorKind::AmbiguousAuthentication);
    for parameter in ["X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential=AKIDOTHER"] {
        let tampered = signed.clone().add_query(parameter);
        assert_eq!(scene.refuses(&tampered), ErrorKind::AmbiguousAuthentication, "{parameter}");
    }
    let bearer = scene.presign(get("/", None)).with("authorization", "Bearer abc");
    assert_eq!(scene.refuses(&bearer), ErrorKind::AmbiguousAuthentication);
    let temporary = Scene::gateway().temporary();
    let tokens = temporary.presign(get("/", None)).with("x-amz-security-token", "the/token+=");
    assert_eq!(temporary.refuses(&tokens), ErrorKind::AmbiguousAuthentication, "the token in both places");
}

/// MinIO CVE-2026-40344: what no branch knows falls through.
#[test]
fn rule_14_every_other_way_to_authenticate_is_refused() {
    let scene = Scene::gateway();
    let kind = |value: &str| scene.refuses(&post().with("authorization", value));
    assert_eq!(kind("AWS4-ECDSA-P256-SHA256 Credential=a"), ErrorKind::AsymmetricSignature);
    for other in ["Bearer abc", "AWS-AKID:sig", "Basic YTpi", "", "STREAMING-AWS4-HMAC-SHA256", "AWS5-HMAC-SHA256 a=b"]
    {
        assert_eq!(kind(other), ErrorKind::UnsupportedAlgorithm, "{other}");
    }
    assert_eq!(kind("AWS AKID:sig"), ErrorKind::SignatureVersion2);
    assert_eq!(scene.refuses(&post()), ErrorKind::MissingAuthentication);
    let v2 = get("/", Some("AWSAccessKeyId=AKID&Signature=sig%3D&Expires=1795924061"));
    assert_eq!(scene.refuses(&v2), ErrorKind::SignatureVersion2);
    let v4a = get("/", Some("X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Signature=00"));
    assert_eq!(scene.refuses(&v4a), ErrorKind::AsymmetricSignature);
    let only_header = Scene::gateway().with_verifier(|v| v.with_signature_location(SignatureLocation::Header));
    assert_eq!(only_header.refuses(&scene.presign(get("/", None))), ErrorKind::MissingAuthentication);
    let only_query = Scene::gateway().with_verifier(|v| v.with_signature_location(SignatureLocation::Query));
    assert_eq!(only_query.refuses(&scene.sign(post())), ErrorKind::MissingAuthentication);
}

/// MinIO CVE-2025-31489: a known access key id, and its signature never compared. `Caller`'s documentation has the proofs
/// that do not compile.
#[test]
fn rule_15_a_known_access_key_id_alone_proves_nothing() {
    let scene = Scene::new("s3");
    let zeros = "0".repeat(64);
    let forged = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, \
         Signature={zeros}"
    );
    for payload in ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"] {
        let request = post().with("x-amz-date", "20150830T123600Z").with("x-amz-content-sha256", payload);
        let value = forged.replace("host;", "host;x-amz-content-sha256;");
        assert!(scene.verify(&request.with("authorization", value)).is_err(), "{payload}");
    }
    let request = post().with("x-amz-date", "20150830T123600Z").with("authorization", forged.replace("/s3/", "/sqs/"));
    assert_eq!(Scene::new("sqs").refuses(&request), ErrorKind::SignatureMismatch);
    for key in [StoredKey::unknown(), StoredKey::inactive()] {
        // Signed with the very secret that stands in for nobody's.
        let nobody = Scene { credentials: Credentials::new("nobody", "nothing").unwrap(), ..Scene::gateway() };
        let signed = nobody.sign(post());
        let claim = nobody.verifier.claim_view(&signed.view());
        let refused = claim.unwrap().verify(key, &signed.body, now()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::UnknownAccessKey);
    }
}

/// s3proxy#1027, appwrite#13515.
#[test]
fn rule_16_a_body_in_signed_chunks_is_refused_because_its_chunks_are_not_checked() {
    let scene = Scene::new("s3");
    for marker in [Streaming::Signed, Streaming::SignedTrailer, Streaming::Events] {
        let signed = scene.sign_payload(post(), &Payload::Streaming(marker), now());
        assert_eq!(scene.refuses(&signed), ErrorKind::StreamingPayload);
    }
}

/// s3-orchestrator#1536.
#[test]
fn rule_17_a_trailer_that_nobody_checks_is_refused() {
    let scene = Scene::new("s3");
    let signed = scene.sign_payload(post(), &Payload::Streaming(Streaming::UnsignedTrailer), now());
    assert_eq!(scene.refuses(&signed), ErrorKind::StreamingPayload);
}

/// ExtendDB#351, fakecloud#2415, chimera#491: the body's hash was believed.
#[test]
fn rule_18_the_body_is_hashed_and_unsigned_only_where_the_service_allows_it() {
    let gateway = Scene::gateway();
    let mut tampered = gateway.sign(post());
    tampered.body.push(b' ');
    assert_eq!(gateway.refuses(&tampered), ErrorKind::SignatureMismatch);
    let s3 = Scene::new("s3");
    let mut tampered = s3.sign(post());
    tampered.body.push(b' ');
    assert_eq!(s3.refuses(&tampered), ErrorKind::ContentMismatch);
    let unsigned = gateway.sign_payload(post(), &Payload::Unsigned, now());
    assert_eq!(gateway.refuses(&unsigned), ErrorKind::UnsignedPayload);
    let mut unsigned = s3.sign_payload(post(), &Payload::Unsigned, now());
    unsigned.body = b"anything".to_vec();
    s3.verify(&unsigned).expect("S3 allows it");
    let strict = Scene::new("s3").with_verifier(|v| v.with_unsigned_payload(false));
    assert_eq!(strict.refuses(&unsigned), ErrorKind::UnsignedPayload);
    let mut presigned = gateway.presign(get("/", None));
    presigned.body = b"anything".to_vec();
    assert_eq!(gateway.refuses(&presigned), ErrorKind::SignatureMismatch);
}

/// aws-iam-authenticator CVE-2022-2385, s3s#176.
#[test]
fn rule_19_a_query_parameter_of_the_signature_comes_once_in_whatever_case() {
    let scene = Scene::gateway();
    let presigned = scene.presign(get("/", Some("a=1&a=2&xa=1&xa=1&X-Ray=1&x-ray=1")));
    scene.verify(&presigned).expect("other names may come twice");
    for name in ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token", "Meta"] {
        for spelling in [format!("X-Amz-{name}"), format!("x-amz-{}", name.to_lowercase()), format!("%58-Amz-{name}")] {
            let doubled = presigned.clone().add_query(&format!("X-Amz-{name}=1")).add_query(&format!("{spelling}=1"));
            assert_eq!(scene.refuses(&doubled), ErrorKind::AmbiguousAuthentication, "{spelling}");
        }
    }
    let doubled = scene.sign(post()).edit("authorization", "SignedHeaders", "Credential=AKIDOTHER/a, SignedHeaders");
    assert_eq!(scene.refuses(&doubled), ErrorKind::AmbiguousAuthentication);
    let doubled = scene.sign(post()).edit("authorization", "host;", "host;host;");
    assert_eq!(scene.refuses(&doubled), ErrorKind::AmbiguousAuthentication);
}

/// s3s#768.
#[test]
fn rule_20_headers_that_decide_come_once() {
    let scene = Scene::gateway().temporary();
    let s3 = Scene::new("s3");
    for name in ["authorization", "x-amz-date", "x-amz-security-token"] {
        let signed = scene.sign(post());
        let value = signed.header(name).unwrap().to_vec();
        assert_eq!(scene.refuses(&signed.with(name, value)), ErrorKind::AmbiguousAuthentication, "{name}");
    }
    let signed = s3.sign(get("/k", None));
    let hash = signed.header("x-amz-content-sha256").unwrap().to_vec();
    assert_eq!(s3.refuses(&signed.with("X-Amz-Content-Sha256", hash)), ErrorKind::AmbiguousAuthentication);
    for as_aws in [false, true] {
        let scene = Scene::gateway().with_verifier(|v| if as_aws { v.with_aws_compat() } else { v });
        let twice = scene.sign(post()).with("Host", "evil.example.com");
        assert_eq!(scene.refuses(&twice), ErrorKind::InvalidHost);
    }
    let mut differs = scene.sign(post());
    differs.origin = Some(("https".into(), "evil.example.com".into()));
    let view = sig4::request::RequestView::new(&differs.method, &differs.path, None, &differs.headers)
        .with_authority("https", "evil.example.com");
    assert_eq!(scene.verifier.claim_view(&view).unwrap_err().kind(), ErrorKind::InvalidHost);
}

/// s3-proxy CVE-2026-42882: the signature saw one path and the handler another.
#[test]
fn rule_21_the_path_that_is_handed_out_is_the_one_that_was_signed() {
    let gateway = Scene::gateway();
    for (sent, routed) in [
        ("/a/../admin", "/admin"),
        ("//admin//x", "/admin/x"),
        ("/a%2Fb", "/a%2Fb"),
        ("/%2e%2e/b", "/%2e%2e/b"),
        ("", "/"),
    ] {
        let signed = gateway.sign(get(sent, None));
        let claim = gateway.verifier.claim_view(&signed.view());
        let caller = claim.unwrap().verify(&gateway.credentials, "", now()).unwrap();
        assert_eq!(caller.path(), routed, "{sent}");
    }
    let s3 = Scene::new("s3").with_verifier(|v| v.with_path_encoding(sig4::settings::PathEncoding::Canonical));
    let signed = s3.sign(get("/a%2Bb//c", None));
    let claim = s3.verifier.claim_view(&signed.view()).unwrap();
    assert_eq!(claim.verify(&s3.credentials, "", now()).unwrap().path(), "/a%2Bb//c");
    for outside in ["/%2e%2e/%2E%2E/etc", "/a%2F..%2F..%2Fetc", "/../etc"] {
        let mut request = s3.sign(get("/", None));
        request.path = outside.to_owned();
        assert_eq!(s3.refuses(&request), ErrorKind::InvalidPath, "{outside}");
    }
    for outside in ["/..", "/a/../..", "/a/../../b"] {
        let mut request = gateway.sign(get("/", None));
        request.path = outside.to_owned();
        assert_eq!(gateway.refuses(&request), ErrorKind::InvalidPath, "{outside}");
    }
}

/// yulin#183: the signature parameter is dropped from what is signed only where it is the signature.
#[test]
fn rule_22_a_signature_parameter_of_a_header_signed_request_is_signed_like_any_other() {
    let scene = Scene::gateway();
    let tampered = scene.sign(post()).add_query("X-Amz-Signature=00");
    assert_eq!(scene.refuses(&tampered), ErrorKind::SignatureMismatch);
    let tampered = scene.presign(get("/", None)).add_query("X-Amz-Signaturf=00");
    assert_eq!(scene.refuses(&tampered), ErrorKind::SignatureMismatch);
    let tampered = scene.presign(get("/", None)).add_query("x-amz-signaturf=00");
    assert_eq!(scene.refuses(&tampered), ErrorKind::SignatureMismatch);
}

/// minio#5334, versitygw#2350. The comparison is `subtle`'s over 32 bytes; here, that no other length or spelling reaches it.
#[test]
fn rule_23_a_signature_is_64_lower_case_digits_and_compared_as_a_whole() {
    let scene = Scene::gateway();
    let signed = scene.sign(post());
    let value = String::from_utf8(signed.header("authorization").unwrap().to_vec()).unwrap();
    let (before, signature) = value.split_once("Signature=").unwrap();
    let upper = signature.to_uppercase();
    let cut = |len: usize| signature.chars().take(len).collect::<String>();
    let [longer, spaced] = ["0", " a"].map(|more| format!("{signature}{more}"));
    for bad in ["", "0", &cut(62), &cut(63), &longer, &upper, &spaced] {
        let mut tampered = signed.clone();
        *tampered.header_mut("authorization") = format!("{before}Signature={bad}").into_bytes();
        assert_eq!(scene.refuses(&tampered), ErrorKind::SignatureMismatch, "{bad}");
    }
}

/// cloudemu#839, rustfs GHSA-m77q: temporary keys without their token.
#[test]
fn rule_24_the_token_is_the_one_of_the_stored_session_and_of_no_other_key() {
    let scene = Scene::gateway().temporary();
    scene.verify(&scene.sign(post())).unwrap();
    let without = Credentials::new("ASIAEXAMPLE", "secret").unwrap();
    let signed = Scene { credentials: without.clone(), ..Scene::gateway() }.sign(post());
    assert_eq!(scene.refuses(&signed), ErrorKind::InvalidToken, "the token is left out");
    let other = Scene { credentials: without.clone().with_session_token("other").unwrap(), ..Scene::gateway() };
    assert_eq!(scene.refuses(&other.sign(post())), ErrorKind::InvalidToken, "another session's token");
    let longer = Scene { credentials: without.with_session_token("the/token+=x").unwrap(), ..Scene::gateway() };
    assert_eq!(scene.refuses(&longer.sign(post())), ErrorKind::InvalidToken, "a longer one");
    let long_term = Scene::gateway();
    let with_token =
        Scene { credentials: long_term.credentials.clone().with_session_token("t").unwrap(), ..Scene::gateway() };
    assert_eq!(long_term.refuses(&with_token.sign(post())), ErrorKind::InvalidToken, "a key that has none");
    let (signed, end) = (scene.sign(post()), now() + minutes(1));
    let at = |at| {
        let claim = scene.verifier.claim_view(&signed.view()).unwrap();
        claim
            .verify(StoredKey::secret(&scene.credentials).with_expiration(end), &signed.body, at)
            .err()
            .map(|e| e.kind())
    };
    assert_eq!(at(end), None);
    assert_eq!(at(end + minutes(1)), Some(ErrorKind::ExpiredToken));
    let long = scene.credentials.access_key_id();
    let (plain, ended) = (Credentials::new(long, "secret").unwrap(), now() - minutes(1));
    let without = Scene { credentials: plain.clone(), ..Scene::gateway() }.sign(post());
    let claim = scene.verifier.claim_view(&without.view()).unwrap();
    let over = claim.verify(StoredKey::secret(&plain).with_expiration(ended), &without.body, now()).unwrap_err();
    assert_eq!(over.kind(), ErrorKind::ExpiredToken, "a session without a token ends as well");
    // Outside the signature for the service that has it so, and still bound to the session.
    let iot = Scene::new("iotdevicegateway").temporary();
    let signed = iot.sign(post());
    iot.verify(&signed).unwrap();
    assert_eq!(iot.refuses(&signed.edit("x-amz-security-token", "token", "nekot")), ErrorKind::InvalidToken);
    let outside = Scene::gateway().temporary();
    let outside = Scene {
        signer: outside.signer.clone().with_session_token_placement(SessionTokenPlacement::Unsigned),
        ..outside
    };
    assert_eq!(outside.refuses(&outside.sign(post())), ErrorKind::UnsignedHeader);
}

/// Vault CVE-2020-16250: a forwarded request was taken for what it said of itself. Here the host comes from the verifier.
#[test]
fn rule_25_a_request_that_was_signed_for_another_host_is_refused() {
    let scene = Scene::gateway().with_verifier(|v| v.with_authority("api.example.com"));
    let elsewhere = scene.sign(post());
    assert_eq!(scene.refuses(&elsewhere), ErrorKind::SignatureMismatch);
    let mut forwarded = post();
    *forwarded.header_mut("host") = b"api.example.com".to_vec();
    let mut forwarded = scene.sign(forwarded);
    scene.verify(&forwarded).unwrap();
    *forwarded.header_mut("host") = b"internal:8080".to_vec();
    scene.verify(&forwarded).expect("a proxy in front put its own host there");
}

/// Keystone, USN-7857-1: a presigned GET taken for a proof of identity.
#[test]
fn rule_26_a_signature_can_be_bound_to_its_audience() {
    let scene = Scene::gateway().with_verifier(|v| v.require_signed_headers(["X-K8s-Aws-Id"]));
    assert_eq!(scene.refuses(&scene.sign(post())), ErrorKind::UnsignedHeader);
    assert_eq!(scene.refuses(&scene.sign(post()).with("x-k8s-aws-id", "c1")), ErrorKind::UnsignedHeader);
    let bound = scene.sign(post().with("x-k8s-aws-id", "c1"));
    let claim = scene.verifier.claim_view(&bound.view()).unwrap();
    let caller = claim.verify(&scene.credentials, &bound.body, now()).unwrap();
    assert_eq!(caller.signed_header("X-K8S-aws-id").collect::<Vec<_>>(), [b"c1"]);
    assert_eq!((caller.method(), caller.signature_location()), ("POST", SignatureLocation::Header));
}

#[test]
fn rule_27_a_replay_is_refused_where_a_store_remembers() {
    let plain = Scene::gateway();
    let signed = plain.sign(post());
    plain.verify(&signed).unwrap();
    plain.verify(&signed).expect("off by default");
    let store = Arc::new(SeenSignatures::new(2).with_key_quota(2));
    let scene = Scene::gateway().with_verifier(|v| v.with_seen_signatures(store.clone()));
    scene.verify(&signed).unwrap();
    assert_eq!(scene.refuses(&signed), ErrorKind::Replayed);
    let streamed = scene.verifier.claim_view(&signed.view()).unwrap().stream(&scene.credentials, now()).unwrap();
    let mut streamed = streamed;
    streamed.update(&signed.body);
    assert_eq!(streamed.finish().unwrap_err().kind(), ErrorKind::Replayed, "a body that streams in");
    let forged = signed.clone().edit("authorization", "Signature=", "Signature=0");
    assert_eq!(scene.refuses(&forged), ErrorKind::SignatureMismatch);
    assert_eq!(store.len(), 1, "only what verified is remembered");
    scene.verify(&scene.sign(get("/2", None))).unwrap();
    assert!(store.len() == 2 && !store.is_empty() && SeenSignatures::new(1).is_empty());
    let last = scene.verify_at(&signed, now() + minutes(5)).unwrap_err();
    assert_eq!(last.kind(), ErrorKind::Replayed, "remembered to the last moment of its life");
    assert_eq!(scene.refuses(&scene.sign(get("/3", None))), ErrorKind::Replayed, "full: refused, not forgotten");
    let later = now() + minutes(6);
    scene.verify_at(&scene.sign_at(get("/3", None), later), later).expect("what has expired makes room");
    assert_eq!(store.len(), 1);
}

/// A key that floods the store has its quota, and long-lived URLs are not remembered for their seven days.
#[test]
fn rule_36_one_key_does_not_fill_the_store_of_signatures() {
    let store = Arc::new(SeenSignatures::new(8));
    let scene = Scene::gateway().with_verifier(|v| v.with_seen_signatures(store.clone()));
    let other = Scene {
        credentials: Credentials::new("AKIDOTHER", "another secret").unwrap(),
        verifier: scene.verifier.clone(),
        ..Scene::gateway()
    };
    for n in 0..20 {
        let outcome = scene.verify(&scene.sign(get(&format!("/{n}"), None)));
        assert_eq!(outcome.is_ok(), n < 2, "a quarter of the capacity");
    }
    let over = scene.verify(&scene.sign(get("/a", None))).unwrap_err();
    assert!(over.kind() == ErrorKind::Replayed && over.to_string().contains("as many signatures"), "{over}");
    other.verify(&other.sign(get("/a", None))).expect("others have room");
    let later = now() + minutes(6);
    scene.verify_at(&scene.sign_at(get("/a", None), later), later).expect("its quota is free again");
    let week = other.presign_for(get("/week", None), Expires::MAX);
    let long = other.verify(&week).unwrap_err();
    assert!(long.kind() == ErrorKind::Replayed && long.to_string().contains("sign for a shorter time"), "{long}");
    other.verify(&other.presign_for(get("/hour", None), Expires::from_secs(3_600).unwrap())).unwrap();
    let wide = Arc::new(SeenSignatures::new(8).with_max_lifetime(std::time::Duration::from_secs(604_800)));
    let wide = other.with_verifier(|v| v.with_seen_signatures(wide));
    wide.verify(&week).unwrap();
    assert_eq!(wide.refuses(&week), ErrorKind::Replayed);
}

/// A clock that jumps forth and back neither locks everybody out nor lets anything in again.
#[test]
fn rule_36_a_clock_that_jumps_locks_nobody_out() {
    // With room for all, and with room for no more than what is valid at once.
    for capacity in [100, 3] {
        let store = Arc::new(SeenSignatures::new(capacity).with_key_quota(capacity));
        let scene = Scene::gateway().with_verifier(|v| v.with_seen_signatures(store.clone()));
        let sign = |path: &str, at| scene.sign_at(get(path, None), at);
        for (n, jump) in (0..).zip([minutes(24 * 60), minutes(-24 * 60), minutes(60 * 24 * 365)]) {
            let right = now() + minutes(10 * n);
            let first = sign("/first", right);
            scene.verify_at(&first, right).unwrap();
            let wrong = right + jump;
            let strays: Vec<_> = (0..4).map(|n| sign(&format!("/stray/{n}"), wrong)).collect();
            let let_in = strays.iter().filter(|request| scene.verify_at(request, wrong).is_ok()).count();
            assert!(let_in >= capacity.min(4) - 1, "the clock is wrong and the requests are with it: {let_in}");
            // The clock is right again. Of a full store the minute is forgotten in which the first signature ends.
            for minute in (if capacity == 100 { 0 } else { 1 })..3 {
                let at = right + minutes(minute);
                scene.verify_at(&sign(&format!("/{minute}"), at), at).unwrap();
                assert_eq!(scene.verify_at(&first, at).unwrap_err().kind(), ErrorKind::Replayed);
            }
            for stray in &strays {
                assert_eq!(scene.verify_at(stray, wrong).unwrap_err().kind(), ErrorKind::Replayed, "nor again");
            }
        }
        // Soon after, everything is as it was, however full the store became.
        let soon = now() + minutes(30);
        scene.verify_at(&sign("/soon", soon), soon).unwrap();
        assert_eq!(scene.verify_at(&sign("/soon", soon), soon).unwrap_err().kind(), ErrorKind::Replayed);
    }
}

/// rustfs#3374, trafficserver#13528.
#[test]
fn rule_28_a_server_that_adds_headers_before_it_verifies_is_told_so() {
    let scene = Scene::gateway();
    let injected = scene.sign(post()).with("x-amz-request-id", "1");
    assert_eq!(scene.refuses(&injected), ErrorKind::UnsignedHeader);
    // Who signs a request again leaves nothing of what came in.
    let inbound = Scene::gateway().temporary().sign(post());
    let signed = scene.signer.sign_view(&inbound.view(), &Payload::Bytes(&inbound.body), &scene.credentials, now());
    assert_eq!(signed.unwrap().removed_header(), Some("x-amz-security-token"));
}

#[test]
fn rule_29_what_a_caller_sizes_is_bounded_before_it_is_hashed() {
    let scene = Scene::gateway();
    let mut many = scene.sign(post());
    (0..MAX_HEADERS + 3).for_each(|n| many.headers.push((format!("x-{n}"), vec![])));
    assert_eq!(scene.refuses(&many), ErrorKind::TooManyHeaders);
    let names: Vec<_> = (0..=MAX_HEADERS + 3).rev().map(|n| format!("x-{n}")).collect();
    let named = scene.sign(post()).edit("authorization", "host;", &format!("host;{};", names.join(";")));
    assert_eq!(scene.refuses(&named), ErrorKind::TooManyHeaders);
    let long =
        scene.sign(post()).edit("authorization", "host;", &format!("host;{};", "x".repeat(MAX_AUTHORIZATION_LEN)));
    assert_eq!(scene.refuses(&long), ErrorKind::IncompleteSignature);
    let pairs = vec!["a"; MAX_QUERY_PAIRS + 1].join("&");
    assert_eq!(scene.refuses(&scene.sign(post()).add_query(&pairs)), ErrorKind::TooManyQueryPairs);
    let amz: Vec<_> = (0..=MAX_QUERY_PAIRS + 1).map(|n| format!("x-amz-{n}")).collect();
    assert_eq!(scene.refuses(&scene.sign(post()).add_query(&amz.join("&"))), ErrorKind::TooManyQueryPairs);
    let longest = scene.sign(post()).with("x-amz-security-token", "t".repeat(MAX_SESSION_TOKEN_LEN));
    assert_eq!(scene.refuses(&longest), ErrorKind::UnsignedHeader, "read, and refused for another reason");
    let token = "t".repeat(MAX_SESSION_TOKEN_LEN + 1);
    let tokened = scene.sign(post()).with("x-amz-security-token", token);
    assert_eq!(scene.refuses(&tokened), ErrorKind::InvalidSessionToken);
}

/// curl#20543, fakecloud's lossy decoding: two requests with one canonical form.
#[test]
fn rule_30_malformed_sequences_are_refused_and_distinct_bytes_stay_distinct() {
    let scene = Scene::gateway();
    for bad in ["a=%", "a=%4", "a=%zz", "%=1", "a=1&b=%G0"] {
        assert_eq!(scene.refuses(&scene.sign(post()).add_query(bad)), ErrorKind::MalformedQuery, "{bad}");
    }
    for bad in ["/%", "/a%2", "/%zz/b"] {
        let mut tampered = scene.sign(post());
        tampered.path = bad.to_owned();
        assert_eq!(scene.refuses(&tampered), ErrorKind::InvalidPath, "{bad}");
    }
    // Bytes that are not UTF-8 must not all become the same replacement character.
    let signed = scene.sign(get("/", Some("a=%FF")));
    scene.verify(&signed).unwrap();
    assert_eq!(scene.refuses(&signed.clone().edit_query("%FF", "%FE")), ErrorKind::SignatureMismatch);
    assert_eq!(scene.refuses(&signed.edit_query("%FF", "%EF%BF%BD")), ErrorKind::SignatureMismatch);
    for pair in ["%FF", "%FE"] {
        let presigned =
            scene.presign(get("/", None)).edit_query("Credential=AKIDEXAMPLE", &format!("Credential={pair}"));
        assert_eq!(scene.refuses(&presigned), ErrorKind::IncompleteSignature, "not text");
    }
    let signed = scene.sign(get("/", Some("a=b%2Bc")));
    assert_eq!(scene.refuses(&signed.edit_query("%2B", "+")), ErrorKind::SignatureMismatch);
}

/// An unset variable, a NULL column: nobody verifies with the empty secret, so nobody is let in who signed with it.
#[test]
fn rule_37_an_empty_secret_authenticates_nobody() {
    // The last ones are what a file holds that was saved empty, with a byte order mark, and what is copied from a web page.
    for secret in
        ["", " ", "\t\r\n", "\0", "\u{feff}", "\u{feff}\r\n", "\u{200b}", "\u{2060}\u{ad}", "\u{2800}\u{1d159}"]
    {
        assert_eq!(SecretKey::new(secret).unwrap_err().kind(), ErrorKind::InvalidSecretKey, "{secret:?}");
        assert_eq!(SecretKey::verbatim(secret).unwrap_err().kind(), ErrorKind::InvalidSecretKey, "{secret:?}");
        for id in ["AKIDEXAMPLE", "ASIAEXAMPLE"] {
            let refused = Credentials::new(id, secret).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::InvalidSecretKey, "{secret:?}");
            let refused = Credentials::new(id, secret.to_owned()).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::InvalidSecretKey, "{secret:?}");
        }
    }
    for secret in [" x", "x\n", "\u{feff}x"] {
        assert_eq!(SecretKey::new(secret).unwrap_err().kind(), ErrorKind::InvalidSecretKey, "{secret:?}");
        assert!(SecretKey::verbatim(secret).is_ok(), "AWS's signers sign with {secret:?}");
    }
    assert!(SecretKey::new("x").is_ok());
}

/// A request of one caller is renamed to another's access key id: the derived key of the first must not verify it.
#[test]
fn rule_38_a_derived_key_verifies_its_own_access_key_id_only() {
    for service in ["execute-api", "s3"] {
        let scene = Scene::new(service);
        let scope = scene.signer.scope(Timestamp::parse("20150830T123600Z").unwrap().day());
        let key = SigningKey::derive(&scene.credentials, &scope);
        let renamed = scene.sign(get("/a", None)).edit("authorization", "AKIDEXAMPLE", "AKIDROOT");
        let presigned = scene.presign(get("/a", None)).edit_query("AKIDEXAMPLE", "AKIDROOT");
        for (request, expected) in [
            (&scene.sign(get("/a", None)), None),
            (&renamed, Some(ErrorKind::UnknownAccessKey)),
            (&presigned, Some(ErrorKind::UnknownAccessKey)),
        ] {
            let stored = StoredKey::signing_key(&key);
            let claim = scene.verifier.claim_view(&request.view()).unwrap();
            let refused = claim.verify(stored, &request.body, now()).map(|caller| caller.access_key_id().to_owned());
            assert_eq!(refused.err().map(|error| error.kind()), expected);
            let claim = scene.verifier.claim_view(&request.view()).unwrap();
            let streamed = claim.stream(stored, now()).and_then(sig4::verify::StreamingBody::finish);
            assert_eq!(streamed.err().map(|error| error.kind()), expected);
        }
    }
    // The cache of a verifier keeps keys of one secret and two access key ids apart.
    let scene = Scene::gateway();
    scene.verify(&scene.sign(post())).unwrap();
    let twin = Credentials::new("AKIDTWIN", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let signed = scene.sign(post());
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    assert_eq!(claim.verify(&twin, &signed.body, now()).unwrap_err().kind(), ErrorKind::UnknownAccessKey);
}

/// The order of the names is not part of what is signed, and a name that comes twice is read once by AWS.
#[test]
fn a_list_of_names_in_another_order_is_the_same_list() {
    let swap = |s: &Scene| s.sign(post()).edit("authorization", "host;x-amz-date", "x-amz-date;host");
    let strict = Scene::gateway();
    strict.verify(&swap(&strict)).unwrap();
    let as_aws = Scene::gateway().with_verifier(Verifier::with_aws_compat);
    as_aws.verify(&as_aws.sign(post()).edit("authorization", "host;", "host;host;")).unwrap();
}

/// A key that was derived elsewhere opens its own day, region and service only.
#[test]
fn a_derived_key_does_not_outlive_its_scope() {
    let scene = Scene::gateway();
    let signed = scene.sign(post());
    let verify = |day: &str| {
        let derived_for = sig4::scope::Scope::parse(&format!("{day}/us-east-1/execute-api/aws4_request")).unwrap();
        let right = scene.signer.scope(Timestamp::parse("20150830T123600Z").unwrap().day());
        let key = SigningKey::derive(&scene.credentials, &right);
        let claim = scene.verifier.claim_view(&signed.view()).unwrap();
        claim
            .verify(
                StoredKey::signing_key(
                    &SigningKey::from_bytes("AKIDEXAMPLE".parse().unwrap(), derived_for, &key.to_bytes()).unwrap(),
                ),
                Body::Bytes(&signed.body),
                now(),
            )
            .map(|_| ())
    };
    verify("20150830").unwrap();
    assert_eq!(verify("20150831").unwrap_err().kind(), ErrorKind::SignatureMismatch);
}
