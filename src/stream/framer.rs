//! The framing of a body in chunks, apart from the data: what comes before each chunk, and what comes at the end.
//!
//! A signature covers its whole chunk and stands before it. The caller therefore keeps the data of a signed chunk until the chunk is full,
//! in whatever form it has them, and the framer only sees them pass.

use super::chain::{Chain, Link, SIGNATURE_ROOM};
use super::checksum::Checksum;
use super::plan::{ChunkPlan, checksum_name};
use super::trailer::{Trailer, write_field};
use super::wire::{CHUNK_SIGNATURE, LINE_END, TRAILER_SIGNATURE};
use crate::bytes::count::count;
use crate::bytes::inline::InlineText;
use crate::bytes::write::Write;
use crate::crypto::sha256::{self, Sha256};
use crate::error::{Error, ErrorKind};

/// The digits of the largest size of a chunk.
const SIZE_DIGITS: usize = 16;

/// The header of a chunk, with the end of its line.
pub(crate) type ChunkHeader = InlineText<{ SIZE_DIGITS + CHUNK_SIGNATURE.len() + SIGNATURE_ROOM + LINE_END.len() }>;

/// The state of the framing.
///
/// For each chunk: [`open`](Self::open) when its first data are there, [`take`](Self::take) for all of its data until
/// [`room`](Self::room) is zero, then [`close`](Self::close). The header comes from `open` if chunks are not signed, and from `close` if
/// they are. [`LINE_END`] follows the data of each.
pub(crate) struct Framer {
    plan: ChunkPlan,
    /// `None` if chunks are not signed.
    signing: Option<Signing>,
    checksum: Option<Checksum>,
    /// The bytes of the body that have not come.
    left: u64,
    /// The bytes that the current chunk has not taken.
    room: usize,
}

struct Signing {
    chain: Chain,
    hasher: Sha256,
    /// The bytes of the current chunk.
    size: usize,
}

impl Framer {
    /// `chain` begins with the signature of the request's head.
    pub(crate) fn new(plan: ChunkPlan, chain: Chain) -> Self {
        let signing = plan.is_signed().then(|| Signing { chain, hasher: Sha256::default(), size: 0 });
        let (checksum, left) = (plan.checksum().map(Checksum::new), plan.decoded_len());
        let room = next_size(left, &plan);
        Self { plan, signing, checksum, left, room }
    }

    /// How the body is sent.
    pub(crate) const fn plan(&self) -> &ChunkPlan {
        &self.plan
    }

    /// The bytes of the body that have not come.
    pub(crate) const fn left(&self) -> u64 {
        self.left
    }

    /// The bytes that the current chunk still takes. It is zero once the chunk is full, and at the end of the body.
    pub(crate) const fn room(&self) -> usize {
        self.room
    }

    /// The error of a body that is longer than its declared length.
    #[cold]
    pub(crate) fn overrun(&self) -> Error {
        let detail = format!("the body is longer than the declared {} bytes", self.plan.decoded_len());
        Error::new(ErrorKind::LengthMismatch, detail)
    }

    /// The header of the chunk that begins, if chunks are not signed.
    pub(crate) fn open(&self) -> Option<ChunkHeader> {
        if self.signing.is_some() {
            return None;
        }
        let mut header = ChunkHeader::new();
        put_size(&mut header, self.room);
        header.put(LINE_END);
        Some(header)
    }

    /// Takes data of the current chunk: at most [`room`](Self::room) bytes.
    pub(crate) fn take(&mut self, data: &[u8]) {
        if let Some(signing) = &mut self.signing {
            signing.hasher.put(data);
            signing.size += data.len();
        }
        if let Some(checksum) = &mut self.checksum {
            checksum.update(data);
        }
        self.room -= data.len();
        self.left -= count(data.len());
    }

    /// Ends the current chunk, which is full. Returns its header if chunks are signed.
    pub(crate) fn close(&mut self) -> Option<ChunkHeader> {
        self.room = next_size(self.left, &self.plan);
        self.signing.as_mut().map(Signing::header)
    }

    /// Ends the body: the last chunk, which has no data, and the trailer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LengthMismatch`] if data are missing.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Error> {
        if self.left > 0 {
            let len = self.plan.decoded_len();
            let detail = format!("the body ended after {} of {len} bytes", len - self.left);
            return Err(Error::new(ErrorKind::LengthMismatch, detail));
        }
        let mut end = Vec::with_capacity(self.plan.end_len());
        match &mut self.signing {
            Some(signing) => end.put(signing.header().as_bytes()),
            None => end.put(b"0\r\n"),
        }
        if self.plan.has_trailer() {
            self.write_trailer(&mut end);
        }
        end.put(LINE_END);
        Ok(end)
    }

    fn write_trailer(self, end: &mut Vec<u8>) {
        let trailer = with_checksum(self.plan.trailer().clone(), self.checksum);
        trailer.write(end);
        if let Some(Signing { mut chain, .. }) = self.signing {
            let signature = chain.sign(&Link::Trailer(&trailer.sha256()));
            let mut text = InlineText::<SIGNATURE_ROOM>::new();
            signature.write(&mut text);
            write_field(TRAILER_SIGNATURE.as_bytes(), text.as_bytes(), LINE_END, end);
        }
    }
}

impl Signing {
    /// The header of the chunk whose data have come, and the beginning of the next.
    fn header(&mut self) -> ChunkHeader {
        let data = if self.size == 0 { sha256::OF_NOTHING } else { self.hasher.finish_and_restart() };
        let signature = self.chain.sign(&Link::Chunk(&data));
        let mut header = ChunkHeader::new();
        put_size(&mut header, std::mem::take(&mut self.size));
        header.put(CHUNK_SIGNATURE);
        signature.write(&mut header);
        header.put(LINE_END);
        header
    }
}

/// The size of the chunk that begins when `left` bytes have not come.
fn next_size(left: u64, plan: &ChunkPlan) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(plan.chunk_size())
}

fn with_checksum(mut trailer: Trailer, checksum: Option<Checksum>) -> Trailer {
    if let Some(value) = checksum.map(Checksum::finish) {
        trailer.insert(checksum_name(value.algorithm()), value.with_text(<[u8]>::to_vec));
    }
    trailer
}

/// Writes a size in lower-case hexadecimal digits, without zeros at the front.
fn put_size(header: &mut ChunkHeader, size: usize) {
    let size = count(size);
    let bits = u64::BITS - (size | 1).leading_zeros();
    for shift in (0..bits).step_by(4).rev() {
        let [digit, ..] = (size >> shift & 15).to_le_bytes();
        header.put(&[if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }]);
    }
}

#[cfg(test)]
mod tests {
    use super::{ChunkHeader, put_size};

    #[test]
    fn sizes_are_written_as_the_standard_library_writes_them() {
        for size in [0, 1, 9, 10, 15, 16, 255, 256, 65_536, 65_537, 16_777_216, usize::MAX] {
            let mut header = ChunkHeader::new();
            put_size(&mut header, size);
            assert_eq!(header.as_str(), format!("{size:x}"));
        }
    }
}
