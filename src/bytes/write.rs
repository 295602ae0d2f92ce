//! The target that a stage writes its bytes to: a hasher for signing, a buffer for reading.

/// Takes bytes in order.
///
/// One function writes the canonical request, and one the string to sign, to any implementation.
pub(crate) trait Write {
    /// Appends `bytes`.
    fn put(&mut self, bytes: &[u8]);
}

impl Write for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
