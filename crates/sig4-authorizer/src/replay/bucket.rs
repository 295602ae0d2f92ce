//! Where a signature is filed: one of 256 buckets, each with a hash tag of its own, so that a cluster spreads them.

use core::fmt::Write;

/// The number of slots of a cluster.
const SLOTS: u16 = 16_384;

/// How many bytes of a signature its key has, beside the byte of the bucket. Two signatures with the same 17 bytes are a chance of 1 in
/// 2^136, and the second of them is refused.
const KEPT_BYTES: usize = 16;

/// A bucket: the first byte of a signature.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct Bucket(u8);

impl Bucket {
    pub(super) const fn of(identity: &[u8; 32]) -> Self {
        let [first, ..] = identity;
        Self(*first)
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    /// The hash tag, such as `sig4:5d`.
    fn tag(self, prefix: &str) -> String {
        let mut tag = String::with_capacity(prefix.len() + 3);
        let _ = write!(tag, "{prefix}:{:02x}", self.0);
        tag
    }

    /// The slot in a cluster.
    pub(super) fn slot(self, prefix: &str) -> u16 {
        slot(self.tag(prefix).as_bytes())
    }

    /// The key of the marker.
    pub(super) fn marker_key(self, prefix: &str) -> String {
        format!("{{{}}}:since", self.tag(prefix))
    }

    /// The key of a signature of this bucket.
    pub(super) fn signature_key(self, prefix: &str, identity: &[u8; 32]) -> Vec<u8> {
        let mut key = format!("{{{}}}:", self.tag(prefix)).into_bytes();
        key.extend(identity.iter().skip(1).take(KEPT_BYTES));
        key
    }
}

/// The slot of a hash tag: CRC-16 (XMODEM) modulo the number of slots, as the cluster specification of Redis says.
pub(super) fn slot(tag: &[u8]) -> u16 {
    let step = |crc: u16, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
    let crc = tag.iter().fold(0_u16, |crc, byte| (0..8).fold(crc ^ (u16::from(*byte) << 8), step));
    crc % SLOTS
}

#[cfg(test)]
mod tests {
    use super::{Bucket, slot};

    /// The specification's own check value, and a slot that `CLUSTER KEYSLOT` gives.
    #[test]
    fn slots_are_those_of_a_cluster() {
        assert_eq!(slot(b"123456789"), 0x31c3);
        assert_eq!(slot(b"foo"), 12_182);
    }

    #[test]
    fn a_key_has_the_bucket_as_its_hash_tag_and_no_marker_is_a_signature() {
        let bucket = Bucket::of(&[0x5d; 32]);
        assert_eq!(bucket.marker_key("sig4"), "{sig4:5d}:since");
        let key = bucket.signature_key("sig4", &[0x5d; 32]);
        assert!(key.starts_with(b"{sig4:5d}:") && key.len() == 26);
        assert_eq!(bucket.slot("sig4"), slot(b"sig4:5d"));
    }
}
