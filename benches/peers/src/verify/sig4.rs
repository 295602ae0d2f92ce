//! sig4's verifier.

use super::received::{RECEIVED, time};
use super::{Verifier, Verify};
use crate::case::{ACCESS_KEY_ID, REGION, Request, SECRET};
use crate::versions;
use ::sig4::Credentials;
use ::time::OffsetDateTime;

/// sig4 with the verifier and the credentials kept.
pub(super) const VERIFIER: Verifier = Verifier {
    name: "sig4",
    version: versions::SIG4,
    note: "keeps the day's signing key",
    unable: |_| None,
    prepare: |service| Box::new(Sig4::new(::sig4::Verifier::new(REGION, service).unwrap())),
};

/// sig4 when told to accept what AWS accepts.
pub(super) const VERIFIER_AS_AWS: Verifier = Verifier {
    name: "sig4, as AWS",
    prepare: |service| Box::new(Sig4::new(::sig4::Verifier::new(REGION, service).unwrap().with_aws_compat())),
    ..VERIFIER
};

/// What a caller of sig4 keeps.
struct Sig4 {
    /// The verifier, with its keys.
    verifier: ::sig4::Verifier,
    /// The credentials.
    credentials: Credentials,
    /// The time of verification.
    now: OffsetDateTime,
}

impl Sig4 {
    /// Prepares the verifier.
    fn new(verifier: ::sig4::Verifier) -> Self {
        Self { verifier, credentials: Credentials::new(ACCESS_KEY_ID, SECRET).unwrap(), now: time(RECEIVED) }
    }

    /// The two steps of verification, with the lookup of the key between them.
    fn steps(&self, request: Request) -> Result<(), ::sig4::Error> {
        let (parts, body) = request.into_parts();
        let claim = self.verifier.claim(&parts)?;
        let key = (claim.access_key_id() == ACCESS_KEY_ID).then_some(&self.credentials);
        claim.verify(key, body, self.now).map(drop)
    }
}

impl Verify for Sig4 {
    fn verify(&self, request: Request) -> Result<(), String> {
        self.steps(request).map_err(|error| error.to_string())
    }
}
