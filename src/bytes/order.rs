//! Byte order by the first sixteen bytes: sorting names mostly compares integers.

use super::word;
use std::cmp::Ordering;

/// The most items that are sorted where they lie: to number them would take longer than to move them (row `verify-post`).
const VERY_FEW: usize = 8;

/// The most items that [`sort_by_number`] sorts.
const FEW: usize = 32;

/// The bits of a number that hold the position of an item.
const POSITION: u128 = 31;

/// Sorts `items` by the [`prefix`] of their text, and items with the same prefix by `in_full`. Equal items keep their order. Returns whether
/// all prefixes are known to differ.
#[inline]
pub(crate) fn sort<T: Copy>(
    items: &mut [T],
    prefix: impl Fn(&T) -> u128,
    in_full: impl Fn(&T, &T) -> Ordering,
) -> bool {
    if items.is_sorted_by(|a, b| prefix(a) < prefix(b)) {
        return true;
    }
    if items.len() > VERY_FEW && sort_by_number(items, &prefix) {
        return true;
    }
    items.sort_by(|a, b| prefix(a).cmp(&prefix(b)).then_with(|| in_full(a, b)));
    false
}

/// Sorts a few items by numbers that hold the prefix of each, without its last bits, and its position. Each item then moves twice, where
/// sorting the items themselves moves all of their bytes several times (rows `sign-30-20` and `verify-30-20`). Returns `false`, and moves
/// nothing, if two items have the same number but for the position, or if there are too many.
fn sort_by_number<T: Copy>(items: &mut [T], prefix: impl Fn(&T) -> u128) -> bool {
    let (mut numbers, Some(last)) = ([0; FEW], items.len().checked_sub(1)) else { return true };
    let Some(numbers) = numbers.get_mut(..=last) else { return false };
    for ((number, item), position) in numbers.iter_mut().zip(&*items).zip(0..) {
        *number = prefix(item) & !POSITION | position;
    }
    numbers.sort_unstable();
    if numbers.windows(2).any(|pair| matches!(pair, [a, b] if a ^ b <= POSITION)) {
        return false;
    }
    #[expect(clippy::indexing_slicing, reason = "the positions are those of items, which are not more than `FEW`")]
    let as_given: [T; FEW] = std::array::from_fn(|n| items[n.min(last)]);
    for (item, number) in items.iter_mut().zip(numbers) {
        let [position, ..] = (*number & POSITION).to_le_bytes();
        #[expect(clippy::indexing_slicing, reason = "the position of an item is less than `FEW`")]
        let moved = as_given[usize::from(position)];
        *item = moved;
    }
    true
}

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
        _ => u128::from(word::filled(name, 0)).to_le_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::{prefix, prefix_lower, sort, sort_by_number};

    #[test]
    fn items_are_sorted_by_prefix_then_in_full_and_equal_ones_stay_in_order() {
        let mut seed = 7_u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for len in (0..70).chain([200]) {
            for letters in [1, 2, 26] {
                let mut text =
                    || (0..random(20)).map(|_| char::from(b'a' + u8::try_from(random(letters)).unwrap())).collect();
                let mut items: Vec<(String, usize)> = (0..len).map(|n| (text(), n)).collect();
                let mut expected = items.clone();
                expected.sort();
                let mut refs: Vec<&(String, usize)> = items.iter().collect();
                let differ = sort(&mut refs, |item| prefix(item.0.as_bytes()), |a, b| a.0.cmp(&b.0));
                assert!(!differ || refs.is_sorted_by(|a, b| prefix(a.0.as_bytes()) < prefix(b.0.as_bytes())));
                items = refs.into_iter().cloned().collect();
                assert_eq!(items, expected, "{len} of {letters}");
            }
        }
    }

    #[test]
    fn numbers_sort_what_differs_in_its_first_fifteen_bytes() {
        let mut names = [b"c".as_slice(), b"a", b"e", b"b", b"d"];
        assert!(sort_by_number(&mut names, |name| prefix(name)));
        assert!(names.is_sorted());
        let mut alike = [b"abcdefghijklmnob".as_slice(), b"abcdefghijklmnoa"];
        assert!(!sort_by_number(&mut alike, |name| prefix(name)));
        assert!(!sort_by_number(&mut vec![b"a".as_slice(); 33], |name| prefix(name)));
    }

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
