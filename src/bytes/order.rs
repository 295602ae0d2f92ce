//! Byte order, decided by the first sixteen bytes where they differ: sorting names is mostly comparing integers.

/// The first sixteen bytes of `name` as a number that sorts as they do; a shorter name is padded with zeros.
///
/// Numbers of names without NUL compare like the names, up to the sixteenth byte.
#[inline]
pub(crate) fn prefix(name: &[u8]) -> u128 {
    u128::from_be_bytes(first_bytes(name))
}

/// [`prefix`] of the name in lower case.
#[inline]
pub(crate) fn prefix_lower(name: &[u8]) -> u128 {
    let mut bytes = first_bytes(name);
    bytes.make_ascii_lowercase();
    u128::from_be_bytes(bytes)
}

#[inline]
fn first_bytes(name: &[u8]) -> [u8; 16] {
    if let Some(first) = name.first_chunk::<16>() {
        return *first;
    }
    let mut padded = [0; 16];
    if let Some(place) = padded.get_mut(..name.len()) {
        place.copy_from_slice(name);
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::{prefix, prefix_lower};

    #[test]
    fn prefixes_sort_as_the_names_do() {
        let names: [&[u8]; 8] = [b"", b"-", b"a", b"a-b", b"a1", b"ab", b"abcdefghijklmnop", b"b"];
        assert!(names.is_sorted_by_key(|name| prefix(name)));
        assert_eq!(prefix(b"abcdefghijklmnopq"), prefix(b"abcdefghijklmnop"));
        assert_eq!(prefix_lower(b"X-Amz-Date"), prefix(b"x-amz-date"));
    }
}
