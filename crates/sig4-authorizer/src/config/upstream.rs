//! `[upstream]`: what the service behind the proxy is told.

use serde::Deserialize;

/// The prefix of the identity headers without another.
const DEFAULT_PREFIX: &str = "x-sig4-";

/// `[upstream]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Upstream {
    /// The prefix of the identity headers.
    pub(crate) prefix: String,
    /// Whether the signature and the token of the client are removed.
    pub(crate) remove_signature: bool,
    /// Whether the service checks the body of a request whose body the proxy did not send.
    pub(crate) body_check: bool,
}

impl Default for Upstream {
    fn default() -> Self {
        Self { prefix: DEFAULT_PREFIX.to_owned(), remove_signature: false, body_check: false }
    }
}
