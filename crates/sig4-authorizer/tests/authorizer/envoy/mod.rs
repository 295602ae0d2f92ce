//! Envoy's `ext_authz` over gRPC, through a real Envoy where one is there.

mod answers;
mod attributes;
mod bodies;
mod example;
mod failures;
mod hosts;
mod identity;
mod mutual_tls;
mod paths;
mod proxy;
mod scene;
mod services;
