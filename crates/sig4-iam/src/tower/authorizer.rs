//! The authorization of requests by policies.

use super::api::ExecuteApi;
use super::caller::AuthorizedCaller;
use super::denial::PolicyDenial;
use super::resource_action::ResourceAction;
use crate::{Decision, Identity, RequestContext, ResourcePolicy, evaluate};
use core::net::IpAddr;
use http::header::{REFERER, USER_AGENT};
use http::request::Parts;
use sig4::tower::{Decide, Denial, Grounds, VerifiedRequest};
use sig4::verify::Caller;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Finds the action and the resource of a request.
#[derive(Clone)]
enum Resources {
    /// The calls of an API's methods.
    ExecuteApi(ExecuteApi),
    /// The requests of a different service.
    Mapped(Arc<Mapper>),
}

type Mapper = dyn Fn(&Caller<'_>, &str) -> ResourceAction + Send + Sync;
type SourceIpOf = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

/// Decides from policies whether a caller may make a request.
///
/// [`AuthorizeLayer`](super::AuthorizeLayer) uses it. A server without `tower` services passes it to
/// [`Authenticator::authenticate`](sig4::tower::Authenticator::authenticate).
///
/// ```
/// use sig4_iam::Identity;
/// use sig4::tower::AuthenticateLayer;
/// use sig4_iam::tower::{ExecuteApi, PolicyAuthorizer};
/// # use sig4::verify::KeyStore;
/// # fn example<K: KeyStore<Key = Identity>>(layer: AuthenticateLayer<K>) {
///
/// let policies = PolicyAuthorizer::new(ExecuteApi::new("us-east-1", "123456789012", "abc"));
/// let layer = layer.with_decision(policies.with_secure_transport(true));
/// # let _ = layer;
/// # }
/// ```
#[derive(Clone)]
pub struct PolicyAuthorizer {
    resources: Resources,
    denies_other_names: bool,
    resource_policy: Option<Arc<ResourcePolicy>>,
    secure_transport: bool,
    source_ip: Option<SourceIpOf>,
}

impl PolicyAuthorizer {
    /// Decides about calls of an API's methods. Callers need `execute-api:Invoke` on the [ARN](ExecuteApi::arn) of the method and
    /// path.
    #[must_use]
    pub const fn new(api: ExecuteApi) -> Self {
        Self::of(Resources::ExecuteApi(api))
    }

    /// Decides about requests to another service. `mapper` returns the action and the resource of a request, from the caller and
    /// the path, decoded once. See [`AuthorizeLayer::with_resource_mapper`](super::AuthorizeLayer::with_resource_mapper).
    #[must_use]
    pub fn with_resource_mapper(mapper: impl Fn(&Caller<'_>, &str) -> ResourceAction + Send + Sync + 'static) -> Self {
        Self::of(Resources::Mapped(Arc::new(mapper)))
    }

    const fn of(resources: Resources) -> Self {
        Self { resources, denies_other_names: false, resource_policy: None, secure_transport: false, source_ip: None }
    }

    /// Sets whether requests come over TLS. Policies see it as `aws:SecureTransport`. The default is `false`.
    #[must_use]
    pub const fn with_secure_transport(mut self, secure: bool) -> Self {
        self.secure_transport = secure;
        self
    }

    /// Sets where the client's address is found. Policies see it as `aws:SourceIp`. It is unknown by default: an allow with a
    /// condition on it does not apply, and a deny does.
    #[must_use]
    pub fn with_source_ip(mut self, source_ip: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        self.source_ip = Some(Arc::new(source_ip));
        self
    }

    /// Adds the resource-based policy of the API. REST APIs have them, HTTP APIs do not.
    #[must_use]
    pub fn with_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.resource_policy = Some(Arc::new(policy));
        self
    }

    /// Sets whether a deny also applies to method and path combinations that routers treat as equal: `get` handlers of axum also
    /// answer `HEAD`, and its `nest_service` treats `/a/` as `/a`. The default is `false`.
    #[must_use]
    pub const fn with_other_names_denied(mut self, denied: bool) -> Self {
        self.denies_other_names = denied;
        self
    }

    /// Decides about a request from `source_ip`, regardless of [`with_source_ip`](Self::with_source_ip).
    ///
    /// # Errors
    ///
    /// If the policies do not allow the request. The [reason](Denial::reason) is a [`PolicyDenial`].
    pub fn decide_from(
        &self,
        request: &VerifiedRequest<'_, Identity>,
        source_ip: Option<IpAddr>,
    ) -> Result<AuthorizedCaller, Denial> {
        self.authorize(request, source_ip).map_err(|denial| denial.into_denial(request.key()))
    }

    fn authorize(
        &self,
        request: &VerifiedRequest<'_, Identity>,
        source_ip: Option<IpAddr>,
    ) -> Result<AuthorizedCaller, PolicyDenial> {
        let (caller, path) = (request.caller(), request.path());
        let action = self.action(caller, caller.method(), path)?;
        let mut decision = self.decision(request, &action, source_ip);
        if self.denies_other_names && decision.is_allowed() {
            for (method, path) in other_names(caller.method(), path) {
                let action = self.action(caller, method, path)?;
                let other = self.decision(request, &action, source_ip);
                if other.may_be_denied() {
                    decision = other;
                    break;
                }
            }
        }
        let allowed = AuthorizedCaller::allowed(request, decision, action);
        allowed.map_err(|(decision, action)| PolicyDenial::NotAllowed { decision, action })
    }

    /// The action and the resource of a request with this method and path. A mapper sees only the caller's own method.
    fn action(&self, caller: &Caller<'_>, method: &str, path: &str) -> Result<ResourceAction, PolicyDenial> {
        match &self.resources {
            Resources::Mapped(mapper) => Ok(mapper(caller, path)),
            Resources::ExecuteApi(api) => {
                let path = api.below_stage(path).ok_or(PolicyDenial::OtherStage)?;
                let arn = api.arn(method, path).map_err(PolicyDenial::TooLongArn)?;
                Ok(ResourceAction::of_call(arn, Arc::clone(api.shared_account())))
            }
        }
    }

    fn decision(
        &self,
        request: &VerifiedRequest<'_, Identity>,
        action: &ResourceAction,
        source_ip: Option<IpAddr>,
    ) -> Decision {
        let (identity, headers) = (request.key(), &request.parts().headers);
        // Bytes that are not UTF-8 are replaced: if the header were absent, a deny would not apply.
        let header = |name| headers.get(name).map(|value| text(value.as_bytes()));
        let (agent, referer) = (header(USER_AGENT), header(REFERER));
        let mut context = RequestContext::new(identity.principal(), action.action(), action.resource(), request.now())
            .with_secure_transport(self.secure_transport)
            .with_requested_region(request.caller().region());
        if let Some(account) = action.account() {
            context = context.with_resource_account(account);
        }
        if let Some(source_ip) = source_ip {
            context = context.with_source_ip(source_ip);
        }
        if let Some(agent) = &agent {
            context = context.with_user_agent(agent);
        }
        if let Some(referer) = &referer {
            context = context.with_referer(referer);
        }
        evaluate(&context, identity.policies(), self.resource_policy.as_deref())
    }
}

impl Decide<Identity> for PolicyAuthorizer {
    type Permit = AuthorizedCaller;

    fn decide(&self, request: &VerifiedRequest<'_, Identity>) -> Result<AuthorizedCaller, Denial> {
        let source_ip = self.source_ip.as_ref().and_then(|source_ip| source_ip(request.parts()));
        self.decide_from(request, source_ip)
    }

    fn grounds<'p>(&self, permit: &'p AuthorizedCaller) -> Grounds<'p> {
        let action = permit.resource_action();
        Grounds::new().with_action(action.action()).with_resource(action.resource()).with_decision(permit.decision())
    }
}

/// The text of a header. `from_utf8_lossy` alone is slower for what is text: row `AuthorizeLayer` of the bench `layers`.
fn text(value: &[u8]) -> Cow<'_, str> {
    str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

/// The other methods and paths that routers treat as equal: `get` handlers of axum also answer `HEAD`, and its `nest_service`
/// treats `/a/` as `/a`.
fn other_names<'r>(method: &'r str, path: &'r str) -> impl Iterator<Item = (&'r str, &'r str)> {
    let bare = path.strip_suffix('/').filter(|bare| !bare.is_empty());
    let read = (method == "HEAD").then_some("GET");
    let methods = core::iter::once(method).chain(read);
    let names = methods.flat_map(move |method| core::iter::once((method, path)).chain(bare.map(|bare| (method, bare))));
    names.skip(1)
}

impl fmt::Debug for PolicyAuthorizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyAuthorizer")
            .field("secure_transport", &self.secure_transport)
            .field("resource_policy", &self.resource_policy)
            .finish_non_exhaustive()
    }
}
