//! The layer that authenticates requests.

mod admit;
#[cfg(feature = "http-body")]
mod admit_streamed;
pub(crate) mod api_type;
mod asked;
pub(crate) mod authenticator;
#[cfg(feature = "http-body")]
mod begun;
pub(crate) mod body_check;
#[cfg(feature = "http-body")]
mod body_failure;
pub(crate) mod caller;
pub(crate) mod decide;
#[cfg(feature = "http-body")]
mod decoded_head;
mod event;
mod exemption;
#[cfg(feature = "explain")]
pub(crate) mod explain_budget;
#[cfg(feature = "explain")]
mod explained;
#[cfg(feature = "axum")]
mod extract;
mod gate;
pub(crate) mod outcome;
#[cfg(feature = "http-body")]
mod received_body;
mod received_uri;
pub(crate) mod refusal;
pub(crate) mod refusal_kind;
pub(crate) mod refused_request;
mod request_id;
mod service;
#[cfg(feature = "http-body")]
mod streaming;
mod unread;

pub use admit::RequestBody;
pub use api_type::ApiType;
pub use authenticator::Authenticator;
pub use body_check::{BODY_SHA256_HEADER, BodyCheck, BodyCheckLayer};
#[cfg(feature = "http-body")]
pub use body_failure::BodyFailure;
pub use caller::{AuthenticatedCaller, VerifiedRequest};
pub use decide::{AllowAuthenticated, Decide, Denial, Grounds};
pub use exemption::Exempted;
#[cfg(feature = "explain")]
#[doc(hidden)]
pub use explain_budget::ExplainBudget;
#[cfg(feature = "axum")]
pub use extract::MissingCaller;
pub use outcome::{AuthOutcome, AuthOutcomeKind};
#[cfg(feature = "http-body")]
pub use received_body::ReceivedBody;
pub use refusal::{Cause, Refusal};
pub use refusal_kind::{RefusalKind, RefusalMarker};
pub use refused_request::{RefusedRequest, RequestHead};
pub use service::Authenticate;

use super::body::BoxError;
use super::budget::BodyBudget;
use super::clock::TimeLimit;
use super::path::PathReading;
use crate::verify::Verifier;
use crate::verify::key_store::KeyStore;
use crate::verify::replay::ReplayStore;
use bytes::Bytes;
use gate::Gate;
use http::request::Parts;
use http::{Response, Uri};
use http_body::Body;
use http_body_util::Full;
use received_uri::ReceivedUri;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tower_layer::Layer;

