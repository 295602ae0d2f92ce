//! What clients try, at any proxy. The service must get no request for which the policies deny the caller, and no header that a client
//! made up.

use super::client::{Answer, Call, HOST, send_raw};
use super::front::Front;
use super::service::Received;

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const IDENTITY: [&str; 4] = ["x-sig4-principal-arn", "x-sig4-access-key-id", "x-sig4-account", "x-sig4-session-name"];

/// Good requests reach the service as they were sent, with the caller's identity. Others do not.
pub(super) fn decisions(front: &Front) {
    for (user, method, target) in [
        ("alice", "GET", "/pets/7?color=red&x=%2F&y"),
        ("alice", "HEAD", "/pets"),
        ("alice", "GET", "/"),
        ("alice", "GET", "/caf%C3%A9/%20"),
        ("bob", "GET", "/pets"),
    ] {
        let received = front.passed(&Call::new(method, target).signed(user));
        assert_eq!((received.method.as_str(), received.target.as_str()), (method, target));
        assert_identity(&received, user);
        assert!(received.body.is_empty());
    }
    let presigned = Call::new("GET", "/pets/7?color=red").presigned("alice");
    assert_eq!(front.passed(&presigned).target, presigned.target);
    front.refused(&presigned.clone().sent_to(&presigned.target.replace("pets/7", "pets/8")));
    let session = front.passed(&Call::new("GET", "/pets").signed_by_session());
    assert_eq!(session.values("x-sig4-principal-arn"), ["arn:aws:sts::123456789012:assumed-role/deploy/ci"]);
    assert_eq!(session.values("x-sig4-session-name"), ["ci"]);
    for (call, status) in [
        (Call::new("GET", "/pets"), 403),
        (Call::new("GET", "/admin").signed("alice"), 403),
        (Call::new("GET", "/admin/users").signed("alice"), 403),
        (Call::new("GET", "/other").signed("bob"), 403),
        (Call::new("GET", "/pets/7").signed("alice").sent_to("/pets/8"), 403),
        (Call::new("GET", "/pets").signed("mallory"), 403),
    ] {
        let answer = front.refused(&call);
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.starts_with(r#"{"message":""#), "{answer:?}");
        assert!(answer.head.contains("content-type: application/json"), "{answer:?}");
        assert_tells_no_cause(&answer);
    }
    front.refused(&Call::new("DELETE", "/pets").signed("alice"));
}

/// Paths that the proxy, the policies and the service may read differently.
pub(super) fn paths(front: &Front) {
    for path in [
        "/pets/../admin",
        "/pets/./../admin",
        "/pets/%2e%2e/admin",
        "/pets/%2E%2E%2Fadmin",
        "/pets/..%2fadmin",
        "/pets%2f..%2fadmin",
        "/pets/..;/admin",
        "/pets/..;x=1/admin",
        "/pets/..\\admin",
        "/pets\\..\\admin",
        "/pets/..%5cadmin",
        "//admin",
        "///admin",
        "/%61dmin",
        "/%2561dmin",
        "/admin;x",
        "/./admin",
        "/admin/",
        "/admin//",
        "/health/../admin",
        "/admin/..%2fhealth",
        "/admin/..%2Fhealth",
        "/admin/%2e%2e/health",
        "/admin/../health",
        "/pets%00/../admin",
        "/pets%0d%0aX-Sig4-Account:1/admin",
        "/pets#/admin",
        "/pets/../../admin",
        "/pets%3f/../admin",
    ] {
        // Alice signs the path as she sends it, or the path that it may be taken for.
        for signed in [path, "/pets", "/admin", "/health"] {
            let Some(call) = Call::new("GET", signed).try_signed("alice") else { continue };
            let answer = call.sent_to(path).send(front.port);
            for received in front.service.take() {
                let is_public = received.target == "/health" && received.values("x-sig4-principal-arn").is_empty();
                let is_literal = path == "/%2561dmin" && received.target == path;
                assert!(
                    is_public || is_literal,
                    "{path} signed as {signed} reached the service: {answer:?} {received:?}"
                );
            }
        }
    }
}

/// Targets that are no path, and hosts that disagree.
pub(super) fn targets(front: &Front) {
    let signed = |target: &str| Call::new("GET", target).signed("alice");
    for target in [
        "http://pets.example/admin",
        "http://admin.example/admin",
        "http://pets.example/pets/../admin",
        "http://pets.example",
        "*",
    ] {
        front.refused(&signed("/pets").sent_to(target));
        front.refused(&signed("/admin").sent_to(target));
    }
    // Another host in the target than in `Host`: both readers must get the one that was signed, or none.
    let answer = signed("/pets").sent_to("http://admin.example/pets").send(front.port);
    let received = front.service.take();
    assert!(received.is_empty(), "{answer:?} {received:?}");
    let answer = signed("/pets").sent_to("http://pets.example/pets").send(front.port);
    for received in front.service.take() {
        assert_eq!((received.target.as_str(), received.values("host")), ("/pets", vec![HOST]), "{answer:?}");
    }
    for second in ["admin.example", HOST] {
        let answer = signed("/pets").header("Host", second).send(front.port);
        for received in front.service.take() {
            // HAProxy takes two equal hosts for one.
            assert!(second == HOST && received.values("host") == [HOST], "two hosts: {answer:?} {received:?}");
        }
    }
    let other = Call::new("GET", "/pets").signed("alice");
    let raw = format!("GET /pets HTTP/1.1\r\n{}\r\n", lines(&other.headers[1..]));
    send_raw(front.port, raw.as_bytes());
    assert!(front.service.take().is_empty(), "no host");
}

/// Identity headers that clients make up, in every spelling.
pub(super) fn identity_headers(front: &Front) {
    for name in [
        "X-Sig4-Principal-Arn",
        "x-sig4-principal-arn",
        "X_Sig4_Principal_Arn",
        "x_sig4_principal_arn",
        "X-Sig4_Principal-Arn",
        "X-SIG4-Session-Name",
        "x_sig4-account",
        "X-Sig4-Body-Sha256",
        "x_sig4_body_sha256",
        "X-Sig4-Unknown",
        "X-Sig4-Answer-Status",
    ] {
        let forged = "arn:aws:iam::123456789012:user/root";
        for call in [
            Call::new("GET", "/pets").signed("alice").header(name, forged),
            Call::new("GET", "/pets").header(name, forged).signed("alice"),
            Call::new("GET", "/health").header(name, forged),
        ] {
            let answer = call.send(front.port);
            for received in front.service.take() {
                let values = received.headers.iter().any(|(_, value)| value.contains(forged));
                assert!(!values, "{name}: {answer:?} {received:?}");
                if received.target != "/health" {
                    assert_identity(&received, "alice");
                }
            }
        }
    }
    // A `Connection` header must not take the identity away.
    for names in ["X-Sig4-Principal-Arn", "X-Sig4-Principal-Arn, X-Sig4-Body-Sha256, X-Amz-Date, Authorization"] {
        let connection = format!("close, {names}");
        let answer = Call::new("GET", "/pets").signed("alice").header("Connection", &connection).send(front.port);
        for received in front.service.take() {
            assert_identity(&received, "alice");
            assert!(!received.values("x-sig4-body-sha256").is_empty(), "{answer:?} {received:?}");
        }
    }
}

/// Headers with which a proxy tells the original request, made by a client.
pub(super) fn original_headers(front: &Front) {
    let lies = [
        ("X-Original-Method", "GET"),
        ("X-Forwarded-Method", "GET"),
        ("X-Original-URI", "/pets"),
        ("X-Original-Url", "/pets"),
        ("X-Forwarded-Uri", "/pets"),
        ("X-Original-Host", "pets.example"),
        ("X-Forwarded-Host", "pets.example"),
        ("X-Original-Server", "pets.example"),
        ("X-Original-Scheme", "https"),
        ("X-Forwarded-Proto", "https"),
        ("X-Original-Address", "192.0.2.1"),
        ("X-Forwarded-For", "192.0.2.1"),
        ("X-Original-Framing", "HTTP/1.1 length= encoding="),
        ("X-Original-Content-Length", "0"),
        ("X_Original_Method", "GET"),
        ("X_Original_URI", "/pets"),
    ];
    let lying = |call: Call| lies.iter().fold(call, |call, (name, value)| call.header(name, value));
    // Alice may neither delete nor see `/admin`, whatever her headers say.
    front.refused(&lying(Call::new("DELETE", "/pets").signed("alice")));
    front.refused(&lying(Call::new("GET", "/admin").signed("alice")));
    front.refused(&lying(Call::new("GET", "/pets").signed("alice").sent_to("/admin")));
    for (name, value) in lies {
        front.refused(&Call::new("DELETE", "/pets").signed("alice").header(name, value));
        front.refused(&Call::new("GET", "/pets").signed("alice").sent_to("/admin").header(name, value));
        // A body that is not signed is not hidden by a header.
        let appended = Call::new("GET", "/pets").signed("alice").header(name, value).header("Content-Length", "4");
        appended.with_body(b"evil").send(front.port);
        assert!(front.service.take().iter().all(|received| received.body.is_empty()), "{name}");
    }
    // The service gets the address of the proxy's client.
    let answer = Call::new("GET", "/pets").signed("alice").header("X-Forwarded-For", "192.0.2.1").send(front.port);
    for received in front.service.take() {
        assert_eq!(received.values("x-forwarded-for"), ["127.0.0.1"], "{answer:?}");
    }
}

/// Headers that make some services take another method.
pub(super) fn method_override(front: &Front) {
    for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let received = front.passed(&Call::new("GET", "/pets").signed("alice").header(name, "DELETE"));
        assert!(received.values(name).is_empty(), "{received:?}");
    }
    for method in ["get", "Delete", "DELETE", "PURGE\u{e9}", "CONNECT"] {
        front.refused(&Call::new("GET", "/pets").signed("alice").with_method(method));
    }
}

