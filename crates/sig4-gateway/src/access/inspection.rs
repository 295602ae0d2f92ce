//! The details of a request for a person who inspects it.

use crate::event::Event;
use bytes::Bytes;
use http::Response;
use http::request::Parts;
use sig4::explain::Report;
use sig4_iam::tower::{AuthorizedCaller, PolicyDenial, ResourceAction};
use sig4_iam::{Decision, Identity};
use std::fmt;
use std::sync::Arc;

/// What a server knows about a request and its answer, for a person who looks for a mistake.
///
/// An [`AccessRecord`](crate::AccessRecord) has it if [`with_inspection`](crate::ApiDefinition::with_inspection) asks for it. It
/// holds session tokens, signatures and bodies as they came: [redact](sig4::redact::Redactor) what you show. Drop it soon,
/// because its bodies take room of the [body budget](crate::ApiDefinition::with_body_budget).
#[derive(Clone)]
pub struct Inspection {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    pub(crate) decided: Option<(Decision, ResourceAction)>,
    pub(crate) event: Option<Event>,
    pub(crate) response: Response<Bytes>,
    pub(crate) report: Option<Report>,
    /// The key that made the signature, if it matches.
    pub(crate) proven: Option<Arc<Identity>>,
}

/// A refusal of the authorizer.
type Refusal = sig4::tower::Refusal<Identity>;

impl Inspection {
    pub(crate) fn begin(head: &Parts) -> Self {
        Self {
            head: head.clone(),
            body: Bytes::new(),
            decided: None,
            event: None,
            response: Response::new(Bytes::new()),
            report: None,
            proven: None,
        }
    }

    /// Notes the caller and the body of a request that reaches its integration.
    pub(crate) fn admitted(&mut self, caller: Option<&AuthorizedCaller>, body: &Bytes) {
        self.body = body.clone();
        self.decided = caller.map(|caller| (caller.decision().clone(), caller.resource_action().clone()));
        self.proven = caller.map(|caller| Arc::clone(caller.identity()));
    }

    /// Notes what a refusal knows.
    pub(crate) fn refused(&mut self, refusal: &Refusal) {
        self.body = refusal.body().cloned().unwrap_or_default();
        self.proven = refusal.proven_caller().map(|caller| Arc::clone(caller.key()));
        if let Some(PolicyDenial::NotAllowed { decision, action, .. }) =
            refusal.denial().and_then(|denial| denial.reason())
        {
            self.decided = Some((decision.clone(), action.clone()));
        }
    }

    /// The bytes that it holds: those that a client or an integration chose.
    pub(crate) fn len(&self) -> usize {
        let headers = |headers: &http::HeaderMap| -> usize {
            headers.iter().map(|(name, value)| name.as_str().len().saturating_add(value.len())).sum()
        };
        let target = self.head.uri.path_and_query().map_or(0, |target| target.as_str().len());
        let head = headers(&self.head.headers).saturating_add(target);
        // An event has the head once more. Its body is the request's.
        let lens = [head, head, self.body.len(), headers(self.response.headers()), self.response.body().len()];
        lens.into_iter().fold(0, usize::saturating_add)
    }

    /// The head of the request.
    #[must_use]
    pub const fn request(&self) -> &Parts {
        &self.head
    }

    /// The body of the request. It is empty if the request was refused before its body was read.
    #[must_use]
    pub const fn request_body(&self) -> &Bytes {
        &self.body
    }

    /// The decision of the policies. It names the statement that allows or denies the call.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.decided.as_ref().map(|(decision, _)| decision)
    }

    /// The action and the resource that the policies decided about.
    #[must_use]
    pub fn resource_action(&self) -> Option<&ResourceAction> {
        self.decided.as_ref().map(|(_, action)| action)
    }

    /// The event that the integration got.
    #[must_use]
    pub const fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// The response that the client got.
    #[must_use]
    pub const fn response(&self) -> &Response<Bytes> {
        &self.response
    }

    /// The stages of the signature as the server computes them, and for a refusal its cause. `None` for a request that needs no
    /// signature, and for a refusal that was [not explained](crate::AccessRecord::cause).
    #[must_use]
    pub const fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }
}

impl fmt::Debug for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspection")
            .field("decision", &self.decision())
            .field("status", &self.response.status())
            .finish_non_exhaustive()
    }
}
