//! Signature Version 4a: what it signs, and what a verifier refuses of it.

mod attacks;
mod chunks;
mod keys;
mod regions;
mod traffic;

use crate::vector::Received;
use crate::verifier::{Scene, post};
use sig4::algorithm::Algorithm::{EcdsaP256Sha256, HmacSha256};
use sig4::{Signer, Verifier};

/// A service in `us-east-1` that takes Signature Version 4a alone, and a signer for `us-*`.
fn scene(service: &str) -> Scene {
    let mut scene = Scene::new(service).with_verifier(|v| v.with_algorithms([EcdsaP256Sha256]));
    scene.signer = Signer::new_v4a("us-*", service).unwrap();
    scene
}

fn gateway() -> Scene {
    scene("execute-api")
}

/// The same service, which takes both.
fn both(verifier: Verifier) -> Verifier {
    verifier.with_algorithms([HmacSha256, EcdsaP256Sha256])
}

fn replace(request: &mut Received, from: &str, to: &str) {
    let value = request.header_mut("authorization");
    let text = String::from_utf8(value.clone()).unwrap();
    assert!(text.contains(from), "{text}");
    *value = text.replacen(from, to, 1).into_bytes();
}

/// The signature of the `Authorization` header.
fn signature(request: &Received) -> String {
    let text = String::from_utf8(request.header("authorization").unwrap().to_vec()).unwrap();
    text.split_once("Signature=").unwrap().1.to_owned()
}

#[test]
fn a_signature_is_the_same_each_time_and_verifies() {
    let scene = gateway();
    let (first, second) = (scene.sign(post()), scene.sign(post()));
    assert_eq!(signature(&first), signature(&second));
    assert_eq!(first.header("x-amz-region-set"), Some(&b"us-*"[..]));
    scene.verify(&first).unwrap();
    let presigned = scene.presign(crate::verifier::get("/orders", Some("a=1")));
    assert!(presigned.query.as_ref().unwrap().contains("X-Amz-Region-Set=us-%2A&"), "{presigned:?}");
    scene.verify(&presigned).unwrap();
}

#[test]
fn temporary_credentials_send_their_token() {
    let scene = gateway().temporary();
    let signed = scene.sign(post());
    scene.verify(&signed).unwrap();
    assert_eq!(scene.refuses(&signed.clone().without("x-amz-security-token")), sig4::ErrorKind::MissingSignedHeader);
    scene.verify(&scene.presign(crate::verifier::get("/", None))).unwrap();
}

#[test]
fn signing_again_replaces_the_region_set() {
    let credentials = gateway().credentials;
    let now = sig4::Timestamp::parse("20150830T123600Z").unwrap();
    let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/").body(()).unwrap();
    for regions in ["us-east-1", "*", "eu-*,us-west-2"] {
        Signer::new_v4a(regions, "execute-api").unwrap().sign(&mut request, &credentials, now).unwrap();
        assert_eq!(request.headers().get_all("x-amz-region-set").iter().collect::<Vec<_>>(), [regions]);
    }
    let expires = sig4::Expires::from_secs(60).unwrap();
    let signer = Signer::new_v4a("*", "execute-api").unwrap();
    let url = signer.presign(&request, &credentials, expires, now).unwrap().url();
    let again = http::Request::get(&url).body(()).unwrap();
    let v4 = Signer::new("us-east-1", "execute-api").unwrap();
    assert!(url.contains("X-Amz-Region-Set=%2A"), "{url}");
    assert!(!v4.presign(&again, &credentials, expires, now).unwrap().url().contains("Region-Set"));
    assert_eq!(signer.presign(&again, &credentials, expires, now).unwrap().url(), url);
}

/// What a signed request with a body in memory is, a streamed one is too.
#[test]
fn a_body_that_arrives_in_pieces_is_verified() {
    let scene = gateway();
    let signed = scene.sign(post());
    let now = crate::verifier::now();
    let body_of = |piece: &[u8]| {
        let mut body = scene.verifier.claim_view(&signed.view()).unwrap().stream(&scene.credentials, now).unwrap();
        body.update(piece);
        body.finish().map(|caller| caller.algorithm())
    };
    assert_eq!(body_of(&signed.body).unwrap(), EcdsaP256Sha256);
    assert_eq!(body_of(b"other").unwrap_err().kind(), sig4::ErrorKind::SignatureMismatch);
}

#[test]
fn v4_and_v4a_do_not_change_places() {
    let (v4, v4a) = (Scene::gateway(), gateway());
    let (by_v4, by_v4a) = (v4.sign(post()), v4a.sign(post()));
    for verifier in [v4.verifier.clone(), v4a.verifier.clone(), both(v4.verifier.clone())] {
        let accepts = |request: &Received| {
            let claim = verifier.claim_view(&request.view())?;
            let caller = claim.verify(&v4.credentials, &request.body, crate::verifier::now())?;
            Ok::<_, sig4::Error>((caller.algorithm(), caller.scope().to_string(), caller.region().to_owned()))
        };
        for (request, algorithm) in [(&by_v4, HmacSha256), (&by_v4a, EcdsaP256Sha256)] {
            let taken = accepts(request);
            let region = if algorithm == HmacSha256 { "us-east-1/" } else { "" };
            let scope = format!("20150830/{region}execute-api/aws4_request");
            let expected = (algorithm, scope, "us-east-1".to_owned());
            let wanted = format!("{verifier:?}").contains(match algorithm {
                HmacSha256 => "hmac: true",
                _ => "ecdsa: true",
            });
            match taken {
                Ok(taken) => assert!(wanted && taken == expected, "{taken:?}"),
                Err(error) => {
                    let kind = match algorithm {
                        HmacSha256 => sig4::ErrorKind::UnsupportedAlgorithm,
                        _ => sig4::ErrorKind::AsymmetricSignature,
                    };
                    assert!(!wanted && error.kind() == kind, "{error}");
                }
            }
        }
    }
}