/// Headers that make some services take another path.
pub(super) fn path_override(front: &Front) {
    for name in ["X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X_Original_Url", "X_Rewrite-Url"] {
        for call in [Call::new("GET", "/pets").signed("alice"), Call::new("GET", "/health")] {
            let answer = call.header(name, "/admin").send(front.port);
            for received in front.service.take() {
                let values = received.headers.iter().any(|(_, value)| value == "/admin");
                assert!(!values, "{name}: {answer:?} {received:?}");
            }
        }
    }
}

/// Requests for another protocol. A service that speaks it would take what follows for requests that nobody decided about.
pub(super) fn upgrades(front: &Front) {
    for protocol in ["h2c", "websocket", "WebSocket", "tcp", "websocket, h2c"] {
        for call in [Call::new("GET", "/pets").signed("alice"), Call::new("GET", "/health")] {
            let call = call.header("Connection", "Upgrade, HTTP2-Settings").header("Upgrade", protocol);
            let call = call.header("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA").header("Sec-WebSocket-Version", "13");
            let answer = call.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==").send(front.port);
            for received in front.service.take() {
                assert!(received.values("upgrade").is_empty(), "{protocol}: {answer:?} {received:?}");
            }
        }
    }
    front.passed(&Call::new("GET", "/pets").signed("alice"));
}

