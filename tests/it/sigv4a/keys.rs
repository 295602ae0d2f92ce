//! Keys: derived, cached, handed out.

use super::gateway;
use crate::verifier::{Scene, now, post};
use sig4::algorithm::Algorithm::EcdsaP256Sha256;
use sig4::key::{PublicKey, SigningKey};
use sig4::scope::Scope;
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, ErrorKind, StoredKey, Timestamp};

fn scope() -> Scope {
    Scope::parse("20150830/execute-api/aws4_request").unwrap()
}

#[test]
fn a_key_is_of_all_days_and_cached_once() {
    let scene = gateway();
    for day in 0..4 {
        let at = now() + time::Duration::days(day);
        let signed = scene.sign_at(post(), at);
        scene.verify_at(&signed, at).unwrap();
    }
    assert_eq!(scene.signer.cached_keys(), 1);
    let rotated = Credentials::new("AKIDEXAMPLE", "another secret").unwrap();
    let old = scene.sign(post());
    let new = Scene { credentials: rotated, ..gateway() };
    let mut scene = scene;
    scene.credentials = new.credentials.clone();
    assert_eq!(scene.refuses(&old), ErrorKind::SignatureMismatch, "the cached key is not of the new secret");
    scene.verify(&new.sign(post())).unwrap();
    let few = gateway().signer.with_cached_keys(0);
    let mut uncached = gateway();
    uncached.signer = few;
    gateway().verify(&uncached.sign(post())).unwrap();
    assert_eq!(uncached.signer.cached_keys(), 0);
}

#[test]
fn a_public_key_verifies_and_does_not_sign_for_another() {
    let scene = gateway();
    let signed = scene.sign(post());
    let key = PublicKey::of(&scene.credentials);
    let verify = |scene: &Scene, request: &crate::vector::Received, key: &PublicKey| {
        let claim = scene.verifier.claim_view(&request.view())?;
        claim.verify(StoredKey::public_key(key), &request.body, now()).map(|_caller| ())
    };
    verify(&scene, &signed, &key).unwrap();
    let other = PublicKey::of(&Credentials::new("AKIDEXAMPLE", "another secret").unwrap());
    assert_eq!(verify(&scene, &signed, &other).unwrap_err().kind(), ErrorKind::SignatureMismatch);
    let of_other = PublicKey::from_sec1("AKIDOTHER".parse().unwrap(), &key.to_sec1()).unwrap();
    assert_eq!(verify(&scene, &signed, &of_other).unwrap_err().kind(), ErrorKind::UnknownAccessKey);
    // A request of Signature Version 4 needs the secret.
    let v4 = Scene::gateway().with_verifier(super::both);
    assert_eq!(verify(&v4, &v4.sign(post()), &key).unwrap_err().kind(), ErrorKind::SignatureMismatch);
    // A body that arrives in pieces, too.
    let claim = scene.verifier.claim_view(&signed.view()).unwrap();
    let mut body = claim.stream(StoredKey::public_key(&key), now()).unwrap();
    body.update(&signed.body);
    assert_eq!(body.finish().unwrap().access_key_id(), "AKIDEXAMPLE");
}

#[test]
fn a_public_key_is_read_in_both_forms() {
    let key = PublicKey::of(&gateway().credentials);
    let whole = key.to_sec1();
    let mut short = vec![2 + (whole[64] & 1)];
    short.extend_from_slice(&whole[1..33]);
    let id = || "AKIDEXAMPLE".parse().unwrap();
    assert_eq!(PublicKey::from_sec1(id(), &short).unwrap(), key);
    assert_eq!(PublicKey::parse(id(), &key.to_string()).unwrap(), key);
    let mut off_the_curve = whole;
    off_the_curve[64] ^= 1;
    for bad in [&[][..], &[0], &whole[..64], &off_the_curve, &[4; 65], &[0; 65]] {
        assert_eq!(PublicKey::from_sec1(id(), bad).unwrap_err().kind(), ErrorKind::InvalidPublicKey);
    }
    assert_eq!(PublicKey::parse(id(), "04zz").unwrap_err().kind(), ErrorKind::InvalidPublicKey);
}

#[test]
fn a_private_key_is_handed_over_as_bytes() {
    let scene = gateway();
    let key = SigningKey::derive(&scene.credentials, &scope());
    let id = || "AKIDEXAMPLE".parse().unwrap();
    let copy = SigningKey::from_bytes(id(), scope(), &key.to_bytes()).unwrap();
    let string = StringToSign::new(Timestamp::parse("20150830T123600Z").unwrap(), copy.scope(), [7; 32]);
    assert_eq!(copy.sign(&string).unwrap(), key.sign(&string).unwrap());
    assert_eq!(copy.sign(&string).unwrap().algorithm(), EcdsaP256Sha256);
    assert_eq!(copy.public_key(), Some(PublicKey::of(&scene.credentials)));
    for bad in [[0; 32], [0xff; 32]] {
        let error = SigningKey::from_bytes(id(), scope(), &bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSecretKey);
    }
    // It signs for its own day and service alone, and verifies the same.
    let v4 = Scope::parse("20150830/us-east-1/execute-api/aws4_request").unwrap();
    let of_v4 = StringToSign::new(Timestamp::parse("20150830T123600Z").unwrap(), &v4, [7; 32]);
    assert_eq!(copy.sign(&of_v4).unwrap_err().kind(), ErrorKind::ScopeMismatch);
    assert!(SigningKey::derive(&scene.credentials, &v4).public_key().is_none());
    let verify = |key: &SigningKey| {
        let signed = scene.sign(post());
        let claim = scene.verifier.claim_view(&signed.view()).unwrap();
        claim.verify(StoredKey::signing_key(key), &signed.body, now()).map(|_caller| ()).map_err(|error| error.kind())
    };
    assert_eq!(verify(&copy), Ok(()));
    assert_eq!(verify(&SigningKey::derive(&scene.credentials, &v4)), Err(ErrorKind::SignatureMismatch));
    let s3 = SigningKey::derive(&scene.credentials, &Scope::parse("20150830/s3/aws4_request").unwrap());
    assert_eq!(verify(&s3), Err(ErrorKind::SignatureMismatch));
    assert!(!format!("{copy:?}").contains("Private"), "{copy:?}");
}
