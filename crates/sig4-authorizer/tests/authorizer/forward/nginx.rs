//! nginx, `auth_request`.

use super::attacks;
use super::client::Call;
use super::front::{Front, Kind, installed};
use super::http2;
use sig4_test_support::need::Need;

const NGINX: Kind = Kind {
    need: Need::Nginx,
    program: || installed("nginx", "-v"),
    arguments: &["-p", ".", "-c", "nginx.conf"],
    example: "nginx",
};

#[test]
fn decisions() {
    if let Some(front) = Front::start(&NGINX, "decisions through nginx") {
        attacks::decisions(&front);
    }
}

#[test]
fn paths() {
    if let Some(front) = Front::start(&NGINX, "paths through nginx") {
        attacks::paths(&front);
    }
}

#[test]
fn targets() {
    if let Some(front) = Front::start(&NGINX, "targets through nginx") {
        attacks::targets(&front);
    }
}

#[test]
fn identity_headers() {
    if let Some(front) = Front::start(&NGINX, "identity headers through nginx") {
        attacks::identity_headers(&front);
    }
}

#[test]
fn original_headers() {
    if let Some(front) = Front::start(&NGINX, "original headers through nginx") {
        attacks::original_headers(&front);
    }
}

#[test]
fn method_override() {
    if let Some(front) = Front::start(&NGINX, "method override through nginx") {
        attacks::method_override(&front);
    }
}

#[test]
fn path_override() {
    if let Some(front) = Front::start(&NGINX, "path override through nginx") {
        attacks::path_override(&front);
    }
}

#[test]
fn upgrades() {
    if let Some(front) = Front::start(&NGINX, "upgrades through nginx") {
        attacks::upgrades(&front);
    }
}

#[test]
fn bodies() {
    if let Some(front) = Front::start(&NGINX, "bodies through nginx") {
        attacks::bodies(&front);
    }
}

#[test]
fn long_heads() {
    if let Some(front) = Front::start(&NGINX, "long heads through nginx") {
        attacks::long_heads(&front);
    }
}

#[test]
fn unread_bodies() {
    if let Some(front) = Front::start(&NGINX, "bodies that nginx does not send") {
        attacks::unread_bodies(&front);
    }
}

#[test]
fn checked_bodies() {
    if let Some(front) = Front::with(&NGINX, "bodies that a service behind nginx checks", true, |text| text) {
        attacks::checked_bodies(&front, true);
    }
}

#[test]
fn no_authorizer() {
    if let Some(front) = Front::with(&NGINX, "nginx without an authorizer", false, |text| text.replace(":9191", ":1")) {
        attacks::no_authorizer(&front);
    }
}

#[test]
fn a_refusal_has_the_status_and_the_body_of_its_profile() {
    let Some(front) = Front::start(&NGINX, "the body of a refusal through nginx") else { return };
    let answer = front.refused(&Call::new("GET", "/pets/%2561/../x").signed("alice"));
    assert_eq!((answer.status, answer.body.as_str()), (400, r#"{"message":"Bad Request"}"#), "{answer:?}");
    let answer = front.refused(&Call::new("GET", "/admin").signed("alice"));
    assert_eq!((answer.status, answer.body.as_str()), (403, r#"{"message":"Forbidden"}"#), "{answer:?}");
    for answer in [&answer, &front.refused(&Call::new("GET", "/pets"))] {
        assert_eq!(answer.head.matches("\r\ncontent-type: application/json").count(), 1, "{answer:?}");
        assert!(answer.head.contains("\r\nx-amzn-requestid: "), "{answer:?}");
        assert!(!answer.head.contains("x-sig4-"), "{answer:?}");
    }
    // Nobody asks the authorizer through nginx.
    for target in ["/_sig4", "/%5fsig4", "//_sig4", "/x/../_sig4"] {
        front.refused(&Call::new("GET", target).signed("alice"));
    }
}

/// A location that nginx selects by the normalized path, and that asks nobody. It has a fixed path for the service.
const LOCATION: &str = "location = /health {
            proxy_pass http://service/health;
        }

        location = /_sig4 {";

#[test]
fn a_location_that_asks_nobody_gets_its_own_path_alone() {
    let locations = |text: String| text.replace("location = /_sig4 {", LOCATION);
    let Some(front) = Front::with(&NGINX, "a public location of nginx", false, locations) else { return };
    for path in ["/admin/..%2Fhealth", "/admin/../health", "/%68ealth", "/admin/%2e%2e/health?x=/admin"] {
        let answer = Call::new("GET", path).send(front.port);
        let received = front.service.take();
        assert_eq!(answer.status, 200, "{path}");
        assert!(received.iter().all(|received| received.target.split('?').next() == Some("/health")), "{received:?}");
    }
    for path in ["/health/../admin", "/health/..%2fadmin", "//health"] {
        front.refused(&Call::new("GET", path).signed("alice"));
    }
    attacks::paths(&front);
}

/// A request of HTTP/2 may have a body that its head does not announce.
#[test]
fn bodies_of_http_2() {
    let http_2 = |text: String| text.replace("listen 127.0.0.1:8080", "listen 127.0.0.1:8080 http2");
    let Some(front) = Front::with(&NGINX, "HTTP/2 through nginx", true, http_2) else { return };
    http2::bodies(&front);
}
