//! Short text that stays on the stack.

use super::write::Write;

/// Up to `N` bytes of text, in place.
#[derive(Clone, Copy)]
pub(crate) struct InlineText<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> InlineText<N> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], len: 0 }
    }

    /// Appends `bytes`. The limits on the parts of a text make sure that they fit.
    #[inline]
    #[expect(clippy::expect_used, reason = "a text that loses bytes becomes a wrong signature")]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        let place = self.bytes.get_mut(self.len..end).expect("the limits on the parts bound the whole");
        place.copy_from_slice(bytes);
        self.len = end;
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        let (bytes, _) = self.bytes.split_at(self.len);
        bytes
    }

    /// The text.
    #[expect(clippy::expect_used, reason = "a text that becomes empty becomes a wrong signature")]
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).expect("only whole texts are pushed")
    }
}

impl<const N: usize> Write for InlineText<N> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.push(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::InlineText;

    #[test]
    fn text_is_what_was_pushed() {
        let mut text = InlineText::<8>::new();
        text.push(b"abc");
        text.push(b"defgh");
        assert_eq!(text.as_str(), "abcdefgh");
    }
}
