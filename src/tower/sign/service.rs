//! The service that signs requests.

use super::bounds::{BodyForm, Chunking, HttpClient, SameBody, SignableBody};
use super::foreign::strip;
use super::outgoing::{Content, FromBody, Handling};
use super::peek::SignResponseBody;
use super::transport::{Ready, Transport};
use super::{Settings, service_refusal};
use crate::tower::body::BoxError;
use crate::tower::provider::CredentialsProvider;
use http::request::Parts;
use http::{Request, Response};
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// A client behind a [`SignLayer`](crate::tower::SignLayer).
///
/// `F` is the [form of the bodies](BodyForm) that the client gets.
pub struct Sign<S, C, F = SameBody> {
    inner: S,
    settings: Arc<Settings<C>>,
    form: PhantomData<fn() -> F>,
}

impl<S, C, F> Sign<S, C, F> {
    pub(super) fn new(inner: S, settings: Settings<C>) -> Self {
        Self { inner, settings: Arc::new(settings), form: PhantomData }
    }
}

impl<S, C, F, B> Service<Request<B>> for Sign<S, C, F>
where
    F: BodyForm<B>,
    S: HttpClient<F::Sent>,
    C: CredentialsProvider + 'static,
{
    type Response = Response<SignResponseBody<S::ResponseBody>>;
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
        let request = request.map(F::sent);
        Box::pin(async move { settings.send(request, Ready(ready), F::chunking()).await.map_err(FromBody::unwrapped) })
    }
}

impl<C: CredentialsProvider> Settings<C> {
    /// Signs a request, if it is to be signed, and sends it by `transport`, which is ready. `chunking` makes a body of one in chunks.
    pub(crate) async fn send<B, T>(
        &self,
        request: Request<B>,
        transport: T,
        chunking: Option<Chunking<B>>,
    ) -> Result<Response<SignResponseBody<T::ResponseBody>>, BoxError>
    where
        B: SignableBody,
        T: Transport<B>,
    {
        Sending { transport, settings: self }.send(request, chunking).await
    }
}

/// A request that is being sent by a transport that is ready.
struct Sending<'s, T, C> {
    transport: T,
    settings: &'s Settings<C>,
}

impl<T, C: CredentialsProvider> Sending<'_, T, C> {
    async fn send<B>(
        mut self,
        request: Request<B>,
        chunking: Option<Chunking<B>>,
    ) -> Result<Response<SignResponseBody<T::ResponseBody>>, BoxError>
    where
        B: SignableBody,
        T: Transport<B>,
    {
        let (mut parts, body) = request.into_parts();
        match self.settings.handling(&parts)? {
            Handling::Unchanged => {}
            Handling::Stripped => strip(&mut parts),
            Handling::Signed => {
                let content = self.settings.content(&parts, body, chunking).await?;
                return self.sign_and_send(parts, content).await;
            }
        }
        let response = self.transport.send(Request::from_parts(parts, body)).await?;
        Ok(response.map(SignResponseBody::untouched))
    }

    /// Signs a request and sends it. If the clock was the reason for a refusal, signs and sends it a second time.
    async fn sign_and_send<B>(
        mut self,
        parts: Parts,
        content: Content<B>,
    ) -> Result<Response<SignResponseBody<T::ResponseBody>>, BoxError>
    where
        B: SignableBody,
        T: Transport<B>,
    {
        let resend = self.settings.skews.as_ref().and_then(|_| content.to_resend());
        let resend = resend.map(|content| (parts.clone(), content));
        let (response, is_clock) = self.attempt(parts, content).await?;
        let Some((parts, content)) = resend.filter(|_| is_clock) else { return Ok(response) };
        drop(response);
        self.transport.ready().await?;
        let (response, _) = self.attempt(parts, content).await?;
        Ok(response)
    }

    /// Signs a request and sends it. Returns the response, and whether the request was refused for the time of signing and may be
    /// sent again.
    async fn attempt<B>(
        &mut self,
        parts: Parts,
        content: Content<B>,
    ) -> Result<(Response<SignResponseBody<T::ResponseBody>>, bool), BoxError>
    where
        B: SignableBody,
        T: Transport<B>,
    {
        let (request, attempt) = self.settings.sign(parts, content).await?;
        let response = self.transport.send(request).await?;
        let received_at = self.settings.clock.now();
        if !service_refusal::is_refusal(response.status()) {
            return Ok((response.map(SignResponseBody::untouched), false));
        }
        let (response, refusal) = service_refusal::read(response).await;
        let is_clock = self.settings.learn(refusal, response.headers(), &attempt, received_at);
        Ok((response, is_clock))
    }
}

impl<S: Clone, C, F> Clone for Sign<S, C, F> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), settings: Arc::clone(&self.settings), form: PhantomData }
    }
}

impl<S: fmt::Debug, C, F> fmt::Debug for Sign<S, C, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sign").field("inner", &self.inner).finish_non_exhaustive()
    }
}
