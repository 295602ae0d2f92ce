//! Base64.
//!
//! Source: RFC 4648 section 4.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The bytes that a padded base64 text encodes. Unused bits have to be zero.
pub(crate) fn decode(text: &str) -> Option<Box<[u8]>> {
    BASE64_STANDARD.decode(text).ok().map(Vec::into_boxed_slice)
}

#[cfg(test)]
mod tests {
    use super::decode;

    /// The texts of RFC 4648 section 10.
    #[test]
    fn the_standards_examples() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode("+/+/").as_deref(), Some(&[0xfb, 0xff, 0xbf][..]));
        for bad in ["Zg", "Zg=", "Zh==", "Z===", "====", "Zg==Zg==", "Zm 8=", "Zm8-", "Zm9v\n"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
