//! How often, and from which form, clients encode a path.

use crate::bytes::percent::{EncodeSet, PlusDecoding};
use crate::explain::spelling::{decode, decode_if, encode, encode_if, is_unreserved, recode, replace};

/// The number of times that the path is encoded, and the form that is encoded.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Coding {
    /// As it is on the wire.
    Wire,
    /// The wire's form, encoded this many times.
    Encoded(u8),
    /// Decoded, including `%2F`, and encoded this many times. 0 leaves it decoded.
    Decoded(u8),
    /// Decoded twice and encoded once.
    DecodedTwice,
    /// Decoded and encoded segment by segment, and the whole encoded this many times more.
    Segments(u8),
    /// The wire's form with the characters encoded that a URL parser encodes, and the whole encoded this many times more.
    UrlParsed(u8),
    /// Percent sequences stay as they are, and other characters are encoded.
    SequencesKept,
    /// Decoded as `decodeURI` of JavaScript does, which keeps the percent sequences of reserved characters, and encoded this
    /// many times.
    UriDecoded(u8),
    /// The percent sequences of unreserved characters decoded, and the whole encoded this many times.
    UnreservedDecoded(u8),
    /// As [`Self::Decoded`], with `+` read as a space.
    Form(u8),
    /// Decoded and encoded, including slashes.
    Slashes,
}

impl Coding {
    /// Whether dot segments and slashes are those of the text before it is decoded.
    pub(super) const fn shapes_wire(self) -> bool {
        !matches!(self, Self::Decoded(_) | Self::DecodedTwice | Self::Form(_))
    }

    pub(super) fn write(self, raw: &[u8]) -> Vec<u8> {
        let keep = EncodeSet::UnreservedAndSlash;
        let again = |text: Vec<u8>, times: u8| (0..times).fold(text, |text, _| encode(&text, keep));
        match self {
            Self::Wire => raw.to_vec(),
            Self::Encoded(times) => again(raw.to_vec(), times),
            Self::Decoded(times) => again(decode(raw), times),
            Self::DecodedTwice => encode(&decode(&decode(raw)), keep),
            Self::Form(times) => again(decode(&replace(raw, b"+", b" ")), times),
            Self::Segments(times) => {
                let segments: Vec<_> = raw
                    .split(|b| *b == b'/')
                    .map(|s| recode(s, EncodeSet::Unreserved, PlusDecoding::Literal))
                    .collect();
                again(segments.join(&b'/'), times)
            }
            Self::UrlParsed(times) => again(encode_if(raw, is_encoded_by_url_parser), times),
            Self::SequencesKept => encode_if(raw, |byte| !keep.keeps(byte)),
            Self::UriDecoded(times) => again(decode_if(raw, |byte| !b";/?:@&=+$,#".contains(&byte)), times),
            Self::UnreservedDecoded(times) => again(decode_if(raw, is_unreserved), times),
            Self::Slashes => encode(&decode(raw), EncodeSet::Unreserved),
        }
    }
}

/// Whether a URL parser encodes the byte in a path. Source: the URL standard, path percent-encode set.
const fn is_encoded_by_url_parser(byte: u8) -> bool {
    !byte.is_ascii_graphic() || matches!(byte, b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'}')
}
