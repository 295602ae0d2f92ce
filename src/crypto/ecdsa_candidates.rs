//! One received ECDSA signature, compared with many messages and keys whose private half is known.
//!
//! A signature `(r, s)` is of the digest `z` under the private key `d` if `s·R` is `(z + r·d)·G`. `G` is the generator of the curve, and
//! `R` one of the two points whose x coordinate is `r`. `s·R` is computed once for a signature. A candidate then costs a multiplication of
//! `G` in place of a verification, a third of it where `p256` has its table of multiples, and no candidate's public key is needed.

use super::ecdsa::{Der, PrivateKey};
use super::secret::on_wiped_stack_of;
use p256::elliptic_curve::group::Group;
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::point::DecompressPoint;
use p256::{AffinePoint, ProjectivePoint, Scalar};
use subtle::Choice;
use zeroize::Zeroizing;

/// More bytes of stack than `p256` takes for a candidate.
const STACK: usize = if cfg!(debug_assertions) { 65_536 } else { 8192 };

/// A received signature.
#[derive(Clone, Copy)]
pub(crate) struct ReceivedSignature {
    r: Scalar,
    /// `s·R`, for one of the two points `R`. It is the negative for the other.
    point: ProjectivePoint,
}

impl ReceivedSignature {
    /// Prepares a signature. `None` if `r` is no point's x coordinate, so that the signature is of no message.
    ///
    /// A point may also have the x coordinate `r` plus the order of the curve, once in 2¹²⁸ times. The search then finds nothing.
    pub(crate) fn new(signature: &Der) -> Option<Self> {
        let (r, s) = signature.scalars()?;
        let point: Option<AffinePoint> = AffinePoint::decompress(&r.into(), Choice::from(0)).into();
        Some(Self { r, point: ProjectivePoint::from(point?) * s })
    }

    /// Whether it is the signature of a message with this SHA-256 under `key`.
    pub(crate) fn is_of(&self, key: &PrivateKey, digest: &[u8; 32]) -> bool {
        on_wiped_stack_of::<STACK, _>(|| {
            let digest = <Scalar as Reduce<p256::FieldBytes>>::reduce(&(*digest).into());
            let factor = Zeroizing::new(digest + self.r * key.scalar());
            let point = ProjectivePoint::mul_by_generator(&factor);
            point == self.point || point == -self.point
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ReceivedSignature;
    use crate::crypto::ecdsa::{Der, PrivateKey};
    use proptest::prelude::{any, proptest};

    proptest! {
        /// The verification of `p256` is the definition, for both forms of a signature.
        #[test]
        fn a_candidate_is_what_verifies(key in 1..u8::MAX, other in 1..u8::MAX, digest: [u8; 32], low in any::<bool>()) {
            let key_of = |byte: u8| PrivateKey::from_bytes(&[byte; 32]);
            let (Some(key), Some(other)) = (key_of(key), key_of(other)) else { return Ok(()) };
            let signature = key.sign(&digest);
            let signature = if low { signature.with_low_s() } else { signature };
            let received = ReceivedSignature::new(&signature).unwrap();
            assert!(received.is_of(&key, &digest) && key.public().verifies(&digest, &signature));
            let verifies = other.public().verifies(&digest, &signature);
            assert_eq!(received.is_of(&other, &digest), verifies);
            let mut changed = digest;
            changed[31] ^= 1;
            assert!(!received.is_of(&key, &changed));
        }
    }

    #[test]
    fn a_signature_of_no_point_is_of_no_message() {
        let none = |r: u8| {
            let der = Der::parse(&[0x30, 6, 2, 1, r, 2, 1, 1]).unwrap();
            ReceivedSignature::new(&der).is_none()
        };
        // 5 is the x coordinate of a point, and 1 is that of none: x³ - 3x + b is no square.
        assert_eq!([none(1), none(5)], [true, false]);
    }
}
