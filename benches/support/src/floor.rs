//! The floor: the hashing that no signer can do without.

use crate::requests::{Body, now};
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use sha2::{Digest, Sha256};
use sig4::canonical::CanonicalRequest;
use sig4::payload::ContentSha256;
use sig4::request::{Headers, RequestView};
use sig4::string_to_sign::StringToSign;
use sig4::{Credentials, Expires, Payload, Signer, Timestamp};
use std::hint::black_box;

/// The SHA-256 of the body unless that is empty, the SHA-256 of the canonical request's bytes, and one HMAC with a ready key
/// over the string to sign.
pub(crate) struct Floor {
    body: Body,
    canonical_request: Vec<u8>,
    string_to_sign: String,
    key: Hmac<Sha256>,
}

impl Floor {
    pub(crate) fn of_signing(signer: &Signer, credentials: &Credentials, request: &Request<Body>) -> Self {
        let timestamp = Timestamp::new(now()).expect("it is a time");
        let payload = ContentSha256::of(&Payload::Bytes(request.body()));
        let canonical = signer.canonical_request(&view(request), &payload, credentials, &timestamp);
        Self::new(request.body().clone(), &canonical.expect("it signs"), signer, timestamp)
    }

    pub(crate) fn of_presigning(signer: &Signer, credentials: &Credentials, request: &Request<Body>) -> Self {
        let timestamp = Timestamp::new(now()).expect("it is a time");
        let payload = ContentSha256::of(&Payload::Unsigned);
        let canonical =
            signer.presigned_canonical_request(&view(request), &payload, credentials, Expires::MAX, timestamp);
        Self::new(Body::new(), &canonical.expect("it signs"), signer, timestamp)
    }

    fn new(body: Body, canonical: &CanonicalRequest<'_>, signer: &Signer, timestamp: Timestamp) -> Self {
        let scope = signer.scope(timestamp.day());
        let string_to_sign = StringToSign::new(timestamp, &scope, canonical.sha256()).to_string();
        let key = Hmac::new_from_slice(&[7; 32]).expect("HMAC takes any key");
        Self { body, canonical_request: canonical.to_bytes(), string_to_sign, key }
    }

    pub(crate) fn run(&self) {
        if !self.body.is_empty() {
            black_box(Sha256::digest(black_box(&self.body)));
        }
        black_box(Sha256::digest(black_box(&self.canonical_request)));
        let mut hmac = black_box(&self.key).clone();
        hmac.update(black_box(self.string_to_sign.as_bytes()));
        black_box(hmac.finalize().into_bytes());
    }
}

fn view(request: &Request<Body>) -> RequestView<'_> {
    let uri = request.uri();
    let headers: &dyn Headers = request.headers();
    RequestView::new(request.method().as_str(), uri.path(), uri.query(), headers)
        .with_authority(uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |a| a.as_str()))
}
