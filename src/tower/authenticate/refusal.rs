//! A refused request: cause, answer and log text.

use super::caller::AuthenticatedCaller;
use super::decide::Denial;
use crate::credentials::Credentials;
use crate::error::{Error, Rejection};
use crate::tower::body::{BodyError, BoxError};
use crate::verify::key_store::AccessKey;
use bytes::Bytes;
use http::StatusCode;
use std::fmt;
use std::sync::Arc;

/// A refused request: the cause, and what is known about the caller.
///
/// `Display` gives the true cause, for a log. It never holds a secret, a token, a key or a computed signature, but it may tell
/// more about keys and decisions than a caller should know. [`ApiType::response`](super::ApiType::response) is what API Gateway
/// answers.
///
/// ```
/// use http::{Response, StatusCode};
/// use sig4::tower::{Cause, Refusal};
///
/// fn page<K>(refusal: &Refusal<K>) -> Response<String> {
///     let text = match refusal.cause() {
///         Cause::Unverified(error) => format!("Sign your request again: {:?}", error.kind()),
///         _ => "This is not for you.".to_owned(),
///     };
///     let mut response = Response::new(text);
///     *response.status_mut() = refusal.status();
///     response
/// }
/// # let _ = page::<sig4::Credentials>;
/// ```
pub struct Refusal<K = Credentials>(Box<Refused<K>>);

struct Refused<K> {
    cause: Cause,
    /// The access key id of the request, proven or not.
    claimed_access_key_id: Option<Arc<str>>,
    /// The key store's entry for it.
    claimed_key: Option<Arc<K>>,
    /// The caller, if the signature matched.
    proven: Option<AuthenticatedCaller<K>>,
    /// The body, if it was read.
    body: Option<Bytes>,
}

/// The cause of a refusal.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The signature is missing or invalid, or was used before.
    Unverified(Error),
    /// The signature matched, and the [decision](super::Decide) denies the request.
    Denied(Denial),
    /// The method or the path is not accepted.
    BadRequest(Error),
    /// The received URI is unknown, or the URI of the request is not its end. See
    /// [`with_original_uri`](super::AuthenticateLayer::with_original_uri).
    UnknownUri(Error),
    /// The proxy in front does not say which body the request must have. See [`BodyCheckLayer`](super::BodyCheckLayer).
    UnknownBody(Error),
    /// The body could not be read: it is too long, too slow, or broke off.
    Body(BodyError),
    /// The key store failed.
    KeyStore(BoxError),
    /// The key store did not answer in time.
    KeyStoreTimedOut,
    /// The store of used signatures failed.
    ReplayStore(BoxError),
    /// The store of used signatures did not answer in time.
    ReplayStoreTimedOut,
}

impl<K> From<Cause> for Refusal<K> {
    #[cold]
    fn from(cause: Cause) -> Self {
        Self(Box::new(Refused { cause, claimed_access_key_id: None, claimed_key: None, proven: None, body: None }))
    }
}

impl<K> From<Error> for Refusal<K> {
    #[cold]
    fn from(error: Error) -> Self {
        Cause::Unverified(error).into()
    }
}

impl<K> From<BodyError> for Refusal<K> {
    #[cold]
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Unverified(error) => Cause::Unverified(error).into(),
            error => Cause::Body(error).into(),
        }
    }
}

impl<K> Refusal<K> {
    /// Adds the claimed access key id, and the key store's entry for it.
    pub(super) fn with_claimed_key(mut self, access_key_id: &Arc<str>, key: Option<&Arc<K>>) -> Self {
        self.0.claimed_access_key_id = Some(Arc::clone(access_key_id));
        self.0.claimed_key = key.cloned();
        self
    }

    /// Adds the caller whose signature matched.
    pub(super) fn with_proven_caller(mut self, caller: AuthenticatedCaller<K>) -> Self {
        self.0.proven = Some(caller);
        self
    }

