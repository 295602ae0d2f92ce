//! The layer that lets through whom the policies allow.

mod event;
mod service;

pub use service::Authorize;

use super::api::{Access, ExecuteApi};
use super::authorizer::{Authorizer, Naming};
use super::budget::BodyBudget;
use super::clock::{Clock, TimeLimit};
use super::path::PathReading;
use super::profile::Profile;
use crate::iam::ResourcePolicy;
use crate::verify::Verifier;
use crate::verify::caller::Caller;
use crate::verify::replay::ReplayStore;
use bytes::Bytes;
use core::net::IpAddr;
use http::Uri;
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
/// The inner service gets such a request with its body as bytes and with an
/// [`AuthenticatedCaller`](super::AuthenticatedCaller) in its extensions. It never sees any other: that one is
/// answered as API Gateway does, and an event of `tracing` with the target `sig4::tower` says why.
///
/// Wrap the whole router: `layer.layer(router)`. Then the layer sees every request, the ones that no route takes included,
/// and sees the URI as it was received. `Router::layer` of axum runs the layer after the router has chosen a route. That is
/// safe too, unless [`with_dangerous_path_rewriting`](Self::with_dangerous_path_rewriting) is set; but a router that is
/// nested has stripped the prefix from the path by then, which [`with_original_uri`](Self::with_original_uri) restores.
///
/// # Paths
///
/// A path that two readers can read differently is answered with 400, before [`letting_through`](Self::letting_through) and
/// the policies are asked. Router, policies and handler all get the path as it was sent:
///
/// | refused | such as | because |
/// |---|---|---|
/// | an encoded `/` or `\`, a raw `\` | `%2F`, `%5C` | some split a segment there |
/// | a dot segment | `/..`, `/./a`, `%2e%2e` | some resolve it |
/// | an empty segment, other than the last one | `//a` | some merge the slashes |
/// | an encoded letter, digit, `-`, `.` or `_` | `/%61dmin` | routers that compare the text take another route |
/// | a raw `;` | `/a;b`, `/..;/a` | some cut the segment off there; `%3B` passes |
/// | a character that is not ASCII, unless it is encoded | `/é` | it has no one encoding on the wire |
/// | a malformed escape, an escape that is not UTF-8, a control character | `%zz`, `%FF`, `%00` | readers drop or replace it |
/// | a target that is not a path | `*`, `CONNECT host:443` | there is nothing to authorize |
///
/// Everything else passes: `%7E`, and what has to be encoded, such as `%20`, `%25`, `%3F`. A path is decoded once, for the
/// policies and for [`AuthenticatedCaller::path`](super::AuthenticatedCaller::path); a handler must not decode it twice.
///
/// A path may end in a slash. `/a/` and `/a` are two paths for policies and for most routers, but some take the two for one:
/// a statement that denies `/a` also denies `/a/`. In the same way, what denies `GET` on an API's path also denies `HEAD`, which
/// axum's `get` answers. A method in small letters is answered with 400: policies and handlers tell `delete` from `DELETE`, and
/// what stands behind them may not.
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
/// use tower::{Layer, ServiceExt};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke",
///     "Resource": "arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets/*"}]}"#;
/// let alice = Identity::new(credentials.clone(), Principal::user("123456789012", "alice")?)
///     .with_policies(Policies::new().with_identity(Policy::parse("read-pets", policy)?));
/// let keys = Directory::new("123456789012").with_identity(alice)?;
///
/// let verifier = Verifier::new("us-east-1", "execute-api")?;
/// let layer = AuthorizeLayer::new(verifier, keys, ExecuteApi::new("us-east-1", "123456789012", "abc"));
/// let who = get(async |Extension(caller): Extension<AuthenticatedCaller>| caller.principal().arn().to_owned());
/// let app = layer.layer(Router::new().route("/{kind}/{id}", who));
///
/// for (path, status) in [("/pets/7", 200), ("/users/7", 403)] {
///     let mut request = Request::get(format!("https://pets.example{path}")).body("")?;
///     let now = time::OffsetDateTime::now_utc();
///     Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
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
type OriginalOf = Arc<dyn Fn(&Parts) -> Option<Uri> + Send + Sync>;
type Exempts = Arc<dyn Fn(&Parts) -> bool + Send + Sync>;

