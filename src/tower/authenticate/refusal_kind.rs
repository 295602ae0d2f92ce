//! The kinds of refusals, and the mark of a response that a layer made.

use super::refusal::{Cause, Refusal};
use crate::error::ErrorKind;
use crate::tower::body::BodyError;
use http::StatusCode;
use std::fmt;

/// The kind of a [`Cause`]: a value without the facts of the request, for metrics and comparisons.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The signature is missing or invalid, or was used before: the kind of the verifier's error.
    Unverified(ErrorKind),
    /// The signature matched, and the [decision](super::Decide) denies the request.
    Denied,
    /// The method or the path is not accepted.
    BadRequest,
    /// The received URI is unknown, or the URI of the request is not its end.
    UnknownUri,
    /// The proxy in front does not say which body the request must have.
    UnknownBody,
    /// The body is too long.
    TooLongBody,
    /// The [budget](super::AuthenticateLayer::with_body_budget) has no room for the body.
    NoRoomForBody,
    /// The body was too slow.
    SlowBody,
    /// The body broke off.
    BrokenBody,
    /// The key store failed, or did not answer in time.
    KeyStore,
    /// The store of used signatures failed, or did not answer in time.
    ReplayStore,
}

impl RefusalKind {
    /// The name of the kind in lower case, such as `signature mismatch` or `denied`. The set of names is finite and does not depend on
    /// requests, so a name may be a label of a metric.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unverified(kind) => kind.words(),
            Self::Denied => "denied",
            Self::BadRequest => "bad request",
            Self::UnknownUri => "unknown URI",
            Self::UnknownBody => "unknown body",
            Self::TooLongBody => "too long body",
            Self::NoRoomForBody => "no room for body",
            Self::SlowBody => "slow body",
            Self::BrokenBody => "broken body",
            Self::KeyStore => "key store",
            Self::ReplayStore => "replay store",
        }
    }
}

impl fmt::Display for RefusalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Cause {
    /// The kind of the cause.
    #[must_use]
    pub fn kind(&self) -> RefusalKind {
        match self {
            Self::Unverified(error) => RefusalKind::Unverified(error.kind()),
            Self::Body(error) => error.refusal_kind(),
            Self::Denied(_) => RefusalKind::Denied,
            Self::BadRequest(_) => RefusalKind::BadRequest,
            Self::UnknownUri(_) => RefusalKind::UnknownUri,
            Self::UnknownBody(_) => RefusalKind::UnknownBody,
            Self::KeyStore(_) | Self::KeyStoreTimedOut => RefusalKind::KeyStore,
            Self::ReplayStore(_) | Self::ReplayStoreTimedOut => RefusalKind::ReplayStore,
        }
    }
}

impl BodyError {
    /// The kind of the refusal, or of the failure of a body that streams.
    pub(super) const fn refusal_kind(&self) -> RefusalKind {
        match self {
            Self::TooLong { .. } => RefusalKind::TooLongBody,
            Self::NoRoom { .. } => RefusalKind::NoRoomForBody,
            Self::TimedOut => RefusalKind::SlowBody,
            Self::Broken(_) => RefusalKind::BrokenBody,
            Self::Unverified(error) => RefusalKind::Unverified(error.kind()),
        }
    }
}

/// The mark of a response that [`AuthenticateLayer`](super::AuthenticateLayer) made to a refused request, in the extensions of the
/// response.
///
/// A layer outside, such as `TraceLayer` of tower-http, distinguishes the layer's 403 from that of a handler by it. A response of
/// [`on_refusal`](super::AuthenticateLayer::on_refusal) has the mark too. It holds no secret and nothing that the client chose.
///
/// ```
/// use http::Response;
/// use sig4::tower::RefusalMarker;
///
/// fn label<B>(response: &Response<B>) -> &'static str {
///     response.extensions().get::<RefusalMarker>().map_or("handled", |refused| refused.kind().as_str())
/// }
/// assert_eq!(label(&Response::new(())), "handled");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefusalMarker {
    kind: RefusalKind,
    status: StatusCode,
    code: Box<str>,
}

impl RefusalMarker {
    pub(super) fn new<K>(refusal: &Refusal<K>) -> Self {
        Self { kind: refusal.cause().kind(), status: refusal.status(), code: refusal.code().into() }
    }

    /// The kind of the refusal.
    #[must_use]
    pub const fn kind(&self) -> RefusalKind {
        self.kind
    }

    /// The [status of the refusal](Refusal::status). The response of a hook may have a different one.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The [error code](Refusal::code) of AWS.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }
}
