//! Splits text at a separator, eight bytes at a time; `str::split` searches byte by byte.

use super::word::position;

/// The text before the first `separator`, and the text after it. Without a separator: all of the text, and `None`.
/// The separator is ASCII.
#[inline(always)]
pub(crate) fn split_first(text: &str, separator: u8) -> (&str, Option<&str>) {
    let Some(at) = position(text.as_bytes(), separator) else { return (text, None) };
    let (before, after) = text.split_at(at);
    (before, after.get(1..))
}

/// The pieces between separators: at least one.
#[inline]
pub(crate) fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (piece, after) = split_first(rest?, separator);
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::{split, split_first};

    #[test]
    fn it_cuts_where_split_cuts() {
        let long = "a".repeat(40) + ";" + &"é".repeat(20) + ";;" + &"b".repeat(15) + ";";
        for text in ["", ";", "a", "a;", ";a", "a;b;;c", long.as_str()] {
            assert_eq!(split(text, b';').collect::<Vec<_>>(), text.split(';').collect::<Vec<_>>(), "{text}");
            let expected = text.split_once(';').map_or((text, None), |(a, b)| (a, Some(b)));
            assert_eq!(split_first(text, b';'), expected, "{text}");
        }
    }
}
