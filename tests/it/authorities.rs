//! A request is signed for the host that every client sends, or not at all.

use http::Request;
use http::uri::Uri;
use sig4::payload::ContentSha256;
use sig4::request::RequestView;
use sig4::{Credentials, ErrorKind, Expires, Payload, Signer, Timestamp};
use time::OffsetDateTime;

fn now() -> OffsetDateTime {
    Timestamp::parse("20150830T123600Z").unwrap().to_datetime()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
}

/// Spellings on which clients differ, with a part of the advice.
const REFUSED: &[(&str, &str)] = &[
    ("h.example:018081", "without leading zeros"),
    ("h.example:0080", "without leading zeros"),
    ("h.example:0", "from 1 to 65535"),
    ("h.example:99999", "from 1 to 65535"),
    ("h.example:+80", "without a sign"),
    ("h.example:", "without the `:`"),
    ("127.1:8080", "`127.0.0.1`"),
    ("0x7f.1", "`127.0.0.1`"),
    ("2130706433", "`127.0.0.1`"),
    ("0177.0.0.1", "`127.0.0.1`"),
    ("127.0.0.1.", "`127.0.0.1`"),
    ("bücher.example", "`xn--bcher-kva.example`"),
    ("b%C3%BCcher.example", "percent-encoding"),
    ("127。0。0。1", "ASCII form"),
    ("a\u{ad}b.example", "ASCII form"),
    ("[::0001]:8080", "shortest form"),
    ("[2001:DB8::1]", "lower case"),
    ("[::ffff:127.0.0.1]", "IPv4 address"),
    ("[fe80::1%25eth0]", "without a zone"),
    ("u:p@h.example:080", "without leading zeros"),
];

/// Spellings on which clients agree, with the host that they send over `https`.
const SENT: &[(&str, &str)] = &[
    ("h.example", "h.example"),
    ("h.example:443", "h.example"),
    ("h.example:80", "h.example:80"),
    ("h.example:8443", "h.example:8443"),
    ("u:p@h.example:8443", "h.example:8443"),
    ("u@h.example:443", "h.example"),
    ("h.example.", "h.example."),
    ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("127.0.0.1:8080", "127.0.0.1:8080"),
    ("[::1]:8443", "[::1]:8443"),
    ("[2001:db8::1]:443", "[2001:db8::1]"),
];

/// The signed `host`, or the kind of the error and its text.
type Outcome = Result<String, (ErrorKind, String)>;

/// What each way to sign says of an authority.
fn outcomes(authority: &str) -> Vec<(&'static str, Outcome)> {
    let (signer, credentials, payload) = (signer(), credentials(), Payload::Unsigned);
    let view = RequestView::new("GET", "/", None, &sig4::request::NO_HEADERS).with_authority("https", authority);
    let timestamp = Timestamp::new(now()).unwrap();
    let hash = ContentSha256::of(&payload);
    let host = |canonical: Result<sig4::canonical::CanonicalRequest<'_>, sig4::Error>| {
        let text = canonical.map_err(|e| (e.kind(), e.to_string()))?.to_string();
        Ok(text.lines().find_map(|line| line.strip_prefix("host:")).unwrap().to_owned())
    };
    let signed = signer.sign_view(&view, &payload, &credentials, now());
    let presigned = signer.presign_view(&view, &payload, &credentials, Expires::MAX, now());
    let mut outcomes = vec![
        ("canonical_request", host(signer.canonical_request(&view, &hash, &credentials, &timestamp))),
        (
            "presigned_canonical_request",
            host(signer.presigned_canonical_request(&view, &hash, &credentials, Expires::MAX, timestamp)),
        ),
    ];
    let of = |error: sig4::Error| (error.kind(), error.to_string());
    let same = outcomes[0].1.clone();
    outcomes.push(("sign_view", signed.map_err(of).and_then(|_| same.clone())));
    let opened = |url: String| url.split_once("://").unwrap().1.split_once("/?").unwrap().0.to_owned();
    outcomes.push(("presign_view", presigned.map(|presigned| opened(presigned.url())).map_err(of)));
    // The `http` crate refuses some of them itself.
    if let Ok(uri) = format!("https://{authority}/").parse::<Uri>() {
        let mut request = Request::get(uri).body("").unwrap();
        let url = signer.presign(&request, &credentials, Expires::MAX, now());
        outcomes.push(("presign", url.map(|url| opened(url.url())).map_err(of)));
        outcomes.push(("sign", signer.sign(&mut request, &credentials, now()).map_err(of).and(same)));
    }
    outcomes
}