    /// Adds the body of the request.
    pub(super) fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = Some(body);
        self
    }

    /// The cause of the refusal.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// The access key id that the request claims. It proves nothing: anybody can write one into a request. Use it to find a request in a
    /// log; [`proven_caller`](Self::proven_caller) is the caller.
    #[must_use]
    pub fn claimed_access_key_id(&self) -> Option<&str> {
        self.0.claimed_access_key_id.as_deref()
    }

    /// The key store's entry for the claimed access key id, if the store was asked and has one. That the caller has the key is not
    /// proven.
    #[must_use]
    pub fn claimed_key(&self) -> Option<&Arc<K>> {
        self.0.claimed_key.as_ref()
    }

    /// The caller whose signature matched, but whom the [decision](super::Decide) denies the request. `None` for every other
    /// [cause](Self::cause): a wrong signature proves nothing, and neither does one that was used before.
    #[must_use]
    pub fn proven_caller(&self) -> Option<&AuthenticatedCaller<K>> {
        self.0.proven.as_ref()
    }

    /// The denial of a caller whose signature matched.
    #[must_use]
    pub fn denial(&self) -> Option<&Denial> {
        match &self.0.cause {
            Cause::Denied(denial) => Some(denial),
            _ => None,
        }
    }

    /// The body, if it was read.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    /// Whether the server is at fault, not the request.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.status().is_server_error()
    }

    /// The status of the answer of a REST API. To an invalid signature or body, S3's if the verifier is for the S3 family. HTTP APIs
    /// answer 403 where this is 501.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match &self.0.cause {
            Cause::Unverified(error) | Cause::Body(BodyError::Unverified(error)) => status_of(error),
            Cause::Denied(denial) => denial.status(),
            Cause::Body(BodyError::TooLong { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Cause::Body(BodyError::NoRoom { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Cause::Body(BodyError::TimedOut) => StatusCode::REQUEST_TIMEOUT,
            Cause::BadRequest(_) | Cause::Body(BodyError::Broken(_)) => StatusCode::BAD_REQUEST,
            Cause::UnknownUri(_)
            | Cause::UnknownBody(_)
            | Cause::KeyStore(_)
            | Cause::KeyStoreTimedOut
            | Cause::ReplayStore(_)
            | Cause::ReplayStoreTimedOut => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error code that REST APIs send as `x-amzn-ErrorType`. For an invalid signature or body, S3's if the verifier is for the S3
    /// family. The other refusals of the layer, such as that of a body beyond its limit, have the code of a REST API with every verifier.
    ///
    /// Source: "Gateway response types" of API Gateway.
    #[must_use]
    pub fn code(&self) -> &str {
        const INTERNAL: &str = "InternalServerErrorException";
        match &self.0.cause {
            Cause::Unverified(error) | Cause::Body(BodyError::Unverified(error)) => {
                error.rejection().map_or(INTERNAL, Rejection::code)
            }
            Cause::Denied(denial) => denial.code(),
            Cause::Body(BodyError::TooLong { .. }) => "RequestTooLargeException",
            Cause::Body(BodyError::NoRoom { .. }) => "ServiceUnavailableException",
            Cause::Body(BodyError::TimedOut) => "RequestTimeoutException",
            Cause::BadRequest(_) | Cause::Body(BodyError::Broken(_)) => "BadRequestException",
            Cause::UnknownUri(_)
            | Cause::UnknownBody(_)
            | Cause::KeyStore(_)
            | Cause::KeyStoreTimedOut
            | Cause::ReplayStore(_)
            | Cause::ReplayStoreTimedOut => INTERNAL,
        }
    }

    /// The message of the answer that has this [code](Self::code). `None` if the answer has no body, such as for a path that leads out of
    /// the root.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Unverified(error) | Cause::Body(BodyError::Unverified(error)) => {
                error.rejection().and_then(Rejection::message)
            }
            Cause::Denied(denial) => Some(denial.message()),
            _ => Some(rest_message_of(self.status())),
        }
    }
}

impl<K: AccessKey> Refusal<K> {
    /// The name of the owner of the claimed access key id. That the caller is the owner is not proven.
    #[must_use]
    pub fn claimed_owner(&self) -> Option<&str> {
        self.0.claimed_key.as_ref().and_then(|key| key.owner())
    }
}

fn status_of(error: &Error) -> StatusCode {
    error.rejection().map_or(StatusCode::INTERNAL_SERVER_ERROR, Rejection::status)
}

/// The message of REST APIs without a specific message.
///
/// Source: "Gateway response types for API Gateway" for 413; localstack/localstack, snapshots of REST APIs, for 500.
fn rest_message_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Request Too Long",
        StatusCode::INTERNAL_SERVER_ERROR => "Internal server error",
        _ => message_of(status),
    }
}

/// The message of HTTP APIs.
pub(super) fn message_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "Bad Request",
        StatusCode::NOT_FOUND => "Not Found",
        StatusCode::REQUEST_TIMEOUT => "Request Timeout",
        StatusCode::LENGTH_REQUIRED => "Length Required",
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        StatusCode::URI_TOO_LONG => "Request URI too long",
        StatusCode::INTERNAL_SERVER_ERROR => "Internal Server Error",
        StatusCode::SERVICE_UNAVAILABLE => "Service Unavailable",
        _ => "Forbidden",
    }
}

impl<K> fmt::Display for Refusal<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.cause {
            Cause::Unverified(error)
            | Cause::UnknownUri(error)
            | Cause::UnknownBody(error)
            | Cause::BadRequest(error) => error.fmt(f),
            Cause::Denied(denial) => denial.fmt(f),
            Cause::Body(error) => error.fmt(f),
            Cause::KeyStore(error) => write!(f, "the key store failed: {error}"),
            Cause::KeyStoreTimedOut => f.write_str("the key store did not answer in time"),
            Cause::ReplayStore(error) => write!(f, "the replay store failed: {error}"),
            Cause::ReplayStoreTimedOut => f.write_str("the replay store did not answer in time"),
        }
    }
}

impl<K> fmt::Debug for Refusal<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("cause", &self.0.cause)
            .field("claimed_access_key_id", &self.0.claimed_access_key_id)
            .finish_non_exhaustive()
    }
}

impl<K> std::error::Error for Refusal<K> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.cause {
            Cause::Unverified(error)
            | Cause::UnknownUri(error)
            | Cause::UnknownBody(error)
            | Cause::BadRequest(error) => error.source(),
            Cause::Denied(denial) => denial.source(),
            Cause::Body(error) => error.source(),
            Cause::KeyStore(error) | Cause::ReplayStore(error) => Some(&**error),
            Cause::KeyStoreTimedOut | Cause::ReplayStoreTimedOut => None,
        }
    }
}
