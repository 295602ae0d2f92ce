//! SHA-256 and HMAC-SHA-256, as this crate uses them: over sinks, with secrets that wipe themselves.

pub(crate) mod hmac;
pub(crate) mod secret;
pub(crate) mod sha256;
