//! SHA-256 (FIPS 180-4).

use crate::bytes::sink::Sink;
use sha2::Digest;

/// A digest being computed; what is put into it is hashed.
#[derive(Clone)]
pub(crate) struct Sha256(sha2::Sha256);

impl Sha256 {
    #[inline]
    pub(crate) fn new() -> Self {
        Self(sha2::Sha256::new())
    }

    #[inline]
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Sink for Sha256 {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// The digest of `bytes`.
#[inline]
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    sha2::Sha256::digest(bytes).into()
}
