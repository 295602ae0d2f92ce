//! Lengths as numbers of 64 bits, as messages and protocols count them.

/// The number of bytes.
#[inline]
#[expect(
    clippy::as_conversions,
    reason = "no platform of Rust has lengths of more than 64 bits, and `try_from` is not const"
)]
pub(crate) const fn count(bytes: usize) -> u64 {
    bytes as u64
}
