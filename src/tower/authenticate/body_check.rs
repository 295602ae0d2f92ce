//! The check of a body behind a proxy whose authorizer does not see bodies.

use super::api_type::ApiType;
use super::event;
use super::refusal::{Cause, Refusal};
use super::refusal_kind::RefusalMarker;
use crate::credentials::Credentials;
use crate::error::{Dialect, Error, ErrorKind};
use crate::tower::body::{BodyError, BodyReader, BoxError};
use crate::tower::budget::BodyBudget;
use crate::tower::clock::TimeLimit;
use crate::tower::expected_body::ExpectedBody;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Request, Response};
use http_body::Body;
use http_body_util::Full;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

/// The header in which an authorizer tells the server behind it which [body](ExpectedBody) a request must have. The default of
/// [`BodyCheckLayer`].
pub const BODY_SHA256_HEADER: HeaderName = HeaderName::from_static("x-sig4-body-sha256");

/// Passes on requests whose body is the one that an authorizer in front expects.
///
/// A proxy that asks an authorizer about the head of a request sends the body to its server alone. The authorizer then does not know
/// whether it is the signed body, and tells the server in a header which body it [expects](ExpectedBody):
///
/// | header | the request |
/// |---|---|
/// | 64 lower-case hexadecimal digits | is passed on if the body has that SHA-256, and is answered with 403 otherwise |
/// | `verified`, `unsigned` | is passed on |
/// | missing, doubled, malformed | is answered with 500: the request did not come through the authorizer |
///
/// The whole body is held in memory, up to a limit, before the inner service sees it. The layer reports to `tracing` as
/// [`AuthenticateLayer`](super::AuthenticateLayer#events) does.
///
/// Only the proxy may reach a server with this layer: the header is as trustworthy as the sender of the request. The proxy has to
/// replace or remove a header of that name that a client sent.
///
/// ```
/// use axum::{Router, body::Body, routing::post};
/// use http::Request;
/// use sig4::tower::{BODY_SHA256_HEADER, BodyCheckLayer};
/// use tower::{Layer, ServiceExt};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let app = BodyCheckLayer::new().layer(Router::new().route("/", post(async |body: String| body)));
/// let request = |body: &'static str| {
///     let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; // of `hello`
///     Request::post("/").header(BODY_SHA256_HEADER, hash).body(Body::from(body))
/// };
/// assert_eq!(app.clone().oneshot(request("hello")?).await?.status(), 200);
/// assert_eq!(app.clone().oneshot(request("hullo")?).await?.status(), 403);
/// assert_eq!(app.oneshot(Request::post("/").body(Body::from("hello"))?).await?.status(), 500);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BodyCheckLayer<O = Full<Bytes>> {
    check: Check,
    body: PhantomData<fn() -> O>,
}

/// The settings of the layer.
#[derive(Clone, Debug)]
struct Check {
    header: HeaderName,
    bodies: BodyReader,
    api_type: ApiType,
}

impl BodyCheckLayer {
    /// A layer that reads the header [`BODY_SHA256_HEADER`], and bodies of up to [`DEFAULT_BODY_LIMIT`](crate::tower::DEFAULT_BODY_LIMIT).
    #[must_use]
    pub fn new() -> Self {
        let check = Check { header: BODY_SHA256_HEADER, bodies: BodyReader::new(), api_type: ApiType::default() };
        Self { check, body: PhantomData }
    }
}

impl Default for BodyCheckLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<O> BodyCheckLayer<O> {
    /// Sets the name of the header, for an authorizer with another prefix.
    #[must_use]
    pub fn with_header(mut self, header: HeaderName) -> Self {
        self.check.header = header;
        self
    }

    /// Sets the most bytes of a body. A longer body is answered with 413.
    #[must_use]
    pub fn with_body_limit(mut self, limit: usize) -> Self {
        self.check.bodies = self.check.bodies.with_limit(limit);
        self
    }

    /// Sets the most bytes that bodies hold at a time. A request without room for its body is answered with 503. There is no limit by
    /// default.
    #[must_use]
    pub fn with_body_budget(mut self, bytes: usize) -> Self {
        self.check.bodies = self.check.bodies.with_budget(BodyBudget::new(bytes));
        self
    }

