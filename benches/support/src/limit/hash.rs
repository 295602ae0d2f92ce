//! SHA-256 and HMAC from the compression function, for messages that lie in one piece.

use sha2::block_api::compress256;

const START: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// A hasher, which gathers blocks and compresses them in one call as far as they fit.
pub(super) struct Sha256<const BLOCKS: usize = 8> {
    state: [u32; 8],
    /// How many bytes the state has taken.
    taken: usize,
    /// The next bytes, zero from `filled` on.
    blocks: [[u8; 64]; BLOCKS],
    filled: usize,
}

impl<const BLOCKS: usize> Sha256<BLOCKS> {
    #[inline]
    pub(super) fn new() -> Self {
        Self::after(START, 0)
    }

    /// A hasher whose state has taken `taken` bytes.
    #[inline]
    fn after(state: [u32; 8], taken: usize) -> Self {
        Self { state, taken, blocks: [[0; 64]; BLOCKS], filled: 0 }
    }

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        let end = self.filled + bytes.len();
        match self.blocks.as_flattened_mut().get_mut(self.filled..end) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.filled = end;
            }
            None => self.put_long(bytes),
        }
    }

    #[inline(never)]
    fn put_long(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(64 * BLOCKS - self.filled);
        self.blocks.as_flattened_mut()[self.filled..].copy_from_slice(first);
        compress256(&mut self.state, &self.blocks);
        let (whole, rest) = rest.as_chunks();
        compress256(&mut self.state, whole);
        self.taken += 64 * (BLOCKS + whole.len());
        self.blocks = [[0; 64]; BLOCKS];
        self.filled = 0;
        self.put(rest);
    }

    /// Compresses all blocks but the last.
    #[inline(never)]
    fn make_room(&mut self) {
        let (last, whole) = self.blocks.split_last().expect("there are blocks");
        compress256(&mut self.state, whole);
        let (taken, last) = (64 * whole.len(), *last);
        self.taken += taken;
        self.filled -= taken;
        self.blocks = [[0; 64]; BLOCKS];
        self.blocks[0] = last;
    }

    #[inline]
    pub(super) fn finish(&mut self) -> [u8; 32] {
        let bits = 8 * (self.taken + self.filled) as u64;
        if self.filled + 9 > 64 * BLOCKS {
            self.make_room();
        }
        self.blocks.as_flattened_mut()[self.filled] = 0x80;
        let count = (self.filled + 9).div_ceil(64);
        self.blocks[count - 1][56..].copy_from_slice(&bits.to_be_bytes());
        compress256(&mut self.state, &self.blocks[..count]);
        bytes(self.state)
    }
}

/// The SHA-256 of `message`.
#[inline]
pub(super) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::<2>::new();
    let (whole, rest) = message.as_chunks();
    if !whole.is_empty() {
        compress256(&mut hasher.state, whole);
        hasher.taken = 64 * whole.len();
    }
    hasher.put(rest);
    hasher.finish()
}

#[inline]
fn bytes(state: [u32; 8]) -> [u8; 32] {
    let mut bytes = [[0; 4]; 8];
    for (to, word) in bytes.iter_mut().zip(state) {
        *to = word.to_be_bytes();
    }
    *bytes.as_flattened().first_chunk().expect("it is as long")
}

/// A key with both pads hashed.
pub(super) struct HmacKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl HmacKey {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let padded = |pad: u8| {
            let (mut state, mut block) = (START, [pad; 64]);
            block.iter_mut().zip(key).for_each(|(to, byte)| *to ^= byte);
            compress256(&mut state, &[block]);
            state
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    /// The tag of the bytes that `write` writes.
    #[inline]
    pub(super) fn tag(&self, write: impl FnOnce(&mut Sha256<4>)) -> [u8; 32] {
        let mut inner = Sha256::after(self.inner, 64);
        write(&mut inner);
        let (mut outer, mut block) = (self.outer, [0; 64]);
        block[..32].copy_from_slice(&inner.finish());
        block[32] = 0x80;
        block[56..].copy_from_slice(&(8 * (64 + 32_u64)).to_be_bytes());
        compress256(&mut outer, &[block]);
        bytes(outer)
    }
}

/// Hexadecimal digits in lower case.
pub(super) fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    let digit = |nibble: u8| nibble + if nibble < 10 { b'0' } else { b'a' - 10 };
    let mut hex = [[0; 2]; 32];
    for (to, byte) in hex.iter_mut().zip(bytes) {
        *to = [digit(byte >> 4), digit(byte & 15)];
    }
    *hex.as_flattened().first_chunk().expect("it is as long")
}

/// The bytes of 64 hexadecimal digits in lower case.
pub(super) fn unhex(hex: &[u8]) -> [u8; 32] {
    let (pairs, rest) = hex.as_chunks::<2>();
    assert!(pairs.len() == 32 && rest.is_empty(), "it is not a signature");
    let (mut bytes, mut wrong) = ([0; 32], false);
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => 16,
    };
    for (to, pair) in bytes.iter_mut().zip(pairs) {
        let [high, low] = pair.map(nibble);
        wrong |= (high | low) & 16 != 0;
        *to = high << 4 | low;
    }
    assert!(!wrong, "it is not a signature");
    bytes
}
