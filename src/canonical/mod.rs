//! The canonical request.
//!
//! ```text
//! canonical-request = method LF path LF query LF headers LF signed-headers LF payload-hash
//! ```
//!
//! Source: "Create a signed AWS API request", step 1.

pub(crate) mod headers;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod target;

pub use query::MAX_QUERY_PAIRS;

use crate::bytes::write::Write;
use crate::crypto::sha256::Sha256;
use crate::payload::ContentSha256;
use headers::CanonicalHeaders;
use path::CanonicalPath;
use query::CanonicalQuery;
use std::fmt;
use target::Target;

/// A canonical request: to hash, or to read when a signature does not match.
///
/// [`Signer::canonical_request`](crate::Signer::canonical_request) builds one. `Display` shows it as text, and replaces header bytes
/// that are not UTF-8. It includes the session token if that is signed. `Debug` shows only the names.
#[derive(Clone)]
pub struct CanonicalRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: CanonicalPath<'a>,
    pub(crate) query: CanonicalQuery<'a>,
    pub(crate) headers: CanonicalHeaders<'a>,
    pub(crate) payload: ContentSha256,
    /// What is sent with it.
    pub(crate) target: Target<'a>,
}

impl CanonicalRequest<'_> {
    /// Writes the request into `sink`.
    #[inline]
    pub(crate) fn write(&self, sink: &mut impl Write) {
        self.write_with(sink, |sink| self.headers.write_names(sink));
    }

    /// [`write`](Self::write), with the names of the signed headers from `names`.
    #[inline(always)]
    fn write_with<W: Write>(&self, sink: &mut W, names: impl FnOnce(&mut W)) {
        sink.put(self.method.as_bytes());
        sink.put(b"\n");
        sink.put(self.path.as_bytes());
        sink.put(b"\n");
        self.query.write(sink);
        sink.put(b"\n");
        self.headers.write(sink);
        sink.put(b"\n");
        names(sink);
        sink.put(b"\n");
        sink.put(self.payload.as_bytes());
    }

    /// The request's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1024);
        self.write(&mut bytes);
        bytes
    }

    /// The SHA-256 of the request: the last line of the string to sign.
    #[must_use]
    #[inline]
    pub fn sha256(&self) -> [u8; 32] {
        let mut hasher = Sha256::default();
        self.write(&mut hasher);
        hasher.finish()
    }

    /// [`sha256`](Self::sha256), if the names of the signed headers are at hand in one piece.
    #[inline(always)]
    pub(crate) fn sha256_with_names(&self, names: &[u8]) -> [u8; 32] {
        let mut hasher = Sha256::default();
        self.write_with(&mut hasher, |sink| sink.put(names));
        hasher.finish()
    }

    /// The names of the signed headers, in lower case, sorted and joined with `;`.
    #[must_use]
    pub fn signed_headers(&self) -> String {
        let mut names = Vec::with_capacity(self.headers.names_len());
        self.headers.write_names(&mut names);
        String::from_utf8(names).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// The path and query to send, if they differ from the given path and query: with
    /// [`PathEncoding::Canonical`](crate::settings::PathEncoding::Canonical) the request has to be sent in the form that was signed.
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "a request that is sent otherwise does not verify"
    )]
    #[inline(always)]
    pub fn target(&self) -> Option<String> {
        let target = self.target.rewritten(&self.path)?;
        Some(String::from_utf8(target).expect("a canonical path is ASCII, and the given query is text"))
    }
}

impl fmt::Display for CanonicalRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

impl fmt::Debug for CanonicalRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CanonicalRequest")
            .field("method", &self.method)
            .field("signed_headers", &self.signed_headers())
            .finish_non_exhaustive()
    }
}
