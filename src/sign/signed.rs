//! The result of signing in the headers.

use crate::name;
use crate::payload::ContentSha256;
#[cfg(feature = "sigv4a")]
use crate::region_set::RegionSet;
use crate::session_token::{SessionToken, SessionTokenKind};
use crate::signature::Signature;
use crate::time::Timestamp;
use std::fmt;

/// The changes that signing makes to a request. `Debug` shows no token.
#[must_use]
pub struct Signed<'a> {
    pub(crate) authorization: Vec<u8>,
    pub(crate) timestamp: Timestamp,
    pub(crate) payload: Option<ContentSha256>,
    pub(crate) session_token: Option<&'a SessionToken>,
    pub(crate) stale_token: Option<SessionTokenKind>,
    pub(crate) target: Option<String>,
    pub(crate) signature: Signature,
    /// The regions of Signature Version 4a.
    #[cfg(feature = "sigv4a")]
    pub(crate) region_set: Option<RegionSet>,
}

impl Signed<'_> {
    /// The headers to set: `x-amz-date`, `x-amz-content-sha256`, `x-amz-region-set` and the session token where they apply, and
    /// `authorization`. Each replaces all headers of its name.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let authorization = String::from_utf8_lossy(&self.authorization).into_owned();
        [
            Some((name::DATE_HEADER, self.timestamp.to_string())),
            self.payload.map(|payload| (name::CONTENT_SHA256_HEADER, payload.to_string())),
            self.region_set().map(|regions| (name::REGION_SET_HEADER, regions.to_owned())),
            self.session_token.map(|token| (token.kind().header(), token.as_str().to_owned())),
            Some((name::AUTHORIZATION, authorization)),
        ]
        .into_iter()
        .flatten()
    }

    /// The value of `x-amz-region-set`.
    pub(super) fn region_set(&self) -> Option<&str> {
        #[cfg(feature = "sigv4a")]
        return self.region_set.as_ref().map(RegionSet::as_str);
        #[cfg(not(feature = "sigv4a"))]
        None
    }

    /// The header to remove, if any: the session token of an earlier signature, if this signature does not replace it.
    #[must_use]
    pub fn removed_header(&self) -> Option<&'static str> {
        self.stale_token.map(SessionTokenKind::header)
    }

    /// The path and query to send, if they differ from the given path and query; see
    /// [`CanonicalRequest::target`](crate::canonical::CanonicalRequest::target).
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// The signature.
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }
}

impl fmt::Debug for Signed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("timestamp", &self.timestamp)
            .field("session_token", &self.session_token.is_some())
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}
