//! Envoy's `ext_authz` filter, version 3, over gRPC.
//!
//! | Step | Module |
//! |---|---|
//! | method, path, host and headers, which Envoy sends twice and which have to agree | `head` |
//! | what Envoy sent of the body | `body` |
//! | the request, its client and the API | `attributes` |
//! | the answer, with the metadata for Envoy's own log | `response`, `metadata` |
//!
//! Source: `envoy/service/auth/v3/attribute_context.proto` and `external_auth.proto`; measured on Envoy 1.40.

mod attributes;
mod body;
mod head;
mod metadata;
mod response;
pub(crate) mod service;
