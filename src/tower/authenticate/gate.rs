//! The settings of the layer beside those of its authenticator.

use super::api_type::ApiType;
#[cfg(feature = "http-body")]
use super::body_failure::FailureHook;
#[cfg(feature = "explain")]
use super::explain_budget::ExplainBudget;
#[cfg(feature = "explain")]
use super::explained::Explained;
use super::outcome::AuthOutcome;
use super::received_uri::ReceivedUri;
use super::refusal::Refusal;
use super::refusal_kind::RefusalMarker;
use super::refused_request::RefusedRequest;
use crate::tower::body::BoxError;
use crate::tower::path::PathReading;
#[cfg(feature = "explain")]
use crate::verify::Verifier;
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use http_body::Body;
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
#[cfg(feature = "explain")]
use std::sync::OnceLock;
#[cfg(feature = "explain")]
use time::OffsetDateTime;

type Exemption = Arc<dyn Fn(&Parts) -> bool + Send + Sync>;
type Observer = Arc<dyn Fn(&AuthOutcome<'_>) + Send + Sync>;
type FutureResponse = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;
type RefusalHook<K> = Arc<dyn Fn(RefusedRequest<K>) -> FutureResponse + Send + Sync>;

pub(super) struct Gate<K> {
    pub(super) paths: PathReading,
    pub(super) api_type: ApiType,
    pub(super) verbose: bool,
    pub(super) received: ReceivedUri,
    pub(super) exempts: Option<Exemption>,
    pub(super) observer: Option<Observer>,
    pub(super) on_refusal: Option<RefusalHook<K>>,
    #[cfg(feature = "http-body")]
    pub(super) on_body_failure: Option<FailureHook>,
    #[cfg(feature = "explain")]
    pub(super) explain_budget: Arc<ExplainBudget>,
}

impl<K> Gate<K> {
    pub(super) fn new() -> Self {
        Self {
            paths: PathReading::Unambiguous,
            api_type: ApiType::default(),
            verbose: false,
            received: ReceivedUri::Detected,
            exempts: None,
            observer: None,
            on_refusal: None,
            #[cfg(feature = "http-body")]
            on_body_failure: None,
            #[cfg(feature = "explain")]
            explain_budget: Arc::new(ExplainBudget::new()),
        }
    }

    pub(super) fn observe(&self, outcome: &AuthOutcome<'_>) {
        if let Some(observer) = &self.observer {
            observer(outcome);
        }
    }

    /// The response to a refused request, with its mark.
    pub(super) async fn answer(&self, refused: Refused<K>) -> Response<Bytes> {
        let marker = RefusalMarker::new(&refused.refusal);
        let mut response = match &self.on_refusal {
            Some(hook) => self.answer_by(hook, refused).await,
            None if self.verbose => self.api_type.verbose_response(&refused.refusal),
            None => self.api_type.response(&refused.refusal),
        };
        response.extensions_mut().insert(marker);
        response
    }

    async fn answer_by(&self, hook: &RefusalHook<K>, refused: Refused<K>) -> Response<Bytes> {
        let default = self.api_type.response(&refused.refusal);
        let request = RefusedRequest::new(
            refused.refusal,
            refused.parts,
            self.api_type,
            self.verbose,
            #[cfg(feature = "explain")]
            Explained {
                verifier: refused.verifier,
                now: refused.now,
                budget: Arc::clone(&self.explain_budget),
                report: OnceLock::new(),
            },
        );
        hook(request).await.unwrap_or_else(|error| {
            super::event::broken_response(&*error);
            default
        })
    }
}

/// A refusal and the request that it belongs to.
pub(super) struct Refused<K> {
    pub(super) refusal: Refusal<K>,
    pub(super) parts: Parts,
    #[cfg(feature = "explain")]
    pub(super) verifier: Verifier,
    #[cfg(feature = "explain")]
    pub(super) now: OffsetDateTime,
}

/// A hook whose response has its body read, because the layer sends it in the body type of the inner service.
pub(super) fn hook<K, B, F>(hook: impl Fn(RefusedRequest<K>) -> F + Send + Sync + 'static) -> RefusalHook<K>
where
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    Arc::new(move |refused| {
        let response = hook(refused);
        Box::pin(async move {
            let (parts, body) = response.await.into_parts();
            let body = body.collect().await.map_err(Into::into)?.to_bytes();
            Ok(Response::from_parts(parts, body))
        })
    })
}

impl<K> Clone for Gate<K> {
    fn clone(&self) -> Self {
        Self {
            paths: self.paths,
            api_type: self.api_type,
            verbose: self.verbose,
            received: self.received.clone(),
            exempts: self.exempts.clone(),
            observer: self.observer.clone(),
            on_refusal: self.on_refusal.clone(),
            #[cfg(feature = "http-body")]
            on_body_failure: self.on_body_failure.clone(),
            #[cfg(feature = "explain")]
            explain_budget: Arc::clone(&self.explain_budget),
        }
    }
}
