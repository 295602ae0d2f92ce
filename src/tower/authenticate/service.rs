//! The service that authenticates requests before the inner service sees them.

use super::Gate;
use super::authenticator::Authenticator;
use super::decide::Decide;
use super::event;
use super::refusal::{Cause, Refusal};
use crate::error::{Error, ErrorKind};
use crate::tower::body::BoxError;
use crate::tower::path::{self, PathReading};
use crate::verify::key_store::KeyStore;
use bytes::Bytes;
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// A service behind an [`AuthenticateLayer`](super::AuthenticateLayer).
pub struct Authenticate<S, K: KeyStore, D, O = Full<Bytes>> {
    inner: S,
    shared: Arc<Shared<K, D>>,
    body: PhantomData<fn() -> O>,
}

struct Shared<K: KeyStore, D> {
    authenticator: Authenticator<Arc<K>>,
    decision: Arc<D>,
    gate: Gate<K::Key>,
}

impl<S, K: KeyStore, D, O> Authenticate<S, K, D, O> {
    pub(super) fn new(inner: S, authenticator: Authenticator<Arc<K>>, decision: Arc<D>, gate: Gate<K::Key>) -> Self {
        Self { inner, shared: Arc::new(Shared { authenticator, decision, gate }), body: PhantomData }
    }
}

impl<S, K, D, O, B, R> Service<Request<B>> for Authenticate<S, K, D, O>
where
    S: Service<Request<O>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    K: KeyStore + 'static,
    D: Decide<K::Key> + 'static,
    O: From<Bytes> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
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
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            match shared.admit(request).await {
                Ok(request) => ready.call(request).await,
                Err(response) => Ok(response.map(R::from)),
            }
        })
    }
}

impl<K: KeyStore, D: Decide<K::Key>> Shared<K, D> {
    /// The request for the inner service, or the answer to it.
    async fn admit<B, O>(&self, request: Request<B>) -> Result<Request<O>, Response<Bytes>>
    where
        B: Body,
        B::Error: Into<BoxError>,
        O: From<Bytes>,
    {
        let (mut parts, body) = request.into_parts();
        // A permit that is already present does not come from this layer.
        parts.extensions.remove::<D::Permit>();
        match self.check(&mut parts, body).await {
            Ok(body) => Ok(Request::from_parts(parts, O::from(body))),
            Err(refusal) => {
                event::refused(&refusal, &parts);
                Err(self.gate.answer(&refusal, &parts))
            }
        }
    }

    async fn check<B>(&self, parts: &mut Parts, body: B) -> Result<Bytes, Refusal<K::Key>>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        check_method(parts.method.as_str()).map_err(Cause::BadRequest)?;
        let stripped = self.restore(parts)?;
        let received = parts.uri.clone();
        let path = self.gate.paths.read(self.authenticator.verifier(), received.path()).map_err(Cause::BadRequest)?;
        let rewritten = match self.gate.paths {
            PathReading::Unambiguous => None,
            _ => with_path(&received, &path::encoded(&path))?,
        };
        let exempt = self.exempts(parts, rewritten.as_ref());
        let routed = rewritten.or(stripped);
        if exempt {
            let body = self.authenticator.body_reader().read(&parts.headers, body).await.map_err(Cause::Body)?;
            parts.uri = routed.unwrap_or(received);
            return Ok(body);
        }
        let now = self.authenticator.now();
        let (permit, body) = self.authenticator.authenticate(parts, &path, body, now, &*self.decision).await?;
        if let Some(routed) = routed {
            parts.uri = routed;
        }
        parts.extensions.insert(permit);
        Ok(body)
    }

    /// Restores the received URI in a request whose prefix a router stripped, and returns the stripped URI.
    fn restore(&self, parts: &mut Parts) -> Result<Option<Uri>, Cause> {
        let Some(original) = &self.gate.original else { return Ok(None) };
        let received = original(parts).ok_or_else(|| unknown_uri("`with_original_uri` finds no URI"))?;
        if !is_end_of(&parts.uri, &received) {
            return Err(unknown_uri("the URI of the request is not the end of the URI that `with_original_uri` finds"));
        }
        Ok(Some(std::mem::replace(&mut parts.uri, received)))
    }

    /// Whether a request is exempt from authentication. The exemption sees the path that the inner service would get.
    fn exempts(&self, parts: &mut Parts, rewritten: Option<&Uri>) -> bool {
        let Some(exempts) = &self.gate.exempts else { return false };
        let Some(rewritten) = rewritten else { return exempts(parts) };
        let signed = std::mem::replace(&mut parts.uri, rewritten.clone());
        let exempt = exempts(parts);
        parts.uri = signed;
        exempt
    }
}

/// Refuses a method with lower-case letters. All registered methods are in capitals, and methods are case-sensitive.
///
/// Source: RFC 9110 section 9.1.
fn check_method(method: &str) -> Result<(), Error> {
    match method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        true => Err(Error::new(ErrorKind::InvalidHeader, "the method has small letters: send it in capitals")),
        false => Ok(()),
    }
}

/// Whether a router can have made `uri` of `received` by cutting segments off its front.
fn is_end_of(uri: &Uri, received: &Uri) -> bool {
    let path = uri.path();
    // Only the slash is left of a path that was stripped whole.
    uri.query() == received.query() && path.starts_with('/') && (path == "/" || received.path().ends_with(path))
}

#[cold]
fn unknown_uri(detail: &'static str) -> Cause {
    Cause::UnknownUri(Error::new(ErrorKind::InvalidPath, detail))
}

/// The URI with this path. `None` if it already has this path.
fn with_path(uri: &Uri, path: &str) -> Result<Option<Uri>, Cause> {
    if uri.path() == path {
        return Ok(None);
    }
    let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).map_err(|_| unroutable())?);
    Uri::from_parts(parts).map(Some).map_err(|_| unroutable())
}

#[cold]
fn unroutable() -> Cause {
    Cause::BadRequest(Error::new(ErrorKind::InvalidPath, "it cannot be brought into one spelling"))
}

impl<S: Clone, K: KeyStore, D, O> Clone for Authenticate<S, K, D, O> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), shared: Arc::clone(&self.shared), body: PhantomData }
    }
}

impl<S: fmt::Debug, K: KeyStore, D, O> fmt::Debug for Authenticate<S, K, D, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticate").field("inner", &self.inner).finish_non_exhaustive()
    }
}