#[test]
fn a_spelling_that_clients_change_in_different_ways_is_refused() {
    for (authority, advice) in REFUSED {
        for (way, outcome) in outcomes(authority) {
            let (kind, text) = outcome.expect_err(&format!("{way} {authority}"));
            assert_eq!(kind, ErrorKind::InvalidHost, "{way} {authority}");
            assert!(text.contains(advice), "{way} {authority}: {text}");
        }
    }
}

#[test]
fn the_signed_host_is_the_one_that_every_client_sends() {
    for (authority, host) in SENT {
        for (way, outcome) in outcomes(authority) {
            assert_eq!(outcome.as_deref(), Ok(*host), "{way} {authority}");
        }
    }
}

#[test]
fn a_presigned_url_has_its_host_in_lower_case() {
    let view =
        RequestView::new("GET", "/", None, &sig4::request::NO_HEADERS).with_authority("https", "API.Example.COM");
    let (payload, credentials) = (Payload::Unsigned, credentials());
    let _signed =
        signer().sign_view(&view, &payload, &credentials, now()).expect("clients of HTTP/1.1 send it as it is written");
    let error = signer().presign_view(&view, &payload, &credentials, Expires::MAX, now()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidHost);
    assert!(error.to_string().contains("lower case"), "{error}");
}

/// A `Host` header is sent as it is written, but a URL that is made of it is not.
#[test]
fn a_host_header_is_signed_as_it_is_and_opens_a_url_if_clients_send_it_so() {
    for (host, opens) in
        [("h.example:8080", true), ("h.example", true), ("h.example:443", false), ("h:080", false), ("H", false)]
    {
        let headers: [(&str, &[u8]); 1] = [("Host", host.as_bytes())];
        let view = RequestView::new("GET", "/", None, &headers);
        let _signed = signer().sign_view(&view, &Payload::Unsigned, &credentials(), now()).unwrap();
        let presigned = signer().presign_view(&view, &Payload::Unsigned, &credentials(), Expires::MAX, now());
        match presigned {
            Ok(presigned) => assert!(opens && presigned.url().starts_with(&format!("https://{host}/?")), "{host}"),
            Err(error) => assert!(!opens && error.kind() == ErrorKind::InvalidHost, "{host}: {error}"),
        }
    }
}

#[test]
fn targets_without_a_path_are_refused() {
    let sign = |method: &str, uri: &str| {
        let mut request = Request::builder().method(method).uri(uri).header("host", "h.example").body("").unwrap();
        let before = format!("{request:?}");
        let error = signer().sign(&mut request, &credentials(), now()).unwrap_err();
        assert_eq!(format!("{request:?}"), before, "a refused request stays as it was");
        let presigned =
            signer().presign(&request, &credentials(), Expires::MAX, now()).map(|presigned| presigned.url());
        assert_eq!(presigned.unwrap_err().kind(), error.kind(), "{method} {uri}");
        (error.kind(), error.to_string())
    };
    for method in ["CONNECT", "connect"] {
        let (kind, text) = sign(method, "https://h.example/");
        assert_eq!(kind, ErrorKind::InvalidHeader);
        assert!(text.contains("CONNECT"), "{text}");
    }
    assert_eq!(sign("CONNECT", "h.example:443").0, ErrorKind::InvalidUrl);
    assert_eq!(sign("GET", "h.example:443").0, ErrorKind::InvalidUrl);
    assert_eq!(sign("OPTIONS", "*").0, ErrorKind::InvalidPath);
    for method in ["CONNECT", "Connect"] {
        let view = RequestView::new(method, "/", None, &sig4::request::NO_HEADERS).with_authority("https", "h.example");
        let presigned = signer().presign_view(&view, &Payload::Unsigned, &credentials(), Expires::MAX, now());
        assert_eq!(presigned.unwrap_err().kind(), ErrorKind::InvalidHeader);
    }
}
