//! Two short-lived containers that stay on the stack while they are small, so that signing an ordinary request does not
//! allocate for them.

/// A list that holds its first `N` items in place and moves to the heap when there are more.
#[derive(Clone, Debug)]
pub(crate) struct InlineVec<T, const N: usize> {
    inline: [T; N],
    len: usize,
    spilled: Vec<T>,
}

impl<T: Copy, const N: usize> InlineVec<T, N> {
    /// An empty list. `filler` only occupies the unused places.
    #[inline]
    pub(crate) const fn new(filler: T) -> Self {
        Self { inline: [filler; N], len: 0, spilled: Vec::new() }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        match self.inline.get_mut(self.len) {
            Some(place) => *place = item,
            None => self.spill(item),
        }
        self.len += 1;
    }

    #[cold]
    fn spill(&mut self, item: T) {
        if self.spilled.is_empty() {
            self.spilled.reserve(8 * N);
            self.spilled.extend_from_slice(&self.inline);
        }
        self.spilled.push(item);
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[T] {
        self.inline.get(..self.len).unwrap_or(&self.spilled)
    }

    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        self.inline.get_mut(..self.len).unwrap_or(&mut self.spilled)
    }
}

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

    /// Appends `bytes`; what does not fit is left out, so the caller's limits have to make sure that everything does.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        debug_assert!(end <= N, "the limits on the parts bound the whole");
        if let Some(place) = self.bytes.get_mut(self.len..end) {
            place.copy_from_slice(bytes);
            self.len = end;
        }
    }

    /// Puts `bytes` in place of the first ones.
    #[inline]
    pub(crate) fn overwrite(&mut self, bytes: &[u8; 8]) {
        if let Some(place) = self.bytes.first_chunk_mut::<8>() {
            *place = *bytes;
        }
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The text; empty if somebody pushed bytes that are not UTF-8.
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{InlineText, InlineVec};

    #[test]
    fn a_list_keeps_its_order_when_it_moves_to_the_heap() {
        let mut list = InlineVec::<u32, 4>::new(0);
        for n in 0..10 {
            assert_eq!(list.as_slice(), (0..n).collect::<Vec<_>>());
            assert_eq!(list.as_mut_slice(), (0..n).collect::<Vec<_>>());
            list.push(n);
        }
    }

    #[test]
    fn text_is_what_was_pushed() {
        let mut text = InlineText::<8>::new();
        text.push(b"abc");
        text.push(b"defgh");
        assert_eq!(text.as_str(), "abcdefgh");
    }
}
