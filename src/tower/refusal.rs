//! Why a request was not let through.

use super::api::Access;
use super::body::{BodyFailure, BoxError};
use crate::error::{Error, Rejection};
use crate::iam::{Decision, Identity, Principal};
use bytes::Bytes;
use http::StatusCode;
use std::fmt;
use std::sync::Arc;

/// A request that was not let through, with what was found out about it until then.
pub(crate) struct Refusal(Box<Refused>);

struct Refused {
    cause: Cause,
    /// What the request claims to come from; nothing of it is proven.
    access_key_id: Option<String>,
    /// Who has the access key id.
    identity: Option<Arc<Identity>>,
    /// The body, if it was read.
    body: Option<Bytes>,
}

/// Why.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The signature does not prove who sent the request.
    Unverified(Error),
    /// The policies do not allow it.
    Denied { decision: Decision, access: Access },
    /// The ARN of the call is too long for a policy to name.
    TooLongArn(Error),
    /// The path is of another stage.
    OtherStage,
    /// The URI that was received cannot be told.
    UnknownUri(Error),
    /// It cannot be understood.
    BadRequest(Error),
    /// The body is too long or broke off.
    Body(BodyFailure),
    /// The body did not come in time.
    SlowBody,
    /// The store of keys failed.
    Store(BoxError),
    /// The store of keys did not answer in time.
    SlowStore,
    /// The store of used signatures failed.
    ReplayStore(BoxError),
    /// The store of used signatures did not answer in time.
    SlowReplayStore,
}

impl From<Cause> for Refusal {
    #[cold]
    fn from(cause: Cause) -> Self {
        Self(Box::new(Refused { cause, access_key_id: None, identity: None, body: None }))
    }
}

impl From<Error> for Refusal {
    #[cold]
    fn from(error: Error) -> Self {
        Cause::Unverified(error).into()
    }
}

impl Refusal {
    /// The same, of a request that claims to come from `access_key_id`.
    pub(super) fn of(mut self, access_key_id: &str, identity: Option<&Arc<Identity>>) -> Self {
        self.0.access_key_id = Some(access_key_id.to_owned());
        self.0.identity = identity.cloned();
        self
    }

    /// The same, of a request with this body.
    pub(super) fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = Some(body);
        self
    }

    /// Why.
    pub(crate) const fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// The access key id that the request claims to come from, proven or not.
    pub(crate) fn access_key_id(&self) -> Option<&str> {
        self.0.access_key_id.as_deref()
    }

    /// Who has the access key id, if somebody does.
    pub(crate) fn principal(&self) -> Option<&Principal> {
        self.0.identity.as_ref().map(|identity| identity.principal())
    }

    /// Whether the signature did match, and the request was refused for something else.
    #[cfg(feature = "gateway")]
    pub(crate) const fn is_of_proven_caller(&self) -> bool {
        matches!(self.0.cause, Cause::Denied { .. } | Cause::TooLongArn(_))
    }

    /// The body, if it was read.
    #[cfg(feature = "gateway")]
    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    /// The refusal of a request that cannot be understood.
    pub(super) fn bad_request(error: Error) -> Self {
        Cause::BadRequest(error).into()
    }

    /// Whether it is the server's fault and not the request's.
    pub(crate) fn is_failure(&self) -> bool {
        self.status().is_server_error()
    }

    /// The status to answer with.
    pub(crate) fn status(&self) -> StatusCode {
        match &self.0.cause {
            Cause::Unverified(error) => status_of(error),
            Cause::Denied { .. } => StatusCode::FORBIDDEN,
            Cause::TooLongArn(_) => StatusCode::URI_TOO_LONG,
            Cause::OtherStage => StatusCode::NOT_FOUND,
            Cause::Body(BodyFailure::TooLong { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Cause::Body(BodyFailure::NoRoom { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Cause::BadRequest(_) | Cause::Body(BodyFailure::Broken(_)) => StatusCode::BAD_REQUEST,
            Cause::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Cause::UnknownUri(_)
            | Cause::Store(_)
            | Cause::SlowStore
            | Cause::ReplayStore(_)
            | Cause::SlowReplayStore => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

fn status_of(error: &Error) -> StatusCode {
    error.rejection().map_or(StatusCode::INTERNAL_SERVER_ERROR, Rejection::status)
}

#[cfg(feature = "gateway")]
mod explained {
    use super::{Cause, Refusal};
    use crate::explain::Explainer;
    use crate::explain::report::Report;
    use crate::request::RequestView;
    use crate::verify::Verifier;
    use http::request::Parts;
    use time::OffsetDateTime;

    impl Refusal {
        /// Whether the policies do not allow the request.
        pub(crate) fn is_denial(&self) -> bool {
            matches!(self.cause(), Cause::Denied { .. })
        }

        /// Whether an explanation has to search: somebody has the access key id, and the signature is another one.
        pub(crate) fn is_worth_a_search(&self) -> bool {
            matches!(self.cause(), Cause::Unverified(_)) && self.0.identity.is_some()
        }

        /// What is wrong with the signature; `None` if that is not why the request was refused. If nobody has the access key
        /// id, it is what the verifier's words alone say.
        pub(crate) fn explain(&self, verifier: &Verifier, parts: &Parts, now: OffsetDateTime) -> Option<Report> {
            let Cause::Unverified(error) = self.cause() else { return None };
            let Some(identity) = &self.0.identity else { return Some(Report::of_words(error)) };
            let credentials = identity.credentials();
            let explainer = Explainer::new(verifier, credentials).with_refusal(error.kind());
            let view = RequestView::from(parts);
            Some(match self.body() {
                Some(body) => explainer.report(&view, body, now),
                None => explainer.report_without_body(&view, now),
            })
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.cause {
            Cause::Unverified(error)
            | Cause::TooLongArn(error)
            | Cause::UnknownUri(error)
            | Cause::BadRequest(error) => error.fmt(f),
            Cause::Denied { decision, access } => write!(f, "{access}: {decision}"),
            Cause::OtherStage => f.write_str("the path is of another stage"),
            Cause::Body(failure) => failure.fmt(f),
            Cause::SlowBody => f.write_str("the body did not come in time"),
            Cause::Store(error) => write!(f, "the store of keys failed: {error}"),
            Cause::SlowStore => f.write_str("the store of keys did not answer in time"),
            Cause::ReplayStore(error) => write!(f, "the store of used signatures failed: {error}"),
            Cause::SlowReplayStore => f.write_str("the store of used signatures did not answer in time"),
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("cause", &self.0.cause)
            .field("access_key_id", &self.0.access_key_id)
            .finish_non_exhaustive()
    }
}
