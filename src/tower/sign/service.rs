//! The service that signs requests.

use super::foreign::strip;
use super::outgoing::{Content, Handling};
use super::peek::SignResponseBody;
use super::{Settings, service_refusal};
use crate::tower::body::BoxError;
use crate::tower::provider::CredentialsProvider;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// A client behind a [`SignLayer`](crate::tower::SignLayer).
pub struct Sign<S, C> {
    inner: S,
    settings: Arc<Settings<C>>,
}

impl<S, C> Sign<S, C> {
    pub(super) fn new(inner: S, settings: Settings<C>) -> Self {
        Self { inner, settings: Arc::new(settings) }
    }
}

impl<S, C, B, R> Service<Request<B>> for Sign<S, C>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    C: CredentialsProvider + 'static,
    B: Body + From<Bytes> + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
    R: Body + Send,
    R::Data: Send,
    R::Error: Send,
{
    type Response = Response<SignResponseBody<R>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // `self.inner` is ready; its clone is not.
        let next = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, next);
        let settings = Arc::clone(&self.settings);
        Box::pin(async move { Sending { client: ready, settings: &settings }.send(request).await })
    }
}

/// A request that is being sent by a client that is ready.
struct Sending<'s, S, C> {
    client: S,
    settings: &'s Settings<C>,
}

impl<S, C: CredentialsProvider> Sending<'_, S, C> {
    async fn send<B, R>(mut self, request: Request<B>) -> Result<Response<SignResponseBody<R>>, BoxError>
    where
        S: Service<Request<B>, Response = Response<R>>,
        S::Error: Into<BoxError>,
        B: Body + From<Bytes>,
        B::Error: Into<BoxError>,
        R: Body,
    {
        let (mut parts, body) = request.into_parts();
        match self.settings.handling(&parts)? {
            Handling::Unchanged => {}
            Handling::Stripped => strip(&mut parts),
            Handling::Signed => {
                let content = self.settings.content(&parts, body).await?;
                return self.sign_and_send(parts, content).await;
            }
        }
        let response = self.client.call(Request::from_parts(parts, body)).await.map_err(Into::into)?;
        Ok(response.map(SignResponseBody::untouched))
    }

    /// Signs a request and sends it. If the clock was the reason for a refusal, signs and sends it a second time.
    async fn sign_and_send<B, R>(
        mut self,
        parts: Parts,
        content: Content<B>,
    ) -> Result<Response<SignResponseBody<R>>, BoxError>
    where
        S: Service<Request<B>, Response = Response<R>>,
        S::Error: Into<BoxError>,
        B: From<Bytes>,
        R: Body,
    {
        let resend = self.settings.skews.as_ref().and_then(|_| content.to_resend());
        let resend = resend.map(|content| (parts.clone(), content));
        let (response, is_clock) = self.attempt(parts, content).await?;
        let Some((parts, content)) = resend.filter(|_| is_clock) else { return Ok(response) };
        drop(response);
        poll_fn(|cx| self.client.poll_ready(cx)).await.map_err(Into::into)?;
        let (response, _) = self.attempt(parts, content).await?;
        Ok(response)
    }

    /// Signs a request and sends it. Returns the response, and whether the request was refused for the time of signing and may be
    /// sent again.
    async fn attempt<B, R>(
        &mut self,
        parts: Parts,
        content: Content<B>,
    ) -> Result<(Response<SignResponseBody<R>>, bool), BoxError>
    where
        S: Service<Request<B>, Response = Response<R>>,
        S::Error: Into<BoxError>,
        B: From<Bytes>,
        R: Body,
    {
        let (request, attempt) = self.settings.sign(parts, content).await?;
        let response = self.client.call(request).await.map_err(Into::into)?;
        let received_at = self.settings.clock.now();
        if !service_refusal::is_refusal(response.status()) {
            return Ok((response.map(SignResponseBody::untouched), false));
        }
        let (response, refusal) = service_refusal::read(response).await;
        let is_clock = self.settings.learn(refusal, response.headers(), &attempt, received_at);
        Ok((response, is_clock))
    }
}

impl<S: Clone, C> Clone for Sign<S, C> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), settings: Arc::clone(&self.settings) }
    }
}

impl<S: fmt::Debug, C> fmt::Debug for Sign<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sign").field("inner", &self.inner).finish_non_exhaustive()
    }
}
