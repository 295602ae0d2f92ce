//! Where a stage writes its bytes: a hasher when signing, a buffer when somebody wants to read them, both in a test.

/// Takes bytes in order.
///
/// The canonical request and the string to sign are each written by one function, into whatever implements this.
///
/// ```
/// use sig4::Sink;
///
/// let mut both = (Vec::new(), Vec::new());
/// both.put(b"GET\n");
/// assert_eq!(both.0, both.1);
/// ```
pub trait Sink {
    /// Appends `bytes`.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl<A: Sink, B: Sink> Sink for (A, B) {
    fn put(&mut self, bytes: &[u8]) {
        self.0.put(bytes);
        self.1.put(bytes);
    }
}
