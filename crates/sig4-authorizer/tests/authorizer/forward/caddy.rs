//! Caddy.

use super::attacks;
use super::front::{Front, Kind, installed};
use sig4_test_support::need::Need;

const CADDY: Kind = Kind {
    need: Need::Caddy,
    program: || installed("caddy", "version"),
    arguments: &["run", "--config", "Caddyfile"],
    example: "caddy",
};

#[test]
fn decisions() {
    if let Some(front) = Front::start(&CADDY, "decisions through caddy") {
        attacks::decisions(&front);
    }
}

#[test]
fn paths() {
    if let Some(front) = Front::start(&CADDY, "paths through caddy") {
        attacks::paths(&front);
    }
}

#[test]
fn targets() {
    if let Some(front) = Front::start(&CADDY, "targets through caddy") {
        attacks::targets(&front);
    }
}

#[test]
fn identity_headers() {
    if let Some(front) = Front::start(&CADDY, "identity headers through caddy") {
        attacks::identity_headers(&front);
    }
}

#[test]
fn original_headers() {
    if let Some(front) = Front::start(&CADDY, "original headers through caddy") {
        attacks::original_headers(&front);
    }
}

#[test]
fn method_override() {
    if let Some(front) = Front::start(&CADDY, "method override through caddy") {
        attacks::method_override(&front);
    }
}

#[test]
fn path_override() {
    if let Some(front) = Front::start(&CADDY, "path override through caddy") {
        attacks::path_override(&front);
    }
}

#[test]
fn upgrades() {
    if let Some(front) = Front::start(&CADDY, "upgrades through caddy") {
        attacks::upgrades(&front);
    }
}

#[test]
fn bodies() {
    if let Some(front) = Front::start(&CADDY, "bodies through caddy") {
        attacks::bodies(&front);
    }
}

#[test]
fn long_heads() {
    if let Some(front) = Front::start(&CADDY, "long heads through caddy") {
        attacks::long_heads(&front);
    }
}

#[test]
fn unread_bodies() {
    if let Some(front) = Front::start(&CADDY, "bodies that caddy does not send") {
        attacks::unread_bodies(&front);
    }
}

#[test]
fn checked_bodies() {
    if let Some(front) = Front::with(&CADDY, "bodies that a service behind caddy checks", true, |text| text) {
        attacks::checked_bodies(&front, true);
    }
}

#[test]
fn no_authorizer() {
    if let Some(front) = Front::with(&CADDY, "caddy without an authorizer", false, |text| text.replace(":9191", ":1")) {
        attacks::no_authorizer(&front);
    }
}
