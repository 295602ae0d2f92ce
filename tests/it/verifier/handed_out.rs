//! What a claim and a verified caller tell.

use super::{Scene, get, now, post, status_of};
use crate::vector::Received;
use sig4::auth::SignatureLocation;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::settings::PlusDecoding;
use sig4::verify::{Body, PresignedBody};
use sig4::{Credentials, ErrorKind, Payload, Signer, StoredKey, Verifier};

#[test]
fn a_claim_tells_what_the_lookup_needs_and_a_caller_what_was_signed() {
    let scene = Scene::gateway().temporary();
    let signed = scene.sign(get("/a", Some("b=1")).with("X-A", "1").with("x-a", "2")).with("user-agent", "me");
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    assert_eq!(claim.access_key_id(), "ASIAEXAMPLE");
    assert_eq!(claim.session_token(), Some(b"the/token+=".as_slice()));
    assert_eq!(claim.scope().unwrap().to_string(), "20150830/us-east-1/execute-api/aws4_request");
    assert!(claim.needs_body());
    assert_eq!(
        (claim.timestamp().to_string().as_str(), claim.signature_location()),
        ("20150830T123600Z", SignatureLocation::Header)
    );
    let caller = claim.verify(&scene.credentials, "", now()).unwrap();
    assert_eq!(caller.scope().region(), "us-east-1");
    assert_eq!(caller.timestamp().to_datetime(), now());
    assert_eq!((caller.query(), caller.host()), (Some("b=1"), b"abc.execute-api.us-east-1.amazonaws.com".as_slice()));
    assert_eq!(caller.signed_header("x-a").collect::<Vec<_>>(), [b"1", b"2"]);
    assert!(caller.signed_body() && caller.signature().is_some());
}

#[test]
fn an_unsigned_header_is_read_only_by_asking_for_one() {
    let scene = Scene::gateway();
    let signed = scene.sign(post()).with("User-Agent", "me").with("x-forwarded-for", "1.2.3.4");
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    let caller = claim.verify(&scene.credentials, &signed.body, now()).unwrap();
    assert_eq!(caller.signed_header("user-agent").count(), 0);
    assert_eq!(caller.unsigned_header("user-agent").collect::<Vec<_>>(), [b"me"]);
    assert_eq!(caller.unsigned_header("x-amz-date").count(), 0, "it is signed");
}

#[test]
fn the_canonical_request_of_a_claim_is_the_signers() {
    let scene = Scene::gateway();
    let request = post();
    let timestamp = sig4::Timestamp::new(now()).unwrap();
    let payload = ContentSha256::of(&Payload::Bytes(&request.body));
    let view = request.view();
    let signers = scene.signer.canonical_request(&view, &payload, &scene.credentials, &timestamp).unwrap().to_string();
    let signed = scene.sign(request.clone());
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    assert_eq!(claim.canonical_request(&signed.body).unwrap().to_string(), signers);
}

#[test]
fn a_body_may_be_known_by_its_hash_alone() {
    let scene = Scene::gateway();
    let signed = scene.sign(post());
    let hash: [u8; 32] = {
        use sha2::Digest;
        sha2::Sha256::digest(&signed.body).into()
    };
    let verify = |hash| {
        let claim = scene.verifier.claim_view(&signed.view()).unwrap();
        claim.verify(&scene.credentials, Body::Sha256(hash), now()).map(|_| ())
    };
    verify(hash).unwrap();
    assert_eq!(verify([0; 32]).unwrap_err().kind(), ErrorKind::SignatureMismatch);
}

#[test]
fn credentials_of_another_access_key_id_are_an_unknown_key() {
    let scene = Scene::gateway();
    let signed = scene.sign(post());
    let other = Credentials::new("AKIDOTHER", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    assert_eq!(claim.verify(&other, &signed.body, now()).unwrap_err().kind(), ErrorKind::UnknownAccessKey);
    let nobody: Option<Credentials> = None;
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    assert_eq!(claim.verify(&nobody, &signed.body, now()).unwrap_err().kind(), ErrorKind::UnknownAccessKey);
}

/// HTTP/2 has `:authority` and mostly no `Host`.
#[test]
fn the_authority_stands_for_a_missing_host_header() {
    let scene = Scene::gateway();
    let signed = scene.sign(post()).without("host");
    let view =
        |authority| RequestView::new("POST", "/orders", None, &signed.headers).with_authority("https", authority);
    let verify = |authority: &'static str| {
        let claim = scene.verifier.claim_view(&view(authority))?;
        claim.verify(&scene.credentials, &signed.body, now()).map(|_| ())
    };
    verify("abc.execute-api.us-east-1.amazonaws.com").unwrap();
    verify("abc.execute-api.us-east-1.amazonaws.com:443").expect("the scheme's own port is left out");
    assert_eq!(verify("other").unwrap_err().kind(), ErrorKind::SignatureMismatch);
    let none = scene.verifier.claim_view(&RequestView::new("POST", "/orders", None, &signed.headers)).unwrap_err();
    assert_eq!((none.kind(), status_of(&none)), (ErrorKind::MissingHost, Some(400)));
}

