//! The body of a received request, and the payload that the request declares.

use super::options::{PresignedBody, VerifyOptions};
use crate::auth::SignatureLocation;
use crate::body::{Content, InMemoryBody};
#[cfg(feature = "tower")]
use crate::crypto::sha256;
use crate::error::{Error, ErrorKind};
use crate::payload::{ContentSha256, Payload, Streaming};
use std::fmt;

/// The body of a received request: its bytes, or the SHA-256 of its bytes.
///
/// A reference to anything that gives bytes converts into it.
///
/// ```
/// use sig4::verify::Body;
///
/// let owned = b"hello".to_vec();
/// let [from_text, from_bytes]: [Body<'_>; 2] = ["hello".into(), (&owned).into()];
/// assert_eq!(format!("{from_text:?}"), format!("{from_bytes:?}"));
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Body<'b> {
    /// The bytes, which are hashed if the signature covers them.
    Bytes(&'b [u8]),
    /// The SHA-256 of the bytes. Compute it from the bytes: a hash in a header proves nothing.
    Sha256([u8; 32]),
}

impl<'b, B: AsRef<[u8]> + ?Sized> From<&'b B> for Body<'b> {
    fn from(bytes: &'b B) -> Self {
        Self::Bytes(bytes.as_ref())
    }
}

impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Self::Sha256(_) => f.write_str("Body(SHA-256)"),
        }
    }
}

impl InMemoryBody for Body<'_> {
    #[inline]
    fn content(&self) -> Content<'_> {
        match self {
            Self::Bytes(bytes) => Content::Bytes(bytes),
            Self::Sha256(digest) => Content::Sha256(*digest),
        }
    }
}

/// The source of the last line of the canonical request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DeclaredPayload {
    /// The request does not state its payload, so the line is the body's hash.
    Nothing,
    /// The request states a hash, which the body must have.
    Hash(ContentSha256),
    /// The body is not part of the signature.
    Unsigned,
    /// The body is signed in pieces, or only its trailer vouches for it. The head is verified without it.
    Streaming(Streaming),
}

impl DeclaredPayload {
    /// Reads the request's statement. `header` is `x-amz-content-sha256`; `parameter` is its counterpart in a query. `is_prescribed` says
    /// whether the service's model leaves the body of the operation unsigned.
    #[inline]
    pub(crate) fn new(
        (header, parameter): (Option<&[u8]>, Option<&[u8]>),
        location: SignatureLocation,
        options: &VerifyOptions,
        is_prescribed: impl FnOnce() -> bool,
    ) -> Result<Self, Error> {
        let text = match (header, parameter.filter(|_| location == SignatureLocation::Query)) {
            (Some(header), Some(parameter)) if header.trim_ascii() != parameter => {
                let detail = "the payload's hash in the headers differs from that in the query";
                return Err(Error::new(ErrorKind::AmbiguousAuthentication, detail));
            }
            (Some(text), _) | (None, Some(text)) => text.trim_ascii(),
            (None, None) => return Ok(Self::unsaid(location, options)),
        };
        let stated = ContentSha256::parse_received(text)?;
        if let Some(marker) = stated.streaming() {
            return Self::streaming(marker, location, options);
        }
        match stated.is_unsigned() {
            true if options.unsigned_payload || is_prescribed() => Ok(Self::Unsigned),
            true => Err(unsigned_payload()),
            false => Ok(Self::Hash(stated)),
        }
    }

    /// AWS documents markers for header-signed requests alone.
    #[cold]
    fn streaming(marker: Streaming, location: SignatureLocation, options: &VerifyOptions) -> Result<Self, Error> {
        if location == SignatureLocation::Query {
            let detail = format!("a presigned URL has no body in chunks, and states `{marker}`");
            return Err(Error::new(ErrorKind::StreamingPayload, detail));
        }
        if marker.is_signed() || options.unsigned_payload {
            return Ok(Self::Streaming(marker));
        }
        Err(unsigned_payload())
    }

    fn unsaid(location: SignatureLocation, options: &VerifyOptions) -> Self {
        let unsigned = location == SignatureLocation::Query && options.presigned_body == PresignedBody::Unsigned;
        if unsigned { Self::Unsigned } else { Self::Nothing }
    }

    /// The line, if the request states it.
    pub(crate) fn line(&self) -> Option<ContentSha256> {
        match self {
            Self::Nothing => None,
            Self::Hash(stated) => Some(*stated),
            Self::Unsigned => Some(ContentSha256::of(&Payload::Unsigned)),
            Self::Streaming(marker) => Some(ContentSha256::of(&Payload::Streaming(*marker))),
        }
    }

    /// Whether a body with this SHA-256 agrees with the stated hash, if any.
    pub(crate) fn allows(&self, digest: &[u8; 32]) -> bool {
        match self {
            Self::Hash(stated) => stated.is_of(digest),
            Self::Nothing | Self::Unsigned | Self::Streaming(_) => true,
        }
    }

    /// The SHA-256 that the body must have, if it is not at hand: that of no bytes unless the request states one. `None` if the body is
    /// not part of the signature.
    #[cfg(feature = "tower")]
    pub(crate) fn expected(&self) -> Result<Option<[u8; 32]>, Error> {
        match self {
            Self::Nothing => Ok(Some(sha256::digest(b""))),
            Self::Hash(stated) => stated.digest().map(Some).ok_or_else(no_such_hash),
            Self::Unsigned => Ok(None),
            Self::Streaming(marker) => Err(in_pieces(*marker)),
        }
    }

    /// Whether the signature, or a signature that it leads to, covers the body.
    pub(crate) const fn covers_body(&self) -> bool {
        !matches!(self, Self::Unsigned | Self::Streaming(Streaming::UnsignedTrailer))
    }

    /// The marker of a body that is signed in pieces.
    pub(crate) const fn marker(&self) -> Option<Streaming> {
        match self {
            Self::Streaming(marker) => Some(*marker),
            Self::Nothing | Self::Hash(_) | Self::Unsigned => None,
        }
    }

    /// Refuses a body that is signed in pieces, for methods that take a body as one.
    #[inline]
    pub(crate) fn check_whole(&self) -> Result<(), Error> {
        self.marker().map_or(Ok(()), |marker| Err(in_pieces(marker)))
    }
}

#[cold]
fn unsigned_payload() -> Error {
    Error::new(ErrorKind::UnsignedPayload, "the service wants the body to be signed")
}

#[cfg(feature = "tower")]
#[cold]
fn no_such_hash() -> Error {
    Error::new(ErrorKind::ContentMismatch, "the stated hash in base 64 is not that of any body")
}

#[cold]
fn in_pieces(marker: Streaming) -> Error {
    let verified_by = match marker.is_events() {
        true => "`Claim::events` (feature `stream`), or a layer with `with_streaming_body` (feature `http-body`),",
        false => "`Claim::decode` (feature `stream`)",
    };
    let detail = format!("the body is `{marker}`: {verified_by} verifies it");
    Error::new(ErrorKind::StreamingPayload, detail)
}
