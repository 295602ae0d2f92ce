//! A request without a path, or with two hosts, is not signed, and not sent.

use crate::scene::{HOST, alice, now, session, verifier};
use crate::signed::{answer, layer, server};
use bytes::Bytes;
use http::{Method, Request, Uri, Version};
use http_body_util::Full;
use sig4::tower::ErrorKind;
use sig4::tower::SignedCheckLayer;
use tower::{Layer, ServiceExt};

fn request(method: &str, uri: &str, host: Option<&str>) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(uri);
    if let Some(host) = host {
        request = request.header("host", host);
    }
    request.body(Full::default()).unwrap()
}

async fn send(request: Request<Full<Bytes>>, foreign: bool) -> Result<(), sig4::tower::Error> {
    let layer = layer(session()).with_origin("https://other.example".parse().unwrap());
    let layer = layer.with_origin(format!("https://{HOST}:8443").parse().unwrap());
    let layer = if foreign { layer.with_foreign_passthrough(true) } else { layer };
    let sent = layer.layer(server(|_, _| Ok(answer(200)))).oneshot(request).await;
    sent.map(drop).map_err(|error| *error.downcast().unwrap())
}

#[tokio::test]
async fn a_target_without_a_path_is_refused_whatever_it_names() {
    for foreign in [false, true] {
        for (method, uri, host, says) in [
            ("CONNECT", format!("{HOST}:443"), None, "`CONNECT` asks for a tunnel"),
            ("CONNECT", format!("https://{HOST}/"), None, "`CONNECT` asks for a tunnel"),
            ("CONNECT", "/".to_owned(), Some(HOST), "`CONNECT` asks for a tunnel"),
            ("OPTIONS", "*".to_owned(), Some(HOST), "the target `*` is no path"),
            ("GET", "*".to_owned(), Some(HOST), "the target `*` is no path"),
            ("GET", HOST.to_owned(), None, "a host without a path"),
            ("GET", format!("{HOST}:443"), Some(HOST), "a host without a path"),
        ] {
            let error = send(request(method, &uri, host), foreign).await.expect_err(&uri);
            let kind = if method == "CONNECT" {
                ErrorKind::Signing(sig4::ErrorKind::InvalidHeader)
            } else {
                ErrorKind::Signing(sig4::ErrorKind::InvalidPath)
            };
            assert_eq!(error.kind(), kind, "{error} of {method} {uri}");
            assert!(error.to_string().contains(says), "{error} of {method} {uri}");
        }
        send(request("OPTIONS", &format!("https://{HOST}"), None), foreign).await.unwrap();
        send(request("GET", &format!("https://{HOST}?a"), None), foreign).await.unwrap();
    }
}

#[tokio::test]
async fn a_host_header_is_the_authority_of_the_uri() {
    let at = |path: &str| format!("https://{HOST}{path}");
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let send = |uri: String, host: &str| {
            let mut request = request("GET", &uri, Some(host));
            *request.version_mut() = version;
            send(request, false)
        };
        for other in ["other.example", "abc.execute-api.us-east-1.amazonaws.com:8443"] {
            let error = send(at("/"), other).await.expect_err(other);
            assert_eq!(error.kind(), ErrorKind::Signing(sig4::ErrorKind::InvalidHost), "{error} with {other}");
            assert!(!error.to_string().contains("other"), "{error}");
        }
        assert_eq!(send(at("/"), "evil.example").await.unwrap_err().kind(), ErrorKind::ForeignOrigin);
        for same in [HOST, &HOST.to_uppercase(), &format!("{HOST}:443")] {
            send(at("/"), same).await.unwrap();
        }
        send("/".to_owned(), HOST).await.unwrap();
    }
}

#[tokio::test]
async fn user_information_is_not_sent() {
    for uri in [format!("https://user:pass@{HOST}/"), format!("https://@{HOST}/")] {
        let error = send(request("GET", &uri, None), false).await.expect_err(&uri);
        assert_eq!(error.kind(), ErrorKind::Signing(sig4::ErrorKind::InvalidHost), "{error}");
        assert!(!error.to_string().contains("pass"), "{error}");
    }
}

