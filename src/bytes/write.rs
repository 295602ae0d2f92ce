//! What a stage writes its bytes into: a hasher when signing, a buffer when they are to be read.

/// Takes bytes in order.
///
/// The canonical request and the string to sign are each written by one function, into whatever implements this.
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
