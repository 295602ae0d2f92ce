//! The rows of Signature Version 4a: the POST, signed and verified with a cached key. What is compared with it is the crate `p256` alone, which
//! signs or verifies a digest.

use crate::operation::{Named, Row, again, on_each};
use crate::requests::{credentials, now, post};
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use sig4::algorithm::Algorithm;
use sig4::{Signer, Timestamp, Verifier};
use std::hint::black_box;

/// The rows.
pub const ROWS: [Named; 2] = [("sign-v4a", sign), ("verify-v4a", verify)];

/// The SHA-256 of a string to sign has as many bytes.
const DIGEST: [u8; 32] = [7; 32];

fn signer() -> Signer {
    Signer::new_v4a("us-east-1", "execute-api").expect("it is valid")
}

fn key() -> SigningKey {
    let key = signer().signing_key(&credentials(), Timestamp::new(now()).expect("it is a time").day());
    SigningKey::from_bytes(&(*key.to_bytes()).into()).expect("it is a private key")
}

fn sign() -> Row {
    let (signer, credentials) = (signer(), credentials());
    let raw = || {
        let key = key();
        again(move |_| {
            let signature: Signature = black_box(&key).sign_prehash(black_box(&DIGEST)).expect("it signs");
            black_box(signature);
        })
    };
    let sig4 = on_each(post, move |request, now| {
        black_box(signer.sign(request, black_box(&credentials), now).expect("it signs"));
    });
    Row { floor: Some(raw()), limit: Some(raw()), sig4 }
}

fn verify() -> Row {
    let raw = || {
        let signature: Signature = key().sign_prehash(&DIGEST).expect("it signs");
        let key = VerifyingKey::from(&key());
        again(move |_| black_box(&key).verify_prehash(black_box(&DIGEST), black_box(&signature)).expect("it matches"))
    };
    let mut request = post();
    signer().sign(&mut request, &credentials(), now()).expect("it signs");
    let (parts, body) = request.into_parts();
    let verifier = Verifier::new("us-east-1", "execute-api").expect("it is valid");
    let verifier = verifier.with_algorithms([Algorithm::EcdsaP256Sha256]);
    let credentials = credentials();
    let sig4 = again(move |now| {
        let claim = verifier.claim(black_box(&parts)).expect("it is signed");
        drop(black_box(claim.verify(black_box(&credentials), black_box(&body), now).expect("it verifies")));
    });
    Row { floor: Some(raw()), limit: Some(raw()), sig4 }
}
