//! The headers that an allowed request is passed on with.

use super::verdict::Allowed;
use http::{HeaderName, HeaderValue};
use sig4_iam::tower::AuthorizedCaller;

/// The headers that tell the upstream who called, and what else it gets of the signature.
#[derive(Clone, Debug)]
pub struct UpstreamHeaders {
    prefix: String,
}

impl Default for UpstreamHeaders {
    fn default() -> Self {
        Self { prefix: "x-sig4-".to_owned() }
    }
}

impl UpstreamHeaders {
    /// The changes to a request of `caller`.
    pub(super) fn of(&self, caller: &AuthorizedCaller) -> Allowed {
        let mut allowed = Allowed::default();
        for (name, value) in [
            ("principal-arn", caller.principal().arn()),
            ("access-key-id", caller.access_key_id()),
            ("account", caller.principal().account()),
        ] {
            let name = HeaderName::try_from(format!("{}{name}", self.prefix));
            if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
                allowed.set_headers.push((name, value));
            }
        }
        allowed
    }
}
