//! The service that authenticates requests before the inner service sees them.

use super::admit::RequestBody;
use super::asked::Asked;
use super::authenticator::{Admitted, Authenticator};
use super::decide::Decide;
#[cfg(feature = "http-body")]
use super::decoded_head;
use super::event;
use super::exemption::Exempted;
use super::gate::{Gate, Refused};
use super::outcome::{AuthOutcome, AuthOutcomeKind};
use super::refusal::{Cause, Refusal};
use crate::error::{Error, ErrorKind};
use crate::tower::clock::Stopwatch;
use crate::tower::method::check_method;
use crate::tower::path::{self, PathReading};
use crate::verify::key_store::KeyStore;
use bytes::Bytes;
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};
use http::{Request, Response};
use http_body_util::Full;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use time::OffsetDateTime;
use tower_service::Service;
use tracing::{Instrument, Span};

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
    O: RequestBody<B>,
    B: Send + 'static,
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
                Ok((request, span)) => {
                    let answer = span.in_scope(|| ready.call(request));
                    answer.instrument(span).await
                }
                Err(response) => Ok(response.map(R::from)),
            }
        })
    }
}

/// A request that gets through.
enum Passed<P, K, O> {
    Allowed(Admitted<P, K, O>),
    Exempt(O),
}

impl<K: KeyStore, D: Decide<K::Key>> Shared<K, D> {
    /// The request for the inner service with the span that it runs in, or the answer to it.
    async fn admit<B, O>(&self, request: Request<B>) -> Result<(Request<O>, Span), Response<Bytes>>
    where
        O: RequestBody<B>,
    {
        let arrived = self.gate.observer.is_some().then(Stopwatch::start);
        let (mut parts, body) = request.into_parts();
        // What is already present does not come from this layer.
        parts.extensions.remove::<D::Permit>();
        parts.extensions.remove::<Exempted>();
        let now = self.authenticator.now();
        let observe = |kind, access_key_id: Option<&str>| {
            if let Some(arrived) = arrived {
                self.gate.observe(&AuthOutcome { kind, elapsed: arrived.elapsed(), access_key_id });
            }
        };
        match self.check(&mut parts, body, now).await {
            Ok((Passed::Allowed(admitted), routed)) => {
                #[cfg(feature = "http-body")]
                admitted.decoded_len.iter().for_each(|len| decoded_head::describe(&mut parts.headers, *len));
                let Admitted { permit, body, caller, .. } = admitted;
                let span = event::allowed(&caller, &self.decision.grounds(&permit), &parts);
                observe(AuthOutcomeKind::Allowed, Some(&*caller.access_key_id));
                parts.extensions.insert(permit);
                Ok((passed_on(parts, routed, body), span))
            }
            Ok((Passed::Exempt(body), routed)) => {
                observe(AuthOutcomeKind::Exempt, None);
                parts.extensions.insert(Exempted::new());
                Ok((passed_on(parts, routed, body), Span::none()))
            }
            Err(refusal) => {
                event::refused(&refusal, &parts);
                let kind = AuthOutcomeKind::Refused(refusal.cause().kind());
                observe(kind, refusal.proven_caller().map(|caller| caller.access_key_id()));
                let refused = Refused {
                    refusal,
                    parts,
                    #[cfg(feature = "explain")]
                    verifier: self.authenticator.verifier().clone(),
                    #[cfg(feature = "explain")]
                    now,
                };
                Err(self.gate.answer(refused).await)
            }
        }
    }

    /// Checks a request. Its URI is then the received URI; the second value is the URI for the inner service, if the two differ.
    async fn check<B, O>(
        &self,
        parts: &mut Parts,
        body: B,
        now: OffsetDateTime,
    ) -> Result<(Passed<D::Permit, K::Key, O>, Option<Uri>), Refusal<K::Key>>
    where
        O: RequestBody<B>,
    {
        check_method(&parts.method).map_err(Cause::BadRequest)?;
        let stripped = self.gate.received.restore(parts)?;
        // The path alone: exemptions may change the parts, and a URI takes longer to copy (row `AuthenticateLayer`).
        let received = parts.uri.path_and_query().cloned();
        let path = received.as_ref().map_or("", PathAndQuery::path);
        let path = self.gate.paths.read(self.authenticator.verifier(), path).map_err(Cause::BadRequest)?;
        let rewritten = match self.gate.paths {
            PathReading::Unambiguous => None,
            _ => with_path(&parts.uri, &path::encoded(&path))?,
        };
        let exempt = self.exempts(parts, rewritten.as_ref());
        let routed = rewritten.or(stripped);
        if exempt {
            let body = O::exempt(&self.authenticator, &parts.headers, body).await?;
            return Ok((Passed::Exempt(body), routed));
        }
        let asked = Asked::new(parts, &path, now, &*self.decision);
        #[cfg(feature = "http-body")]
        let asked = asked.with_failure_hook(self.gate.on_body_failure.as_ref());
        let admitted = O::admit(&self.authenticator, &asked, body).await?;
        Ok((Passed::Allowed(admitted), routed))
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

/// The request for the inner service.
fn passed_on<O>(mut parts: Parts, routed: Option<Uri>, body: O) -> Request<O> {
    if let Some(routed) = routed {
        parts.uri = routed;
    }
    Request::from_parts(parts, body)
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
