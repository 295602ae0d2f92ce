//! Bodies in chunks, decoded and verified.

mod claim;
mod decoded;
mod decoder;
mod end;
mod frames;
mod lines;
mod signed_chunk;
mod stated;
mod trailers;

pub use claim::DecodedBody;
pub use decoded::Decoded;
pub use decoder::ChunkDecoder;
pub use end::{BodyEnd, BodyProof};

use crate::error::{Error, ErrorKind};
use crate::name::TRAILER_HEADER;
use std::borrow::Cow;
use std::fmt;

#[cold]
fn malformed(detail: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::MalformedChunk, detail)
}

#[cold]
fn malformed_trailer(detail: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidTrailer, detail)
}

/// An `x-amz-trailer` that is not accepted.
#[cold]
fn invalid_declaration(detail: impl fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidHeader, format!("`{TRAILER_HEADER}` {detail}")).of_header(TRAILER_HEADER)
}
