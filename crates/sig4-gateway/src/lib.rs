//! An HTTP API of API Gateway on this machine.
//!
//! Routes, IAM authorization, CORS, Lambda events and limits are those of HTTP APIs with payload format 2.0. Describe an API with
//! [`ApiDefinition`], and serve it on a free port, in a test or for good:
//!
//! ```
//! use http_body_util::{BodyExt, Full};
//! use hyper_util::client::legacy::Client;
//! use hyper_util::rt::TokioExecutor;
//! use sig4_gateway::{Auth, Event, ApiDefinition, Integration, Reply};
//! use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
//! use sig4::{Credentials, Signer};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
//! let may_post = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
//!     "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:us-east-1:123456789012:*/POST/orders/*"}]}"#;
//! let alice = Identity::new(credentials.clone(), Principal::user("123456789012", "alice")?)
//!     .with_policies(Policies::new().with_identity(Policy::parse("may-post", may_post)?));
//! let order = Integration::handler(|event: Event| async move {
//!     Reply::json(format!(r#"{{"order":"{}"}}"#, event.path_parameter("id").unwrap_or_default())).with_status(201)
//! });
//! let server = ApiDefinition::new("us-east-1")
//!     .with_keys(Directory::new("123456789012").with_identity(alice)?)
//!     .with_default_authorizer(Auth::Iam)
//!     .route("ANY /orders/{id}", order)
//!     .serve("127.0.0.1:0")
//!     .await?;
//!
//! let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
//! for (method, status, answer) in
//!     [("POST", 201, r#"{"order":"7"}"#), ("DELETE", 403, r#"{"message":"Forbidden"}"#)]
//! {
//!     let request = http::Request::builder().method(method).uri(format!("{}/orders/7", server.url()));
//!     let mut request = request.body(bytes::Bytes::from("{}"))?;
//!     Signer::new("us-east-1", "execute-api")?.sign(&mut request, &credentials, time::OffsetDateTime::now_utc())?;
//!     let response = client.request(request.map(Full::new)).await?;
//!     assert_eq!(response.status(), status);
//!     assert_eq!(response.into_body().collect().await?.to_bytes(), answer);
//! }
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! What happens to a request, in this order: its size is looked at (413, 431), its host ([403](AllowedHosts)), its path (400), the stage and the route (404), whether it is
//! a preflight (204), who signed it and whether a policy allows it (403, 413 and 414), and then it goes to the integration
//! (500, 503). One path, in one spelling, is what the router, the policies and the event see.
//!
//! The addresses are plain HTTP and meant for this machine: who can reach them can call the routes without an authorizer. A page
//! in a browser of this machine is among them, unless [`AllowedHosts`] keeps out those that come under a name of their own.

pub(crate) mod access;
pub mod config;
pub(crate) mod cors;
pub(crate) mod defaults;
pub mod definition;
pub(crate) mod echo;
pub(crate) mod error;
pub(crate) mod error_body;
pub(crate) mod event;
pub(crate) mod forwarded;
pub(crate) mod head;
pub(crate) mod hosts;
pub(crate) mod integration;
pub(crate) mod limits;
pub(crate) mod proxy_headers;
pub(crate) mod reply;
pub(crate) mod route;
pub(crate) mod routed_request;
pub(crate) mod server;
pub(crate) mod stage;
pub mod template;
pub(crate) mod timeouts;
pub(crate) mod upstream;
pub(crate) mod upstream_headers;

pub use access::{AccessRecord, AuthDecision};
pub use cors::Cors;
pub use defaults::{
    DEFAULT_ACCOUNT, DEFAULT_API_ID, DEFAULT_FUNCTION_MEMORY_MIB, DEFAULT_FUNCTION_TIMEOUT, DEFAULT_REGION,
};
pub use definition::ApiDefinition;
pub use definition::route::Auth;
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use hosts::AllowedHosts;
pub use integration::{Integration, IntegrationKind};
pub use limits::{DEFAULT_BODY_BUDGET, INTEGRATION_TIMEOUT, MAX_BODY_LEN, MAX_HEAD_LEN, MAX_LAMBDA_PAYLOAD_LEN};
pub use reply::Reply;
pub use route::table::MAX_ROUTES;
pub use route::{MAX_ROUTE_KEY_LEN, RouteKey};
pub use server::Server;
pub use server::lambda::LambdaFunction;
pub use server::lambda::configuration::FunctionConfiguration;
pub use stage::{MAX_STAGES, Stage};
pub use timeouts::Timeouts;
pub use upstream::Upstream;
