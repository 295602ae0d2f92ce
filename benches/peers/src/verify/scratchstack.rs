//! scratchstack-aws-signature: a verifier for servers that speak to AWS's clients.

use super::received::RECEIVED;
use super::{Verifier, Verify};
use crate::case::{ACCESS_KEY_ID, EPOCH, REGION, Request, SECRET};
use crate::reqsign::block_on;
use crate::versions;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use scratchstack_aws_signature::{
    GetSigningKeyRequest, GetSigningKeyResponse, KSecretKey, NO_ADDITIONAL_SIGNED_HEADERS, SignatureError,
    SignatureOptions, service_for_signing_key_fn, sigv4_validate_request,
};
use std::future::{Ready, ready};

/// scratchstack-aws-signature with the signing key kept by the caller.
pub(super) const VERIFIER: Verifier = Verifier {
    name: "scratchstack",
    version: versions::SCRATCHSTACK,
    note: "the caller keeps the key; async, driven by a bare poll",
    unable: |case| case.expires.and(Some("it hashes the body where S3's presigned URLs leave it unsigned")),
    prepare: |service| Box::new(Scratchstack::new(service)),
};

/// The crate's error.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a caller of scratchstack-aws-signature keeps.
struct Scratchstack {
    /// The service in the scope.
    service: &'static str,
    /// The paths' encoding.
    options: SignatureOptions,
    /// The day's signing key, with a placeholder as its owner.
    key: GetSigningKeyResponse,
    /// The time of verification.
    now: DateTime<Utc>,
}

impl Scratchstack {
    /// Prepares for a service.
    fn new(service: &'static str) -> Self {
        let time = |epoch| DateTime::from_timestamp(i64::from(epoch), 0).expect("a valid time");
        let secret: KSecretKey = SECRET.parse().expect("a secret of 40 characters");
        let key = secret.to_ksigning(time(EPOCH).date_naive(), REGION, service);
        Self {
            service,
            options: if service == "s3" { SignatureOptions::S3 } else { SignatureOptions::default() },
            key: GetSigningKeyResponse::builder().signing_key(key).build().expect("a key"),
            now: time(RECEIVED),
        }
    }
}

/// Looks the key up.
fn look_up(request: &GetSigningKeyRequest, key: &GetSigningKeyResponse) -> Result<GetSigningKeyResponse, BoxError> {
    if request.access_key() == ACCESS_KEY_ID {
        return Ok(key.clone());
    }
    Err(SignatureError::InvalidClientTokenId("no such key".to_owned()).into())
}

impl Verify for Scratchstack {
    fn verify(&self, request: Request) -> Result<(), String> {
        let key = self.key.clone();
        let answer = move |request| -> Ready<_> { ready(look_up(&request, &key)) };
        let mut keys = service_for_signing_key_fn(answer);
        let verification = sigv4_validate_request(
            request.map(Bytes::from_static),
            REGION,
            self.service,
            &mut keys,
            self.now,
            &NO_ADDITIONAL_SIGNED_HEADERS,
            self.options,
        );
        block_on(verification).map(drop).map_err(|error| error.to_string())
    }
}
