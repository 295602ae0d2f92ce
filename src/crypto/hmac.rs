//! HMAC-SHA-256 (RFC 2104) with keys that are ready to use and tags that stay secret until they are published.
//!
//! A key that is used once goes through [`hmac`]: [`tag_once`]. A key that signs many requests is a [`Key`], two states of SHA-256 that
//! `hmac` computes and does not give out: a signature then takes 90 instructions fewer than with `hmac::block_api::HmacCore` (row
//! `sign-post`), and a key 64 bytes instead of 80. Tests hold both to RFC 4231 and to each other.

use super::secret::Wiped;
use super::sha256::{self, BLOCK, Hasher, State};
#[cfg(feature = "explain")]
use crate::bytes::write::Write;
use ::hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// A key: SHA-256's states after the block of either pad.
#[derive(Clone)]
pub(crate) struct Key {
    inner: State,
    outer: State,
}

const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5c;

/// The message of a tag, to write to. It has room for most strings to sign.
pub(crate) type Message = Hasher<3>;

impl Key {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let hashed;
        let secret = if secret.len() > BLOCK {
            hashed = Wiped(sha256::digest(secret));
            hashed.as_secret()
        } else {
            secret
        };
        let mut block = Wiped([0; BLOCK]);
        block.0.iter_mut().zip(secret).for_each(|(place, byte)| *place = *byte);
        let mut pad = |byte: u8| {
            block.0.iter_mut().for_each(|place| *place ^= byte);
            let mut state = State::START;
            state.compress(std::slice::from_ref(&block.0));
            state
        };
        Self { inner: pad(INNER_PAD), outer: pad(INNER_PAD ^ OUTER_PAD) }
    }

    /// The tag of the bytes that `write` writes.
    #[inline]
    pub(crate) fn tag(&self, write: impl FnOnce(&mut Message)) -> Tag {
        let mut message = Message::default();
        message.start_after(&self.inner, 1);
        write(&mut message);
        self.finish(&mut message)
    }

    #[inline]
    #[expect(clippy::expect_used, reason = "a tag without the inner digest would be wrong")]
    fn finish<const BLOCKS: usize>(&self, message: &mut Hasher<BLOCKS>) -> Tag {
        let mut block = Wiped(OUTER_BLOCK);
        message.finish_into(block.0.first_chunk_mut().expect("a digest is half a block"));
        let mut outer = State::START;
        outer.set(&self.outer);
        outer.compress(std::slice::from_ref(&block.0));
        let mut tag = Wiped([0; 32]);
        outer.write_digest(&mut tag.0);
        tag
    }
}

/// A key and the beginning of its messages, which is hashed once.
#[cfg(feature = "explain")]
#[derive(Clone)]
pub(crate) struct KeyedPrefix {
    key: Key,
    message: Hasher<2>,
}

#[cfg(feature = "explain")]
impl KeyedPrefix {
    pub(crate) fn new(key: &Key, prefix: &[u8]) -> Self {
        let mut message = Hasher::default();
        message.start_after(&key.inner, 1);
        message.put(prefix);
        message.settle();
        Self { key: key.clone(), message }
    }

    /// The key.
    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    /// The tag of the prefix and the bytes that `write` writes.
    #[inline]
    pub(crate) fn tag(&self, write: impl FnOnce(&mut Hasher<2>)) -> Tag {
        let mut message = self.message.clone();
        write(&mut message);
        self.key.finish(&mut message)
    }
}

/// The tag of `message` under a key that is used once.
pub(crate) fn tag_once(secret: &[u8], message: &[u8]) -> Tag {
    #[expect(clippy::expect_used, reason = "RFC 2104 allows a key of any length, and so does `Hmac`")]
    let hmac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC accepts a key of any length");
    Wiped(hmac.chain_update(message).finalize().into_bytes().into())
}

/// The last block of the outer message: room for the inner digest, and the padding.
const OUTER_BLOCK: [u8; BLOCK] = {
    let mut block = [0; BLOCK];
    block[32] = 0x80;
    block[62] = 3; // 768 bits, most significant byte first
    block
};

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// The result of one HMAC: key material for the next step until it is published as a signature.
pub(crate) type Tag = Wiped<u8, 32>;

impl Tag {
    /// The bytes, a secret.
    pub(crate) fn as_secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// Makes the tag public, as a signature to send.
    #[inline]
    pub(crate) fn publish(self) -> [u8; 32] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, tag_once};
    use crate::bytes::write::Write;
    use crate::crypto::secret::Wiped;
    use ::hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::{any, proptest};
    use zeroize::ZeroizeOnDrop;

    /// RFC 4231, section 4: the keys, the messages and the tags. The tag of case 5 is truncated to 128 bits.
    #[test]
    fn rfc_4231() {
        let cases: [(&[u8], &[u8], &str); 7] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &std::array::from_fn::<u8, 25, _>(|n| u8::try_from(n + 1).unwrap()),
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. \
                  The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (number, (secret, message, tag)) in (1..).zip(cases) {
            let tags = [tag_once(secret, message), Key::new(secret).tag(|m| m.put(message))];
            for computed in tags.map(|tag| hex::encode(tag.publish())) {
                assert_eq!(computed.len(), 64);
                assert!(computed.starts_with(tag), "case {number}: {computed}");
            }
        }
    }

    fn by_hmac(secret: &[u8], message: &[u8]) -> [u8; 32] {
        Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap().chain_update(message).finalize().into_bytes().into()
    }

    #[test]
    fn keys_and_messages_of_every_length_give_the_tags_of_the_hmac_crate() {
        let text: Vec<u8> = (0..=255).cycle().take(400).collect();
        for len in 0..text.len() {
            let (secret, rest) = text.split_at(len);
            for (secret, message) in [(secret, rest), (b"key".as_slice(), secret)] {
                let tag = Key::new(secret).tag(|m| m.put(message));
                assert_eq!(tag.publish(), by_hmac(secret, message), "{} and {}", secret.len(), message.len());
            }
        }
    }

    proptest! {
        #[test]
        fn a_message_in_pieces_has_the_tag_of_the_hmac_crate(secret in any::<Vec<u8>>(), pieces in any::<Vec<Vec<u8>>>()) {
            let key = Key::new(&secret);
            let tag = key.tag(|m| pieces.iter().for_each(|piece| m.put(piece)));
            assert_eq!(tag.publish(), by_hmac(&secret, &pieces.concat()));
        }
    }

    #[cfg(feature = "explain")]
    #[test]
    fn a_prefix_that_is_hashed_once_gives_the_tags_of_the_hmac_crate() {
        let text: Vec<u8> = (0..=255).cycle().take(300).collect();
        for at in 0..=text.len() {
            let (begin, end) = text.split_at(at);
            let prefix = super::KeyedPrefix::new(&Key::new(b"key"), begin);
            for end in [end, b""] {
                assert_eq!(prefix.tag(|m| m.put(end)).publish(), by_hmac(b"key", &[begin, end].concat()), "{at}");
            }
        }
    }

    #[test]
    fn a_key_is_two_states() {
        assert_eq!(size_of::<Key>(), 64);
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(format!("{:?}", Key::new(b"Jefe")), "Key");
    }

    /// It compiles only while both states and the tag wipe themselves.
    #[test]
    fn a_key_and_a_tag_are_wiped() {
        const fn wiped<T: ZeroizeOnDrop>(_: &T) {}
        let key = Key::new(b"");
        wiped(&key.inner);
        wiped(&key.outer);
        wiped(&key.tag(|_| ()));
        let Key { inner: Wiped(_), outer: Wiped(_) } = &key;
    }
}
