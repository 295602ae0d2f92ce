//! The authorization of requests by policies.

use super::api::ExecuteApi;
use super::caller::AuthorizedCaller;
use super::denial::PolicyDenial;
use super::resource_action::ResourceAction;
use crate::{Decision, Identity, Policies, RequestContext, ResourcePolicy, evaluate};
use core::net::IpAddr;
use http::HeaderMap;
use http::header::{REFERER, USER_AGENT};
use http::request::Parts;
use sig4::tower::{Decide, Denial, Grounds, VerifiedRequest};
use sig4::verify::Caller;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// Finds the action and the resource of a request.
#[derive(Clone)]
enum Resources {
    /// The calls of an API's methods.
    ExecuteApi(ExecuteApi),
    /// The requests of a different service.
    Mapped(Arc<Mapper>),
}

/// The facts of a request that policies depend on, its action and resource aside.
struct RequestFacts<'r> {
    /// `None` for an anonymous request.
    identity: Option<&'r Identity>,
    headers: &'r HeaderMap,
    /// The region of the signature.
    region: Option<&'r str>,
    now: OffsetDateTime,
    source_ip: Option<IpAddr>,
}

impl<'r> RequestFacts<'r> {
    fn of(request: &'r VerifiedRequest<'_, Identity>, source_ip: Option<IpAddr>) -> Self {
        Self {
            identity: Some(request.key()),
            headers: &request.parts().headers,
            region: Some(request.caller().region()),
            now: request.now(),
            source_ip,
        }
    }
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
        self.authorize(request, source_ip).map_err(|denial| denial.into_denial(Some(request.key())))
    }

    /// Decides about an anonymous request, such as a call of a REST API's method without an authorizer. Only the
    /// [resource policy](Self::with_resource_policy) can allow it. `paths` are the readings of the path, without the stage: each must
    /// be allowed. A deny of the path without its last slash applies to the path with it.
    ///
    /// ```
    /// use sig4_iam::ResourcePolicy;
    /// use sig4_iam::tower::{ExecuteApi, PolicyAuthorizer};
    ///
    /// let policy = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
    ///     "Resource": "execute-api:/prod/GET/pets"}}"#;
    /// let api = ExecuteApi::new("us-east-1", "123456789012", "abc").with_stage("prod");
    /// let policies = PolicyAuthorizer::new(api).with_resource_policy(ResourcePolicy::parse("api", policy)?);
    /// let (parts, ()) = http::Request::get("/prod/pets").body(())?.into_parts();
    /// let now = time::OffsetDateTime::UNIX_EPOCH;
    /// assert!(policies.decide_anonymous(&parts, &["/pets"], now, None).is_ok());
    /// assert_eq!(
    ///     policies.decide_anonymous(&parts, &["/orders"], now, None).unwrap_err().message(),
    ///     "User: anonymous is not authorized to perform: execute-api:Invoke on resource: \
    ///      arn:aws:execute-api:us-east-1:********9012:abc/prod/GET/orders",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the resource policy does not allow the request, or is missing. The [reason](Denial::reason) is a [`PolicyDenial`].
    ///
    /// Source: "How API Gateway resource policies affect authorization workflow", resource policy only.
    pub fn decide_anonymous(
        &self,
        parts: &Parts,
        paths: &[&str],
        now: OffsetDateTime,
        source_ip: Option<IpAddr>,
    ) -> Result<Decision, Denial> {
        let facts = RequestFacts { identity: None, headers: &parts.headers, region: None, now, source_ip };
        let method = parts.method.as_str();
        let allowed = self.allows_calls(&facts, method, paths, PolicyDenial::Anonymous);
        allowed.map(|(decision, _)| decision).map_err(|denial| denial.into_denial(None))
    }

    /// The decision of policies that allow a call on every one of these paths, for the first one. `otherwise` is the denial if there is
    /// no path, or no API.
    fn allows_calls(
        &self,
        facts: &RequestFacts<'_>,
        method: &str,
        paths: &[&str],
        otherwise: PolicyDenial,
    ) -> Result<(Decision, ResourceAction), PolicyDenial> {
        let (Resources::ExecuteApi(api), [first, others @ ..]) = (&self.resources, paths) else {
            return Err(otherwise);
        };
        let allowed = self.allows_call(facts, api, method, first)?;
        others.iter().try_for_each(|path| self.allows_call(facts, api, method, path).map(drop))?;
        Ok(allowed)
    }

    /// The decision of policies that allow a call on a path without the stage, and do not deny it on the path without its last slash.
    fn allows_call(
        &self,
        facts: &RequestFacts<'_>,
        api: &ExecuteApi,
        method: &str,
        path: &str,
    ) -> Result<(Decision, ResourceAction), PolicyDenial> {
        let decide = |path: &str| {
            let action = of_call(api, method, path)?;
            Ok((self.decision(facts, &action), action))
        };
        let (allowed, action) = decide(path)?;
        if !allowed.is_allowed() {
            return Err(PolicyDenial::NotAllowed { decision: allowed, action });
        }
        if let Some(bare) = without_last_slash(path) {
            let (decision, action) = decide(bare)?;
            if decision.may_be_denied() {
                return Err(PolicyDenial::NotAllowed { decision, action });
            }
        }
        Ok((allowed, action))
    }

    /// Decides about a call whose path can be read in several ways: encoded as it was sent, and decoded.
    ///
    /// `paths` are the readings of the path, without the stage: each must be allowed. A deny of the path without its last slash
    /// applies to the path with it, because a router that ignores that slash leads both to one method. The path of the request is
    /// not used. The permit has the first reading.
    ///
    /// # Errors
    ///
    /// If the policies do not allow the request, if there is no path, or if the requests are not those of an API. The
    /// [reason](Denial::reason) is a [`PolicyDenial`].
    pub fn decide_paths(
        &self,
        request: &VerifiedRequest<'_, Identity>,
        paths: &[&str],
        source_ip: Option<IpAddr>,
    ) -> Result<AuthorizedCaller, Denial> {
        let (facts, method) = (RequestFacts::of(request, source_ip), request.caller().method());
        let allowed =
            self.allows_calls(&facts, method, paths, PolicyDenial::OtherStage).and_then(|(decision, action)| {
                let allowed = AuthorizedCaller::allowed(request, decision, action);
                allowed.map_err(|(decision, action)| PolicyDenial::NotAllowed { decision, action })
            });
        allowed.map_err(|denial| denial.into_denial(Some(request.key())))
    }

    fn authorize(
        &self,
        request: &VerifiedRequest<'_, Identity>,
        source_ip: Option<IpAddr>,
    ) -> Result<AuthorizedCaller, PolicyDenial> {
        let (caller, path) = (request.caller(), request.path());
        let action = self.action(caller, caller.method(), path)?;
        let facts = RequestFacts::of(request, source_ip);
        let mut decision = self.decision(&facts, &action);
        if self.denies_other_names && decision.is_allowed() {
            for (method, path) in other_names(caller.method(), path) {
                let action = self.action(caller, method, path)?;
                let other = self.decision(&facts, &action);
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
                of_call(api, method, path)
            }
        }
    }

    fn decision(&self, facts: &RequestFacts<'_>, action: &ResourceAction) -> Decision {
        let RequestFacts { identity, headers, region, now, source_ip } = *facts;
        // Bytes that are not UTF-8 are replaced: if the header were absent, a deny would not apply.
        let header = |name| headers.get(name).map(|value| text(value.as_bytes()));
        let (agent, referer) = (header(USER_AGENT), header(REFERER));
        let mut context = match identity {
            Some(identity) => RequestContext::new(identity.principal(), action.action(), action.resource(), now),
            None => RequestContext::anonymous(action.action(), action.resource(), now),
        }
        .with_secure_transport(self.secure_transport);
        if let Some(region) = region {
            context = context.with_requested_region(region);
        }
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
        let resource_policy = self.resource_policy.as_deref();
        match identity {
            Some(identity) => evaluate(&context, identity.policies(), resource_policy),
            None => evaluate(&context, &Policies::new(), resource_policy),
        }
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

fn of_call(api: &ExecuteApi, method: &str, path: &str) -> Result<ResourceAction, PolicyDenial> {
    let arn = api.arn(method, path).map_err(PolicyDenial::TooLongArn)?;
    Ok(ResourceAction::of_call(api.shared_action(), arn, Arc::clone(api.shared_account())))
}

/// The path without the slash at its end. `None` for `/` and for a path without one.
fn without_last_slash(path: &str) -> Option<&str> {
    path.strip_suffix('/').filter(|bare| !bare.is_empty())
}

/// The text of a header. `from_utf8_lossy` alone is slower for what is text: row `AuthorizeLayer` of the bench `layers`.
fn text(value: &[u8]) -> Cow<'_, str> {
    str::from_utf8(value).map_or_else(|_| String::from_utf8_lossy(value), Cow::Borrowed)
}

/// The other methods and paths that routers treat as equal: `get` handlers of axum also answer `HEAD`, and its `nest_service`
/// treats `/a/` as `/a`.
fn other_names<'r>(method: &'r str, path: &'r str) -> impl Iterator<Item = (&'r str, &'r str)> {
    let bare = without_last_slash(path);
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
