//! Signing keys of several days in place of a secret.

use crate::verifier::{Scene, get, message_of, now, post};
use sig4::key::SigningKey;
use sig4::scope::Scope;
use sig4::{Caller, Credentials, Error, ErrorKind, Expires, Payload, StoredKey, Timestamp, Verifier};
use time::{Duration, OffsetDateTime};

fn at(time: &str) -> OffsetDateTime {
    Timestamp::parse(time).unwrap().to_datetime()
}

/// The keys of these days for `region/service`.
fn keys(credentials: &Credentials, days: &[&str], of: &str) -> Vec<SigningKey> {
    let scope = |day: &&str| Scope::parse(&format!("{day}/{of}/aws4_request")).unwrap();
    days.iter().map(|day| SigningKey::derive(credentials, &scope(day))).collect()
}

const GATEWAY: &str = "us-east-1/execute-api";

fn verify(
    scene: &Scene,
    request: &crate::vector::Received,
    key: StoredKey<'_>,
    at: OffsetDateTime,
) -> Result<(), Error> {
    let claim = scene.verifier.claim_view(&request.view())?;
    claim.verify(key, &request.body, at).map(|_caller: Caller<'_>| ())
}

#[test]
fn requests_on_both_sides_of_midnight_find_the_key_of_their_day() {
    let scene = Scene::gateway();
    let held = keys(&scene.credentials, &["20150830", "20150831"], GATEWAY);
    let key = StoredKey::signing_keys(&held);
    for (signed, judged, good) in [
        ("20150830T235959Z", "20150830T235959Z", true),
        ("20150830T235959Z", "20150831T000358Z", true),
        ("20150831T000001Z", "20150830T235902Z", true),
        ("20150831T235959Z", "20150901T000001Z", true),
        ("20150829T235959Z", "20150830T000001Z", false),
        ("20150901T000001Z", "20150831T235959Z", false),
    ] {
        let request = scene.sign_at(post(), at(signed));
        let verified = verify(&scene, &request, key, at(judged));
        match good {
            true => verified.unwrap(),
            false => assert_eq!(verified.unwrap_err().kind(), ErrorKind::UnknownAccessKey, "{signed}"),
        }
    }
    assert_eq!(format!("{key:?}"), r#"StoredKey("signing keys")"#);
}

#[test]
fn a_missing_scope_is_told_to_the_operator_and_not_to_the_client() {
    let scene = Scene::gateway();
    let request = scene.sign(post());
    let unknown = verify(&scene, &request, StoredKey::unknown(), now()).unwrap_err();
    let other_id = Credentials::new("AKIDOTHER", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let own = &scene.credentials;
    let scope =
        "unknown access key: the access key id has no signing key for 20150830/us-east-1/execute-api/aws4_request";
    for (held, words) in [
        (keys(own, &["20150829", "20150831"], GATEWAY), scope),
        (keys(own, &["20150830"], "us-east-1/s3"), scope),
        (keys(own, &["20150830"], "us-east-2/execute-api"), scope),
        (keys(&other_id, &["20150830"], GATEWAY), "unknown access key: the access key id has no signing keys"),
        (Vec::new(), "unknown access key: the access key id has no signing keys"),
    ] {
        let error = verify(&scene, &request, StoredKey::signing_keys(&held), now()).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::UnknownAccessKey, words));
        assert_eq!(error.rejection(), unknown.rejection(), "the client cannot tell it from an unknown access key id");
        assert!(message_of(&error).is_some_and(|message| !message.contains("2015")));
    }
}

#[test]
fn the_key_of_another_access_key_verifies_nothing_beside_the_own() {
    let scene = Scene::gateway();
    let other = Credentials::new("AKIDOTHER", "another secret").unwrap();
    let mut held = keys(&other, &["20150830"], GATEWAY);
    held.extend(keys(&scene.credentials, &["20150830"], GATEWAY));
    verify(&scene, &scene.sign(post()), StoredKey::signing_keys(&held), now()).unwrap();
    // The other's own key is there, but a store gave it for this id.
    let mallory = Credentials::new("AKIDEXAMPLE", "another secret").unwrap();
    let forged = Scene { credentials: mallory, ..Scene::gateway() }.sign(post());
    let refused = verify(&scene, &forged, StoredKey::signing_keys(&held), now()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::SignatureMismatch);
}

#[test]
fn a_presigned_url_is_verified_with_the_key_of_the_day_that_it_was_signed_on() {
    let scene = Scene::gateway();
    let url = scene.presign_for(get("/orders", None), Expires::MAX);
    let week_later = now() + Duration::days(7) - Duration::SECOND;
    let of_the_day = keys(&scene.credentials, &["20150830"], GATEWAY);
    verify(&scene, &url, StoredKey::signing_keys(&of_the_day), week_later).unwrap();
    let of_today = keys(&scene.credentials, &["20150906"], GATEWAY);
    let refused = verify(&scene, &url, StoredKey::signing_keys(&of_today), week_later).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnknownAccessKey);
}

