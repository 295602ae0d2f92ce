//! The layer that authorizes requests by policies.
//!
//! Start with [`AuthorizeLayer`], which takes a verifier, a [`Directory`](crate::Directory) and an [`ExecuteApi`]. Handlers find an
//! [`AuthorizedCaller`] in the request's extensions.

mod api;
mod authorizer;
mod caller;
mod denial;
#[cfg(feature = "axum")]
mod extract;
mod resource_action;

pub use api::{DEFAULT_STAGE, ExecuteApi, MAX_ARN_LEN, TooLongArn};
pub use authorizer::PolicyAuthorizer;
pub use caller::AuthorizedCaller;
pub use denial::PolicyDenial;
pub use resource_action::ResourceAction;

use crate::{Identity, ResourcePolicy};
use bytes::Bytes;
use core::net::IpAddr;
use http::request::Parts;
use http::{Response, Uri};
use http_body::Body;
use http_body_util::Full;
use sig4::tower::{
    AllowAuthenticated, ApiType, AuthOutcome, Authenticate, AuthenticateLayer, BoxError, RefusedRequest,
};
#[cfg(feature = "http-body")]
use sig4::tower::{BodyFailure, ReceivedBody};
use sig4::verify::{Caller, KeyStore, ReplayStore, Verifier};
use std::fmt;
use std::time::Duration;
use time::OffsetDateTime;
use tower_layer::Layer;

/// A service behind an [`AuthorizeLayer`].
pub type Authorize<S, K, O = Full<Bytes>> = Authenticate<S, K, PolicyAuthorizer, O>;

/// Passes on requests with a matching signature that the policies allow.
///
/// It is an [`AuthenticateLayer`] with a [`PolicyAuthorizer`]; [that page](AuthenticateLayer#paths) describes paths, bodies and
/// responses. The inner service gets the request with its body as bytes and an [`AuthorizedCaller`] in its extensions.
///
/// A path may end in a slash. `/a/` and `/a` are two paths for policies and for most routers, but some routers treat them as one.
/// A deny of `/a` therefore also denies `/a/`. Likewise, a deny of `GET` on an API's path also denies `HEAD`, which axum's `get`
/// answers.
///
/// ```
/// use axum::{Extension, Router, body::Body, routing::get};
/// use http::Request;
/// use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
/// use sig4_iam::tower::{AuthorizeLayer, AuthorizedCaller, ExecuteApi};
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
/// let who = get(async |Extension(caller): Extension<AuthorizedCaller>| caller.principal().arn().to_owned());
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
pub struct AuthorizeLayer<K: KeyStore, O = Full<Bytes>> {
    authenticate: AuthenticateLayer<K, AllowAuthenticated, O>,
    policies: PolicyAuthorizer,
}

impl<K: KeyStore<Key = Identity>> AuthorizeLayer<K> {
    /// Authorizes calls of an API's methods. Callers need `execute-api:Invoke` on the [ARN](ExecuteApi::arn) of the method and
    /// path.
    #[must_use]
    pub fn new(verifier: Verifier, keys: K, api: ExecuteApi) -> Self {
        Self::with(verifier, keys, PolicyAuthorizer::new(api))
    }

    /// Authorizes requests to another service. `mapper` returns the action and the resource of a request, from the caller and the
    /// path, decoded once. It must use signed data only.
    ///
    /// Set the owner of the resource ([`ResourceAction::with_account`]) if its ARN has no account. A resource without a known
    /// owner counts as another account's.
    ///
    /// ```
    /// use sig4::Verifier;
    /// use sig4_iam::Directory;
    /// use sig4_iam::tower::{AuthorizeLayer, ResourceAction};
    ///
    /// let (verifier, keys) = (Verifier::new("us-east-1", "s3")?, Directory::new("123456789012"));
    /// let layer = AuthorizeLayer::with_resource_mapper(verifier, keys, |caller, path| {
    ///     let action = if caller.method() == "GET" { "s3:GetObject" } else { "s3:PutObject" };
    ///     ResourceAction::new(action, format!("arn:aws:s3:::photos{path}")).with_account("123456789012")
    /// });
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn with_resource_mapper(
        verifier: Verifier,
        keys: K,
        mapper: impl Fn(&Caller<'_>, &str) -> ResourceAction + Send + Sync + 'static,
    ) -> Self {
        Self::with(verifier, keys, PolicyAuthorizer::with_resource_mapper(mapper))
    }

    fn with(verifier: Verifier, keys: K, policies: PolicyAuthorizer) -> Self {
        let policies = policies.with_other_names_denied(true);
        Self { authenticate: AuthenticateLayer::new(verifier, keys), policies }
    }
}

impl<K: KeyStore<Key = Identity>, O> AuthorizeLayer<K, O> {
    /// Sets the request body type of the inner service. See [`AuthenticateLayer::with_body`].
    #[must_use]
    pub fn with_body<P: From<Bytes>>(self) -> AuthorizeLayer<K, P> {
        AuthorizeLayer { authenticate: self.authenticate.with_body(), policies: self.policies }
    }

