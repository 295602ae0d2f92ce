//! Requests of HTTP/2, whose heads need not announce their bodies.

use super::attacks::assert_identity;
use super::client::Call;
use super::front::Front;
use sig4_test_support::need::Need;
use std::io::Write;
use std::process::{Command, Stdio};

/// Bodies without a `Content-Length`, at a proxy whose service checks bodies.
pub(super) fn bodies(front: &Front) {
    if !Need::Curl.runs("HTTP/2 through a proxy") {
        return;
    }
    let empty = sent(front, &Call::new("GET", "/pets").signed("alice"), None);
    assert_eq!(empty, "200");
    let received = front.service.take();
    assert_identity(&received[0], "alice");
    // The authorizer cannot know that there is no body, and the service looks.
    let hash = received[0].values("x-sig4-body-sha256");
    assert_eq!(hash, ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]);
    for method in ["GET", "POST"] {
        let appended = sent(front, &Call::new(method, "/pets").signed("alice"), Some(b"evil"));
        assert_ne!(appended, "200");
        assert!(front.service.take().is_empty(), "{method}");
        let good = Call::new(method, "/pets").body_without_length(b"good").signed("alice");
        assert_eq!(sent(front, &good, Some(b"good")), "200");
        assert_eq!(front.service.take()[0].body, b"good");
        assert_ne!(sent(front, &good, Some(b"evil")), "200");
        assert!(front.service.take().is_empty(), "{method}");
    }
    assert_eq!(sent(front, &Call::new("GET", "/admin").signed("alice"), None), "403");
    assert!(front.service.take().is_empty());
}

/// Sends a call with curl, and its body without a length. Returns the status.
fn sent(front: &Front, call: &Call, body: Option<&[u8]>) -> String {
    let mut command = Command::new("curl");
    command.args([
        "-s",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "-m",
        "20",
        "--http2-prior-knowledge",
        "-X",
        &call.method,
    ]);
    for (name, value) in &call.headers {
        command.args(["-H", &format!("{name}: {value}")]);
    }
    if body.is_some() {
        command.args(["-T", "-"]);
    }
    let url = format!("http://127.0.0.1:{}{}", front.port, call.target);
    let mut child = command.arg(url).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(body.unwrap_or_default()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}
