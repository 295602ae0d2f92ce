//! Session tokens and secrets in text that is going to be shown: every byte becomes an asterisk, so that places stay.

use super::spelling::encode;
use crate::bytes::percent::Keep;
use crate::name;
use std::collections::{BTreeSet, HashSet};

/// What stands between the name of the token and its value: in a header, a query, and a query that is encoded again.
const SEPARATORS: [&[u8]; 4] = [b":", b"=", b"%3D", b"%253D"];

/// The text with every session token that stands beside its name masked.
pub(crate) fn masked(text: &[u8]) -> Vec<u8> {
    let (mut out, lower) = (text.to_vec(), text.to_ascii_lowercase());
    let label = name::TOKEN_HEADER.as_bytes();
    let mut from = 0;
    while let Some(at) = find(lower.get(from..).unwrap_or_default(), label) {
        from += at + label.len();
        let rest = text.get(from..).unwrap_or_default();
        if let Some(separator) = SEPARATORS.iter().find(|separator| rest.starts_with(separator)) {
            from += separator.len();
            from += cover(&mut out, from);
        }
    }
    out
}

/// Masks up to the end of the value, and says how long that is.
fn cover(text: &mut [u8], from: usize) -> usize {
    let value = text.get_mut(from..).unwrap_or_default();
    let len = value.iter().position(|b| matches!(b, b'&' | b'\n')).unwrap_or(value.len());
    value.get_mut(..len).unwrap_or_default().fill(b'*');
    len
}

/// So many characters of a secret in a row are never shown. A text without a secret hardly has them.
const MIN_PIECE: usize = 12;
/// A shorter text is no secret.
const MIN_SECRET: usize = 8;

/// What must not be shown: the secret and the session token, as they are and as a path or a query encodes them.
///
/// A text from outside may have been cut off, or written in lower case as a header's name is. So every piece of
/// [`MIN_PIECE`] characters counts, in any case.
pub(crate) struct Veil {
    pieces: HashSet<Vec<u8>>,
    /// The lengths of the pieces: that of a piece, and those of secrets that are shorter.
    lengths: BTreeSet<usize>,
}

impl Veil {
    pub(crate) fn new(secrets: &[&[u8]]) -> Self {
        let (mut pieces, mut lengths) = (HashSet::new(), BTreeSet::new());
        for form in secrets.iter().filter(|secret| secret.len() >= MIN_SECRET).flat_map(|secret| forms(secret)) {
            let length = form.len().min(MIN_PIECE);
            lengths.insert(length);
            pieces.extend(form.windows(length).map(<[u8]>::to_ascii_lowercase));
        }
        Self { pieces, lengths }
    }

    /// Masks every piece of a secret.
    pub(crate) fn hide(&self, text: &mut [u8]) {
        let lower = text.to_ascii_lowercase();
        for length in &self.lengths {
            let mut covered = 0;
            for (at, window) in lower.windows(*length).enumerate().filter(|(_, w)| self.pieces.contains(*w)) {
                let new = at.max(covered)..at + window.len();
                covered = new.end;
                text.get_mut(new).unwrap_or_default().fill(b'*');
            }
        }
    }

    /// The text without any piece of a secret.
    pub(crate) fn hidden(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        self.hide(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The secret as it is, and encoded once and twice.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.to_vec()];
    for keep in [Keep::Unreserved, Keep::UnreservedAndSlash] {
        let once = encode(secret, keep);
        forms.extend([encode(&once, keep), once]);
    }
    forms
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::{Veil, masked};

    #[test]
    fn tokens_are_masked_and_names_are_not() {
        let text = "a\nX-Amz-Security-Token=s%2F&b=1\nx-amz-security-token:tok \
         en\nX-Amz-Security-Token%3Dx&\nhost;x-amz-security-token\n";
        let expected = "a\nX-Amz-Security-Token=****&b=1\nx-amz-security-token:******\nX-Amz-Security-Token%3D*&\n\
         host;x-amz-security-token\n";
        assert_eq!(String::from_utf8(masked(text.as_bytes())).unwrap(), expected);
    }

    #[test]
    fn a_secret_is_hidden_wherever_it_stands() {
        let veil = Veil::new(&[b"wJalrXUtnFEMI/K7", b"to+ken/8"]);
        for (text, expected) in [
            ("x-key:wJalrXUtnFEMI/K7!wJalrXUtnFEMI/K7", "x-key:****************!****************"),
            ("`wJalrXUtnFEM...`", "`************...`"),
            ("wjalrxutnfemi%2fk7&", "******************&"),
            ("wJalrXUtnFEMI%252FK7", "********************"),
            ("n rXUtnFEMI/K7 n", "n ************ n"),
            ("wJalrXUtnFE", "wJalrXUtnFE"),
            ("to+ken/8 to%2Bken%2F8 to%252Bken%252F8", "******** ************ ****************"),
            ("to+ken", "to+ken"),
        ] {
            assert_eq!(veil.hidden(text), expected);
        }
        assert_eq!(Veil::new(&[b"secret"]).hidden("secret"), "secret", "too short to be one");
    }
}
