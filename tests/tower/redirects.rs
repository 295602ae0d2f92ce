//! Redirects to other origins: twenty-one and more targets and five codes, followed above the layer; and on sockets, what a client
//! that follows them by itself hands over.

use crate::scene::{HOST, alice, now, plain, session, signer, verifier};
use crate::signed::{Call, answer, layer};
use bytes::Bytes;
use http::header::LOCATION;
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use reqwest::redirect;
use sig4::tower::ErrorKind;
use sig4::tower::{BoxError, SignLayer};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tower::{Layer, Service, ServiceExt};
use tower_http::follow_redirect::FollowRedirectLayer;
use tower_http::follow_redirect::policy::{Limited, PolicyExt, clone_body_fn};

const CODES: [u16; 5] = [301, 302, 303, 307, 308];

/// A presigned query that names the headers that its author wants to have.
const FORGED: &str = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fs3%2Faws4_request\
                      &X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-amz-s3session-token%3B\
                      x-amz-security-token%3Bx-amz-server-side-encryption-customer-key&X-Amz-Signature=00";

/// Where redirects lead that are not followed with a signature; `{own}` is the origin's own host.
const FOREIGN: [&str; 24] = [
    "https://evil.example/",
    "https://evil.example:443/",
    "https://evil.example/?X-Amz-Signature=",
    "https://evil.example/?%58-Amz-Signature=x",
    "https://evil.example/{forged}",
    "https://user:pass@evil.example/{forged}",
    "//evil.example/",
    "\\\\evil.example/",
    "https://evil.example#@{own}/",
    "https://evil.example\\@{own}/",
    "https://{own}@evil.example/",
    "https://{own}:443@evil.example/",
    "https://{own}.evil.example/",
    "https://{own}./",
    "https://x{own}/",
    "https://execute-api.us-east-1.amazonaws.com/",
    "https://{own}:8443/",
    "http://{own}/",
    "http://{own}:443/",
    "http://{own}/{forged}",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://\u{430}bc.execute-api.us-east-1.amazonaws.com/",
    "ftp://{own}/",
];

const OWN: [&str; 4] =
    ["/end", "https://{own}/end", "https://{own}:443/end", "HTTPS://ABC.execute-api.us-east-1.amazonaws.com/end"];

/// Headers that nobody else may see.
const SECRETS: [&str; 7] = [
    "authorization",
    "cookie",
    "x-api-key",
    "x-amz-security-token",
    "x-amz-s3session-token",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
];

fn target(template: &str) -> HeaderValue {
    HeaderValue::from_bytes(template.replace("{own}", HOST).replace("{forged}", FORGED).as_bytes()).unwrap()
}

type Arrived = Arc<Mutex<Vec<(Parts, Bytes)>>>;

/// Follows redirects through the layer with all headers and the body, and says what arrived behind the first request.
async fn followed<C>(layer: SignLayer<C>, code: u16, to: &str) -> (Result<u16, BoxError>, Vec<(Parts, Bytes)>)
where
    C: sig4::tower::CredentialsProvider + 'static,
{
    let (arrived, to) = (Arrived::default(), target(to));
    let seen = Arc::clone(&arrived);
    let transport = tower::service_fn(move |request: Call| {
        let (seen, to) = (Arc::clone(&seen), to.clone());
        async move {
            let (parts, body) = request.into_parts();
            if parts.uri.path() == "/start" {
                let mut response = answer(code);
                response.headers_mut().insert(LOCATION, to);
                return Ok::<_, BoxError>(response);
            }
            let body = body.collect().await?.to_bytes();
            seen.lock().unwrap().push((parts, body));
            Ok(answer(200))
        }
    });
    let mut request = plain("POST", "/start", "body");
    for name in SECRETS.into_iter().filter(|name| !name.ends_with("-token")) {
        request.headers_mut().insert(name, "hush".parse().unwrap());
    }
    let client = follower().layer(layer.layer(transport));
    let status = client.oneshot(request).await.map(|response| response.status().as_u16());
    let arrived = arrived.lock().unwrap().drain(..).collect();
    (status, arrived)
}

/// Follows redirects and filters nothing.
fn follower() -> FollowRedirectLayer<impl tower_http::follow_redirect::policy::Policy<Full<Bytes>, BoxError> + Clone> {
    let cloning = clone_body_fn(|body: &Full<Bytes>| Some(body.clone()));
    FollowRedirectLayer::with_policy(Limited::new(5).and::<_, Full<Bytes>, BoxError>(cloning))
}

