//! The name of a part of the canonical request.

use std::fmt;

/// A part of the canonical request.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// The first line.
    Method,
    /// The second line.
    Path,
    /// The third line.
    Query,
    /// The line of the header of this name, which is in lower case.
    Header(String),
    /// The order of header lines that are the same otherwise.
    HeaderOrder,
    /// The list of signed headers, or the empty line before it.
    SignedHeaders,
    /// The last line.
    Payload,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Path => f.write_str("path"),
            Self::Query => f.write_str("query"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::HeaderOrder => f.write_str("header order"),
            Self::SignedHeaders => f.write_str("signed headers"),
            Self::Payload => f.write_str("payload hash"),
        }
    }
}
