//! The string to sign.
//!
//! ```text
//! string-to-sign = algorithm LF timestamp LF scope LF hex(sha256(canonical-request))
//! ```
//!
//! Source: "Create a signed AWS API request", step 3.

use crate::algorithm::Algorithm;
use crate::bytes::hex;
use crate::bytes::sink::Sink;
use crate::scope::Scope;
use crate::time::Timestamp;
use std::fmt;

/// A string to sign: what the signing key's HMAC is computed over.
///
/// ```
/// use sig4::{Scope, StringToSign, Timestamp};
///
/// let scope = Scope::parse("20150830/us-east-1/iam/aws4_request")?;
/// let text = StringToSign::new(Timestamp::parse("20150830T123600Z")?, scope, [0; 32]).to_string();
/// assert!(text.starts_with("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n000"));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct StringToSign {
    timestamp: Timestamp,
    scope: Scope,
    request_sha256: [u8; 32],
}

impl StringToSign {
    /// The string for a canonical request of this SHA-256.
    #[must_use]
    #[inline]
    pub const fn new(timestamp: Timestamp, scope: Scope, request_sha256: [u8; 32]) -> Self {
        Self { timestamp, scope, request_sha256 }
    }

    /// Writes the string into `sink`.
    #[inline]
    pub fn write(&self, sink: &mut impl Sink) {
        sink.put(Algorithm::HmacSha256.as_str().as_bytes());
        sink.put(b"\n");
        sink.put(self.timestamp.as_bytes());
        sink.put(b"\n");
        sink.put(self.scope.as_bytes());
        sink.put(b"\n");
        sink.put(&hex::encode(&self.request_sha256));
    }

    /// The scope.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The time of signing.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }
}

impl fmt::Display for StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(256);
        self.write(&mut text);
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}
