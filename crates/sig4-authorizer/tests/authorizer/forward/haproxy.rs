//! Haproxy.

use super::attacks;
use super::front::{Front, Kind, installed};
use sig4_test_support::need::Need;

const HAPROXY: Kind = Kind {
    need: Need::Haproxy,
    program: || installed("haproxy", "-v"),
    arguments: &["-db", "-f", "haproxy.cfg"],
    example: "haproxy",
};

#[test]
fn decisions() {
    if let Some(front) = Front::start(&HAPROXY, "decisions through haproxy") {
        attacks::decisions(&front);
    }
}

#[test]
fn paths() {
    if let Some(front) = Front::start(&HAPROXY, "paths through haproxy") {
        attacks::paths(&front);
    }
}

#[test]
fn targets() {
    if let Some(front) = Front::start(&HAPROXY, "targets through haproxy") {
        attacks::targets(&front);
    }
}

#[test]
fn identity_headers() {
    if let Some(front) = Front::start(&HAPROXY, "identity headers through haproxy") {
        attacks::identity_headers(&front);
    }
}

#[test]
fn original_headers() {
    if let Some(front) = Front::start(&HAPROXY, "original headers through haproxy") {
        attacks::original_headers(&front);
    }
}

#[test]
fn method_override() {
    if let Some(front) = Front::start(&HAPROXY, "method override through haproxy") {
        attacks::method_override(&front);
    }
}

#[test]
fn bodies() {
    if let Some(front) = Front::start(&HAPROXY, "bodies through haproxy") {
        attacks::bodies(&front);
    }
}

#[test]
fn long_heads() {
    if let Some(front) = Front::start(&HAPROXY, "long heads through haproxy") {
        attacks::long_heads(&front);
    }
}

#[test]
fn sent_bodies() {
    if let Some(front) = Front::start(&HAPROXY, "bodies that haproxy sends") {
        attacks::sent_bodies(&front);
    }
}

#[test]
fn unread_bodies() {
    if let Some(front) = Front::start(&HAPROXY, "bodies that haproxy does not send") {
        attacks::unread_bodies(&front);
    }
}

#[test]
fn checked_bodies() {
    if let Some(front) = Front::with(&HAPROXY, "bodies that a service behind haproxy checks", true, |text| text) {
        attacks::checked_bodies(&front, true);
    }
}

#[test]
fn no_authorizer() {
    if let Some(front) =
        Front::with(&HAPROXY, "haproxy without an authorizer", false, |text| text.replace(":9000", ":1"))
    {
        attacks::no_authorizer(&front);
    }
}
