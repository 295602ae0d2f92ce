//! Changes of a path that is encoded already.

use crate::explain::spelling::{ClientSet, decode_again_if, encode_again_if, is_unreserved, lower_hex, replace};

/// A change of the encoded text.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Edit {
    Nothing,
    LowerHex,
    /// These unreserved characters become percent sequences that begin so: `%`, or `%25` if they are encoded twice.
    Hard(&'static [u8], &'static str),
    /// Spaces become this.
    Space(&'static [u8]),
    /// The text that was encoded twice is encoded once for these bytes.
    OnceFor(Bytes),
    /// The text is encoded once more for these bytes, but not for the percent sign.
    AgainFor(Bytes),
    WithoutFirst,
    WithoutSlash,
    OtherEnd,
    EmptyForRoot,
    Root,
}

/// A set of bytes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Bytes {
    Client(ClientSet),
    Ascii,
    /// The reserved characters of RFC 3986.
    Reserved,
    /// All but the reserved characters.
    NotReserved,
    Unreserved,
    Only(u8),
    AllBut(u8),
}

impl Bytes {
    /// Whether the set contains some of these bytes, but not all.
    pub(super) fn contains_some_of(self, bytes: &[u8]) -> bool {
        let number = bytes.iter().filter(|byte| self.contains(**byte)).count();
        (1..bytes.len()).contains(&number)
    }

    pub(super) fn contains(self, byte: u8) -> bool {
        let is_reserved = || b":/?#[]@!$&'()*+,;=".contains(&byte);
        match self {
            Self::Client(set) => set.contains(byte),
            Self::Ascii => byte.is_ascii(),
            Self::Reserved => is_reserved(),
            Self::NotReserved => !is_reserved(),
            Self::Unreserved => is_unreserved(byte),
            Self::Only(only) => byte == only,
            Self::AllBut(but) => byte != but,
        }
    }
}

impl Edit {
    pub(super) fn write(self, mut text: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Nothing => text,
            Self::LowerHex => lower_hex(&text),
            Self::Hard(set, percent) => {
                set.iter().fold(text, |text, byte| replace(&text, &[*byte], format!("{percent}{byte:02X}").as_bytes()))
            }
            Self::Space(space) => replace(&replace(&text, b"%2520", space), b"%20", space),
            Self::OnceFor(bytes) => decode_again_if(&text, |byte| bytes.contains(byte)),
            Self::AgainFor(bytes) => encode_again_if(&text, |byte| byte != b'%' && bytes.contains(byte)),
            Self::EmptyForRoot if text == b"/" => Vec::new(),
            Self::EmptyForRoot => text,
            Self::Root => b"/".to_vec(),
            Self::WithoutSlash => text.strip_prefix(b"/").unwrap_or(&text).to_vec(),
            Self::OtherEnd if text == b"/" => text,
            Self::OtherEnd => {
                if text.last() == Some(&b'/') {
                    text.pop();
                } else {
                    text.push(b'/');
                }
                text
            }
            Self::WithoutFirst => {
                let rest = text.iter().skip(1).position(|b| *b == b'/');
                rest.and_then(|at| text.get(at + 1..)).map_or_else(|| b"/".to_vec(), <[u8]>::to_vec)
            }
        }
    }
}
