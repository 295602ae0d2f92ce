//! Traefik.

use super::attacks;
use super::front::{Front, Kind};
use sig4_test_support::install;
use sig4_test_support::need::Need;
use std::path::Path;

const TRAEFIK: Kind = Kind {
    need: Need::Traefik,
    program: || install::traefik(Path::new(env!("CARGO_TARGET_TMPDIR"))),
    arguments: &["--configFile=traefik.yml"],
    example: "traefik",
};

#[test]
fn decisions() {
    if let Some(front) = Front::start(&TRAEFIK, "decisions through traefik") {
        attacks::decisions(&front);
    }
}

#[test]
fn paths() {
    if let Some(front) = Front::start(&TRAEFIK, "paths through traefik") {
        attacks::paths(&front);
    }
}

#[test]
fn targets() {
    if let Some(front) = Front::start(&TRAEFIK, "targets through traefik") {
        attacks::targets(&front);
    }
}

#[test]
fn identity_headers() {
    if let Some(front) = Front::start(&TRAEFIK, "identity headers through traefik") {
        attacks::identity_headers(&front);
    }
}

#[test]
fn original_headers() {
    if let Some(front) = Front::start(&TRAEFIK, "original headers through traefik") {
        attacks::original_headers(&front);
    }
}

#[test]
fn method_override() {
    if let Some(front) = Front::start(&TRAEFIK, "method override through traefik") {
        attacks::method_override(&front);
    }
}

#[test]
fn path_override() {
    if let Some(front) = Front::start(&TRAEFIK, "path override through traefik") {
        attacks::path_override(&front);
    }
}

#[test]
fn upgrades() {
    if let Some(front) = Front::start(&TRAEFIK, "upgrades through traefik") {
        attacks::upgrades(&front);
    }
}

#[test]
fn bodies() {
    if let Some(front) = Front::start(&TRAEFIK, "bodies through traefik") {
        attacks::bodies(&front);
    }
}

#[test]
fn long_heads() {
    if let Some(front) = Front::start(&TRAEFIK, "long heads through traefik") {
        attacks::long_heads(&front);
    }
}

#[test]
fn sent_bodies() {
    if let Some(front) = Front::start(&TRAEFIK, "bodies that traefik sends") {
        attacks::sent_bodies(&front);
    }
}

/// The configuration of a Traefik that sends no bodies.
fn without_bodies(text: String) -> String {
    text.replace("/body=sent", "").replace("forwardBody: true", "forwardBody: false")
}

#[test]
fn checked_bodies() {
    if let Some(front) = Front::with(&TRAEFIK, "bodies that a service behind traefik checks", true, without_bodies) {
        attacks::checked_bodies(&front, false);
    }
}

#[test]
fn no_authorizer() {
    if let Some(front) =
        Front::with(&TRAEFIK, "traefik without an authorizer", false, |text| text.replace(":9191", ":1"))
    {
        attacks::no_authorizer(&front);
    }
}
