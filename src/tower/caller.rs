//! Who called, as the handler of a request sees it.

use super::api::Access;
use crate::auth::params::SignatureLocation;
use crate::iam::{Decision, Identity, Principal};
use crate::scope::Scope;
use crate::time::Timestamp;
use crate::verify::caller::Caller;
use std::fmt;
use std::sync::Arc;

/// A caller who was authenticated, and whom a policy allows what was asked for.
///
/// [`AuthorizeLayer`](super::AuthorizeLayer) puts one into the extensions of a request that it lets through, and removes
/// whatever was there before. Nothing else makes one: it takes the [`Caller`] of a signature that matched and
/// a [`Decision`] that allows.
///
/// ```compile_fail
/// fn skip_the_decision(caller: sig4::Caller<'_>) -> sig4::tower::AuthenticatedCaller {
///     caller.into()
/// }
/// ```
///
/// ```compile_fail
/// fn anybody() -> sig4::tower::AuthenticatedCaller {
///     sig4::tower::AuthenticatedCaller::default()
/// }
/// ```
///
/// ```compile_fail
/// use sig4::iam::{Decision, Identity};
/// use sig4::tower::{Access, AuthenticatedCaller};
/// use std::sync::Arc;
///
/// fn decide_oneself(caller: &sig4::Caller<'_>, identity: &Arc<Identity>, decision: Decision, access: Access) {
///     let _ = AuthenticatedCaller::allowed(caller, identity, (decision, access), "/".to_owned());
/// }
/// ```
///
/// It says what was signed, so that a handler that trusts a header can ask:
///
/// ```
/// use sig4::tower::AuthenticatedCaller;
///
/// fn tenant<B>(request: &http::Request<B>) -> Option<&str> {
///     let caller = request.extensions().get::<AuthenticatedCaller>()?;
///     let tenant = request.headers().get("x-tenant").filter(|_| caller.signed("x-tenant"))?;
///     tenant.to_str().ok()
/// }
/// # assert_eq!(tenant(&http::Request::new(())), None);
/// ```
#[derive(Clone)]
pub struct AuthenticatedCaller(Arc<Known>);

struct Known {
    identity: Arc<Identity>,
    decision: Decision,
    access: Access,
    path: String,
    scope: Scope,
    timestamp: Timestamp,
    location: SignatureLocation,
    signed_headers: String,
    signed_body: bool,
}

impl AuthenticatedCaller {
    /// The caller whose signature matched, if the decision is to allow the access.
    pub(super) fn allowed(
        caller: &Caller<'_>,
        identity: &Arc<Identity>,
        (decision, access): (Decision, Access),
        path: String,
    ) -> Result<Self, (Decision, Access)> {
        if !decision.is_allowed() || caller.access_key_id() != identity.credentials().access_key_id() {
            return Err((decision, access));
        }
        Ok(Self(Arc::new(Known {
            identity: Arc::clone(identity),
            decision,
            access,
            path,
            scope: *caller.scope(),
            timestamp: caller.timestamp(),
            location: caller.signature_location(),
            signed_headers: caller.signed_headers(),
            signed_body: caller.signed_body(),
        })))
    }

    /// The access key id whose secret made the signature.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        self.0.identity.credentials().access_key_id()
    }

    /// Who it is.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.0.identity.principal()
    }

    /// What the key store knows of the access key.
    #[must_use]
    pub fn identity(&self) -> &Arc<Identity> {
        &self.0.identity
    }

    /// What the caller asked for, and may do.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.0.access
    }

    /// The ARN of the call.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.0.access.resource()
    }

    /// Which statement allowed it.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.0.decision
    }

    /// The path that the policies saw, decoded once. It is the path of the request, or of the URI that
    /// [`with_original_uri`](super::AuthorizeLayer::with_original_uri) gives. After
    /// [`with_dangerous_path_rewriting`](super::AuthorizeLayer::with_dangerous_path_rewriting) it is the path that the request
    /// was rewritten to.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Day, region and service of the key.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// The time of signing.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.0.timestamp
    }

    /// Where the signature stood.
    #[must_use]
    pub fn signature_location(&self) -> SignatureLocation {
        self.0.location
    }

    /// The names of the headers that were signed, in lower case, in order.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.0.signed_headers.split(';')
    }

    /// Whether a header was signed; `name` may be in any case. Anybody on the way may have put in one that was not.
    #[must_use]
    pub fn signed(&self, name: &str) -> bool {
        self.signed_headers().any(|signed| signed.eq_ignore_ascii_case(name))
    }

    /// Whether the body was.
    #[must_use]
    pub fn signed_body(&self) -> bool {
        self.0.signed_body
    }
}

impl fmt::Debug for AuthenticatedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedCaller")
            .field("access_key_id", &self.access_key_id())
            .field("access", self.access())
            .finish_non_exhaustive()
    }
}
