//! Envoy's `ext_authz` filter, version 3, over gRPC.

mod attributes;
mod response;
pub(crate) mod service;