/// Bodies that were not signed.
pub(super) fn bodies(front: &Front) {
    let evil = b"{\"evil\":true}";
    let length = evil.len().to_string();
    let chunked = [format!("{:x}\r\n", evil.len()).as_bytes(), evil, b"\r\n0\r\n\r\n"].concat();
    for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
        let signed = || Call::new(method, "/pets").signed("alice");
        let calls = [
            signed().header("Content-Length", &length).with_body(evil),
            signed().header("Transfer-Encoding", "chunked").with_body(&chunked),
            signed().header("Transfer-Encoding", "chunked").header("Content-Length", "0").with_body(&chunked),
            signed().header("Content-Length", "0").header("Transfer-Encoding", "chunked").with_body(&chunked),
            signed().header("Content-Length", "0").header("Content-Length", &length).with_body(evil),
            signed().header("Transfer-Encoding", "Chunked, identity").with_body(&chunked),
            signed().header("Transfer-Encoding", "xchunked").header("Content-Length", &length).with_body(evil),
            Call::new(method, "/pets").body(b"good").signed("alice").with_body(b"evil"),
        ];
        for call in calls {
            let answer = call.send(front.port);
            for received in front.service.take() {
                assert!(received.body.is_empty(), "{call:?}: {answer:?} {received:?}");
            }
        }
    }
}