/// An absolute target and a `Host` header have to name the same host, in whatever case and with or without the scheme's port.
#[test]
fn host_header_and_authority_agree_or_the_request_is_refused() {
    let scene = Scene::gateway();
    let signed = scene.sign(post());
    let verify = |authority: &'static str| {
        let view = RequestView::new("POST", "/orders", None, &signed.headers).with_authority("https", authority);
        let claim = scene.verifier.claim_view(&view).map_err(|e| e.kind())?;
        claim.verify(&scene.credentials, &signed.body, now()).map(|_| ()).map_err(|e| e.kind())
    };
    let host = "abc.execute-api.us-east-1.amazonaws.com";
    for same in [host, "ABC.execute-api.us-east-1.amazonaws.com", "abc.execute-api.us-east-1.amazonaws.com:443"] {
        assert_eq!(verify(same), Ok(()), "{same}");
    }
    for other in ["other", "abc.execute-api.us-east-1.amazonaws.com:444", "xabc.execute-api.us-east-1.amazonaws.com"] {
        assert_eq!(verify(other), Err(ErrorKind::InvalidHost), "{other}");
    }
    // With its port on either side.
    let mut request = post();
    *request.header_mut("host") = b"h.example.com:443".to_vec();
    let signed = scene.sign(request);
    let view = RequestView::new("POST", "/orders", None, &signed.headers).with_authority("https", "h.example.com:443");
    scene.verifier.claim_view(&view).unwrap().verify(&scene.credentials, &signed.body, now()).unwrap();
}

/// The name that HTTP/2 has for the host may be the signed one.
#[test]
fn the_authority_may_be_signed_by_its_own_name() {
    use hmac::{KeyInit, Mac};
    use sha2::Digest;
    let hmac = |key: &[u8], text: &[u8]| {
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    };
    let empty = hex::encode(sha2::Sha256::digest(b""));
    let canonical =
        format!("GET\n/\n\n:authority:h.example.com\nx-amz-date:20150830T123600Z\n\n:authority;x-amz-date\n{empty}");
    let scope = "20150830/us-east-1/execute-api/aws4_request";
    let hash = hex::encode(sha2::Sha256::digest(canonical));
    let key = ["20150830", "us-east-1", "execute-api", "aws4_request"]
        .iter()
        .fold(b"AWS4secret".to_vec(), |key, text| hmac(&key, text.as_bytes()));
    let signature = hex::encode(hmac(&key, format!("AWS4-HMAC-SHA256\n20150830T123600Z\n{scope}\n{hash}").as_bytes()));
    let value =
        format!("AWS4-HMAC-SHA256 Credential=AKID/{scope}, SignedHeaders=:authority;x-amz-date, Signature={signature}");
    let headers: [(&str, &[u8]); 2] = [("x-amz-date", b"20150830T123600Z"), ("authorization", value.as_bytes())];
    let view = RequestView::new("GET", "/", None, &headers).with_authority("https", "h.example.com");
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
    let claim = verifier.claim_view(&view).unwrap();
    claim.verify(&Credentials::new("AKID", "secret").unwrap(), "", now()).unwrap();
}

/// s3s#631: the hash in base 64 stands in the canonical request as it was sent.
#[test]
fn a_payload_hash_in_base_64_is_verified() {
    let scene = Scene::new("s3");
    let base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let canonical = format!(
        "GET\n/k\n\nhost:h\nx-amz-content-sha256:{base64}\nx-amz-date:20150830T123600Z\n\n\
         host;x-amz-content-sha256;x-amz-date\n{base64}"
    );
    use sha2::Digest;
    let scope = sig4::scope::Scope::parse("20150830/us-east-1/s3/aws4_request").unwrap();
    let timestamp = sig4::Timestamp::new(now()).unwrap();
    let text = sig4::string_to_sign::StringToSign::new(timestamp, &scope, sha2::Sha256::digest(canonical).into());
    let signature = sig4::key::SigningKey::derive(&scene.credentials, &scope).sign(&text).unwrap();
    let value = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
         Signature={signature}"
    );
    let request = Received { headers: Vec::new(), ..get("/k", None) };
    let request = request.with("host", "h").with("x-amz-date", "20150830T123600Z").with("authorization", value);
    let request = request.with("x-amz-content-sha256", base64);
    scene.verify(&request).unwrap();
    let other = Received { body: b"x".to_vec(), ..request };
    assert_eq!(scene.refuses(&other), ErrorKind::ContentMismatch);
}

