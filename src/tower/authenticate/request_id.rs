//! Ids of requests, to find them in a log. No secret depends on them: they come from the random keys of the standard library's
//! hash maps.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// A new UUID of version 4.
pub(super) fn uuid() -> String {
    let bits = random();
    let (version, variant) = (0x4 << 76, 0b10 << 62);
    let bits = bits & !(0xf << 76) & !(0b11 << 62) | version | variant;
    let digits = format!("{bits:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| digits.get(range).unwrap_or_default()).join("-")
}

/// A new id in the form of API Gateway's extended ones: 15 characters of base 64 and an `=`.
pub(super) fn extended() -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = random();
    let mut id = String::with_capacity(16);
    for place in 0..15_u32 {
        // The last character encodes four more bits, not six.
        let digit = if place == 14 { bits & 0b11_1100 } else { bits & 0b11_1111 };
        let digit = usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit));
        id.push(digit.map_or('A', |digit| char::from(*digit)));
        bits >>= 6;
    }
    id.push('=');
    id
}

fn random() -> u128 {
    let half = || u128::from(RandomState::new().build_hasher().finish());
    half() << 64 | half()
}

#[cfg(test)]
mod tests {
    use super::{extended, uuid};

    #[test]
    fn ids_have_their_forms_and_differ() {
        let (one, other) = (uuid(), uuid());
        assert_ne!(one, other);
        let lengths: Vec<_> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(one.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&one.as_bytes()[19]));
        assert!(extended().len() == 16 && extended().ends_with('=') && extended() != extended());
    }
}