/// Bodies that were signed, at a proxy that sends them to the authorizer.
pub(super) fn sent_bodies(front: &Front) {
    let received = front.passed(&Call::new("POST", "/pets").body(b"{\"name\":\"rex\"}").signed("alice"));
    assert_eq!((received.method.as_str(), &*received.body), ("POST", &b"{\"name\":\"rex\"}"[..]));
    assert_eq!(received.values("x-sig4-body-sha256"), ["verified"]);
    assert_identity(&received, "alice");
    let changed =
        Call::new("POST", "/pets").body(b"{\"name\":\"rex\"}").signed("alice").with_body(b"{\"name\":\"max\"}");
    front.refused(&changed);
    // A body that the proxy does not send whole, and a service that checks none.
    let answer = front.refused(&Call::new("POST", "/pets").body(&vec![b'x'; 2_000_000]).signed("alice"));
    assert_tells_no_cause(&answer);
}

/// Bodies that were signed, at a proxy that sends none, or only short ones, and with a service that checks no bodies.
pub(super) fn unread_bodies(front: &Front) {
    let call = Call::new("POST", "/pets").body(&vec![b'x'; 200_000]).signed("alice");
    let answer = front.refused(&call);
    assert_tells_no_cause(&answer);
    let causes = front.authority.causes();
    assert!(causes.iter().any(|cause| cause.contains("body")), "{answer:?} {causes:?}");
}

/// Bodies that the authorizer does not see, and a service with `BodyCheckLayer`. Traefik tells the authorizer no length: `signs_length`.
pub(super) fn checked_bodies(front: &Front, signs_length: bool) {
    let good = vec![b'x'; 200_000];
    let put = Call::new("PUT", "/pets");
    let call = match signs_length {
        true => put.body(&good).signed("alice"),
        false => put.body_without_length(&good).signed("alice").header("Content-Length", "200000"),
    };
    let received = front.passed(&call);
    assert!(received.body == good);
    let hash = &call.headers.iter().find(|(name, _)| name == "x-amz-content-sha256").unwrap().1;
    assert_eq!(received.values("x-sig4-body-sha256"), [hash.as_str()]);
    assert_identity(&received, "alice");
    let mut evil = good.clone();
    evil[199_999] = b'y';
    front.refused(&call.with_body(&evil));
    // A body after a request that was signed without one.
    let appended = Call::new("POST", "/pets").signed("alice").header("Content-Length", "4").with_body(b"evil");
    front.refused(&appended);
    front.refused(&Call::new("GET", "/admin").signed("alice"));
    bodies(front);
}

/// An authorizer that does not answer lets nothing through.
pub(super) fn no_authorizer(front: &Front) {
    for target in ["/pets", "/health"] {
        let answer = front.refused(&Call::new("GET", target).signed("alice"));
        assert!((500..600).contains(&answer.status), "{answer:?}");
    }
}

/// Heads near and beyond the limits of the proxies.
pub(super) fn long_heads(front: &Front) {
    let signed = || Call::new("GET", "/pets").signed("alice");
    let many = (0..90).fold(signed(), |call, number| call.header(&format!("X-Number-{number}"), "1"));
    let calls = [
        signed().header("X-Long", &"x".repeat(6_000)),
        signed().header("X-Long", &"x".repeat(100_000)),
        Call::new("GET", &format!("/pets?x={}", "x".repeat(6_000))).signed("alice"),
        Call::new("GET", &format!("/pets?x={}", "x".repeat(70_000))).signed("alice"),
        many.clone(),
        (0..3_000).fold(many, |call, number| call.header(&format!("X-More-{number}"), "1")),
    ];
    for call in &calls {
        call.send(front.port);
        front.service.take().iter().for_each(|received| assert_identity(received, "alice"));
    }
    front.passed(&calls[0]);
    front.passed(&calls[2]);
    // What came before leaves no trace.
    front.refused(&Call::new("GET", "/admin").signed("alice"));
}

/// The service has the identity of a user, and nothing else under the prefix but the body's state.
pub(super) fn assert_identity(received: &Received, user: &str) {
    let arn = format!("arn:aws:iam::123456789012:user/{user}");
    let id = format!("AKIA{}", user.to_uppercase());
    for (name, expected) in IDENTITY.into_iter().zip([arn.as_str(), &id, "123456789012", ""]) {
        let values = received.values(name);
        let is_none = expected.is_empty() && values.is_empty();
        assert!(is_none || values == [expected], "{name}: {received:?}");
    }
}

/// A client is not told why.
fn assert_tells_no_cause(answer: &Answer) {
    for secret in ["polic", "mallory", ALICE, "key store", "x-original", "proxy"] {
        assert!(!answer.body.to_ascii_lowercase().contains(secret), "{answer:?}");
    }
}

fn lines(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect()
}
