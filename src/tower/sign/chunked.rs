//! Bodies that stream to S3 in chunks.

use super::bounds::Chunking;
use super::read_ahead::ReadAhead;
use crate::settings::is_s3;
use crate::sign::Signer;
use crate::stream::{ChecksumAlgorithm, ChunkPlan};
use crate::time::Day;
use http::request::Parts;
use http::uri::Scheme;

/// How the chunks of a body that streams to S3 are signed. See [`SignLayer::with_chunk_signing`](super::SignLayer::with_chunk_signing).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChunkSigning {
    /// Unsigned chunks with a checksum over `https`, as AWS's SDKs send them, and signed chunks over `http`. The default. A request
    /// with a checksum in its headers has signed chunks over `https` as well: S3 takes one checksum, and unsigned chunks need one.
    #[default]
    ByScheme,
    /// Signed chunks: SHA-256 of every byte.
    Signed,
    /// Unsigned chunks with a checksum. Over `http` anybody on the way can change the body.
    Unsigned,
    /// No chunks: every body is read into memory up to the limit, and signed as a whole.
    Never,
}

/// The settings of bodies in chunks.
#[derive(Clone, Copy, Default)]
pub(crate) struct ChunkSettings {
    pub(super) signing: ChunkSigning,
    pub(super) checksum: Option<ChecksumAlgorithm>,
}

/// The checksum of unsigned chunks, which need one. Every implementation of S3 that takes chunks with a trailer knows it.
const DEFAULT_CHECKSUM: ChecksumAlgorithm = ChecksumAlgorithm::Crc32;

impl ChunkSettings {
    /// Whether bodies of requests that `signer` signs stream in chunks.
    pub(super) fn apply_to(self, signer: &Signer) -> bool {
        self.signing != ChunkSigning::Never && is_s3(signer.scope(Day::FIRST).service())
    }

    /// The plan of a body of `len` bytes.
    pub(super) fn plan(self, parts: &Parts, len: u64) -> Result<ChunkPlan, crate::error::Error> {
        let has_checksum = ChecksumAlgorithm::ALL.iter().any(|one| parts.headers.contains_key(one.header()));
        let is_signed = match self.signing {
            ChunkSigning::Signed => true,
            ChunkSigning::ByScheme => has_checksum || parts.uri.scheme() != Some(&Scheme::HTTPS),
            ChunkSigning::Unsigned | ChunkSigning::Never => false,
        };
        match (is_signed, self.checksum.filter(|_| !has_checksum)) {
            (true, None) => Ok(ChunkPlan::signed(len)),
            (true, Some(checksum)) => ChunkPlan::signed(len).with_checksum(checksum),
            (false, checksum) => Ok(ChunkPlan::unsigned(len, checksum.unwrap_or(DEFAULT_CHECKSUM))),
        }
    }
}

/// A body that is sent in chunks.
pub(super) struct Chunked<B> {
    pub(super) body: ReadAhead<B>,
    pub(super) plan: ChunkPlan,
    pub(super) chunking: Chunking<B>,
}