#[test]
fn temporary_credentials_need_their_token_beside_the_keys() {
    let scene = Scene::gateway().temporary();
    let held = keys(&scene.credentials, &["20150830"], GATEWAY);
    let (signed, key) = (scene.sign(post()), StoredKey::signing_keys(&held));
    assert_eq!(verify(&scene, &signed, key, now()).unwrap_err().kind(), ErrorKind::InvalidToken);
    verify(&scene, &signed, key.with_session_token("the/token+="), now()).unwrap();
    let ended = key.with_session_token("the/token+=").with_expiration(now() - Duration::SECOND);
    assert_eq!(verify(&scene, &signed, ended, now()).unwrap_err().kind(), ErrorKind::ExpiredToken);
}

#[test]
fn a_body_that_arrives_in_pieces_is_verified_with_the_key_of_its_day() {
    let scene = Scene::gateway();
    let held = keys(&scene.credentials, &["20150829", "20150830"], GATEWAY);
    let request = scene.sign_payload(post(), &Payload::Bytes(&post().body), now());
    let verify = |held: &[SigningKey]| {
        let mut body = scene.verifier.claim_view(&request.view())?.stream(StoredKey::signing_keys(held), now())?;
        body.update(&request.body);
        body.finish().map(drop)
    };
    verify(&held).unwrap();
    assert_eq!(verify(&held[..1]).unwrap_err().kind(), ErrorKind::UnknownAccessKey);
}

#[test]
fn a_key_of_one_algorithm_verifies_no_request_of_the_other() {
    let both = |verifier: Verifier| {
        use sig4::algorithm::Algorithm::{EcdsaP256Sha256, HmacSha256};
        verifier.with_algorithms([HmacSha256, EcdsaP256Sha256])
    };
    let scene = Scene::gateway().with_verifier(both);
    let of_4a = Scope::parse("20150830/execute-api/aws4_request").unwrap();
    let (v4, v4a) =
        (keys(&scene.credentials, &["20150830"], GATEWAY), vec![SigningKey::derive(&scene.credentials, &of_4a)]);
    let request = scene.sign(post());
    verify(&scene, &request, StoredKey::signing_keys(&v4), now()).unwrap();
    let refused = verify(&scene, &request, StoredKey::signing_keys(&v4a), now()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnknownAccessKey);

    let signer = sig4::Signer::new_v4a("us-east-1", "execute-api").unwrap();
    let asymmetric = Scene { signer, ..Scene::gateway().with_verifier(both) };
    let request = asymmetric.sign(post());
    verify(&asymmetric, &request, StoredKey::signing_keys(&v4a), now()).unwrap();
    let refused = verify(&asymmetric, &request, StoredKey::signing_keys(&v4), now()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnknownAccessKey);
}
