//! The layer that lets through whom the policies allow.

mod event;
mod service;

pub use service::Authorize;

use super::api::{Access, ExecuteApi};
use super::authorizer::{Authorizer, Naming};
use super::clock::{Clock, TimeLimit};
use super::profile::Profile;
use crate::iam::ResourcePolicy;
use crate::verify::Verifier;
use crate::verify::caller::Caller;
use bytes::Bytes;
use core::net::IpAddr;
use http::request::Parts;
use http_body_util::Full;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tower_layer::Layer;

/// Lets through the requests of those whom the policies allow what they ask for.
///
/// The inner service gets such a request with its body as bytes, with its path in the one spelling that the policies saw, and
/// with an [`AuthenticatedCaller`](super::AuthenticatedCaller) in its extensions. It never sees any other: that one is
/// answered as API Gateway does, and an event of `tracing` with the target `sig4::tower` says why.
///
/// The inner service takes a `Full<Bytes>` as the body of requests unless [`with_body`](Self::with_body) sets another one.
/// The body of its responses has to come from [`Bytes`], as axum's does.
///
/// ```
/// use axum::{Extension, Router, body::Body, routing::get};
/// use http::Request;
/// use sig4::iam::{Directory, Identity, Policies, Policy, Principal};
/// use sig4::tower::{AuthenticatedCaller, AuthorizeLayer, ExecuteApi};
/// use sig4::{Credentials, Signer, Verifier};
/// use tower::ServiceExt;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke",
///     "Resource": "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets/*"}]}"#;
/// let alice = Identity::new(credentials.clone(), Principal::user("123456789012", "alice")?)
///     .with_policies(Policies::new().with_identity(Policy::parse("read-pets", policy)?));
/// let keys = Directory::new("123456789012").with_identity(alice)?;
///
/// let verifier = Verifier::new("us-east-1", "execute-api");
/// let layer = AuthorizeLayer::new(verifier, keys, ExecuteApi::new("us-east-1", "123456789012", "abc"));
/// let who = get(async |Extension(caller): Extension<AuthenticatedCaller>| caller.principal().arn().to_owned());
/// let app = Router::new().route("/{kind}/{id}", who).layer(layer);
///
/// for (path, status) in [("/pets/7", 200), ("/users/7", 403)] {
///     let mut request = Request::get(format!("https://pets.example{path}")).body("")?;
///     let now = time::OffsetDateTime::now_utc();
///     Signer::new("us-east-1", "execute-api").sign(&mut request, &credentials, now)?;
///     let response = app.clone().oneshot(request.map(Body::from)).await?;
///     assert_eq!(response.status(), status);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The body is held in memory whole, because the signature covers it whole; where a request states the hash of its body,
/// as those do whose `x-amz-content-sha256` is signed, a wrong signature is refused before the body is read. The store of
/// keys is asked for every request, and may cache as it likes.
pub struct AuthorizeLayer<K, O = Full<Bytes>> {
    authorizer: Authorizer<Arc<K>>,
    gate: Gate,
    body: PhantomData<fn() -> O>,
}

type PeerOf = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;
type Exempts = Arc<dyn Fn(&Parts) -> bool + Send + Sync>;

/// What is done besides to authorize.
#[derive(Clone, Default)]
pub(super) struct Gate {
    profile: Profile,
    verbose: bool,
    clock: Clock,
    peer: Option<PeerOf>,
    exempts: Option<Exempts>,
}

impl<K> AuthorizeLayer<K> {
    /// Lets through the calls of an API's methods: callers need `execute-api:Invoke` on the
    /// [ARN](ExecuteApi::arn) of the method and path.
    #[must_use]
    pub fn new(verifier: Verifier, keys: K, api: ExecuteApi) -> Self {
        Self::with(Authorizer::of_api(verifier, Arc::new(keys), api))
    }

    /// Lets through the calls of another service, whose requests `naming` names for the policies. It must not look at
    /// anything that is not signed, and gets the path besides, decoded and in the one form that the service sees.
    ///
    /// ```
    /// use sig4::Verifier;
    /// use sig4::iam::Directory;
    /// use sig4::tower::{Access, AuthorizeLayer};
    ///
    /// let layer = AuthorizeLayer::naming(Verifier::new("us-east-1", "s3"), Directory::new("123456789012"), |caller, path| {
    ///     let action = if caller.method() == "GET" { "s3:GetObject" } else { "s3:PutObject" };
    ///     Access::new(action, format!("arn:aws:s3:::photos{path}"))
    /// });
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn naming(
        verifier: Verifier,
        keys: K,
        naming: impl Fn(&Caller<'_>, &str) -> Access + Send + Sync + 'static,
    ) -> Self {
        Self::with(Authorizer::new(verifier, Arc::new(keys), Naming::Given(Arc::new(naming))))
    }

    fn with(authorizer: Authorizer<Arc<K>>) -> Self {
        Self { authorizer, gate: Gate::default(), body: PhantomData }
    }
}

impl<K, O> AuthorizeLayer<K, O> {
    /// Sets the body of the requests that the inner service takes: anything that comes from [`Bytes`], such as
    /// `axum::body::Body`.
    #[must_use]
    pub fn with_body<P: From<Bytes>>(self) -> AuthorizeLayer<K, P> {
        AuthorizeLayer { authorizer: self.authorizer, gate: self.gate, body: PhantomData }
    }