#[test]
fn each_setting_of_a_signer_has_its_counterpart() {
    let plus = Scene::gateway().with_verifier(|v| v.with_plus_decoding(PlusDecoding::Literal));
    let signed = Scene { signer: plus.signer.clone().with_plus_decoding(PlusDecoding::Literal), ..Scene::gateway() }
        .sign(get("/", Some("a=b+c")));
    plus.verify(&signed).unwrap();
    assert_eq!(Scene::gateway().refuses(&signed), ErrorKind::SignatureMismatch);
    let raw = Scene {
        signer: Signer::new("us-east-1", "execute-api").unwrap().with_normalized_path(false),
        ..Scene::gateway()
    };
    let signed = raw.sign(get("//a/./b", None));
    raw.with_verifier(|v| v.with_normalized_path(false)).verify(&signed).unwrap();
    assert_eq!(Scene::gateway().refuses(&signed), ErrorKind::SignatureMismatch);
    let unsigned = Scene::gateway().with_verifier(|v| v.with_presigned_body(PresignedBody::Unsigned));
    assert_eq!(unsigned.refuses(&unsigned.presign(get("/", None))), ErrorKind::SignatureMismatch);
    let narrow = Scene::gateway().with_verifier(|v| v.with_window(std::time::Duration::from_secs(59)));
    let late = narrow.verify_at(&narrow.sign(post()), now() + time::Duration::minutes(1)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Expired);
    assert!(late.to_string().ends_with("(20150830T123700Z - 59 sec.)"), "{late}");
    let uncached = Scene::gateway().with_verifier(|v| v.with_cached_keys(0));
    uncached.verify(&uncached.sign(post())).unwrap();
}

/// In a presigned URL the token is part of what is signed, or is appended to it, as the service has it.
#[test]
fn the_token_of_a_presigned_url_is_where_the_service_has_it() {
    let [inside, outside] = ["execute-api", "iotdevicegateway"].map(|service| Scene::new(service).temporary());
    for (scene, signed) in [(&inside, true), (&outside, false)] {
        let presigned = scene.presign(get("/mqtt", None));
        scene.verify(&presigned).unwrap();
        let claim = scene.verifier.claim_view(&presigned.view()).unwrap();
        let query = claim.canonical_request("").unwrap().to_string().lines().nth(2).unwrap().to_owned();
        assert_eq!(query.contains("X-Amz-Security-Token=the%2Ftoken%2B%3D"), signed);
        let changed = presigned.clone().edit_query("X-Amz-Security-Token=the", "X-Amz-Security-Token=teh");
        assert_eq!(scene.refuses(&changed), ErrorKind::InvalidToken);
    }
}

/// What HTTP trims is trimmed, whoever hands the headers over.
#[test]
fn blanks_around_date_and_token_are_of_no_account() {
    let scene = Scene::gateway().temporary();
    let mut request = scene.sign(post());
    for name in ["x-amz-date", "x-amz-security-token"] {
        let value = request.header_mut(name);
        value.insert(0, b' ');
        value.push(b'\t');
    }
    scene.verify(&request).unwrap();
}

/// Neither by its length nor by its beginning is a header taken for one that decides.
#[test]
fn headers_that_only_look_like_those_that_decide_are_of_no_account() {
    let names = ["link", "x-ray-date", "last-modified", "x-forwarded-for-host", "x-amzn-content-sha25"];
    let mut request = Scene::gateway().sign(post());
    let decoys = names.map(|name| (name.to_owned(), b"x".to_vec()));
    request.headers.splice(0..0, decoys.into_iter().flat_map(|decoy| [decoy.clone(), decoy]));
    Scene::gateway().verify(&request).unwrap();
}

#[test]
fn a_stored_key_shows_nothing_of_itself() {
    let credentials = Credentials::new("AKID", "hush").unwrap().with_session_token("tick").unwrap();
    let shown = format!("{:?} {:?}", StoredKey::from(&credentials), StoredKey::inactive());
    assert_eq!(shown, r#"StoredKey("secret") StoredKey("inactive")"#);
}