#[tokio::test]
async fn a_presigned_request_has_one_target_as_well() {
    let mut presigned = crate::scene::presigned("/a", &alice());
    presigned.headers_mut().insert("host", "other.example".parse().unwrap());
    assert_eq!(send(presigned, false).await.unwrap_err().kind(), ErrorKind::Signing(sig4::ErrorKind::InvalidHost));
    let mut tunnel = crate::scene::presigned("/a", &alice());
    *tunnel.method_mut() = Method::CONNECT;
    assert_eq!(send(tunnel, false).await.unwrap_err().kind(), ErrorKind::Signing(sig4::ErrorKind::InvalidHeader));
    let uri: Uri = crate::scene::presigned("/a", &alice()).uri().clone();
    send(request("GET", &uri.to_string(), Some(HOST)), false).await.unwrap();
}

/// HTTP/2 sends the authority of the URI as it stands, and a `Host` header beside it. What is signed is the one, or the other.
#[tokio::test]
async fn the_authority_is_sent_as_the_host_is_signed() {
    let (upper, port) = (HOST.to_uppercase(), format!("{HOST}:443"));
    for version in [Version::HTTP_11, Version::HTTP_2] {
        for (authority, host, sent_as) in [
            (HOST, None, HOST),
            (&port, None, HOST),
            (&port, Some(HOST), HOST),
            (HOST, Some(port.as_str()), port.as_str()),
            (&port, Some(&port), &port),
            (HOST, Some(&upper), &upper),
            (&upper, None, &upper),
        ] {
            let mut request = request("GET", &format!("https://{authority}/a?b"), host);
            *request.version_mut() = version;
            let expected = format!("https://{sent_as}/a?b");
            let sent = server(move |parts, body| {
                assert_eq!(parts.uri.to_string(), expected);
                let mut of_authority = parts.clone();
                let authority = parts.uri.authority().unwrap().as_str().parse().unwrap();
                of_authority.headers.insert("host", authority);
                verifier().claim(&of_authority).and_then(|claim| claim.verify(&session(), body, now())).unwrap();
                Ok(answer(200))
            });
            layer(session()).layer(sent).oneshot(request).await.unwrap();
        }
    }
}

/// The host that connections go to, and the one that answers, as with a private API behind a VPC endpoint.
#[tokio::test]
async fn a_host_header_may_differ_if_that_is_allowed_and_both_hosts_are_origins() {
    let endpoint = "vpce-0123.execute-api.us-east-1.vpce.amazonaws.com";
    let named = || layer(session()).with_origin(format!("https://{endpoint}").parse().unwrap());
    let call = |version| {
        let mut request = request("GET", &format!("https://{endpoint}/pets"), Some(HOST));
        *request.version_mut() = version;
        request
    };
    let sent = || {
        server(move |parts, body| {
            assert_eq!((parts.uri.host(), parts.headers["host"].to_str().unwrap()), (Some(endpoint), HOST));
            // A server of HTTP/1 gets a target without an authority.
            let mut received = parts.clone();
            received.uri = parts.uri.path().parse().unwrap();
            verifier().claim(&received).and_then(|claim| claim.verify(&session(), body, now())).unwrap();
            Ok(answer(200))
        })
    };
    let kind = |error: sig4::tower::BoxError| error.downcast::<sig4::tower::Error>().unwrap().kind();
    for version in [Version::HTTP_10, Version::HTTP_11] {
        let allowed = named().with_http1_host_header(true).with_signed_record(true);
        let checked = SignedCheckLayer::new().layer(sent());
        assert_eq!(allowed.layer(checked).oneshot(call(version)).await.unwrap().status(), 200);
        let error = named().layer(sent()).oneshot(call(version)).await.unwrap_err();
        assert_eq!(kind(error), ErrorKind::Signing(sig4::ErrorKind::InvalidHost), "it is not allowed");
    }
    let error = named().with_http1_host_header(true).layer(sent()).oneshot(call(Version::HTTP_2)).await.unwrap_err();
    assert_eq!(kind(error), ErrorKind::Signing(sig4::ErrorKind::InvalidHost), "HTTP/2 sends both");
    let one_origin = layer(session()).with_http1_host_header(true);
    let error = one_origin.layer(sent()).oneshot(call(Version::HTTP_11)).await.unwrap_err();
    assert_eq!(kind(error), ErrorKind::ForeignOrigin, "the endpoint is no origin");
}
