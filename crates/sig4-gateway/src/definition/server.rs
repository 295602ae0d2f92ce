//! The settings of the server: callers, limits, the clock and the log.

use super::ApiDefinition;
use crate::access::AccessRecord;
use crate::hosts::AllowedHosts;
use crate::timeouts::Timeouts;
use crate::tls::TlsConfig;
use sig4::tower::Clock;
use sig4::verify::KeyStore;
use sig4_iam::Identity;
use std::sync::Arc;
use time::OffsetDateTime;

/// The settings of the server.
impl ApiDefinition {
    /// Sets where access keys are looked up, in place of the [`directory`](Self::directory) of a configuration. An API that
    /// requires signatures needs one of the two.
    #[must_use]
    pub fn with_keys(mut self, keys: impl KeyStore<Key = Identity> + 'static) -> Self {
        self.keys = Some(Arc::new(keys));
        self
    }

    /// Sets the time limits.
    #[must_use]
    pub const fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the receiver of access records, one for each request, after its response is made. It is called in its own
    /// thread, and no response waits for it: if it is too slow, records are [dropped](AccessRecord::dropped) and counted.
    #[must_use]
    pub fn with_access_log(mut self, log: impl Fn(&AccessRecord) + Send + Sync + 'static) -> Self {
        self.access_log = Some(Arc::new(log));
        self
    }

    /// Sets whether the records of the access log have the [details](crate::Inspection) of requests: for a page that shows them, or
    /// for a test. The default is `false`.
    ///
    /// No response waits for them. Requests and answers are held until the log has had the record, up to 32 MiB together; further
    /// records have no details.
    ///
    /// ```
    /// use sig4_gateway::ApiDefinition;
    ///
    /// let api = ApiDefinition::new("us-east-1").with_inspection(true).with_access_log(|record| {
    ///     if let Some(decision) = record.inspection().and_then(|inspection| inspection.decision()) {
    ///         eprintln!("{} {}: {decision}", record.method(), record.path());
    ///     }
    /// });
    /// # let _ = api;
    /// ```
    #[must_use]
    pub const fn with_inspection(mut self, inspects: bool) -> Self {
        self.inspection = inspects;
        self
    }

    /// Sets whether a refused caller gets the reason, as from a REST API. The default is an HTTP API's plain `Forbidden`.
    ///
    /// The member `cause` of the body has the text of [`AccessRecord::cause`], also for a route that does not exist and for an
    /// integration that failed. A request for a [host](Self::with_allowed_hosts) that is not allowed gets no cause.
    #[must_use]
    pub const fn with_verbose_errors(mut self, verbose: bool) -> Self {
        self.verbose_errors = verbose;
        self
    }

    /// Sets whether a program on this machine gets the cause of a refusal if it asks. The default is `false`.
    ///
    /// It asks with the request header [`EXPLAIN_HEADER`](crate::EXPLAIN_HEADER), `x-sig4-explain: 1`, and the response has
    /// [`CAUSE_HEADER`](crate::CAUSE_HEADER) and [`REMEDY_HEADER`](crate::REMEDY_HEADER) with the texts of the access log. The
    /// status and the body stay those of API Gateway. The header counts only if all of this holds:
    ///
    /// - The server and the client have loopback addresses, and the request is HTTP/1.1 or, over TLS, HTTP/2.
    /// - `Host`, in HTTP/2 the authority, is a loopback address or `localhost`, with the server's port.
    /// - No header shows a reverse proxy (`Forwarded`, `Via`, `X-Forwarded-*`, `X-Real-IP`, …) or a browser (`Origin`, `Referer`,
    ///   `Sec-*`, the `User-Agent` of browsers).
    /// - On Linux, the program is one of the server's own user. Root's programs are not told, unless the server is root's as well.
    ///   Other systems do not tell whose a connection is, so the programs of every local user are told there.
    ///
    /// A reverse proxy on this machine that adds no header and changes `Host` looks like such a program: leave this off behind it.
    /// Functions and upstreams never get the header.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, EXPLAIN_HEADER, EXPLAIN_VALUE};
    ///
    /// let api = ApiDefinition::new("us-east-1").with_local_explanations(true);
    /// let request = http::Request::get("http://127.0.0.1:3000/x").header(EXPLAIN_HEADER, EXPLAIN_VALUE).body(())?;
    /// assert_eq!(request.headers()["x-sig4-explain"], "1");
    /// # let _ = api;
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub const fn with_local_explanations(mut self, tells: bool) -> Self {
        self.local_explanations = tells;
        self
    }

