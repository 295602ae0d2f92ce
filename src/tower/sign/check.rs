//! The layer that compares the sent request with the signed request.

use super::bounds::{HttpClient, SignableBody};
use super::framing::{self, Framing};
use super::record::SignedRecord;
use super::target;
use crate::auth::header::is_signature;
use crate::name;
use crate::tower::body::{BodyError, BoxError};
use crate::tower::error::{Error, ErrorKind};
use bytes::Bytes;
use http::Request;
use http::request::Parts;
use http_body::Body;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// The number of differences that an error names.
const MAX_NAMED_DIFFERENCES: usize = 16;

/// Refuses to send a request that was changed after [`SignLayer`](crate::tower::SignLayer) signed it, and names the changes.
///
/// It is for tests and debug builds. Put it directly above the transport, below every layer that may touch a request, and have
/// the other layer [leave a record](crate::tower::SignLayer::with_signed_record). A request that carries a signature, or a part
/// of one, and no record is refused as well: the setting was forgotten, or a layer made a new request from the signed request.
///
/// The error is of the kind [`RequestChanged`](ErrorKind::RequestChanged). It names up to 16 changes: the
/// method, the path, the query, the scheme, the host, the body, and headers that were changed, removed or added. It shows no value.
/// Headers that are not signed may change, except `authorization` and `x-amz-*`.
///
/// - The body is compared if `SignLayer` read it. Of a declared body, `content-length` is held against its size hint.
/// - The layer does not see changes below it: hyper adds `host` and `content-length` where they are missing, and removes headers
///   of the connection over HTTP/2. The same holds for proxies, and for redirects that the transport follows.
///
/// ```
/// # use {bytes::Bytes, http::{HeaderValue, Request, Response}, http_body_util::Full, tower::{Layer, ServiceBuilder, ServiceExt}};
/// use sig4::tower::{Error, ErrorKind, SignLayer, SignedCheckLayer};
/// use sig4::{Credentials, Signer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// # let transport = tower::service_fn(async |_: Request<Full<Bytes>>| Ok::<_, std::io::Error>(Response::new(Full::<Bytes>::default())));
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let origin = "https://abc.execute-api.us-east-1.amazonaws.com".parse()?;
/// let signing = SignLayer::new(Signer::new("us-east-1", "execute-api")?, credentials, origin);
/// let client = ServiceBuilder::new()
///     .layer(signing.with_signed_record(cfg!(debug_assertions)))
///     .map_request(|mut request: Request<Full<Bytes>>| {
///         request.headers_mut().insert("accept", HeaderValue::from_static("*/*"));
///         request
///     })
///     .layer(SignedCheckLayer::new().with_enabled(cfg!(debug_assertions)))
///     .service(transport);
///
/// let request = Request::get("https://abc.execute-api.us-east-1.amazonaws.com/pets").header("accept", "text/html");
/// let error = runtime.block_on(client.oneshot(request.body(Full::default())?)).unwrap_err();
/// let error: &Error = error.downcast_ref().expect("nothing was sent");
/// assert_eq!(error.kind(), ErrorKind::RequestChanged);
/// assert_eq!(error.to_string(), "request changed after signing: the header `accept` was changed");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SignedCheckLayer {
    enabled: bool,
}

impl SignedCheckLayer {
    /// A layer to put directly above the transport.
    #[must_use]
    pub const fn new() -> Self {
        Self { enabled: true }
    }

    /// Sets whether requests are checked. The default is `true`; `cfg!(debug_assertions)` switches the check off in release
    /// builds.
    #[must_use]
    pub const fn with_enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }
}

impl Default for SignedCheckLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for SignedCheckLayer {
    type Service = SignedCheck<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SignedCheck { inner, enabled: self.enabled }
    }
}

/// A transport behind a [`SignedCheckLayer`].
#[derive(Clone, Debug)]
pub struct SignedCheck<S> {
    inner: S,
    enabled: bool,
}

impl<S, B> Service<Request<B>> for SignedCheck<S>
where
    S: HttpClient<B>,
    B: SignableBody,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // `self.inner` is ready; its clone is not.
        let next = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, next);
        let enabled = self.enabled;
        Box::pin(async move {
            let request = if enabled { checked(request).await? } else { request };
            ready.call(request).await.map_err(Into::into)
        })
    }
}

/// The same request, if it is unchanged or not signed.
async fn checked<B: SignableBody>(request: Request<B>) -> Result<Request<B>, BoxError> {
    let (parts, body) = request.into_parts();
    let Some(record) = parts.extensions.get::<SignedRecord>() else {
        return if has_signature(&parts) { Err(no_record().into()) } else { Ok(Request::from_parts(parts, body)) };
    };
    let mut differences = record.differences(&parts);
    differences.extend(contradictions(record, &parts, &body));
    let body = match record.body() {
        None => body,
        Some(signed) => match read(body, signed.len).await? {
            Some(bytes) if signed.is_of(&bytes) => bytes.into(),
            _ => {
                differences.push("the body was changed".to_owned());
                Bytes::new().into()
            }
        },
    };
    if differences.is_empty() { Ok(Request::from_parts(parts, body)) } else { Err(changed(&differences).into()) }
}

/// Whether a request carries a signature in its headers, or a part of one: clients that follow a redirect to a different
/// origin remove `authorization` and leave the other headers.
fn has_signature(parts: &Parts) -> bool {
    let authorization = parts.headers.get(name::AUTHORIZATION);
    authorization.is_some_and(|value| is_signature(value.as_bytes()))
        || parts.headers.contains_key(name::DATE_HEADER)
        || parts.headers.contains_key(name::TOKEN_HEADER)
        || parts.headers.contains_key(name::S3_TOKEN_HEADER)
}

/// A contradiction in the request, which the transport could not send unchanged.
fn contradictions<B: Body>(record: &SignedRecord, parts: &Parts, body: &B) -> Option<String> {
    let found = target::check_form(parts)
        .and_then(|()| target::check_host(parts, record.http1_host()))
        .map_err(Error::from)
        .and_then(|()| Framing::of(&parts.headers)?.check(&framing::hint_of(body)))
        .and_then(|()| framing::check_connection(&parts.headers, |header| record.watches(header)));
    found.err().map(|error| error.detail().to_owned())
}

/// The bytes of a body. `None` if there are more than `len`, or trailers.
async fn read<B>(body: B, len: usize) -> Result<Option<Bytes>, BoxError>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    match framing::read(body, len).await {
        Ok((bytes, trailers)) => Ok(Some(bytes).filter(|_| !trailers)),
        Err(BodyError::TooLong { .. }) => Ok(None),
        Err(BodyError::Broken(error)) => Err(error),
        Err(error @ (BodyError::NoRoom { .. } | BodyError::TimedOut | BodyError::Unverified(_))) => Err(error.into()),
    }
}

#[cold]
fn no_record() -> Error {
    let detail = "there is no record of the signed request: `SignLayer::with_signed_record` is not set, or a layer made a new \
                  request, as those that follow redirects do";
    Error::new(ErrorKind::RequestChanged, detail)
}

#[cold]
fn changed(differences: &[String]) -> Error {
    let (named, others) = differences.split_at(differences.len().min(MAX_NAMED_DIFFERENCES));
    let mut detail = named.join("; ");
    if !others.is_empty() {
        detail.push_str(&format!("; and {} more", others.len()));
    }
    Error::new(ErrorKind::RequestChanged, detail)
}
