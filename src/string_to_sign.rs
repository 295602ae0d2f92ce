//! The string to sign.
//!
//! ```text
//! string-to-sign = algorithm LF timestamp LF scope LF hex(sha256(canonical-request))
//! ```
//!
//! Source: "Create a signed AWS API request", step 3.

use crate::algorithm::Algorithm;
use crate::bytes::hex;
use crate::bytes::write::Write;
use crate::scope::{MAX_SCOPE_LEN, Scope};
use crate::time::Timestamp;
use std::fmt;

/// The longest string to sign in bytes, with room for the longest algorithm name.
const MAX_LEN: usize = 32 + 1 + 16 + 1 + MAX_SCOPE_LEN + 1 + 64;

/// A string to sign: the message of the signing key's HMAC, or of its ECDSA signature. The scope decides on the algorithm: see
/// [`Scope::algorithm`].
///
/// ```
/// use sig4::scope::Scope;
/// use sig4::string_to_sign::StringToSign;
/// use sig4::Timestamp;
///
/// let scope = Scope::parse("20150830/us-east-1/iam/aws4_request")?;
/// let text = StringToSign::new(Timestamp::parse("20150830T123600Z")?, &scope, [0; 32]).to_string();
/// assert!(text.starts_with("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n000"));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct StringToSign<'a> {
    timestamp: Timestamp,
    scope: &'a Scope,
    request_sha256: [u8; 32],
}

impl<'a> StringToSign<'a> {
    /// The string for a canonical request with this SHA-256.
    #[must_use]
    #[inline]
    pub const fn new(timestamp: Timestamp, scope: &'a Scope, request_sha256: [u8; 32]) -> Self {
        Self { timestamp, scope, request_sha256 }
    }

    /// Writes the string into `sink` for a key of `algorithm`, which is the scope's. Inlined into the HMAC, whose message is still empty, it writes to constant places (row `sign-post`).
    #[inline(always)]
    pub(crate) fn write_as(&self, algorithm: Algorithm, sink: &mut impl Write) {
        sink.put(algorithm.as_str().as_bytes());
        sink.put(b"\n");
        sink.put(self.timestamp.as_bytes());
        sink.put(b"\n");
        self.scope.write(sink);
        sink.put(b"\n");
        sink.put(&hex::encode(&self.request_sha256));
    }

    /// The string's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MAX_LEN);
        self.write_as(self.scope.algorithm(), &mut bytes);
        bytes
    }

    /// The scope.
    #[must_use]
    pub const fn scope(&self) -> &'a Scope {
        self.scope
    }

    /// The time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }
}

impl fmt::Display for StringToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { timestamp, scope, request_sha256 } = self;
        write!(f, "{}\n{timestamp}\n{scope}\n{}", scope.algorithm(), ::hex::encode(request_sha256))
    }
}