    /// Serves the API over TLS, with HTTP/2 and HTTP/1.1. Without it, the server speaks HTTP/1.1 in plain text.
    ///
    /// Policies see `aws:SecureTransport` as `true` then. A request in plain text gets 400. A server keeps to TLS, or to plain text,
    /// when [its definition is replaced](crate::Server::replace); the certificate of the new definition is used for new connections.
    ///
    /// A test of a REST API over HTTP/2, with a client of `hyper-rustls` that trusts the certificate:
    ///
    /// ```
    /// use http_body_util::{BodyExt, Full};
    /// use hyper_util::client::legacy::Client;
    /// use hyper_util::rt::TokioExecutor;
    /// use sig4::tower::SignLayer;
    /// use sig4::{Credentials, Signer};
    /// use sig4_gateway::{ApiDefinition, Auth, GatewayResponse, GatewayResponseType, Integration, TlsConfig};
    /// use sig4_iam::{Directory, Identity, Principal, ResourcePolicy};
    /// use tower::{ServiceBuilder, ServiceExt};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// // `Server::url` has the IP address, so the certificate is for it.
    /// let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    /// let key = Credentials::new("AKIDEXAMPLE", "secret")?;
    /// let alice = Identity::new(key.clone(), Principal::user("123456789012", "alice")?);
    /// let policy = ResourcePolicy::parse("only-over-tls", r#"{"Version": "2012-10-17", "Statement": [
    ///     {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
    ///     {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
    ///      "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#)?;
    /// let server = ApiDefinition::rest("us-east-1")
    ///     .with_stage("prod")
    ///     .with_keys(Directory::new("123456789012").with_identity(alice)?)
    ///     .with_resource_policy(policy)
    ///     .with_gateway_response(
    ///         GatewayResponse::new(GatewayResponseType::Default4xx).with_header("Access-Control-Allow-Origin", "'*'"),
    ///     )
    ///     .with_tls(TlsConfig::from_pem(&made.cert.pem(), &made.signing_key.serialize_pem())?)
    ///     .route_with("GET /pets", Auth::Iam, Integration::echo())
    ///     .serve("127.0.0.1:0")
    ///     .await?;
    ///
    /// let mut roots = rustls::RootCertStore::empty();
    /// roots.add(made.cert.der().clone())?;
    /// let trusting = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
    ///     .with_safe_default_protocol_versions()?
    ///     .with_root_certificates(roots)
    ///     .with_no_client_auth();
    /// let https = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(trusting).https_only().enable_http2().build();
    /// let transport = Client::builder(TokioExecutor::new()).build(https);
    /// let signing = SignLayer::new(Signer::new("us-east-1", "execute-api")?, key, server.url().parse()?);
    /// let signed = ServiceBuilder::new().layer(signing).service(transport.clone());
    /// let pets = || http::Request::get(format!("{}/prod/pets", server.url())).body(Full::<bytes::Bytes>::default());
    ///
    /// let allowed = signed.oneshot(pets()?).await?;
    /// assert_eq!((allowed.status().as_u16(), allowed.version()), (200, http::Version::HTTP_2));
    /// let refused = transport.oneshot(pets()?).await?;
    /// assert_eq!((refused.status().as_u16(), &refused.headers()["access-control-allow-origin"]), (403, &"*".parse()?));
    /// let body = refused.into_body().collect().await?.to_bytes();
    /// assert_eq!(body, r#"{"message":"Missing Authentication Token"}"#);
    /// server.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_tls(mut self, tls: TlsConfig) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sets the maximum number of open connections, 4,096 by default. Further ones get 503, or are closed if the server speaks TLS.
    ///
    /// It is also the maximum number of requests in progress, of all connections of HTTP/2 and HTTP/1.1 together. Further requests get
    /// 503.
    #[must_use]
    pub const fn with_max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Sets which hosts the API answers to, [all](AllowedHosts::any) by default.
    #[must_use]
    pub fn with_allowed_hosts(mut self, hosts: AllowedHosts) -> Self {
        self.allowed_hosts = hosts;
        self
    }

    /// Sets how many bytes of bodies the server holds at a time, of all requests and responses together;
    /// [256 MiB](crate::DEFAULT_BODY_BUDGET) by default.
    ///
    /// - A body takes room as it comes in, and gives it back when it is dropped.
    /// - Copies count: a body that comes in several pieces takes twice its length until it is whole, and the event of a Lambda
    ///   function takes twice the length of its JSON.
    /// - A body that gets no room [in time](Timeouts::with_body_budget) is answered with 503, and a body of more than half the
    ///   budget with 413. Events and responses take precedence over incoming bodies.
    /// - A request without a readable signature, or with an unknown access key, takes no room: it is refused before its body is
    ///   read.
    /// - A body, an event or a response of up to 8 KiB takes no room, so that a full budget does not block small requests.
    /// - In addition, each connection has a read buffer of up to 32 KiB, and one of HTTP/2 up to 128 KiB of bodies that are not read
    ///   yet: with 4,096 connections, 128 MiB and 512 MiB at most.
    #[must_use]
    pub const fn with_body_budget(mut self, bytes: usize) -> Self {
        self.body_budget = bytes;
        self
    }

    /// Sets the clock, for tests. It gives the age of signatures and the time of events and records. The default is the system
    /// clock.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }
}
