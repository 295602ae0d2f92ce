//! A body that is hashed while it streams in.

use super::{Scene, get, now, post};
use sig4::verify::SeenSignatures;
use sig4::{Credentials, ErrorKind, Payload, StoredKey};
use std::sync::Arc;

#[test]
fn pieces_verify_like_the_whole() {
    for scene in [Scene::gateway(), Scene::new("s3"), Scene::gateway().temporary()] {
        let signed = scene.sign(post());
        for size in [1, 3, 100] {
            let claim = scene.verifier.claim_view(&signed.view()).unwrap();
            let mut body = claim.stream(&scene.credentials, now()).unwrap();
            signed.body.chunks(size).for_each(|piece| body.update(piece));
            assert_eq!(body.finish().unwrap().access_key_id(), scene.credentials.access_key_id());
        }
    }
}

#[test]
fn a_changed_body_is_refused_at_its_end() {
    for (service, kind) in [("execute-api", ErrorKind::SignatureMismatch), ("s3", ErrorKind::ContentMismatch)] {
        let scene = Scene::new(service);
        let signed = scene.sign(post());
        let mut body = scene.verifier.claim_view(&signed.view()).unwrap().stream(&scene.credentials, now()).unwrap();
        body.update(b"other");
        assert_eq!(body.finish().unwrap_err().kind(), kind);
    }
}

/// With the hash stated, a stranger cannot make a server read a gigabyte.
#[test]
fn a_wrong_signature_is_refused_before_the_body_where_the_request_states_its_hash() {
    let scene = Scene::new("s3");
    let tampered = scene.sign(post()).edit("authorization", "Signature=", "Signature=0");
    let begun = |key: StoredKey<'_>| {
        let claim = scene.verifier.claim_view(&tampered.view()).unwrap();
        claim.stream(key, now()).unwrap_err().kind()
    };
    assert_eq!(begun((&scene.credentials).into()), ErrorKind::SignatureMismatch);
    assert_eq!(begun(StoredKey::unknown()), ErrorKind::UnknownAccessKey);
}

#[test]
fn an_unknown_key_gets_no_further_than_a_wrong_signature() {
    let scene = Scene::gateway();
    let signed = scene.sign(post());
    for key in [StoredKey::unknown(), (&Credentials::new("AKIDEXAMPLE", "x").unwrap()).into()] {
        let mut body = scene.verifier.claim_view(&signed.view()).unwrap().stream(key, now()).unwrap();
        body.update(&signed.body);
        let kind = body.finish().unwrap_err().kind();
        assert!(matches!(kind, ErrorKind::UnknownAccessKey | ErrorKind::SignatureMismatch));
    }
    let expired = scene.verifier.claim_view(&signed.view()).unwrap();
    let late = expired.stream(&scene.credentials, now() + time::Duration::hours(1)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Expired);
}

#[test]
fn a_body_that_is_not_signed_is_not_waited_for() {
    let scene = Scene::new("s3");
    let signed = scene.sign_payload(post(), &Payload::Unsigned, now());
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    assert!(!claim.needs_body());
    let mut body = claim.stream(&scene.credentials, now()).unwrap();
    body.update(b"anything");
    assert!(!body.finish().unwrap().signed_body());
}

/// Its signature may have been used by another and be forgotten since.
#[test]
fn a_body_that_takes_longer_than_its_signature_lasts_is_no_way_around_the_memory() {
    // With room for all, and with room that the later request takes from those that ended.
    for capacity in [9, 2] {
        let seen = Arc::new(SeenSignatures::new(capacity).with_key_quota(capacity));
        let scene = Scene::gateway().with_verifier(|v| v.with_seen_signatures(seen.clone()));
        let signed = scene.sign(get("/", None));
        let begin = || scene.verifier.claim_view(&signed.view()).unwrap().stream(&scene.credentials, now()).unwrap();
        let (first, slow) = (begin(), begin());
        first.finish().unwrap();
        scene.verify(&scene.sign(get("/second", None))).unwrap();
        let later = now() + time::Duration::minutes(15);
        scene.verify_at(&scene.sign_at(get("/other", None), later), later).unwrap();
        assert_eq!(seen.len(), if capacity == 9 { 3 } else { 1 });
        assert_eq!(slow.finish().unwrap_err().kind(), ErrorKind::Replayed);
    }
}

#[test]
fn a_streamed_request_is_remembered_at_its_end() {
    let scene = Scene::gateway().with_verifier(|v| v.with_seen_signatures(Arc::new(SeenSignatures::new(9))));
    let signed = scene.sign(get("/", None));
    let begin = || scene.verifier.claim_view(&signed.view()).unwrap().stream(&scene.credentials, now()).unwrap();
    let (first, second) = (begin(), begin());
    first.finish().unwrap();
    assert_eq!(second.finish().unwrap_err().kind(), ErrorKind::Replayed);
}
