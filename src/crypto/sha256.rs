//! SHA-256 (FIPS 180-4) around the compression function of [`sha2`].
//!
//! A message is gathered in place, padded where it lies, and compressed in one call as far as it fits. A few hundred bytes in twenty pieces
//! then cost little more than their blocks. `sha2::Sha256` compresses block by block, copies its state and wipes it, public or not.

use super::secret::Wiped;
use crate::bytes::count::count;
use crate::bytes::write::Write;
use sha2::block_api::compress256;

/// The length of a block in bytes.
pub(super) const BLOCK: usize = 64;

/// The result of the blocks so far.
pub(super) type State = Wiped<u32, 8>;

impl State {
    /// The state before the first block (section 5.3.3).
    pub(super) const START: Self =
        Self([0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19]);

    #[inline]
    pub(super) fn compress(&mut self, blocks: &[[u8; BLOCK]]) {
        compress256(&mut self.0, blocks);
    }

    /// Takes another state over. It is written to its place: a value that is moved leaves a copy.
    #[inline]
    pub(super) fn set(&mut self, other: &Self) {
        self.0.copy_from_slice(&other.0);
    }

    /// Writes the digest of a message whose last block was padded.
    #[inline]
    pub(super) fn write_digest(&self, digest: &mut [u8; 32]) {
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(&self.0) {
            *bytes = word.to_be_bytes();
        }
    }
}

/// The length of the shortest padding in bytes: the bit that ends the message, and its length in bits.
const MIN_PADDING: usize = 1 + 8;

/// A hasher with room for a canonical request of usual length.
pub(crate) type Sha256 = Hasher<8>;

/// A hasher: it hashes the bytes that are written to it, up to `BLOCKS` blocks at a time.
///
/// Its state is wiped when it is dropped, and the bytes that it gathered are not: hash a secret on a wiped stack.
#[derive(Clone)]
pub(crate) struct Hasher<const BLOCKS: usize> {
    state: State,
    /// The number of bytes that the state stands for.
    compressed: u64,
    /// The next bytes. They are zero from `filled` on.
    blocks: [[u8; BLOCK]; BLOCKS],
    filled: usize,
}

impl<const BLOCKS: usize> Default for Hasher<BLOCKS> {
    #[inline]
    fn default() -> Self {
        Self { state: State::START, compressed: 0, blocks: [[0; BLOCK]; BLOCKS], filled: 0 }
    }
}

impl<const BLOCKS: usize> Hasher<BLOCKS> {
    /// Continues from `state`, the result of `blocks` blocks. Nothing may have been written.
    #[inline]
    pub(super) fn start_after(&mut self, state: &State, blocks: usize) {
        self.state.set(state);
        self.compressed = count(blocks * BLOCK);
    }

    /// The digest of the bytes that were written. It ends the hasher's use.
    #[inline]
    pub(crate) fn finish(&mut self) -> [u8; 32] {
        let mut digest = [0; 32];
        self.finish_into(&mut digest);
        digest
    }

    /// [`finish`](Self::finish), and begins the next message in the same place: a new hasher would be moved there.
    #[cfg(feature = "stream")]
    pub(crate) fn finish_and_restart(&mut self) -> [u8; 32] {
        let digest = self.finish();
        self.state.set(&State::START);
        (self.compressed, self.filled) = (0, 0);
        self.blocks.as_flattened_mut().fill(0);
        digest
    }

    /// [`finish`](Self::finish), with the place of the digest.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "room for the padding is made before; a digest without it would be wrong"
    )]
    pub(super) fn finish_into(&mut self, digest: &mut [u8; 32]) {
        const { assert!(BLOCKS > 1, "the padding may need a block of its own") };
        if self.filled + MIN_PADDING > BLOCKS * BLOCK {
            self.make_room();
        }
        let bits = 8 * (self.compressed + count(self.filled));
        let blocks = (self.filled + MIN_PADDING).div_ceil(BLOCK);
        self.blocks.as_flattened_mut()[self.filled] = 0x80;
        self.blocks[blocks - 1][BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
        self.state.compress(&self.blocks[..blocks]);
        self.state.write_digest(digest);
    }

    /// Compresses the whole blocks that were gathered, so that clones of this hasher share the work.
    #[cfg(feature = "explain")]
    #[inline]
    pub(crate) fn settle(&mut self) {
        if self.filled >= BLOCK {
            self.make_room();
        }
    }

    /// Compresses the whole blocks, and moves the rest to the front.
    #[inline(never)]
    fn make_room(&mut self) {
        let (whole, _) = self.blocks.split_at(self.filled / BLOCK);
        self.state.compress(whole);
        let moved = whole.len() * BLOCK;
        self.compressed += count(moved);
        let bytes = self.blocks.as_flattened_mut();
        bytes.copy_within(moved..self.filled, 0);
        self.filled -= moved;
        let (_, free) = bytes.split_at_mut(self.filled);
        free.fill(0);
    }

    /// Takes bytes that there is no room for.
    #[inline(never)]
    fn put_long(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(BLOCKS * BLOCK - self.filled);
        self.put(first);
        self.make_room();
        let rest = self.compress_whole(rest);
        self.put(rest);
    }

    /// Compresses the whole blocks of `bytes` where they lie, and returns the rest. Nothing may be gathered.
    #[inline]
    fn compress_whole<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let (blocks, rest) = bytes.as_chunks();
        if !blocks.is_empty() {
            self.state.compress(blocks);
            self.compressed += count(bytes.len() - rest.len());
        }
        rest
    }
}

