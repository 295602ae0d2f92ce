//! How clients spell the names and values of a query.

use crate::bytes::percent::{EncodeSet, PlusDecoding};
use crate::explain::spelling::{
    ClientSet, decode, decode_if, encode, encode_if, is_unreserved, lower_hex, recode, replace, soften,
};

/// A spelling.
#[derive(Clone, Copy)]
pub(crate) enum Spelling {
    Right,
    Wire,
    Soft(&'static [u8]),
    /// Only this byte is left unencoded.
    Kept(u8),
    /// All ASCII characters but this one are left unencoded.
    AllKeptBut(u8),
    Decoded,
    Twice,
    WireEncoded,
    OtherPlus,
    /// Every plus sign as a space, encoded ones too.
    EveryPlusAsSpace,
    SpaceAsPlus,
    LowerHex,
    /// As on the wire, with lower-case percent sequences.
    WireLowerHex,
    /// As on the wire before an HTTP client encoded these bytes.
    WireUnescaped(ClientSet),
    /// The same, encoded.
    UnescapedEncoded(ClientSet),
    /// As on the wire with lower-case percent sequences, encoded.
    LowerHexEncoded,
    /// Percent sequences as on the wire, and everything else encoded.
    SequencesKept,
    DecodedTwice,
    /// These unreserved characters are encoded as well.
    Hard(&'static [u8]),
    /// As HTML forms are encoded by Java's `URLEncoder`.
    Form,
    /// All bytes of a character behind one percent sign.
    OnePercent,
    Cut,
}

impl Spelling {
    /// A raw name or value in this spelling.
    pub(crate) fn write(self, raw: &[u8], plus: PlusDecoding) -> Vec<u8> {
        let keep = EncodeSet::Unreserved;
        let right = || recode(raw, keep, plus);
        match self {
            Self::Right => right(),
            Self::Wire => raw.to_vec(),
            Self::Soft(soft) => soften(&right(), soft),
            Self::Kept(only) => decode_if(&right(), |byte| byte == only && byte != b'%'),
            Self::AllKeptBut(but) => decode_if(&right(), |byte| byte.is_ascii_graphic() && byte != but && byte != b'%'),
            Self::Decoded => decode(&if plus == PlusDecoding::Space { replace(raw, b"+", b" ") } else { raw.to_vec() }),
            Self::Twice => encode(&right(), keep),
            Self::WireEncoded => encode(raw, keep),
            Self::OtherPlus => match plus {
                PlusDecoding::Space => recode(raw, keep, PlusDecoding::Literal),
                PlusDecoding::Literal => recode(raw, keep, PlusDecoding::Space),
            },
            Self::EveryPlusAsSpace => replace(&right(), b"%2B", b"%20"),
            Self::SpaceAsPlus => replace(&right(), b"%20", b"+"),
            Self::LowerHex => lower_hex(&right()),
            Self::WireLowerHex => lower_hex(raw),
            Self::WireUnescaped(set) => decode_if(raw, |byte| set.contains(byte)),
            Self::UnescapedEncoded(set) => encode(&decode_if(raw, |byte| set.contains(byte)), keep),
            Self::LowerHexEncoded => encode(&lower_hex(raw), keep),
            Self::SequencesKept => encode_if(raw, |byte| !is_unreserved(byte)),
            Self::DecodedTwice => encode(&decode(&decode(raw)), keep),
            Self::Hard(set) => harden(right(), set),
            Self::Form => harden(replace(&soften(&right(), b"*"), b"%20", b"+"), b"~"),
            Self::OnePercent => one_percent(&right()),
            Self::Cut => {
                let end = raw.iter().position(|b| *b == b'=').unwrap_or(raw.len());
                recode(raw.split_at(end).0, keep, plus)
            }
        }
    }
}

fn harden(text: Vec<u8>, set: &[u8]) -> Vec<u8> {
    set.iter().fold(text, |text, byte| replace(&text, &[*byte], format!("%{byte:02X}").as_bytes()))
}

/// `%C3%BC` as `%C3BC`: the percent signs in front of continuation bytes of UTF-8 are left out.
fn one_percent(encoded: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((byte, after)) = rest.split_first() {
        let continues = *byte == b'%' && matches!(after.first(), Some(b'8' | b'9' | b'A' | b'B'));
        if !continues {
            out.push(*byte);
        }
        rest = after;
    }
    out
}