    /// Sets a time limit for the body. A slower one is answered with 408. `sleep` is the timer of the runtime, such as
    /// `tokio::time::sleep`. There is no limit by default.
    #[must_use]
    pub fn with_time_limit<S>(mut self, limit: Duration, sleep: impl Fn(Duration) -> S + Send + Sync + 'static) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        self.check.bodies = self.check.bodies.with_time_limit(TimeLimit::new(limit, sleep));
        self
    }

    /// Sets the type of API whose answers refused requests get. The default is [`ApiType::HttpApi`].
    #[must_use]
    pub const fn with_api_type(mut self, api_type: ApiType) -> Self {
        self.check.api_type = api_type;
        self
    }

    /// Sets the body type of the requests that the inner service takes: any type that implements `From<Bytes>`, such as
    /// `axum::body::Body`.
    #[must_use]
    pub fn with_body<P: From<Bytes>>(self) -> BodyCheckLayer<P> {
        BodyCheckLayer { check: self.check, body: PhantomData }
    }
}

impl<S, O> Layer<S> for BodyCheckLayer<O> {
    type Service = BodyCheck<S, O>;

    fn layer(&self, inner: S) -> Self::Service {
        BodyCheck { inner, check: Arc::new(self.check.clone()), body: PhantomData }
    }
}

/// A service behind a [`BodyCheckLayer`].
pub struct BodyCheck<S, O = Full<Bytes>> {
    inner: S,
    check: Arc<Check>,
    body: PhantomData<fn() -> O>,
}

impl<S, O, B, R> Service<Request<B>> for BodyCheck<S, O>
where
    S: Service<Request<O>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    O: From<Bytes> + Send + 'static,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
    R: From<Bytes>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // `self.inner` is ready; its clone is not.
        let next = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, next);
        let check = Arc::clone(&self.check);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            match check.read(&parts.headers, body).await {
                Ok(body) => ready.call(Request::from_parts(parts, body.into())).await,
                Err(refusal) => Ok(check.answer(&refusal, &parts).map(R::from)),
            }
        })
    }
}

impl Check {
    /// The body of a request, if it is the expected one.
    async fn read<B>(&self, headers: &HeaderMap, body: B) -> Result<Bytes, Refusal>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let expected = self.expected(headers).map_err(Cause::UnknownBody)?;
        let body = self.bodies.read(headers, body).await?;
        match expected.allows(&body) {
            true => Ok(body),
            false => Err(BodyError::Unverified(other_body()).into()),
        }
    }

    /// The body that the header tells.
    fn expected(&self, headers: &HeaderMap) -> Result<ExpectedBody, Error> {
        let fault = |why: &'static str| Error::new(ErrorKind::InvalidHeader, why).of_header(self.header.as_str());
        let mut values = headers.get_all(&self.header).iter();
        let (value, another) = (values.next(), values.next());
        let value = value.ok_or_else(|| fault("no authorizer says which body the request must have"))?;
        if another.is_some() {
            return Err(fault("two headers say which body the request must have"));
        }
        let text = value.to_str().map_err(|_| fault("the header with the hash of the body is not text"))?;
        text.parse().map_err(|_| fault("the header with the hash of the body is malformed"))
    }

    fn answer(&self, refusal: &Refusal, parts: &Parts) -> Response<Bytes> {
        event::refused::<Credentials>(refusal, parts);
        let mut response = self.api_type.response(refusal);
        response.extensions_mut().insert(RefusalMarker::new(refusal));
        response
    }
}

#[cold]
fn other_body() -> Error {
    let detail = "the body is not the one that the authorizer expects";
    Error::new(ErrorKind::ContentMismatch, detail).rejected_in(Dialect::ApiGateway)
}

impl<O> Clone for BodyCheckLayer<O> {
    fn clone(&self) -> Self {
        Self { check: self.check.clone(), body: PhantomData }
    }
}

impl<S: Clone, O> Clone for BodyCheck<S, O> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), check: Arc::clone(&self.check), body: PhantomData }
    }
}

impl<O> fmt::Debug for BodyCheckLayer<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyCheckLayer").field("header", &self.check.header).finish_non_exhaustive()
    }
}

impl<S: fmt::Debug, O> fmt::Debug for BodyCheck<S, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyCheck").field("inner", &self.inner).finish_non_exhaustive()
    }
}
