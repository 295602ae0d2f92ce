//! The signed chunk that arrives: its bytes are held until its signature matches.

use crate::bytes::write::Write;
use crate::crypto::sha256::{self, Sha256};
use crate::error::{Error, ErrorKind};
use crate::stream::chain::{Chain, ChainSignature, Link};
use bytes::{Bytes, BytesMut};

/// The chain of signatures, and the chunk that arrives.
pub(super) struct SignedChunk {
    chain: Chain,
    claimed: Option<ChainSignature>,
    len: usize,
    hasher: Sha256,
    /// The bytes of a chunk that does not arrive in one piece.
    held: BytesMut,
    /// Whether what is held was verified, and handed out.
    done: bool,
}

impl SignedChunk {
    pub(super) fn new(chain: Chain) -> Self {
        Self { chain, claimed: None, len: 0, hasher: Sha256::default(), held: BytesMut::new(), done: false }
    }

    /// Begins a chunk of `len` bytes. The last chunk, which has no data, is verified at once.
    pub(super) fn begin(&mut self, len: u64, signature: &[u8], longest: usize) -> Result<(), Error> {
        if len == 0 {
            return self.check(&Link::Chunk(&sha256::digest(b"")), signature);
        }
        if let Some(len) = usize::try_from(len).ok().filter(|len| *len <= longest) {
            self.len = len;
            self.claimed = self.chain.read(signature);
            return Ok(());
        }
        let detail = format!("a signed chunk has {len} bytes, more than {longest}");
        Err(Error::new(ErrorKind::ChunkTooLong, detail))
    }

    /// Takes data of the chunk. Once it is complete and its signature matched: its bytes, or `None` in the place of bytes that are
    /// [held](Self::held).
    pub(super) fn put<'i>(&mut self, bytes: &'i [u8], is_last: bool) -> Result<Option<Option<&'i [u8]>>, Error> {
        if std::mem::take(&mut self.done) {
            self.held.clear();
        }
        if is_last && self.held.is_empty() {
            self.check_data(&sha256::digest(bytes))?;
            return Ok(Some(Some(bytes)));
        }
        self.hasher.put(bytes);
        if self.held.is_empty() {
            // At once: memory that grows takes up to twice the chunk.
            self.held.reserve(self.len);
        }
        self.held.extend_from_slice(bytes);
        if !is_last {
            return Ok(None);
        }
        let digest = self.hasher.finish_and_restart();
        self.check_data(&digest)?;
        self.done = true;
        Ok(Some(None))
    }

    /// Compares a signature with that of the next part.
    pub(super) fn check(&mut self, link: &Link<'_>, signature: &[u8]) -> Result<(), Error> {
        let claimed = self.chain.read(signature);
        self.compare(link, claimed)
    }

    fn check_data(&mut self, digest: &[u8; 32]) -> Result<(), Error> {
        let claimed = self.claimed.take();
        self.compare(&Link::Chunk(digest), claimed)
    }

    fn compare(&mut self, link: &Link<'_>, claimed: Option<ChainSignature>) -> Result<(), Error> {
        let matched = claimed.and_then(|claimed| self.chain.verify(link, &claimed));
        matched.map(|_receipt| ()).ok_or_else(|| mismatch(link))
    }

    /// The verified bytes of a chunk that arrived in several pieces.
    pub(super) fn held(&self) -> &[u8] {
        if self.done { &self.held } else { &[] }
    }

    /// The same, to keep. The memory is used again once they are dropped.
    pub(super) fn take_held(&mut self) -> Bytes {
        if std::mem::take(&mut self.done) { self.held.split().freeze() } else { Bytes::new() }
    }
}

#[cold]
fn mismatch(link: &Link<'_>) -> Error {
    let detail = match link {
        Link::Trailer(_) => "the signature of the trailer does not match",
        Link::Chunk(_) | Link::Event { .. } => "the signature of a chunk does not match",
    };
    Error::new(ErrorKind::SignatureMismatch, detail)
}
