//! The key of a step, and the received signature that its signatures are compared with.

use crate::algorithm::Algorithm;
use crate::bytes::hex;
use crate::bytes::write::Write;
use crate::crypto::hmac::{Key, KeyedPrefix};
#[cfg(feature = "sigv4a")]
use crate::crypto::{ecdsa_candidates::ReceivedSignature, sha256};
#[cfg(feature = "sigv4a")]
use crate::key::asymmetric::PrivateKey;
use crate::signature::Signature;
use subtle::ConstantTimeEq;

/// A received signature.
#[derive(Clone, Copy)]
pub(crate) enum Claimed {
    Hmac([u8; 32]),
    #[cfg(feature = "sigv4a")]
    Ecdsa(ReceivedSignature),
}

impl Claimed {
    /// Reads a signature in digits of either case.
    pub(crate) fn parse(algorithm: Algorithm, text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        match algorithm {
            Algorithm::HmacSha256 => hex::decode(text.as_bytes()).map(Self::Hmac),
            Algorithm::EcdsaP256Sha256 => Self::of_der(&Signature::parse_as(algorithm, &text)?),
        }
    }

    /// Whether a text is a signature of the algorithm in digits of either case.
    pub(crate) fn is_well_formed(algorithm: Algorithm, text: &str) -> bool {
        Signature::parse_as(algorithm, &text.to_ascii_lowercase()).is_some()
    }

    #[cfg(feature = "sigv4a")]
    fn of_der(signature: &Signature) -> Option<Self> {
        signature.der().and_then(ReceivedSignature::new).map(Self::Ecdsa)
    }

    #[cfg(not(feature = "sigv4a"))]
    const fn of_der(_: &Signature) -> Option<Self> {
        None
    }
}

/// A key that a client may have signed with.
pub(crate) enum CandidateKey {
    Hmac(Key),
    #[cfg(feature = "sigv4a")]
    Ecdsa(PrivateKey),
}

/// A key, and the beginning of the strings that it signs.
#[cfg_attr(
    feature = "sigv4a",
    expect(
        clippy::large_enum_variant,
        reason = "the larger is used by nearly every search, and is of the same size alone"
    )
)]
pub(crate) enum KeyedHead {
    Hmac(KeyedPrefix),
    #[cfg(feature = "sigv4a")]
    Ecdsa {
        key: PrivateKey,
        head: Vec<u8>,
    },
}

impl KeyedHead {
    pub(crate) fn new(key: &CandidateKey, head: &[u8]) -> Self {
        match key {
            CandidateKey::Hmac(key) => Self::Hmac(KeyedPrefix::new(key, head)),
            #[cfg(feature = "sigv4a")]
            CandidateKey::Ecdsa(key) => Self::Ecdsa { key: key.clone(), head: head.to_vec() },
        }
    }

    /// Whether the received signature is that of the beginning with these two texts after it. One of another algorithm never is.
    #[inline]
    pub(crate) fn gives(&self, text: &[u8], tail: &[u8], claimed: &Claimed) -> bool {
        match (self, claimed) {
            (Self::Hmac(prefix), Claimed::Hmac(claimed)) => {
                let tag = prefix.tag(|message| {
                    message.put(text);
                    message.put(tail);
                });
                tag.publish().ct_eq(claimed).into()
            }
            #[cfg(feature = "sigv4a")]
            (Self::Ecdsa { key, head }, Claimed::Ecdsa(claimed)) => {
                claimed.is_of(key, &sha256::digest(&[head, text, tail].concat()))
            }
            #[cfg(feature = "sigv4a")]
            _ => false,
        }
    }

    /// The same for a whole string to sign.
    pub(crate) fn gives_whole(&self, string_to_sign: &[u8], claimed: &Claimed) -> bool {
        match (self, claimed) {
            (Self::Hmac(prefix), Claimed::Hmac(claimed)) => {
                let tag = prefix.key().tag(|message| message.put(string_to_sign));
                tag.publish().ct_eq(claimed).into()
            }
            #[cfg(feature = "sigv4a")]
            (Self::Ecdsa { key, .. }, Claimed::Ecdsa(claimed)) => claimed.is_of(key, &sha256::digest(string_to_sign)),
            #[cfg(feature = "sigv4a")]
            _ => false,
        }
    }
}
