//! How clients spell the names and values of a query.

use crate::bytes::percent::{EncodeSet, PlusDecoding};
use crate::explain::spelling::{decode, encode, lower_hex, recode, replace, soften};

/// A spelling.
#[derive(Clone, Copy)]
pub(crate) enum Spelling {
    Right,
    Wire,
    Soft(&'static [u8]),
    Decoded,
    Twice,
    WireEncoded,
    OtherPlus,
    /// Every plus sign as a space, encoded ones too.
    EveryPlusAsSpace,
    SpaceAsPlus,
    LowerHex,
    Tilde,
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
            Self::Tilde => replace(&right(), b"~", b"%7E"),
            Self::Cut => {
                let end = raw.iter().position(|b| *b == b'=').unwrap_or(raw.len());
                recode(raw.split_at(end).0, keep, plus)
            }
        }
    }
}
