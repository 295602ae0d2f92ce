//! Constant text of several parts, to be written in one piece.

/// The parts, one after the other. Together they have `N` bytes.
#[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
pub(crate) const fn joined<const N: usize>(parts: &[&str]) -> [u8; N] {
    let mut text = [0; N];
    let (mut end, mut part) = (0, 0);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            text[end] = bytes[at];
            (end, at) = (end + 1, at + 1);
        }
        part += 1;
    }
    assert!(end == N, "the parts fill the text");
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn parts_follow_one_another() {
        const TEXT: [u8; 4] = super::joined(&["a", "", "bc", "d"]);
        assert_eq!(&TEXT, b"abcd");
    }
}
