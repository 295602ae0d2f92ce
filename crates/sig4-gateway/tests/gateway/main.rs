//! The HTTP API, called over the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod authorization;
mod bodies;
mod config;
mod config_places;
mod cors;
mod events;
mod explanations;
mod h2;
mod hostile;
mod inspection;
mod intrinsics;
mod lambda;
mod limits;
mod local_pages;
mod one_path;
mod paths;
mod processes;
mod proxy;
mod replace;
mod replies;
mod rest;
mod rest_stacks;
mod routing;
mod sam;
mod scaling;
mod secure;
mod shutdown;
mod stacks;
mod strangers;
mod support;
mod template;
mod unknown_routes;
mod tls;

/// The worker of the tests in `scaling`, which run it under valgrind. Alone it does nothing.
#[test]
fn worker() {
    if let Ok(case) = std::env::var(sig4_test_support::counted::CASE) {
        scaling::work(&case);
    }
}
