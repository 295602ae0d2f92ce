//! Haproxy.

use super::attacks;
use super::client::Call;
use super::front::{Front, Kind, installed};
use super::http2;
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
fn path_override() {
    if let Some(front) = Front::start(&HAPROXY, "path override through haproxy") {
        attacks::path_override(&front);
    }
}

#[test]
fn upgrades() {
    if let Some(front) = Front::start(&HAPROXY, "upgrades through haproxy") {
        attacks::upgrades(&front);
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
        Front::with(&HAPROXY, "haproxy without an authorizer", false, |text| text.replace(":9191", ":1"))
    {
        attacks::no_authorizer(&front);
    }
}

#[test]
fn a_script_that_fails_lets_nothing_through() {
    for (line, fails) in [
        ("local headers = txn.http:req_get_headers()", "error('a fault')"),
        ("if answer and answer.status == 200 then", "if error('a fault') then"),
    ] {
        let failing = |text: String| text.replace(line, fails);
        let Some(front) = Front::with(&HAPROXY, "a script of HAProxy that fails", false, failing) else { return };
        for call in [
            Call::new("GET", "/pets").signed("alice"),
            Call::new("GET", "/pets"),
            Call::new("GET", "/pets").header("X-Sig4-Principal-Arn", "arn:aws:iam::123456789012:user/alice"),
        ] {
            assert_eq!(front.refused(&call).status, 500);
        }
    }
}

/// A request of HTTP/2 may have a body that its head does not announce.
#[test]
fn bodies_of_http_2() {
    let http_2 = |text: String| text.replace("bind 127.0.0.1:8080", "bind 127.0.0.1:8080 proto h2");
    let Some(front) = Front::with(&HAPROXY, "HTTP/2 through HAProxy", true, http_2) else { return };
    http2::bodies(&front);
}
