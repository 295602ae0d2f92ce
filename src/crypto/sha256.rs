//! SHA-256 (FIPS 180-4).
//!
//! It combines the parts of [`sha2`] itself, because `sha2::Sha256` copies its state, which costs a third as much as hashing the single
//! block of a short body.

use crate::bytes::write::Write;
use sha2::digest::block_api::{Buffer, CoreProxy, FixedOutputCore, UpdateCore};

type Core = <sha2::Sha256 as CoreProxy>::Core;

/// A hasher: it hashes the bytes that are written to it.
#[derive(Clone, Default)]
pub(crate) struct Sha256 {
    core: Core,
    buffer: Buffer<Core>,
}

impl Sha256 {
    /// The digest of the bytes that were written.
    #[inline]
    pub(crate) fn finish(&mut self) -> [u8; 32] {
        let mut digest = Default::default();
        self.core.finalize_fixed_core(&mut self.buffer, &mut digest);
        digest.into()
    }
}

impl Write for Sha256 {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.buffer.digest_blocks(bytes, |blocks| self.core.update_blocks(blocks));
    }
}

/// The digest of `bytes`.
#[inline]
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::default();
    hasher.put(bytes);
    hasher.finish()
}
