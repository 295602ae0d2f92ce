//! Bytes in, bytes out: this layer knows nothing of AWS.

pub(crate) mod base64;
pub(crate) mod count;
pub(crate) mod decimal;
pub(crate) mod from_text;
pub(crate) mod hex;
pub(crate) mod inline;
pub(crate) mod joined;
pub(crate) mod json;
pub(crate) mod order;
pub(crate) mod percent;
#[cfg(any(feature = "explain", feature = "tower"))]
pub(crate) mod scan;
pub(crate) mod split;
pub(crate) mod trim_all;
pub(crate) mod word;
pub(crate) mod write;
pub(crate) mod xml;