    /// Sets whose answers are given to requests that are refused. The default is [`Profile::HttpApi`].
    #[must_use]
    pub const fn with_profile(mut self, profile: Profile) -> Self {
        self.gate.profile = profile;
        self
    }

    /// Puts the true cause of a refusal into the body of the answer, in a field `cause`. For tests: it tells more of
    /// policies and stores than callers should know.
    #[must_use]
    pub const fn with_verbose_errors(mut self, verbose: bool) -> Self {
        self.gate.verbose = verbose;
        self
    }

    /// Sets how long a body may be, in bytes; a longer one is answered with 413. The default is
    /// [`DEFAULT_BODY_LIMIT`](super::DEFAULT_BODY_LIMIT).
    #[must_use]
    pub fn with_body_limit(mut self, limit: usize) -> Self {
        self.authorizer = self.authorizer.with_body_limit(limit);
        self
    }

    /// Sets how long the store of keys may take, and how long the body, each: a store that is slower is answered with 500,
    /// a body with 408. `sleep` is the runtime's own timer, such as `tokio::time::sleep`. There is no limit by default.
    #[must_use]
    pub fn with_time_limit<S>(mut self, limit: Duration, sleep: impl Fn(Duration) -> S + Send + Sync + 'static) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        self.authorizer = self.authorizer.with_time_limit(TimeLimit::new(limit, sleep));
        self
    }

    /// Says whether requests come over TLS, perhaps to a proxy before this server: what policies see as
    /// `aws:SecureTransport`. The default is that they do not.
    #[must_use]
    pub fn with_secure_transport(mut self, secure: bool) -> Self {
        self.authorizer = self.authorizer.with_secure_transport(secure);
        self
    }

    /// Says where a request comes from: what policies see as `aws:SourceIp`. By default nobody knows, and statements with
    /// conditions on it do not allow.
    ///
    /// A header such as `x-forwarded-for` tells it only if a proxy that you trust has written it.
    ///
    /// ```
    /// use axum::extract::ConnectInfo;
    /// use std::net::SocketAddr;
    /// # use sig4::{Verifier, iam::Directory, tower::{AuthorizeLayer, ExecuteApi}};
    /// # let verifier = Verifier::new("us-east-1", "execute-api");
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("1"), ExecuteApi::new("us-east-1", "1", "abc"));
    ///
    /// let layer = layer.with_source_ip(|parts| {
    ///     let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    ///     Some(peer.0.ip())
    /// });
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn with_source_ip(mut self, peer: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        self.gate.peer = Some(Arc::new(peer));
        self
    }

    /// Adds the resource-based policy of the API. REST APIs have them, HTTP APIs do not.
    #[must_use]
    pub fn with_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.authorizer.resource_policy = Some(Arc::new(policy));
        self
    }

    /// Lets requests through unauthenticated if `exempts` says so: the preflight requests of browsers, or a health check.
    /// Such a request carries no [`AuthenticatedCaller`](super::AuthenticatedCaller), even if it is signed; its body is
    /// bounded all the same. `exempts` sees the path in the spelling in which the inner service gets it.
    ///
    /// ```
    /// # use sig4::{Verifier, iam::Directory, tower::{AuthorizeLayer, ExecuteApi}};
    /// # let verifier = Verifier::new("us-east-1", "execute-api");
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("1"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// let layer = layer.letting_through(|parts| parts.method == "OPTIONS" || parts.uri.path() == "/health");
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn letting_through(mut self, exempts: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.gate.exempts = Some(Arc::new(exempts));
        self
    }

    /// Sets the clock, for tests. The default is the machine's.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.gate.clock = Clock::new(now);
        self
    }
}

impl<S, K, O> Layer<S> for AuthorizeLayer<K, O> {
    type Service = Authorize<S, K, O>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorize::new(inner, self.authorizer.clone(), self.gate.clone())
    }
}

impl<K, O> Clone for AuthorizeLayer<K, O> {
    fn clone(&self) -> Self {
        Self { authorizer: self.authorizer.clone(), gate: self.gate.clone(), body: PhantomData }
    }
}

impl<K, O> fmt::Debug for AuthorizeLayer<K, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizeLayer")
            .field("authorizer", &self.authorizer)
            .field("profile", &self.gate.profile)
            .finish_non_exhaustive()
    }
}
