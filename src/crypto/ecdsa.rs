//! ECDSA on the curve P-256 with SHA-256 (FIPS 186-5), by the crate `p256`, and its key derivation from a secret.
//!
//! Nonces are deterministic (RFC 6979): the same message has the same signature, and no source of random numbers can fail. `p256` multiplies
//! points in constant time. Its stack is wiped after each use of the private key, because the nonce of one signature gives the key away.

use super::hmac::tag_once;
use super::secret::{Wiped, on_wiped_stack_of};
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use p256::ecdsa::{DerSignature, Signature, SigningKey, VerifyingKey};
use std::fmt;
use subtle::{Choice, ConstantTimeLess};
use zeroize::Zeroizing;

/// The longest DER form of a signature, in bytes: two integers of 33 bytes, their headers of two bytes, and the sequence's.
pub(crate) const MAX_DER_LEN: usize = 72;

/// More bytes of stack than `p256` takes.
const STACK: usize = if cfg!(debug_assertions) { 65_536 } else { 16_384 };

/// A private key. `p256` wipes it when it is dropped. It is in a box, because a value that moves leaves its bytes on the stack.
#[derive(Clone)]
pub(crate) struct PrivateKey(Box<SigningKey>);

impl PrivateKey {
    /// Derives the key with the counter mode of NIST SP 800-108, with HMAC-SHA-256 under `secret`. `label` and `context` are its input; the
    /// byte after them counts the attempts, of which the first succeeds but once in 2³² times.
    pub(crate) fn derive(secret: &[u8], label: &[u8], context: &[u8]) -> Self {
        on_wiped_stack_of::<STACK, _>(|| Self::derive_in_place(secret, label, context))
    }

    #[expect(clippy::expect_used, reason = "255 candidates in a row are too large once in 2^8160 times")]
    fn derive_in_place(secret: &[u8], label: &[u8], context: &[u8]) -> Self {
        // The number of the block, the label, a zero, the context with the attempt, and the length of the key in bits.
        let input = |attempt: u8| [&[0, 0, 0, 1], label, &[0], context, &[attempt], &[0, 0, 1, 0]].concat();
        let mut candidates = (1..=u8::MAX).map(|attempt| tag_once(secret, &input(attempt)));
        candidates.find_map(|candidate| Self::of_candidate(candidate.as_secret())).expect("a candidate is in range")
    }

    /// The key `candidate + 1`, unless the candidate is greater than `n - 2`, the order of the curve less two.
    fn of_candidate(candidate: &[u8; 32]) -> Option<Self> {
        if bool::from(less(&ORDER_LESS_TWO, candidate)) {
            return None;
        }
        let (mut scalar, mut carry) = (Wiped(*candidate), true);
        for byte in scalar.0.iter_mut().rev() {
            let added;
            (added, carry) = byte.overflowing_add(u8::from(carry));
            *byte = added;
        }
        Self::from_bytes_in_place(&scalar.0)
    }

    /// The key of 32 bytes, most significant first. `None` for zero and for the order of the curve and more.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        on_wiped_stack_of::<STACK, _>(|| Self::from_bytes_in_place(bytes))
    }

    fn from_bytes_in_place(bytes: &[u8; 32]) -> Option<Self> {
        SigningKey::from_bytes(bytes.into()).ok().map(|key| Self(Box::new(key)))
    }

    /// The key's 32 bytes, most significant first.
    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// Signs a message with this SHA-256.
    #[expect(clippy::expect_used, reason = "RFC 6979 finds a nonce for every digest of 32 bytes")]
    pub(crate) fn sign(&self, digest: &[u8; 32]) -> Der {
        on_wiped_stack_of::<STACK, _>(|| {
            let signature: Signature = self.0.sign_prehash(digest).expect("a digest of 32 bytes can be signed");
            Der::of(&signature)
        })
    }

    /// The key as a number.
    #[cfg(feature = "explain")]
    pub(super) fn scalar(&self) -> &p256::Scalar {
        self.0.as_nonzero_scalar()
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }
}

/// A public key.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a point of the curve in either form of SEC 1.
    pub(crate) fn from_sec1(bytes: &[u8]) -> Option<Self> {
        VerifyingKey::from_sec1_bytes(bytes).ok().map(Self)
    }

    /// The point without compression: 4, and the two coordinates, most significant byte first.
    #[expect(clippy::expect_used, reason = "the form without compression has 65 bytes")]
    pub(crate) fn to_sec1(self) -> [u8; 65] {
        self.0.to_sec1_point(false).as_bytes().try_into().expect("the form without compression has 65 bytes")
    }

    /// Whether the signature is of a message with this SHA-256. It is valid with `s` and with `n - s`.
    pub(crate) fn verifies(&self, digest: &[u8; 32], signature: &Der) -> bool {
        Signature::from_der(signature.as_bytes())
            .is_ok_and(|signature| self.0.verify_prehash(digest, &signature).is_ok())
    }
}

