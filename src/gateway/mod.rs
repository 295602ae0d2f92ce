//! An HTTP API of API Gateway on this machine.
//!
//! Routes, IAM authorization, CORS, Lambda events and limits, as HTTP APIs have them.

pub(crate) mod access;
pub(crate) mod answer;
pub(crate) mod api;
pub mod blueprint;
pub mod config;
pub(crate) mod cors;
pub(crate) mod event;
pub(crate) mod integration;
pub(crate) mod limits;
pub(crate) mod reply;
pub(crate) mod route;
pub(crate) mod server;
pub(crate) mod stage;
pub mod template;
pub(crate) mod timeouts;
pub(crate) mod upstream;

pub use access::{AccessRecord, Decided};
pub use api::{Auth, HttpApi};
pub use cors::Cors;
pub use event::Event;
pub use integration::Integration;
pub use limits::{INTEGRATION_TIMEOUT, MAX_BODY_LEN, MAX_HEAD_LEN, MAX_LAMBDA_PAYLOAD_LEN};
pub use reply::Reply;
pub use route::table::MAX_ROUTES;
pub use route::{MAX_ROUTE_KEY_LEN, RouteKey};
pub use server::Server;
pub use server::lambda::LambdaFunction;
pub use server::lambda::configuration::FunctionConfiguration;
pub use stage::{MAX_STAGES, Stage};
pub use timeouts::Timeouts;
