#![doc = include_str!("../README.md")]
//!
//! # The steps of a request
//!
//! | Step | Response if it fails |
//! |---|---|
//! | its size | 413, 431 |
//! | its form | 400 |
//! | [its host](AllowedHosts) | 403 |
//! | its path | 400 |
//! | its stage and route | 404, of a REST API 403 or 400; 204 to a CORS preflight |
//! | its signature, and the policies | 403, 413, 414 |
//! | the integration | 500, 503; of a REST API 502, 504 |
//!
//! The router, the policies and the event of an HTTP API use one and the same path. In a REST API, every reading of the path selects the same
//! method and is authorized, and the event has the path as it was sent.
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]

pub(crate) mod access;
pub mod config;
pub(crate) mod cors;
pub(crate) mod defaults;
pub mod definition;
pub(crate) mod domain;
pub(crate) mod echo;
pub(crate) mod error;
pub(crate) mod error_body;
pub(crate) mod event;
pub(crate) mod explain_headers;
pub(crate) mod forwarded;
pub(crate) mod gateway_response;
pub(crate) mod head;
pub(crate) mod hosts;
pub(crate) mod integration;
pub(crate) mod limits;
pub(crate) mod media_type;
pub(crate) mod mock;
pub(crate) mod payload_format;
pub(crate) mod proxy_headers;
pub(crate) mod received_names;
pub(crate) mod reply;
pub(crate) mod rest_path;
pub(crate) mod route;
pub(crate) mod routed_request;
pub(crate) mod server;
pub(crate) mod stage;
pub mod template;
pub(crate) mod timeouts;
pub(crate) mod tls;
pub(crate) mod upstream;
pub(crate) mod upstream_headers;
pub(crate) mod upstream_mapping;

pub use access::inspection::Inspection;
pub use access::{AccessRecord, AuthDecision};
pub use cors::Cors;
pub use defaults::{
    DEFAULT_ACCOUNT, DEFAULT_API_ID, DEFAULT_FUNCTION_MEMORY_MIB, DEFAULT_FUNCTION_TIMEOUT, DEFAULT_REGION,
};
pub use definition::ApiDefinition;
pub use definition::route::Auth;
pub use domain::DomainMapping;
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use explain_headers::{CAUSE_HEADER, EXPLAIN_HEADER, EXPLAIN_VALUE, REMEDY_HEADER};
pub use gateway_response::{GatewayResponse, GatewayResponseType};
pub use hosts::AllowedHosts;
pub use integration::{Integration, IntegrationKind};
pub use limits::{
    DEFAULT_BODY_BUDGET, INTEGRATION_TIMEOUT, MAX_BODY_LEN, MAX_HEAD_LEN, MAX_LAMBDA_PAYLOAD_LEN,
    REST_INTEGRATION_TIMEOUT,
};
pub use mock::MockIntegration;
pub use payload_format::PayloadFormat;
pub use reply::Reply;
pub use route::resources::MAX_RESOURCES;
pub use route::table::MAX_ROUTES;
pub use route::{MAX_ROUTE_KEY_LEN, RouteKey};
pub use server::Server;
pub use server::current_api::ReplacedApi;
pub use server::lambda::LambdaFunction;
pub use server::lambda::configuration::FunctionConfiguration;
pub use server::lambda::runtime::{LambdaRuntime, RuntimeActivity};
pub use server::local_pages::LocalPages;
pub use stage::{MAX_STAGES, Stage};
pub use timeouts::Timeouts;
pub use tls::TlsConfig;
pub use upstream::Upstream;
