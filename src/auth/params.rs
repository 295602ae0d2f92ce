//! What a request says of its signature, in its headers or in its query. None of it is verified.
//!
//! There is one such type, so that the key that is looked up, the time that is checked and the signature that is compared
//! cannot come from different places.

use std::borrow::Cow;
use zeroize::Zeroize;

/// The claims of a signed request, as they stand on the wire; those of a query are decoded.
#[derive(Clone)]
pub(crate) struct AuthParams<'a> {
    pub(crate) location: SignatureLocation,
    /// `access-key-id/day/region/service/aws4_request`.
    pub(crate) credential: Cow<'a, str>,
    /// The names, joined with `;`.
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
    /// The time of signing.
    pub(crate) date: Cow<'a, str>,
    /// The lifetime of a presigned URL, in seconds.
    pub(crate) expires: Option<Cow<'a, str>>,
    /// The session token.
    pub(crate) token: Option<Cow<'a, [u8]>>,
}

/// Wipes the copy of the token that decoding a query made.
impl Drop for AuthParams<'_> {
    fn drop(&mut self) {
        if let Some(Cow::Owned(token)) = &mut self.token {
            token.zeroize();
        }
    }
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SignatureLocation {
    /// In the `Authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query,
}

/// What to do with a parameter that is given twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DuplicatePolicy {
    /// Refuse the request: two readers may take two values.
    Refuse,
    /// Take the one that AWS takes: the last in a header, the first in a query.
    AsAws,
}