#[tokio::test]
async fn no_redirect_takes_a_signature_or_a_secret_to_another_origin() {
    for to in FOREIGN {
        for code in CODES {
            let (outcome, arrived) = followed(layer(session()), code, to).await;
            let error = outcome.expect_err(to);
            let kind = error.downcast_ref::<sig4::tower::Error>().map(sig4::tower::Error::kind);
            assert_eq!(kind, Some(ErrorKind::ForeignOrigin), "{to} {code}: {error}");
            assert!(arrived.is_empty(), "{to} {code}");

            let (outcome, arrived) = followed(layer(session()).with_foreign_passthrough(true), code, to).await;
            assert_eq!((outcome.unwrap(), arrived.len()), (200, 1), "{to} {code}");
            let headers = &arrived[0].0.headers;
            let told = SECRETS.into_iter().filter(|name| headers.contains_key(*name)).collect::<Vec<_>>();
            assert!(told.is_empty(), "{to} {code} tells {told:?}");
            assert!(headers.keys().all(|name| !name.as_str().starts_with("x-amz-")), "{to} {code}: {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_signed_for_where_it_leads() {
    for to in OWN {
        for code in CODES {
            let (outcome, arrived) = followed(layer(alice()), code, to).await;
            assert_eq!(outcome.unwrap(), 200, "{to} {code}");
            let (parts, body) = &arrived[0];
            assert_eq!(body.as_ref(), if code > 303 { "body".as_bytes() } else { b"" }, "{to} {code}");
            verifier().claim(parts).unwrap().verify(&alice(), body, now()).unwrap();
        }
    }
}

/// A server on a socket of its own that redirects what comes to `/start`, and writes down all else.
async fn on_a_socket(redirect: Option<(u16, String)>) -> (SocketAddr, Arrived) {
    let arrived = Arrived::default();
    let seen = Arc::clone(&arrived);
    let app = axum::Router::new().fallback(move |request: axum::extract::Request| {
        let (seen, redirect) = (Arc::clone(&seen), redirect.clone());
        async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            if let Some((code, to)) = redirect.filter(|_| parts.uri.path() == "/start") {
                return Response::builder().status(code).header(LOCATION, to).body(axum::body::Body::empty()).unwrap();
            }
            seen.lock().unwrap().push((parts, body));
            Response::new(axum::body::Body::empty())
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, arrived)
}

/// A POST that is signed with a session's credentials, as the examples for reqwest make it.
fn signed_post(url: &str) -> reqwest::Request {
    let mut request = Request::post(url).body("the body").unwrap();
    signer().sign(&mut request, &session(), now()).unwrap();
    request.try_into().unwrap()
}

/// Why no example follows redirects.
#[tokio::test]
async fn a_client_that_follows_redirects_hands_over_the_token_and_the_body() {
    for code in CODES {
        let (stranger, arrived) = on_a_socket(None).await;
        let (own, _) = on_a_socket(Some((code, format!("http://{stranger}/")))).await;
        let url = format!("http://{own}/start");

        let following = reqwest::Client::builder().no_proxy().build().unwrap();
        assert_eq!(following.execute(signed_post(&url)).await.unwrap().status(), 200);
        let (parts, body) = arrived.lock().unwrap().pop().unwrap();
        assert_eq!(parts.headers["x-amz-security-token"], "the/session+token=", "{code}");
        assert_eq!(body == "the body", code > 303, "{code}");

        let staying = reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        assert_eq!(staying.execute(signed_post(&url)).await.unwrap().status(), code);
        assert!(arrived.lock().unwrap().is_empty(), "{code}");
    }
}

/// reqwest as a service for requests of the `http` crate.
fn transport(
    client: reqwest::Client,
) -> impl Service<Call, Response = Response<reqwest::Body>, Error = BoxError, Future: Send> + Clone + Send {
    tower::service_fn(move |request: Call| {
        let client = client.clone();
        async move {
            let (parts, body) = request.into_parts();
            let request = Request::from_parts(parts, body.collect().await?.to_bytes());
            Ok::<_, BoxError>(client.execute(request.try_into()?).await?.into())
        }
    })
}

#[tokio::test]
async fn on_sockets_the_layer_stands_between_redirects_and_reqwest() {
    for code in CODES {
        for forged in ["", FORGED] {
            let (stranger, arrived) = on_a_socket(None).await;
            let (own, _) = on_a_socket(Some((code, format!("http://{stranger}/{forged}")))).await;
            let staying = reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
            let send = |passes: bool| {
                let signing = SignLayer::new(signer(), session(), format!("http://{own}").parse().unwrap());
                let signing = if passes { signing.with_foreign_passthrough(true) } else { signing };
                let client = follower().layer(signing.layer(transport(staying.clone())));
                let request = Request::post(format!("http://{own}/start")).header("x-amz-meta-note", "hush");
                client.oneshot(request.body(Full::from("body")).unwrap())
            };
            let error = send(false).await.map(|response| response.status()).unwrap_err();
            assert_eq!(error.downcast_ref::<sig4::tower::Error>().unwrap().kind(), ErrorKind::ForeignOrigin, "{code}");
            assert!(arrived.lock().unwrap().is_empty(), "{code}");

            assert_eq!(send(true).await.unwrap().status(), 200, "{code}");
            let (parts, _) = arrived.lock().unwrap().pop().unwrap();
            let told =
                parts.headers.keys().find(|name| name.as_str().starts_with("x-amz-") || *name == "authorization");
            assert_eq!(told, None, "{code}");
        }
    }
}
