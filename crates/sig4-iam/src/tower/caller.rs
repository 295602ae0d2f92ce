//! The caller of a request that the policies allow.

use super::resource_action::ResourceAction;
use crate::{Decision, Identity, Principal};
use sig4::auth::SignatureLocation;
use sig4::scope::Scope;
use sig4::time::Timestamp;
use sig4::tower::{AuthenticatedCaller, VerifiedRequest};
use std::fmt;
use std::sync::Arc;

/// An authenticated caller, and the action that the policies allow it.
///
/// [`AuthorizeLayer`](super::AuthorizeLayer) inserts it into the extensions of every authorized request, and removes any earlier
/// value. Only a [`PolicyAuthorizer`](super::PolicyAuthorizer) creates it, from a signature that matched and a [`Decision`] that
/// allows. None of these three functions compiles:
///
/// ```compile_fail
/// fn skip_the_decision(caller: sig4::Caller<'_>) -> sig4_iam::tower::AuthorizedCaller {
///     caller.into()
/// }
/// ```
///
/// ```compile_fail
/// fn anybody() -> sig4_iam::tower::AuthorizedCaller {
///     sig4_iam::tower::AuthorizedCaller::default()
/// }
/// ```
///
/// ```compile_fail
/// use sig4_iam::{Decision, Identity};
/// use sig4::tower::VerifiedRequest;
/// use sig4_iam::tower::{AuthorizedCaller, ResourceAction};
///
/// fn decide_oneself(request: &VerifiedRequest<'_, Identity>, decision: Decision, action: ResourceAction) {
///     let _ = AuthorizedCaller::allowed(request, decision, action);
/// }
/// ```
///
/// With the feature `axum` it is an extractor: a handler takes it as an argument, or as an `Option` if the route is
/// [exempt](super::AuthorizeLayer::exempt). A route without the layer is answered with 500.
///
/// ```
/// use axum::{Router, routing::get};
/// use sig4_iam::tower::AuthorizedCaller;
///
/// let router: Router = Router::new()
///     .route("/me", get(async |caller: AuthorizedCaller| caller.principal().arn().to_owned()))
///     .route("/health", get(async |caller: Option<AuthorizedCaller>| format!("signed: {}", caller.is_some())));
/// # assert!(router.has_routes());
/// ```
///
/// It knows which headers were signed. Check this before trusting a header:
///
/// ```
/// use sig4_iam::tower::AuthorizedCaller;
///
/// fn tenant<B>(request: &http::Request<B>) -> Option<&str> {
///     let caller = request.extensions().get::<AuthorizedCaller>()?;
///     let tenant = request.headers().get("x-tenant").filter(|_| caller.signed("x-tenant"))?;
///     tenant.to_str().ok()
/// }
/// # assert_eq!(tenant(&http::Request::new(())), None);
/// ```
#[derive(Clone)]
pub struct AuthorizedCaller(Arc<Authorized>);

struct Authorized {
    caller: AuthenticatedCaller<Identity>,
    decision: Decision,
    action: ResourceAction,
}

impl AuthorizedCaller {
    /// The caller whose signature matched, if the decision allows the action.
    pub(super) fn allowed(
        request: &VerifiedRequest<'_, Identity>,
        decision: Decision,
        action: ResourceAction,
    ) -> Result<Self, (Decision, ResourceAction)> {
        if !decision.is_allowed() || request.caller().access_key_id() != request.key().access_key_id() {
            return Err((decision, action));
        }
        Ok(Self(Arc::new(Authorized { caller: request.authenticated(), decision, action })))
    }

    /// The authenticated caller.
    #[must_use]
    pub fn authenticated(&self) -> &AuthenticatedCaller<Identity> {
        &self.0.caller
    }

    /// The access key id whose secret made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.0.caller.access_key_id()
    }

    /// The principal.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.identity().principal()
    }

    /// The key store's entry for the access key.
    #[must_use]
    pub fn identity(&self) -> &Arc<Identity> {
        self.0.caller.key()
    }

    /// The action and the resource that were allowed.
    #[must_use]
    pub fn resource_action(&self) -> &ResourceAction {
        &self.0.action
    }

    /// The ARN of the call.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.0.action.resource()
    }

    /// The decision, with the statement that allowed the call.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.0.decision
    }

    /// The path that the policies saw, decoded once. See [`AuthenticatedCaller::path`].
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.caller.path()
    }

    /// Day, region and service of the key.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        self.0.caller.scope()
    }

    /// The time of signing.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.0.caller.timestamp()
    }

    /// The location of the signature.
    #[must_use]
    pub fn signature_location(&self) -> SignatureLocation {
        self.0.caller.signature_location()
    }

    /// The names of the headers that were signed, in lower case, in order.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.0.caller.signed_headers()
    }

    /// Whether a header was signed; `name` may be in any case. Anyone between the caller and the server may have set a header
    /// that was not signed.
    #[must_use]
    pub fn signed(&self, name: &str) -> bool {
        self.0.caller.signed(name)
    }

    /// Whether the signature covers the body.
    #[must_use]
    pub fn signed_body(&self) -> bool {
        self.0.caller.signed_body()
    }
}

impl fmt::Debug for AuthorizedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedCaller")
            .field("access_key_id", &self.access_key_id())
            .field("resource_action", self.resource_action())
            .finish_non_exhaustive()
    }
}
