//! The length of a short body that does not state it.

use super::plan::MAX_CHUNK_SIZE;
use crate::error::{Error, ErrorKind};

/// Keeps a body of unknown length, up to a limit, until its length is known.
///
/// `x-amz-decoded-content-length` is a signed header, so the length has to be known before the first byte is sent. S3 refuses an upload
/// without it (`MissingContentLength`). A longer body is uploaded in parts, each of a known length.
///
/// ```
/// use sig4::ErrorKind;
/// use sig4::stream::{ChunkPlan, ShortBody};
///
/// let mut body = ShortBody::new(65_536);
/// body.push(b"hello ")?;
/// body.push(b"world")?;
/// let body = body.into_bytes();
/// assert_eq!(ChunkPlan::signed(body.len().try_into()?).decoded_len(), 11);
///
/// assert_eq!(ShortBody::new(3).push(b"long").unwrap_err().kind(), ErrorKind::UnknownLength);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ShortBody {
    kept: Vec<u8>,
    limit: usize,
}

impl ShortBody {
    /// A body of at most `limit` bytes; a limit above [`MAX_CHUNK_SIZE`] is [`MAX_CHUNK_SIZE`].
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { kept: Vec::new(), limit: limit.min(MAX_CHUNK_SIZE) }
    }

    /// Keeps the next piece.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownLength`] if the body is longer than the limit.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Error> {
        if piece.len() > self.limit - self.kept.len() {
            let detail = format!(
                "it is more than {} bytes, and S3 has to be told the length before the body: state it, or upload in parts",
                self.limit
            );
            return Err(Error::new(ErrorKind::UnknownLength, detail));
        }
        self.kept.extend_from_slice(piece);
        Ok(())
    }

    /// The body, whose length is known now.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.kept
    }
}
