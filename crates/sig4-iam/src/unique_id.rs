//! Unique ids of users and roles: a prefix of four letters, and seventeen letters or digits.
//!
//! Source: "IAM identifiers", unique identifiers.

use sha2::{Digest, Sha256};

const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The unique id derived from an ARN, always the same for the same ARN.
pub(crate) fn of(prefix: &str, arn: &str) -> String {
    let digest = Sha256::digest(arn);
    let digit = |byte: &u8| DIGITS.get(usize::from(byte % 32)).copied().map_or('A', char::from);
    prefix.chars().chain(digest.iter().take(17).map(digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn ids_have_twenty_one_characters_and_differ() {
        let (alice, bob) = (of("AIDA", "arn:aws:iam::1:user/alice"), of("AIDA", "arn:aws:iam::1:user/bob"));
        assert!(alice.len() == 21 && alice.starts_with("AIDA") && alice != bob);
        assert_eq!(alice, of("AIDA", "arn:aws:iam::1:user/alice"));
    }
}