    /// Lets the bodies of requests stream to the inner service, which takes them as [`ReceivedBody`]. See
    /// [`AuthenticateLayer::with_streaming_body`]. The policies are asked once the head of the request is verified.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use http_body_util::{BodyExt, Full};
    /// use sig4::tower::{BodyError, ReceivedBody};
    /// use tower::Layer;
    /// # use sig4::Verifier;
    /// # use sig4_iam::Directory;
    /// # use sig4_iam::tower::{AuthorizeLayer, ResourceAction};
    /// # let layer = AuthorizeLayer::with_resource_mapper(Verifier::new("us-east-1", "s3")?, Directory::new("123456789012"), |_, path| {
    /// #     ResourceAction::new("s3:PutObject", format!("arn:aws:s3:::photos{path}")).with_account("123456789012")
    /// # });
    ///
    /// let service = layer.with_streaming_body().layer(tower::service_fn(async |request: Request<ReceivedBody>| {
    ///     let body = request.into_body().collect().await?; // an error if it is not the signed body
    ///     Ok::<_, BodyError>(Response::new(Full::new(body.to_bytes())))
    /// }));
    /// # let _ = service;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[cfg(feature = "http-body")]
    #[must_use]
    pub fn with_streaming_body(self) -> AuthorizeLayer<K, ReceivedBody> {
        AuthorizeLayer { authenticate: self.authenticate.with_streaming_body(), policies: self.policies }
    }

