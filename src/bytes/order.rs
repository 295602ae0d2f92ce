//! Byte order, decided by the first eight bytes where they differ: sorting names is mostly comparing integers.

/// The first eight bytes of `name` as a number that sorts as they do; a shorter name is padded with zeros.
///
/// Numbers of names without NUL compare like the names, up to the eighth byte.
#[inline]
pub(crate) fn prefix(name: &[u8]) -> u64 {
    if let Some(first) = name.first_chunk::<8>() {
        return u64::from_be_bytes(*first);
    }
    let mut padded = [0; 8];
    for (place, byte) in padded.iter_mut().zip(name) {
        *place = *byte;
    }
    u64::from_be_bytes(padded)
}

/// [`prefix`] of the name in lower case.
#[inline]
pub(crate) fn prefix_lower(name: &[u8]) -> u64 {
    let mut bytes = prefix(name).to_be_bytes();
    bytes.make_ascii_lowercase();
    u64::from_be_bytes(bytes)
}

/// Whether `items` already stand in order, which they mostly do.
#[inline]
pub(crate) fn is_sorted<T>(items: &[T], less_or_equal: impl Fn(&T, &T) -> bool) -> bool {
    items.iter().zip(items.iter().skip(1)).all(|(a, b)| less_or_equal(a, b))
}

#[cfg(test)]
mod tests {
    use super::{prefix, prefix_lower};

    #[test]
    fn prefixes_sort_as_the_names_do() {
        let names: [&[u8]; 8] = [b"", b"-", b"a", b"a-b", b"a1", b"ab", b"abcdefgh", b"b"];
        assert!(names.is_sorted_by_key(|name| prefix(name)));
        assert_eq!(prefix(b"abcdefghi"), prefix(b"abcdefgh"));
        assert_eq!(prefix_lower(b"X-Amz-Date"), prefix(b"x-amz-date"));
    }
}