impl<const BLOCKS: usize> Write for Hasher<BLOCKS> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        let end = self.filled + bytes.len();
        match self.blocks.as_flattened_mut().get_mut(self.filled..end) {
            Some(free) => {
                free.copy_from_slice(bytes);
                self.filled = end;
            }
            None => self.put_long(bytes),
        }
    }
}

/// The digest of no bytes, which most requests that read have as their body. It saves `sign-s3` and `verify-s3` a compression.
pub(crate) const OF_NOTHING: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The digest of `bytes`.
#[inline]
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    if bytes.is_empty() {
        return OF_NOTHING;
    }
    let mut hasher = Hasher::<2>::default();
    let rest = hasher.compress_whole(bytes);
    hasher.put(rest);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{Hasher, digest};
    use crate::bytes::write::Write;
    use proptest::prelude::{any, prop, proptest};
    use sha2::Digest;

    #[cfg(feature = "explain")]
    #[test]
    fn clones_of_a_settled_hasher_have_the_digest_of_the_whole_message() {
        let text: Vec<u8> = (0..=255).cycle().take(400).collect();
        for at in 0..=text.len() {
            let (begin, end) = text.split_at(at);
            let mut prefix = Hasher::<2>::default();
            prefix.put(begin);
            prefix.settle();
            for end in [end, b"", b"other"] {
                let mut whole = prefix.clone();
                whole.put(end);
                assert_eq!(whole.finish(), by_sha2(&[begin, end].concat()), "{at} {}", end.len());
            }
        }
    }

    #[cfg(feature = "stream")]
    #[test]
    fn a_hasher_that_restarts_keeps_nothing_of_the_message_before() {
        let text: Vec<u8> = (0..=255).cycle().take(700).collect();
        let mut hasher = Hasher::<8>::default();
        for len in [700, 0, 511, 64, 512, 1, 503, 504, 56] {
            hasher.put(&text[..len]);
            assert_eq!(hasher.finish_and_restart(), by_sha2(&text[..len]), "{len}");
        }
    }

    fn by_sha2(bytes: &[u8]) -> [u8; 32] {
        sha2::Sha256::digest(bytes).into()
    }

    fn in_pieces<'p, const BLOCKS: usize>(pieces: impl Iterator<Item = &'p [u8]>) -> [u8; 32] {
        let mut hasher = Hasher::<BLOCKS>::default();
        pieces.for_each(|piece| hasher.put(piece));
        hasher.finish()
    }

    #[test]
    fn messages_of_every_length_in_pieces_of_one_length_have_the_digest_of_the_sha2_crate() {
        let text: Vec<u8> = (0..=255).cycle().take(700).collect();
        for len in 0..text.len() {
            let expected = by_sha2(&text[..len]);
            assert_eq!(digest(&text[..len]), expected, "{len}");
            for piece in [1, 7, 55, 56, 63, 64, 65, 120, 128, 129, 200, 513, 700] {
                let pieces = || text[..len].chunks(piece);
                let digests = [in_pieces::<2>(pieces()), in_pieces::<3>(pieces()), in_pieces::<8>(pieces())];
                assert_eq!(digests, [expected; 3], "{len} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_message_cut_in_two_anywhere_has_the_digest_of_the_sha2_crate() {
        let text: Vec<u8> = (0..=255).cycle().take(400).collect();
        for len in [55, 56, 64, 119, 120, 128, 183, 184, 192, 193, 400] {
            let expected = by_sha2(&text[..len]);
            for at in 0..=len {
                let pieces = || [&text[..at], &text[at..len]].into_iter();
                assert_eq!([in_pieces::<2>(pieces()), in_pieces::<3>(pieces())], [expected; 2], "{len} cut at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_message_in_any_pieces_has_the_digest_of_the_sha2_crate(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..12),
        ) {
            let (whole, pieces) = (pieces.concat(), || pieces.iter().map(Vec::as_slice));
            let digests = [in_pieces::<2>(pieces()), in_pieces::<3>(pieces()), in_pieces::<8>(pieces()), digest(&whole)];
            assert_eq!(digests, [by_sha2(&whole); 4]);
        }
    }
}
