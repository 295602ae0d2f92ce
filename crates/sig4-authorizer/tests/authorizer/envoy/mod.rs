//! Envoy's `ext_authz` over gRPC, through a real Envoy where one is there.

mod answers;
mod attributes;
mod bodies;
mod paths;
mod proxy;
mod scene;