/// Passes on requests with a valid signature that a [decision](Self::with_decision) allows.
///
/// The inner service gets such a request with its body as bytes and with an [`AuthenticatedCaller`] in its extensions, or with
/// the value that the decision returns instead. The layer answers every other request as API Gateway does, or with
/// [your own response](Self::on_refusal).
///
/// Wrap the whole router: `layer.layer(router)`. The layer then sees every request, including requests without a route, and
/// sees the URI as it was received. `Router::layer` of axum runs the layer after the router has chosen a route. That is
/// safe too, unless [`with_dangerous_path_rewriting`](Self::with_dangerous_path_rewriting) is set. A nested router has
/// stripped the prefix from the path by then. With the feature `axum` the layer takes the received path from axum's `OriginalUri`;
/// without it [`with_original_uri`](Self::with_original_uri) tells the layer.
///
/// # Events
///
/// The layer reports to `tracing` with the target `sig4::tower`. Neither queries, headers nor secrets are in it.
///
/// | | level | when |
/// |---|---|---|
/// | event | `WARN`, `INFO` | a request is refused: the server is at fault, or the request. With the cause and the claimed caller |
/// | span `authorized` | `INFO` | around the inner service, for an allowed request. With the caller and the [grounds](Decide::grounds) |
/// | event | `DEBUG` | a request is allowed, in that span |
/// | event | `INFO` | the body of an allowed request fails while it streams |
///
/// # Paths
///
/// An ambiguous path, which two readers can read differently, is answered with 400, before [`exempt`](Self::exempt) and the
/// decision are asked:
///
/// | refused | such as | because |
/// |---|---|---|
/// | an encoded `/` or `\`, a raw `\` | `%2F`, `%5C` | some split a segment there |
/// | a dot segment | `/..`, `/./a`, `%2e%2e` | some resolve it |
/// | an empty segment, other than the last one | `//a` | some merge the slashes |
/// | an encoded letter, digit, `-`, `.` or `_` | `/%61dmin` | routers that compare the text take another route |
/// | a raw `;` | `/a;b`, `/..;/a` | some cut the segment off there; `%3B` passes |
/// | a character that is not ASCII, unless it is encoded | `/é` | it has several encodings on the wire |
/// | a malformed escape, an escape that is not UTF-8, a control character | `%zz`, `%FF`, `%00` | readers drop or replace it |
/// | a target that is not a path | `*`, `CONNECT host:443` | there is nothing to authorize |
///
/// Everything else passes: `%7E`, and characters that must be encoded, such as `%20`, `%25`, `%3F`. Router and handler get the
/// path as it was sent. The decision and [`AuthenticatedCaller::path`] get it decoded once; a handler must not decode it twice.
///
/// A method with lower-case letters is answered with 400: handlers distinguish `delete` from `DELETE`, and servers behind them
/// may not.
///
/// # Bodies
///
/// The inner service takes a `Full<Bytes>` as the body of requests unless [`with_body`](Self::with_body) sets a different type. The
/// body of its responses must implement `From<Bytes>`, as axum's does.
///
/// The whole body is held in memory, because the signature covers the whole body. With the feature `http-body` a body in chunks
/// (`aws-chunked`) is decoded, and `with_streaming_body` hands bodies on while they arrive. If a request declares the hash of its body in a
/// signed `x-amz-content-sha256`, a wrong signature is refused before the body is read. The key store is asked for every request,
/// and may cache.
///
/// ```
/// use axum::{Extension, Router, body::Body, routing::get};
/// use http::Request;
/// use sig4::tower::{AuthenticateLayer, AuthenticatedCaller};
/// use sig4::{Credentials, Signer, Verifier};
/// use std::collections::HashMap;
/// use std::sync::Arc;
/// use tower::{Layer, ServiceExt};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let keys = HashMap::from([("AKIDEXAMPLE".to_owned(), Arc::new(credentials.clone()))]); // or your own `KeyStore`
/// let layer = AuthenticateLayer::new(Verifier::new("us-east-1", "execute-api")?, keys);
/// let who = get(async |Extension(caller): Extension<AuthenticatedCaller>| caller.access_key_id().to_owned());
/// let app = layer.layer(Router::new().route("/pets/{id}", who));
///
/// let mut request = Request::get("https://pets.example/pets/7").body("")?;
/// let now = time::OffsetDateTime::now_utc();
/// Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, now)?;
/// let response = app.clone().oneshot(request.map(Body::from)).await?;
/// assert_eq!(response.status(), 200);
///
/// let unsigned = Request::get("https://pets.example/pets/7").body(Body::empty())?;
/// assert_eq!(app.oneshot(unsigned).await?.status(), 403);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AuthenticateLayer<K: KeyStore, D = AllowAuthenticated, O = Full<Bytes>> {
    authenticator: Authenticator<Arc<K>>,
    decision: Arc<D>,
    gate: Gate<K::Key>,
    body: PhantomData<fn() -> O>,
}

impl<K: KeyStore> AuthenticateLayer<K> {
    /// Passes on every request that is signed with a key of `keys`.
    #[must_use]
    pub fn new(verifier: Verifier, keys: K) -> Self {
        Self {
            authenticator: Authenticator::new(verifier, Arc::new(keys)),
            decision: Arc::new(AllowAuthenticated),
            gate: Gate::new(),
            body: PhantomData,
        }
    }
}

impl<K: KeyStore, D, O> AuthenticateLayer<K, D, O> {
    /// Sets the decision about the requests of authenticated callers. The default allows all.
    ///
    /// ```
    /// use sig4::Credentials;
    /// use sig4::tower::{AuthenticateLayer, Denial, VerifiedRequest};
    /// # use sig4::verify::KeyStore;
    /// # fn example<K: KeyStore<Key = Credentials>>(layer: AuthenticateLayer<K>) {
    ///
    /// let layer = layer.with_decision(|request: &VerifiedRequest<'_, Credentials>| {
    ///     if request.caller().method() != "GET" {
    ///         return Err(Denial::new("callers may only read"));
    ///     }
    ///     Ok(request.authenticated())
    /// });
    /// # let _ = layer;
    /// # }
    /// ```
    #[must_use]
    pub fn with_decision<E: Decide<K::Key>>(self, decision: E) -> AuthenticateLayer<K, E, O> {
        let Self { authenticator, gate, .. } = self;
        AuthenticateLayer { authenticator, decision: Arc::new(decision), gate, body: PhantomData }
    }

