//! Session tokens and secrets in text that is going to be shown: every byte becomes an asterisk, so that places stay.

use crate::name;

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
            cover(&mut out, from);
        }
    }
    out
}

/// Masks up to the end of the value.
fn cover(text: &mut [u8], from: usize) {
    let value = text.get_mut(from..).unwrap_or_default().iter_mut();
    value.take_while(|b| !matches!(**b, b'&' | b'\n')).for_each(|b| *b = b'*');
}

/// Masks `needle` wherever it stands; a short one is no secret.
pub(crate) fn hide(text: &mut [u8], needle: &[u8]) {
    if needle.len() < 8 {
        return;
    }
    let mut from = 0;
    while let Some(at) = find(text.get(from..).unwrap_or_default(), needle) {
        from += at;
        text.iter_mut().skip(from).take(needle.len()).for_each(|b| *b = b'*');
        from += needle.len();
    }
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::{hide, masked};

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
        let mut text = b"x-key:wJalrXUtnFEMI!wJalrXUtnFEMI".to_vec();
        hide(&mut text, b"wJalrXUtnFEMI");
        assert_eq!(text, b"x-key:*************!*************");
    }
}
