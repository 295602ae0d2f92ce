//! HMAC-SHA-256 (RFC 2104) with keys that are ready to use and tags that stay secret until they are published.

use crate::bytes::write::Write;
use hmac::KeyInit;
use hmac::block_api::HmacCore;
use sha2::digest::block_api::{Buffer, FixedOutputCore, UpdateCore};
use std::fmt;
use zeroize::Zeroizing;

type Core = HmacCore<sha2::Sha256>;

/// A key with its two pads already hashed. Wiped when dropped, by the `zeroize` features of `hmac` and `sha2`.
#[derive(Clone)]
pub(crate) struct Key(Core);

impl Key {
    pub(crate) fn new(secret: &[u8]) -> Self {
        #[expect(clippy::expect_used, reason = "RFC 2104 allows a key of any length, and so does `HmacCore`")]
        Self(Core::new_from_slice(secret).expect("HMAC accepts a key of any length"))
    }

    /// The tag of the bytes that `write` writes.
    #[inline]
    pub(crate) fn tag(&self, write: impl FnOnce(&mut Message)) -> Tag {
        let mut message = Message { core: self.0.clone(), buffer: Buffer::<Core>::default() };
        write(&mut message);
        let mut tag = Default::default();
        message.core.finalize_fixed_core(&mut message.buffer, &mut tag);
        Tag(Zeroizing::new(tag.into()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// The message of a tag, to write to.
pub(crate) struct Message {
    core: Core,
    buffer: Buffer<Core>,
}

impl Write for Message {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.buffer.digest_blocks(bytes, |blocks| self.core.update_blocks(blocks));
    }
}

/// The result of one HMAC: key material for the next step until it is published as a signature. Wiped when dropped.
pub(crate) struct Tag(Zeroizing<[u8; 32]>);

impl Tag {
    /// The bytes, a secret.
    pub(crate) fn as_secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key of the next step.
    pub(crate) fn into_key(self) -> Key {
        Key::new(self.0.as_slice())
    }

    /// Makes the tag public, as a signature to send.
    #[inline]
    pub(crate) fn publish(self) -> [u8; 32] {
        *self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::bytes::hex;
    use crate::bytes::write::Write;

    /// RFC 4231, test case 2.
    #[test]
    fn rfc_4231_case_2() {
        let tag = Key::new(b"Jefe").tag(|m| {
            m.put(b"what do ya want ");
            m.put(b"for nothing?");
        });
        assert_eq!(
            hex::decode(b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843").unwrap(),
            tag.publish()
        );
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(format!("{:?}", Key::new(b"Jefe")), "Key");
    }
}
