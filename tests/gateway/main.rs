//! The HTTP API, called over the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod authorization;
mod bodies;
mod cors;
mod events;
mod hostile;
mod lambda;
mod limits;
#[path = "../one_path/gateway.rs"]
mod one_path;
mod paths;
#[path = "../one_path/pieces.rs"]
#[allow(dead_code, reason = "this API takes what is ambiguous")]
mod pieces;
mod proxy;
mod replies;
mod routing;
mod shutdown;
mod strangers;
mod support;
mod tls;
