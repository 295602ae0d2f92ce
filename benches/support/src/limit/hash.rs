//! SHA-256 and HMAC from the compression function, for messages that lie in one piece.

use sha2::block_api::compress256;

const START: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// A hasher.
pub(super) struct Sha256 {
    state: [u32; 8],
    block: [u8; 64],
    len: usize,
}

impl Sha256 {
    #[inline]
    pub(super) fn new() -> Self {
        Self::after(START, 0)
    }

    /// A hasher that has taken `len` bytes.
    #[inline]
    fn after(state: [u32; 8], len: usize) -> Self {
        Self { state, block: [0; 64], len }
    }

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        let at = self.len % 64;
        self.len += bytes.len();
        match self.block.get_mut(at..at + bytes.len()) {
            Some(room) if at + bytes.len() < 64 => room.copy_from_slice(bytes),
            _ => self.put_blocks(at, bytes),
        }
    }

    fn put_blocks(&mut self, at: usize, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(64 - at);
        self.block[at..].copy_from_slice(first);
        compress256(&mut self.state, &[self.block]);
        let (blocks, rest) = rest.as_chunks::<64>();
        if !blocks.is_empty() {
            compress256(&mut self.state, blocks);
        }
        self.block[..rest.len()].copy_from_slice(rest);
    }

    #[inline]
    pub(super) fn finish(mut self) -> [u8; 32] {
        let at = self.len % 64;
        self.block[at] = 0x80;
        self.block[at + 1..].fill(0);
        if at >= 56 {
            compress256(&mut self.state, &[self.block]);
            self.block = [0; 64];
        }
        self.block[56..].copy_from_slice(&((self.len as u64) << 3).to_be_bytes());
        compress256(&mut self.state, &[self.block]);
        bytes(self.state)
    }
}

/// The SHA-256 of `message`.
#[inline]
pub(super) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.put(message);
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
    pub(super) fn tag(&self, write: impl FnOnce(&mut Sha256)) -> [u8; 32] {
        let mut inner = Sha256::after(self.inner, 64);
        write(&mut inner);
        let mut outer = Sha256::after(self.outer, 64);
        outer.put(&inner.finish());
        outer.finish()
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