    /// Sets the body type of the requests that the inner service takes: any type that implements `From<Bytes>`, such as
    /// `axum::body::Body`.
    #[must_use]
    pub fn with_body<P: From<Bytes>>(self) -> AuthenticateLayer<K, D, P> {
        let Self { authenticator, decision, gate, .. } = self;
        AuthenticateLayer { authenticator, decision, gate, body: PhantomData }
    }

    /// Sets the type of API whose answers refused requests get. The default is [`ApiType::HttpApi`].
    #[must_use]
    pub const fn with_api_type(mut self, api_type: ApiType) -> Self {
        self.gate.api_type = api_type;
        self
    }

    /// Sets whether the body of the answer holds the true cause of a refusal, in a field `cause`. The default is `false`. Use it in
    /// tests only: the cause tells more about keys, stores and decisions than callers should know.
    #[must_use]
    pub const fn with_verbose_errors(mut self, verbose: bool) -> Self {
        self.gate.verbose = verbose;
        self
    }

    /// Sets a hook that makes the response to a refused request, in place of API Gateway's.
    ///
    /// The hook gets the [`RefusedRequest`]: the cause, the explanation, the claimed access key id and the proven caller. It is
    /// asynchronous, so that it may write the refusal into a database first. The response may have any body that ends, such as axum's.
    /// Set its status, which is 200 otherwise, and its `content-type`: [`Refusal::status`] and [`Refusal::code`] are those of a REST API.
    /// The layer adds a [`RefusalMarker`].
    ///
    /// A request whose hook panics gets no further; the panic goes on, up to `CatchPanicLayer` of tower-http or to the server.
    ///
    /// ```
    /// use axum::Json;
    /// use axum::response::IntoResponse;
    /// use sig4::tower::AuthenticateLayer;
    /// # use sig4::{Credentials, verify::KeyStore};
    /// # fn example<K: KeyStore<Key = Credentials>>(layer: AuthenticateLayer<K>) {
    ///
    /// // "Problem Details for HTTP APIs", RFC 9457.
    /// let layer = layer.on_refusal(|refused| async move {
    ///     let detail = refused.proven_caller().map(|caller| format!("{} may not do this", caller.access_key_id()));
    ///     let problem = serde_json::json!({"title": refused.code(), "status": refused.status().as_u16(), "detail": detail});
    ///     (refused.status(), [("content-type", "application/problem+json")], Json(problem)).into_response()
    /// });
    /// # let _ = layer;
    /// # }
    /// ```
    #[must_use]
    pub fn on_refusal<B, F>(mut self, hook: impl Fn(RefusedRequest<K::Key>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.gate.on_refusal = Some(gate::hook(hook));
        self
    }

    /// Sets a hook that is called once for each request, as soon as it is allowed, exempt or refused: for metrics.
    ///
    /// It must be quick, because the request waits for it. A request whose hook panics gets no further.
    ///
    /// ```
    /// use sig4::tower::{AuthenticateLayer, AuthOutcome};
    /// # use sig4::verify::KeyStore;
    /// # mod metrics {
    /// #     pub struct Metric;
    /// #     impl Metric { pub fn increment(&self, _: u64) {} pub fn record(&self, _: f64) {} }
    /// #     #[macro_export] macro_rules! counter { ($name:literal, $($label:literal => $value:expr),*) => {{ $(let _: &str = $value;)* metrics::Metric }} }
    /// #     #[macro_export] macro_rules! histogram { ($name:literal) => { metrics::Metric } }
    /// # }
    /// # fn example<K: KeyStore>(layer: AuthenticateLayer<K>) {
    ///
    /// let layer = layer.on_decision(|outcome: &AuthOutcome<'_>| {
    ///     counter!("auth_requests_total", "outcome" => outcome.kind().as_str()).increment(1);
    ///     histogram!("auth_duration_seconds").record(outcome.elapsed().as_secs_f64());
    /// });
    /// # let _ = layer;
    /// # }
    /// ```
    #[must_use]
    pub fn on_decision(mut self, hook: impl Fn(&AuthOutcome<'_>) + Send + Sync + 'static) -> Self {
        self.gate.observer = Some(Arc::new(hook));
        self
    }

    /// Sets the most bytes of a body. A longer body is answered with 413. The default is
    /// [`DEFAULT_BODY_LIMIT`](super::DEFAULT_BODY_LIMIT).
    #[must_use]
    pub fn with_body_limit(mut self, limit: usize) -> Self {
        self.authenticator = self.authenticator.with_body_limit(limit);
        self
    }

    /// Sets the most bytes that this layer's services hold in bodies at a time. The layer's clones share the budget.
    ///
    /// Room is taken as a body arrives. A body in several pieces takes twice its length until it is complete. The room is
    /// returned when the last clone of the body is dropped. A request without room for its body is answered with 503 at once, and
    /// a request whose body can never have room with 413. By default the sum is not limited.
    #[must_use]
    pub fn with_body_budget(mut self, bytes: usize) -> Self {
        self.authenticator = self.authenticator.with_body_budget(BodyBudget::new(bytes));
        self
    }

    /// Sets a time limit for the key store, for the body, and for the store of used signatures, each. A slower store is answered
    /// with 500, a slower body with 408. `sleep` is the timer of the runtime, such as `tokio::time::sleep`. There is no limit by
    /// default.
    #[must_use]
    pub fn with_time_limit<S>(mut self, limit: Duration, sleep: impl Fn(Duration) -> S + Send + Sync + 'static) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        self.authenticator = self.authenticator.with_time_limit(TimeLimit::new(limit, sleep));
        self
    }

    /// Passes on requests unauthenticated if `exempts` returns `true`: the preflight requests of browsers, or a health check.
    /// Such a request carries no [`AuthenticatedCaller`], even if it is signed. The limits of bodies apply to it.
    ///
    /// `exempts` sees only requests whose [path](Self#paths) is unambiguous. Compare the whole path, or a prefix that ends in a
    /// slash. List the exempt paths, not the others: `/@x` and `/%40x` are two texts.
    ///
    /// ```
    /// # use sig4::{Credentials, tower::AuthenticateLayer, verify::KeyStore};
    /// # fn example<K: KeyStore<Key = Credentials>>(layer: AuthenticateLayer<K>) {
    /// let layer = layer.exempt(|parts| parts.method == "OPTIONS" || parts.uri.path() == "/health");
    /// # let _ = layer;
    /// # }
    /// ```
    #[must_use]
    pub fn exempt(mut self, exempts: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.gate.exempts = Some(Arc::new(exempts));
        self
    }

    /// Sets how to find the received URI, for a layer inside a router that strips a prefix.
    /// Signature, exemption, decision and [`AuthenticatedCaller`] use the received URI; the inner service gets the stripped URI.
    ///
    /// With the feature `axum` a layer inside `Router::nest` of axum finds the URI itself, in the extension `OriginalUri`. In a router that
    /// the layer does not know, it takes the stripped path for the whole path. Clients' signatures then do not match, and a
    /// decision cannot distinguish `/v1/pets` from `/v2/pets`. The layer cannot detect it: the signatures of `//pets`, below an empty
    /// prefix, and of `/pets` are the same, because SigV4 merges slashes. A layer around the outermost router does not need this setting.
    ///
    /// `original` must return the URI that the server received, never one that a client claims, such as `x-original-url`. A
    /// request is answered with 500 if there is no such URI, or if the stripped URI is not its end. This setting and
    /// [`with_dangerous_path_rewriting`](Self::with_dangerous_path_rewriting) exclude each other: the later call wins.
    ///
    /// ```
    /// # use sig4::{Credentials, tower::AuthenticateLayer, verify::KeyStore};
    /// # fn example<K: KeyStore<Key = Credentials> + 'static>(layer: AuthenticateLayer<K>) {
    /// /// The URI as a middleware kept it, before a router stripped the prefix.
    /// #[derive(Clone)]
    /// struct Received(http::Uri);
    ///
    /// let layer = layer.with_original_uri(|parts| parts.extensions.get::<Received>().map(|received| received.0.clone()));
    /// # let _ = layer;
    /// # }
    /// ```
    #[must_use]
    pub fn with_original_uri(mut self, original: impl Fn(&Parts) -> Option<Uri> + Send + Sync + 'static) -> Self {
        self.gate.received = ReceivedUri::Given(Arc::new(original));
        self.gate.paths = PathReading::Unambiguous;
        self
    }

    /// Accepts every spelling of a path, as API Gateway does, and rewrites the request to the path that the decision saw: decoded
    /// once, with dot segments resolved and repeated slashes merged if the service does so, and encoded again.
    ///
    /// # Danger
    ///
    /// Use it only for a layer that wraps the router. A router before the layer, as with `Router::layer` of axum, has chosen the
    /// route by the path as it was sent: `/pets/..%2Fhealth` is then the route of pets, but `/health` for the exemption and
    /// the decision. Every client can then bypass both. With the feature `axum` a request is answered with 500 if a router before the
    /// layer has stripped a prefix.
    ///
    /// These paths are still refused: malformed escapes, bytes that are not UTF-8, control characters, and dot segments if
    /// the verifier does not normalize paths, as for S3.
    ///
    /// ```
    /// use axum::{Router, body::Body, routing::get};
    /// use http::Request;
    /// use tower::{Layer, ServiceExt};
    /// # use sig4::{Credentials, tower::AuthenticateLayer, verify::KeyStore};
    /// # async fn example<K: KeyStore<Key = Credentials> + 'static>(
    /// #     layer: AuthenticateLayer<K>,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let layer = layer.exempt(|parts| parts.uri.path() == "/health").with_dangerous_path_rewriting();
    /// let router = Router::new().route("/health", get("well")).route("/pets/{id}", get("a pet"));
    /// let app = layer.layer(router); // never `router.layer(layer)`
    /// let response = app.oneshot(Request::get("/pets/..%2Fhealth").body(Body::empty())?).await?;
    /// let body = axum::body::to_bytes(response.into_body(), 1024).await?;
    /// assert_eq!(body, "well");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_dangerous_path_rewriting(mut self) -> Self {
        self.gate.received = ReceivedUri::Unchanged;
        self.gate.paths = PathReading::Normalized;
        self
    }

    /// Refuses signatures that were used before, which `store` remembers.
    ///
    /// The store is asked once the decision has allowed a request, within the [time limit](Self::with_time_limit). If it fails or
    /// is too slow, the answer is 500. A request whose signature expires before its body ends is refused, because a store may have
    /// forgotten the signature by then. [`SeenSignatures`](crate::verify::SeenSignatures) keeps signatures in memory; a store that
    /// several servers share implements [`ReplayStore`].
    ///
    /// Two equal requests of one key within the same second have the same signature: the second is refused, also if it repeats the first.
    #[must_use]
    pub fn with_replay_store(mut self, store: impl ReplayStore + 'static) -> Self {
        self.authenticator = self.authenticator.with_replay_store(store);
        self
    }

    /// Sets the clock, for tests. The default is the machine's.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.authenticator = self.authenticator.with_clock(now);
        self
    }
}

impl<S, K: KeyStore, D, O> Layer<S> for AuthenticateLayer<K, D, O> {
    type Service = Authenticate<S, K, D, O>;

    fn layer(&self, inner: S) -> Self::Service {
        Authenticate::new(inner, self.authenticator.clone(), Arc::clone(&self.decision), self.gate.clone())
    }
}

impl<K: KeyStore, D, O> Clone for AuthenticateLayer<K, D, O> {
    fn clone(&self) -> Self {
        Self {
            authenticator: self.authenticator.clone(),
            decision: Arc::clone(&self.decision),
            gate: self.gate.clone(),
            body: PhantomData,
        }
    }
}

impl<K: KeyStore, D, O> fmt::Debug for AuthenticateLayer<K, D, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticateLayer")
            .field("authenticator", &self.authenticator)
            .field("api_type", &self.gate.api_type)
            .finish_non_exhaustive()
    }
}