    /// Sets a hook that is called if the body of an allowed request fails while it streams. See
    /// [`AuthenticateLayer::on_body_failure`].
    #[cfg(feature = "http-body")]
    #[must_use]
    pub fn on_body_failure(mut self, hook: impl Fn(&BodyFailure<'_>) + Send + Sync + 'static) -> Self {
        self.authenticate = self.authenticate.on_body_failure(hook);
        self
    }

    /// Sets the type of API whose error responses refused requests get. The default is [`ApiType::HttpApi`].
    #[must_use]
    pub fn with_api_type(mut self, api_type: ApiType) -> Self {
        self.authenticate = self.authenticate.with_api_type(api_type);
        self
    }

    /// Adds the true cause of a refusal to the body of the response, in the field `cause`. For tests only: the cause reveals more
    /// about policies and stores than callers should know.
    #[must_use]
    pub fn with_verbose_errors(mut self, verbose: bool) -> Self {
        self.authenticate = self.authenticate.with_verbose_errors(verbose);
        self
    }

    /// Sets a hook that makes the response to a refused request, in place of API Gateway's. See [`AuthenticateLayer::on_refusal`].
    ///
    /// The [reason](sig4::tower::Denial::reason) of a denial is a [`PolicyDenial`].
    ///
    /// ```
    /// use axum::response::IntoResponse;
    /// use sig4_iam::tower::PolicyDenial;
    /// # use sig4::Verifier;
    /// # use sig4_iam::Directory;
    /// # use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    ///
    /// let layer = layer.on_refusal(|refused| async move {
    ///     let text = match refused.denial().and_then(|denial| denial.reason()) {
    ///         Some(PolicyDenial::NotAllowed { action, .. }) => format!("you may not {action}"),
    ///         _ => "sign your request".to_owned(),
    ///     };
    ///     (refused.status(), text).into_response()
    /// });
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn on_refusal<B, F>(mut self, hook: impl Fn(RefusedRequest<Identity>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.authenticate = self.authenticate.on_refusal(hook);
        self
    }

    /// Sets a hook that is called once for each request, as soon as it is allowed, exempt or refused: for metrics. See
    /// [`AuthenticateLayer::on_decision`].
    #[must_use]
    pub fn on_decision(mut self, hook: impl Fn(&AuthOutcome<'_>) + Send + Sync + 'static) -> Self {
        self.authenticate = self.authenticate.on_decision(hook);
        self
    }

    /// Sets the maximum length of a body, in bytes. A longer one gets 413. The default is
    /// [`DEFAULT_BODY_LIMIT`](sig4::tower::DEFAULT_BODY_LIMIT).
    #[must_use]
    pub fn with_body_limit(mut self, limit: usize) -> Self {
        self.authenticate = self.authenticate.with_body_limit(limit);
        self
    }

    /// Sets the maximum total length of the bodies of all requests, in bytes. See [`AuthenticateLayer::with_body_budget`].
    ///
    /// ```
    /// # use sig4::Verifier;
    /// # use sig4_iam::Directory;
    /// # use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// let layer = layer.with_body_budget(256 * 1024 * 1024);
    /// assert!(format!("{layer:?}").contains("268435456"));
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn with_body_budget(mut self, bytes: usize) -> Self {
        self.authenticate = self.authenticate.with_body_budget(bytes);
        self
    }

    /// Sets the time limit of the key store, of the body, and of the store of used signatures, each on its own. See
    /// [`AuthenticateLayer::with_time_limit`].
    #[must_use]
    pub fn with_time_limit<S>(mut self, limit: Duration, sleep: impl Fn(Duration) -> S + Send + Sync + 'static) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        self.authenticate = self.authenticate.with_time_limit(limit, sleep);
        self
    }

    /// Sets whether requests come over TLS, to this server or to a proxy before it. Policies see it as `aws:SecureTransport`. The
    /// default is `false`.
    #[must_use]
    pub fn with_secure_transport(mut self, secure: bool) -> Self {
        self.policies = self.policies.with_secure_transport(secure);
        self
    }

    /// Sets where the client's address is found. Policies see it as `aws:SourceIp`. It is unknown by default: an allow with a
    /// condition on it does not apply, and a deny does.
    ///
    /// Use a header such as `x-forwarded-for` only if a proxy that you trust has written it.
    ///
    /// ```
    /// use axum::extract::ConnectInfo;
    /// use std::net::SocketAddr;
    /// # use sig4::Verifier;
    /// # use sig4_iam::Directory;
    /// # use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    ///
    /// let layer = layer.with_source_ip(|parts| {
    ///     let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    ///     Some(peer.0.ip())
    /// });
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn with_source_ip(mut self, source_ip: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        self.policies = self.policies.with_source_ip(source_ip);
        self
    }

    /// Adds the resource-based policy of the API. REST APIs have them, HTTP APIs do not.
    #[must_use]
    pub fn with_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.policies = self.policies.with_resource_policy(policy);
        self
    }

    /// Passes on requests without authentication if `exempts` returns `true`. See [`AuthenticateLayer::exempt`].
    ///
    /// ```
    /// # use sig4::Verifier;
    /// # use sig4_iam::Directory;
    /// # use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// let layer = layer.exempt(|parts| parts.method == "OPTIONS" || parts.uri.path() == "/health");
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn exempt(mut self, exempts: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.authenticate = self.authenticate.exempt(exempts);
        self
    }

    /// Sets where the received URI is found, for a layer inside a router that strips a prefix. With the feature `axum` a layer inside a
    /// router of axum finds it itself. See [`AuthenticateLayer::with_original_uri`].
    ///
    /// ```
    /// # use sig4::Verifier;
    /// # use sig4_iam::Directory;
    /// # use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// /// The URI as a middleware kept it, before a router stripped the prefix.
    /// #[derive(Clone)]
    /// struct Received(http::Uri);
    ///
    /// let layer = layer.with_original_uri(|parts| parts.extensions.get::<Received>().map(|received| received.0.clone()));
    /// # let _ = layer;
    /// # Ok::<(), sig4::Error>(())
    /// ```
    #[must_use]
    pub fn with_original_uri(mut self, original: impl Fn(&Parts) -> Option<Uri> + Send + Sync + 'static) -> Self {
        self.authenticate = self.authenticate.with_original_uri(original);
        self
    }

    /// Accepts every spelling of a path, and rewrites the request to the spelling that the policies saw. See
    /// [`AuthenticateLayer::with_dangerous_path_rewriting`] for the danger.
    ///
    /// ```
    /// use axum::{Router, body::Body, routing::get};
    /// use http::Request;
    /// use tower::{Layer, ServiceExt};
    /// # use sig4::Verifier;
    /// # use sig4_iam::Directory;
    /// # use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let verifier = Verifier::new("us-east-1", "execute-api")?;
    /// # let layer = AuthorizeLayer::new(verifier, Directory::new("123456789012"), ExecuteApi::new("us-east-1", "1", "abc"));
    /// let layer = layer.exempt(|parts| parts.uri.path() == "/health").with_dangerous_path_rewriting();
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
        self.authenticate = self.authenticate.with_dangerous_path_rewriting();
        self
    }

    /// Refuses signatures that `store` has seen before. The store is asked after the policies have allowed a request. See
    /// [`AuthenticateLayer::with_replay_store`].
    ///
    /// ```
    /// use sig4::verify::SeenSignatures;
    /// # use axum::body::Body;
    /// # use axum::http::{Request, StatusCode};
    /// # use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
    /// # use sig4_iam::tower::{AuthorizeLayer, ExecuteApi};
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
        self.authenticate = self.authenticate.with_replay_store(store);
        self
    }

    /// Sets the clock, for tests. The default is the system clock.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.authenticate = self.authenticate.with_clock(now);
        self
    }
}

impl<S, K: KeyStore<Key = Identity>, O> Layer<S> for AuthorizeLayer<K, O> {
    type Service = Authorize<S, K, O>;

    fn layer(&self, inner: S) -> Self::Service {
        self.authenticate.clone().with_decision(self.policies.clone()).layer(inner)
    }
}

impl<K: KeyStore, O> Clone for AuthorizeLayer<K, O> {
    fn clone(&self) -> Self {
        Self { authenticate: self.authenticate.clone(), policies: self.policies.clone() }
    }
}

impl<K: KeyStore, O> fmt::Debug for AuthorizeLayer<K, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizeLayer")
            .field("authenticate", &self.authenticate)
            .field("policies", &self.policies)
            .finish()
    }
}
