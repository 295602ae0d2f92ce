//! A client that reaches the authorizer's port, which only proxies should.

use super::authority::Authority;
use super::client::{Answer, Call, send_raw};

/// A question as nginx sends it about `GET /pets`.
fn question() -> Call {
    let ask = Call::new("GET", "/forward/nginx");
    [
        ("X-Original-Method", "GET"),
        ("X-Original-URI", "/pets"),
        ("X-Original-Host", "pets.example"),
        ("X-Original-Server", "pets.example"),
        ("X-Original-Scheme", "https"),
        ("X-Original-Address", "192.0.2.1"),
        ("X-Original-Framing", "HTTP/1.1 length= encoding="),
    ]
    .into_iter()
    .fold(ask, |ask, (name, value)| ask.header(name, value))
}

/// The headers with which a client signs `GET /pets`.
fn signature(user: &str) -> Vec<(String, String)> {
    Call::new("GET", "/pets").signed(user).headers.split_off(1)
}

fn asked(authority: &Authority, mut ask: Call, user: Option<&str>) -> (Answer, String) {
    ask.headers.extend(user.map(signature).into_iter().flatten());
    let answer = ask.send(authority.port);
    (answer, authority.causes().join("; "))
}

#[test]
fn a_question_is_answered_with_the_identity() {
    let authority = Authority::start(false);
    let (answer, _) = asked(&authority, question(), Some("alice"));
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert!(answer.head.contains("\r\nx-sig4-principal-arn: arn:aws:iam::123456789012:user/alice"), "{answer:?}");
    assert!(answer.head.contains("\r\ncache-control: no-store"), "{answer:?}");
}

#[test]
fn a_question_without_one_of_its_headers_or_with_two_is_refused_with_the_reason() {
    let authority = Authority::start(true);
    let names: Vec<String> = question().headers[1..].iter().map(|(name, _)| name.clone()).collect();
    for name in &names {
        let mut missing = question();
        missing.headers.retain(|(other, _)| other != name);
        let (answer, cause) = asked(&authority, missing, Some("alice"));
        assert_eq!(answer.status, 403, "{name}");
        assert!(cause.contains(&format!("did not send the header {}", name.to_lowercase())), "{cause}");
        let twice = question().header(name, "GET");
        let (answer, cause) = asked(&authority, twice, Some("alice"));
        assert_eq!(answer.status, 403, "{name}");
        assert!(cause.contains(&format!("sent the header {} more than once", name.to_lowercase())), "{cause}");
        assert!(!answer.body.to_lowercase().contains("x-original"), "the client is not told: {answer:?}");
    }
}

#[test]
fn the_path_of_a_question_is_never_guessed() {
    let authority = Authority::start(false);
    for path in [
        "/",
        "/forward",
        "/forward/",
        "/forward/apache",
        "/forward/nginx/",
        "/forward/nginx/pets",
        "/forward/nginx/body=sent",
    ] {
        let (answer, causes) = asked(&authority, question().sent_to(path), Some("alice"));
        // Not 200, which is what a proxy passes a request on for.
        assert_eq!(answer.status, 404, "{path}: {answer:?} {causes}");
        assert!(!answer.head.contains("x-sig4-"), "{answer:?}");
    }
    // The query is the client's: it changes nothing.
    let (answer, _) = asked(&authority, question().sent_to("/forward/nginx?api=other&body=dropped"), Some("alice"));
    assert_eq!(answer.status, 200);
    let (answer, cause) = asked(&authority, question().sent_to("/forward/nginx/api=other"), Some("alice"));
    assert!(answer.status == 500 && cause.contains("`other`"), "{answer:?} {cause}");
    // The endpoint of Traefik refuses a question that has the headers of nginx.
    let (_, cause) = asked(&authority, question().sent_to("/forward/traefik"), Some("alice"));
    assert!(cause.contains("x-forwarded-method"), "{cause}");
}

#[test]
fn a_direct_question_tells_a_client_what_the_proxy_would() {
    let authority = Authority::start(false);
    let refused = [
        asked(&authority, question(), None).0,
        asked(&authority, question(), Some("mallory")).0,
        asked(&authority, question().header("X-Sig4-Account", "1"), Some("alice")).0,
    ];
    for answer in refused {
        assert!(answer.body.starts_with(r#"{"message":""#), "{answer:?}");
        assert!(!answer.head.contains("x-sig4-principal"), "{answer:?}");
        assert!(!answer.body.contains("AKIA") && !answer.body.contains("polic"), "{answer:?}");
    }
}

#[test]
fn a_body_that_is_sent_is_read_up_to_the_limit() {
    let authority = Authority::start(true);
    let forwarded = |length: usize| {
        let mut ask = Call::new("POST", "/forward/traefik/body=sent");
        for (name, value) in [
            ("X-Forwarded-Method", "POST"),
            ("X-Forwarded-Uri", "/pets"),
            ("X-Forwarded-Host", "pets.example"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-For", "192.0.2.1"),
        ] {
            ask = ask.header(name, value);
        }
        let signed = Call::new("POST", "/pets").body(&vec![b'x'; length]).signed("alice");
        ask.headers.extend(signed.headers[1..].iter().cloned());
        ask.with_body(&signed.body)
    };
    let (answer, _) = asked(&authority, forwarded(1_000), None);
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("x-sig4-body-sha256: verified"), "{answer:?}");
    let (answer, cause) = asked(&authority, forwarded(1_048_577), None);
    assert_eq!(answer.status, 413, "{cause}");
    // A body that ends before its length.
    let mut cut = forwarded(1_000);
    cut.headers.push(("Connection".to_owned(), "close".to_owned()));
    let raw = format!("POST {} HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nxx", cut.target);
    assert_ne!(send_raw(authority.port, raw.as_bytes()).status, 200);
}
