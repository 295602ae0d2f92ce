//! Layers of `tower` that authenticate and sign requests.
//!
//! [`AuthenticateLayer`] wraps the handlers of a server. It reads the body up to a limit, verifies the signature and asks a
//! [decision](Decide). [`SignLayer`] wraps a client.
//!
//! A request on its way through [`AuthenticateLayer`] has these names:
//!
//! | name | meaning |
//! |---|---|
//! | [`VerifiedRequest`] | a request whose signature matched, as the decision sees it |
//! | [`AuthenticatedCaller`] | its caller, as handlers find it in the request's extensions |
//! | [`Denial`] | why the decision refuses an authenticated caller |
//! | [`Refusal`] | a request that does not get through, for any [`Cause`]; a denial is one of them |
//! | [`RefusedRequest`] | the refusal with the head of the request, as a hook gets it |
//! | [`RefusalMarker`] | the mark of the response to it |
//! | [`AuthOutcome`] | allowed, exempt or refused, as a hook for metrics gets it |
//! | [`Rejection`](crate::Rejection) | AWS's answer to a request that a verifier refuses |
//!
//! A server without services of `tower` uses an [`Authenticator`] instead of the layer.

pub(crate) mod authenticate;
pub(crate) mod body;
pub(crate) mod budget;
pub(crate) mod clock;
mod error;
pub(crate) mod expected_body;
pub(crate) mod method;
pub(crate) mod path;
pub(crate) mod sign;
pub(crate) mod provider;

#[cfg(feature = "explain")]
#[doc(hidden)]
pub use authenticate::ExplainBudget;
#[cfg(feature = "axum")]
pub use authenticate::MissingCaller;
pub use authenticate::{
    AllowAuthenticated, ApiType, AuthOutcome, AuthOutcomeKind, Authenticate, AuthenticateLayer, AuthenticatedCaller,
    Authenticator, BODY_SHA256_HEADER, BodyCheck, BodyCheckLayer, Cause, Decide, Denial, Exempted, Grounds, Refusal,
    RefusalKind, RefusalMarker, RefusedRequest, RequestBody, RequestHead, VerifiedRequest,
};
#[cfg(feature = "http-body")]
pub use authenticate::{BodyFailure, ReceivedBody};
pub use body::{BodyError, BodyReader, BoxError, DEFAULT_BODY_LIMIT};
pub use budget::{BodyBudget, HeldRoom};
pub use clock::{Clock, TimeLimit};
pub use error::{Error, ErrorKind};
pub use expected_body::{ExpectedBody, InvalidExpectedBody};
pub use method::check_method;
pub use path::{DecodedPath, PathReading};
pub use provider::cached::{CachedCredentials, DEFAULT_FETCH_TIMEOUT};
#[cfg(feature = "aws-credential-types")]
pub use provider::sdk::SdkCredentials;
pub use provider::{CredentialsFuture, CredentialsProvider, ExpiringCredentials};
pub use sign::bounds::{AnyBody, BodyForm, HttpClient, SameBody, SignableBody};
pub use sign::check::{SignedCheck, SignedCheckLayer};
#[cfg(feature = "http-body")]
pub use sign::chunked::ChunkSigning;
pub use sign::origin::Origin;
pub use sign::signed_body::SignedBody;
pub use sign::skew::MAX_CLOCK_SKEW;
pub use sign::{Sign, SignLayer, SignResponseBody};
