//! Byte order by the first sixteen bytes: sorting names mostly compares integers.

/// The first sixteen bytes of `name` as a big-endian number. A shorter name is padded with zeros.
///
/// The numbers of names without NUL compare as the names do, up to the sixteenth byte.
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
    match (name.first_chunk::<16>(), name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), _, _) => *first,
        // Two loads that overlap; the second is shifted to its place.
        (None, Some(first), Some(last)) => {
            let high = u128::from(u64::from_be_bytes(*first)) << 64;
            let [len, ..] = name.len().to_le_bytes();
            // Of eight bytes all are in `first`: a shift by 64 leaves none of `last`.
            let low = u64::from_be_bytes(*last).checked_shl(8 * (16 - u32::from(len))).unwrap_or(0);
            (high | u128::from(low)).to_be_bytes()
        }
        _ => {
            let mut padded = [0; 16];
            padded.iter_mut().zip(name).for_each(|(place, byte)| *place = *byte);
            padded
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{prefix, prefix_lower};

    #[test]
    fn prefixes_sort_as_the_names_do() {
        let names: [&[u8]; 8] = [b"", b"-", b"a", b"a-b", b"a1", b"ab", b"abcdefghijklmnop", b"b"];
        assert!(names.is_sorted_by_key(|name| prefix(name)));
        assert_eq!(prefix(b"abcdefghijklmnopq"), prefix(b"abcdefghijklmnop"));
        let name = b"abcdefghijklmno";
        for len in 0..=name.len() {
            let mut padded = [0; 16];
            padded[..len].copy_from_slice(&name[..len]);
            assert_eq!(prefix(&name[..len]), u128::from_be_bytes(padded), "{len}");
        }
        assert_eq!(prefix_lower(b"X-Amz-Date"), prefix(b"x-amz-date"));
    }
}