/// What is done besides to authorize.
#[derive(Clone, Default)]
pub(super) struct Gate {
    profile: Profile,
    verbose: bool,
    peer: Option<PeerOf>,
    original: Option<OriginalOf>,
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
    /// anything that is not signed, and gets the path besides, decoded once. Say whose the resource is
    /// ([`Access::with_account`]) if its ARN does not: a resource of unknown owner counts as another account's.
    ///
    /// ```
    /// use sig4::Verifier;
    /// use sig4::iam::Directory;
    /// use sig4::tower::{Access, AuthorizeLayer};
    ///
    /// let layer = AuthorizeLayer::naming(Verifier::new("us-east-1", "s3")?, Directory::new("123456789012"), |caller, path| {
    ///     let action = if caller.method() == "GET" { "s3:GetObject" } else { "s3:PutObject" };
    ///     Access::new(action, format!("arn:aws:s3:::photos{path}")).with_account("123456789012")
    /// });
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
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
        let authorizer = authorizer.with_path_reading(PathReading::Unambiguous).denying_other_names();
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

    /// Sets how many bytes the bodies of all requests together may have that this layer's services hold at a time. The
    /// layer's clones share the budget. Room is taken as a body comes in, twice its length if it comes in several pieces and until
    /// it is whole, and given back when its last clone is dropped, by the inner service or wherever it has put it. A request whose
    /// body finds no room is answered with 503 at once, and one whose body can never find room with 413. By default only the number of requests limits the sum.
    ///
    /// ```
    /// # use sig4::{Verifier, iam::Directory, tower::{AuthorizeLayer, ExecuteApi}};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("1"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// let layer = layer.with_body_budget(256 * 1024 * 1024);
    /// assert!(format!("{layer:?}").contains("268435456"));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn with_body_budget(mut self, bytes: usize) -> Self {
        self.authorizer = self.authorizer.with_body_budget(BodyBudget::new(bytes));
        self
    }

    /// Sets how long the store of keys may take, how long the body, and how long the store of used signatures, each: a store that is
    /// slower is answered with 500, a body with 408. `sleep` is the runtime's own timer, such as `tokio::time::sleep`. There is no limit by default.
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

    /// Says where a request comes from: what policies see as `aws:SourceIp`. By default nobody knows: a statement that allows by a
    /// condition on it does not apply, and one that denies does.
    ///
    /// A header such as `x-forwarded-for` tells it only if a proxy that you trust has written it.
    ///
    /// ```
    /// use axum::extract::ConnectInfo;
    /// use std::net::SocketAddr;
    /// # use sig4::{Verifier, iam::Directory, tower::{AuthorizeLayer, ExecuteApi}};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("1"), ExecuteApi::new("us-east-1", "1", "abc"));
    ///
    /// let layer = layer.with_source_ip(|parts| {
    ///     let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    ///     Some(peer.0.ip())
    /// });
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
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
    /// bounded all the same.
    ///
    /// `exempts` sees only requests whose [path](Self#paths) has one reading. Compare the whole path, or a prefix that ends in a
    /// slash, and name what is exempt rather than what is not: `/@x` and `/%40x` are two texts.
    ///
    /// ```
    /// # use sig4::{Verifier, iam::Directory, tower::{AuthorizeLayer, ExecuteApi}};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("1"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// let layer = layer.letting_through(|parts| parts.method == "OPTIONS" || parts.uri.path() == "/health");
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn letting_through(mut self, exempts: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.gate.exempts = Some(Arc::new(exempts));
        self
    }

    /// Says what URI was received, if a router has stripped a prefix before the layer runs: the layer inside `Router::nest`
    /// of axum. Signature, exemption, policies and [`AuthenticatedCaller`](super::AuthenticatedCaller) are of that URI; the inner
    /// service gets the stripped one.
    ///
    /// Without this, such a layer takes the stripped path for the whole one. Those who sign the path that they call are then
    /// refused, and a policy cannot tell `/v1/pets` from `/v2/pets`. Wrap the outermost router, and nothing of this is
    /// needed.
    ///
    /// `original` must give what the server received, never what a client says, such as `x-original-url`. A request is
    /// answered with 500 if there is no such URI, or if the request's own one is not its end. This setting and
    /// [`with_dangerous_path_rewriting`](Self::with_dangerous_path_rewriting) exclude each other: the later call wins.
    ///
    /// ```
    /// use axum::extract::OriginalUri;
    /// # use sig4::{Verifier, iam::Directory, tower::{AuthorizeLayer, ExecuteApi}};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    ///
    /// let layer = layer.with_original_uri(|parts| parts.extensions.get::<OriginalUri>().map(|uri| uri.0.clone()));
    /// let pets = axum::Router::<()>::new().route("/pets", axum::routing::get("all pets")).layer(layer);
    /// let app = axum::Router::<()>::new().nest("/v1", pets);
    /// # let _ = app;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn with_original_uri(mut self, original: impl Fn(&Parts) -> Option<Uri> + Send + Sync + 'static) -> Self {
        self.gate.original = Some(Arc::new(original));
        self.authorizer = self.authorizer.with_path_reading(PathReading::Unambiguous);
        self
    }

    /// Takes every spelling of a path, as API Gateway does, and rewrites the request to the one that the policies saw: decoded
    /// once, with dot segments resolved and repeated slashes merged where the service does so, and encoded again.
    ///
    /// # Danger
    ///
    /// Only for a layer that wraps the router. A router before the layer, as with `Router::layer` of axum, has chosen the
    /// route by the path as it was sent: `/pets/..%2Fhealth` is then the route of pets, and `/health` for the exemption and
    /// the policies. Anybody gets past both.
    ///
    /// What has no one form is refused still: malformed escapes, what is not UTF-8, control characters, and dot segments if
    /// the verifier does not normalize paths, as for S3.
    ///
    /// ```
    /// use axum::{Router, body::Body, routing::get};
    /// use http::Request;
    /// use tower::{Layer, ServiceExt};
    /// # use sig4::{Verifier, iam::Directory, tower::{AuthorizeLayer, ExecuteApi}};
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// let layer = layer.letting_through(|parts| parts.uri.path() == "/health").with_dangerous_path_rewriting();
    /// let router = Router::new().route("/health", get("well")).route("/pets/{id}", get("a pet"));
    /// let app = layer.layer(router); // never `router.layer(layer)`
    /// let response = app.oneshot(Request::get("/pets/..%2Fhealth").body(Body::empty())?).await?;
    /// let body = axum::body::to_bytes(response.into_body(), 1024).await?;
    /// assert_eq!(body, "well");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_dangerous_path_rewriting(mut self) -> Self {
        self.gate.original = None;
        self.authorizer = self.authorizer.with_path_reading(PathReading::Normalized);
        self
    }

    /// Refuses signatures that were used before, which `store` remembers. It is asked once the policies allowed a request, and
    /// may take as long as [`with_time_limit`](Self::with_time_limit) says. A store that fails or is too slow is answered with 500.
    /// A request whose body ends after its signature does is refused, as a store may have forgotten the signature by then.
    /// In memory it is [`SeenSignatures`](crate::SeenSignatures); one that several servers share implements
    /// [`ReplayStore`].
    ///
    /// ```
    /// use sig4::SeenSignatures;
    /// # use axum::body::Body;
    /// # use axum::http::{Request, StatusCode};
    /// # use sig4::iam::{Directory, Identity, Policies, Policy, Principal};
    /// # use sig4::tower::{AuthorizeLayer, ExecuteApi};
    /// # use sig4::{Credentials, Signer, Verifier};
    /// # use tower::{Layer, ServiceExt};
    /// # tokio::runtime::Runtime::new()?.block_on(async {
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// # let allow = r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    /// # let policies = Policies::new().with_identity(Policy::parse("all", allow)?);
    /// # let alice = Identity::new(credentials.clone(), Principal::user("123456789012", "alice")?).with_policies(policies);
    /// # let keys = Directory::new("123456789012").with_identity(alice)?;
    /// # let api = ExecuteApi::new("us-east-1", "123456789012", "abc");
    /// # let layer = AuthorizeLayer::new(Verifier::new("us-east-1", "execute-api")?, keys, api).with_body::<Body>();
    /// # let mut request = Request::get("https://pets.example/").body("")?;
    /// # Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, time::OffsetDateTime::now_utc())?;
    /// # let request = || Request::from_parts(request.clone().into_parts().0, Body::empty());
    ///
    /// let layer = layer.with_replay_store(SeenSignatures::new(100_000));
    /// let service = layer.layer(tower::service_fn(|_| async { Ok::<_, axum::Error>(axum::http::Response::new(Body::empty())) }));
    /// assert_eq!(service.clone().oneshot(request()).await?.status(), StatusCode::OK);
    /// assert_eq!(service.oneshot(request()).await?.status(), StatusCode::FORBIDDEN); // the same request again
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_replay_store(mut self, store: impl ReplayStore + 'static) -> Self {
        self.authorizer.replays = Some(Arc::new(store));
        self
    }

    /// Sets the clock, for tests. The default is the machine's.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.authorizer.clock = Clock::new(now);
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
