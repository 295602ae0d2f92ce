//! Layers of `tower` that authorize and sign requests.
//!
//! [`AuthorizeLayer`] stands before a server's handlers: it verifies who signed a request, reads the body no further than it
//! may be long, and asks the policies. [`SignLayer`] stands before a client.

pub(crate) mod api;
pub(crate) mod authorize;
pub(crate) mod authorizer;
pub(crate) mod body;
pub(crate) mod budget;
pub(crate) mod caller;
pub(crate) mod clock;
pub(crate) mod path;
pub(crate) mod profile;
pub(crate) mod refusal;
pub(crate) mod request_id;
pub(crate) mod sign;
pub(crate) mod source;

pub use api::{Access, ExecuteApi, MAX_ARN_LEN};
pub use authorize::{Authorize, AuthorizeLayer};
pub use body::{BoxError, DEFAULT_BODY_LIMIT};
pub use caller::AuthenticatedCaller;
pub use profile::Profile;
pub use sign::check::{SignedCheck, SignedCheckLayer};
pub use sign::origin::Origin;
pub use sign::skew::MAX_CLOCK_SKEW;
pub use sign::{Sign, SignLayer, SignResponseBody};
pub use source::cached::{CachedCredentials, DEFAULT_FETCH_TIMEOUT};
#[cfg(feature = "aws-credential-types")]
pub use source::sdk::SdkCredentials;
pub use source::{CredentialsSource, Issuing, Lease};