/// A signature in its DER form: a sequence of the integers `r` and `s`, both from 1 to `n - 1`.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub(crate) struct Der {
    bytes: [u8; MAX_DER_LEN],
    len: u8,
}

impl Der {
    /// Reads the strict form, which every pair of integers has one of.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let signature = Signature::from_der(bytes).ok()?;
        let read = Self::of(&signature);
        (read.as_bytes() == bytes).then_some(read)
    }

    #[expect(clippy::expect_used, reason = "a form that loses bytes becomes a wrong signature")]
    fn of(signature: &Signature) -> Self {
        let der: DerSignature = signature.to_der();
        let mut bytes = [0; MAX_DER_LEN];
        let place = bytes.get_mut(..der.len()).expect("two integers of 33 bytes have the longest form");
        place.copy_from_slice(der.as_bytes());
        Self { bytes, len: u8::try_from(der.len()).expect("at most 72 bytes") }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&self.bytes)
    }

    /// `r` and `s`.
    #[cfg(feature = "explain")]
    pub(super) fn scalars(&self) -> Option<(p256::Scalar, p256::Scalar)> {
        let (r, s) = Signature::from_der(self.as_bytes()).ok()?.split_scalars();
        Some((*r, *s))
    }

    /// The one of the two forms that has the lower `s`. Anybody can make the one from the other.
    pub(crate) fn with_low_s(&self) -> Self {
        Signature::from_der(self.as_bytes()).map_or(*self, |signature| Self::of(&signature.normalize_s()))
    }
}

/// The order of the curve less two (SEC 2, section 2.4.2).
const ORDER_LESS_TWO: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// Whether `a` is less than `b`, both most significant byte first, in constant time.
fn less(a: &[u8; 32], b: &[u8; 32]) -> Choice {
    let bytes = a.iter().zip(b);
    bytes.rev().fold(Choice::from(0), |less, (a, b)| a.ct_lt(b) | (!b.ct_lt(a) & less))
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey")
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", ::hex::encode(self.to_sec1()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Der, ORDER_LESS_TWO, PrivateKey, less};
    use std::array;

    fn plus(bytes: &[u8; 32], n: u8) -> [u8; 32] {
        let mut sum = *bytes;
        sum[31] += n;
        sum
    }

    #[test]
    fn a_candidate_is_at_most_the_order_less_two() {
        let key = |candidate: &[u8; 32]| PrivateKey::of_candidate(candidate).map(|key| *key.to_bytes());
        assert_eq!(key(&ORDER_LESS_TWO), Some(plus(&ORDER_LESS_TWO, 1)));
        assert_eq!(key(&plus(&ORDER_LESS_TWO, 1)), None);
        assert_eq!(key(&[0xff; 32]), None);
        assert_eq!(key(&[0; 32]), Some(plus(&[0; 32], 1)));
        let carried = array::from_fn(|n| if n < 30 { 0 } else { 0xff });
        let mut expected = [0; 32];
        expected[29] = 1;
        assert_eq!(key(&carried), Some(expected));
    }

    #[test]
    fn numbers_compare_from_their_first_byte() {
        let [mut a, mut b] = [[7; 32]; 2];
        assert!(!bool::from(less(&a, &b)));
        b[31] = 8;
        assert!(bool::from(less(&a, &b)) && !bool::from(less(&b, &a)));
        a[0] = 8;
        assert!(!bool::from(less(&a, &b)) && bool::from(less(&b, &a)));
    }

    /// RFC 6979, appendix A.2.5: the messages "sample" and "test" with SHA-256.
    #[test]
    fn rfc_6979() {
        let bytes = |text: &str| -> [u8; 32] { hex::decode(text).unwrap().try_into().unwrap() };
        let key = bytes("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        let key = PrivateKey::from_bytes(&key).unwrap();
        for (message, r, s) in [
            (
                "sample",
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
            ),
            (
                "test",
                "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
                "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
            ),
        ] {
            let digest = crate::crypto::sha256::digest(message.as_bytes());
            let signature = key.sign(&digest);
            let integer = |digits: &str| {
                if digits.starts_with(|first| ('0'..'8').contains(&first)) {
                    format!("0220{digits}")
                } else {
                    format!("022100{digits}")
                }
            };
            let body = [integer(r), integer(s)].concat();
            let der = format!("30{:02x}{body}", body.len() / 2);
            assert_eq!(hex::encode(signature.as_bytes()), der, "{message}");
            assert!(key.public().verifies(&digest, &signature));
            assert!(!key.public().verifies(&[0; 32], &signature));
            assert!(Der::parse(signature.as_bytes()).is_some());
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let key = PrivateKey::from_bytes(&[7; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "PrivateKey");
        assert!(format!("{:?}", key.public()).starts_with("PublicKey(04"));
    }
}
