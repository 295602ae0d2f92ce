//! A request whose headers contradict its body is not signed, and not sent.

use crate::frames::Frames;
use crate::scene::{HOST, alice, signer};
use crate::signed::layer;
use http::{HeaderMap, HeaderValue, Request, Response, Version};
use sig4::tower::BoxError;
use sig4::tower::ErrorKind;
use sig4::{Payload, Signer};
use std::convert::Infallible;
use tower::{Layer, ServiceExt};

/// A request to the API with these headers.
fn request(method: &str, headers: &[(&'static str, &str)], body: impl Into<Frames>) -> Request<Frames> {
    let mut request = Request::builder().method(method).uri(format!("https://{HOST}/a"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

fn declared(mut request: Request<Frames>, payload: Payload<'static>) -> Request<Frames> {
    request.extensions_mut().insert(payload);
    request
}

/// The headers that are sent, or the error.
async fn send(request: Request<Frames>) -> Result<HeaderMap, sig4::tower::Error> {
    let transport = tower::service_fn(|request: Request<Frames>| async move {
        let mut response = Response::new(Frames::default());
        response.headers_mut().clone_from(request.headers());
        Ok::<_, Infallible>(response)
    });
    let sent: Result<_, BoxError> = layer(alice()).layer(transport).oneshot(request).await;
    sent.map(|response| response.into_parts().0.headers).map_err(|error| *error.downcast().unwrap())
}

async fn refused(request: Request<Frames>, kind: ErrorKind, says: &str) {
    let shown = format!("{request:?}");
    let error = send(request).await.expect_err(&shown);
    assert_eq!(error.kind(), kind, "{error} of {shown}");
    assert!(error.to_string().contains(says), "{error} of {shown}");
}

async fn sent(request: Request<Frames>) -> HeaderMap {
    let shown = format!("{request:?}");
    send(request).await.unwrap_or_else(|error| panic!("{error} of {shown}"))
}

#[tokio::test]
async fn a_content_length_is_that_of_the_body() {
    for (length, says) in [
        ("3", "`content-length` is 3, and the body has 4 bytes"),
        ("5", "`content-length` is 5, and the body has 4 bytes"),
        ("0", "`content-length` is 0, and the body has 4 bytes"),
        ("18446744073709551615", "is 18446744073709551615,"),
        ("18446744073709551616", "not a decimal number"),
        ("", "not a decimal number"),
        ("-4", "not a decimal number"),
        ("+4", "not a decimal number"),
        ("04", "not a decimal number"),
        ("4, 4", "not a decimal number"),
        ("0x4", "not a decimal number"),
        ("4.0", "not a decimal number"),
        ("four", "not a decimal number"),
    ] {
        let request = || request("POST", &[("content-length", length)], "four");
        refused(request(), ErrorKind::InvalidFraming, says).await;
        refused(declared(request(), Payload::Unsigned), ErrorKind::InvalidFraming, says).await;
    }
    let unknown =
        |length| request("POST", &[("content-length", length)], Frames::in_pieces(b"four", 1).of_unknown_length());
    refused(unknown("5"), ErrorKind::InvalidFraming, "is 5, and the body has 4 bytes").await;
    refused(unknown("5 "), ErrorKind::InvalidFraming, "not a decimal number").await;
    refused(unknown("18446744073709551615"), ErrorKind::TooLongBody, "").await;
    sent(unknown("4")).await;
    refused(request("GET", &[("content-length", "5")], ""), ErrorKind::InvalidFraming, "the body has 0 bytes").await;
    let twice = [("content-length", "4"), ("content-length", "4")];
    refused(request("POST", &twice, "four"), ErrorKind::InvalidFraming, "more than one `content-length`").await;
    let payload = Payload::Unsigned;
    refused(declared(request("POST", &twice, "four"), payload), ErrorKind::InvalidFraming, "more than one").await;

    assert_eq!(sent(request("POST", &[("content-length", "4")], "four")).await["content-length"], "4");
    assert_eq!(sent(request("GET", &[("content-length", "0")], "")).await["content-length"], "0");
    assert!(!sent(request("POST", &[], "four")).await.contains_key("content-length"), "the transport adds it");
}

#[tokio::test]
async fn a_declared_body_may_have_the_length_that_it_declares() {
    let body = |lower, upper| Frames::from("four").with_hint(lower, upper);
    for (lower, upper, fits) in [(0, 9, true), (4, 4, true), (3, 9, true), (5, 9, false), (0, 3, false)] {
        let request = declared(request("PUT", &[("content-length", "4")], body(lower, upper)), Payload::Unsigned);
        match fits {
            true => drop(sent(request).await),
            false => refused(request, ErrorKind::InvalidFraming, "`content-length` is 4, which").await,
        }
    }
    let unknown = || Frames::from("four").of_unknown_length();
    sent(declared(request("PUT", &[("content-length", "4")], unknown()), Payload::Unsigned)).await;
    sent(declared(request("PUT", &[("content-length", "4")], unknown()), Payload::Bytes(b"four"))).await;
    for request in [
        request("PUT", &[("content-length", "5")], unknown()),
        request("PUT", &[], "five!"),
        request("PUT", &[], unknown().with_hint(5, 9)),
    ] {
        refused(declared(request, Payload::Bytes(b"four")), ErrorKind::InvalidFraming, "4 bytes").await;
    }
}

#[tokio::test]
async fn a_body_whose_length_nothing_tells_is_not_signed_where_http_1_leaves_it_out() {
    let unknown = || Frames::in_pieces(b"four", 2).of_unknown_length();
    for method in ["GET", "HEAD"] {
        let request =
            |headers: &[(&'static str, &str)]| declared(request(method, headers, unknown()), Payload::Unsigned);
        refused(request(&[]), ErrorKind::InvalidFraming, &format!("HTTP/1.1 sends none with {method}")).await;
        sent(request(&[("content-length", "4")])).await;
        sent(request(&[("transfer-encoding", "chunked")])).await;
        let mut over_http_2 = request(&[]);
        *over_http_2.version_mut() = Version::HTTP_2;
        sent(over_http_2).await;
    }
    sent(declared(request("POST", &[], unknown()), Payload::Unsigned)).await;
    sent(declared(request("GET", &[], Frames::default().of_unknown_length()), Payload::Unsigned)).await;
    for headers in [&[][..], &[("transfer-encoding", "chunked")]] {
        let mut old = declared(request("POST", headers, unknown()), Payload::Unsigned);
        *old.version_mut() = Version::HTTP_10;
        refused(old, ErrorKind::InvalidFraming, "HTTP/1.0 sends none with POST").await;
    }
    sent(request("GET", &[], unknown())).await; // it is read, and its length is known then
}

#[tokio::test]
async fn a_request_has_one_framing() {
    let (chunked, length) = (("transfer-encoding", "chunked"), ("content-length", "4"));
    for payload in [None, Some(Payload::Unsigned)] {
        let request = |headers: &[(&'static str, &str)]| {
            let request = request("POST", headers, "four");
            payload.map_or_else(|| self::request("POST", headers, "four"), |payload| declared(request, payload))
        };
        refused(
            request(&[chunked, length]),
            ErrorKind::InvalidFraming,
            "both `content-length` and `transfer-encoding`",
        )
        .await;
        for other in ["gzip", "gzip, chunked", "chunked, chunked", "identity", ""] {
            refused(request(&[("transfer-encoding", other)]), ErrorKind::InvalidFraming, "may be `chunked`").await;
        }
        refused(request(&[chunked, chunked]), ErrorKind::InvalidFraming, "may be `chunked`").await;
        sent(request(&[("transfer-encoding", " Chunked ")])).await;
    }
}

#[tokio::test]
async fn trailers_are_refused_where_they_are_seen() {
    let body = || Frames::from("four").with_trailers(&["x-checksum"]);
    for body in [body(), body().of_unknown_length(), Frames::default().with_trailers(&["x-checksum"])] {
        refused(request("POST", &[], body), ErrorKind::InvalidFraming, "no signature covers").await;
    }
    sent(request("POST", &[], Frames::from("four").with_trailers(&[]))).await;
    sent(request("POST", &[("trailer", "x-checksum")], "four")).await;
    // A declared body is not looked at, and what announces its trailers is.
    let announced = request("POST", &[("trailer", "x-checksum")], body());
    refused(declared(announced, Payload::Unsigned), ErrorKind::InvalidFraming, "`trailer` header announces").await;
}

#[tokio::test]
async fn no_signed_header_belongs_to_the_connection() {
    for listed in
        ["x-a", "close, X-A", "keep-alive,\tx-a", "x-amz-date", "authorization", "host", "x-amz-meta-never-there"]
    {
        let request = request("POST", &[("connection", listed), ("x-a", "1")], "");
        refused(request, ErrorKind::Signing(sig4::ErrorKind::InvalidHeader), "is signed and belongs to the connection")
            .await;
    }
    let plain = [
        ("connection", "close, x-absent, te, user-agent"),
        ("te", "trailers"),
        ("keep-alive", "timeout=5"),
        ("upgrade", "h2c"),
        ("proxy-connection", "close"),
        ("user-agent", "a"),
        ("x-a", "1"),
    ];
    let headers = sent(request("POST", &plain, "")).await;
    let authorization = headers["authorization"].to_str().unwrap();
    assert!(authorization.contains("SignedHeaders=host;x-a;x-amz-date,"), "{authorization}");

    for name in ["te", "keep-alive", "upgrade", "proxy-authorization", "connection", "transfer-encoding", "trailer"] {
        let mut request = request("POST", &[], "");
        let value = if name == "transfer-encoding" { "chunked" } else { "x" };
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        request.extensions_mut().insert::<Signer>(signer().with_signed_headers([name]));
        refused(request, ErrorKind::Signing(sig4::ErrorKind::InvalidHeader), &format!("`{name}` is signed")).await;
    }
}
