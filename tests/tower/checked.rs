//! `SignedCheckLayer` names what a layer changes after `SignLayer` signed a request.

use crate::frames::Frames;
use crate::loopback::{PROTOCOLS, client, serve};
use crate::scene::{HOST, Seen, alice, authenticate, echo, now, session, signer};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HOST as HOST_HEADER, LOCATION, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request, Response, Version};
use sig4::Payload;
use sig4::tower::ErrorKind;
use sig4::tower::{BoxError, SignLayer, SignedCheckLayer};
use std::convert::Infallible;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::layer::util::Identity;
use tower::{Layer, Service, ServiceBuilder, ServiceExt};
use tower_http::auth::AddAuthorizationLayer;
use tower_http::follow_redirect::FollowRedirectLayer;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::set_header::SetRequestHeaderLayer;

const X_A: HeaderName = HeaderName::from_static("x-a");

fn signing() -> SignLayer<sig4::Credentials> {
    SignLayer::new(signer(), session(), format!("https://{HOST}").parse().unwrap()).with_clock(now)
}

/// A request with a few headers that are signed, and one that is not.
fn request() -> Request<Frames> {
    Request::post(format!("https://{HOST}/a/?b=c"))
        .header("accept", "text/html")
        .header("x-a", "1")
        .header("x-a", "2")
        .header("user-agent", "agent")
        .header("content-length", "4")
        .body(Frames::from("body"))
        .unwrap()
}

/// Sends a request through `between`, which stands below the signing layer and above the checking one. The transport answers
/// with a redirect on `/start`.
async fn send<L>(between: L, request: Request<Frames>) -> Result<usize, String>
where
    L: Layer<sig4::tower::SignedCheck<Transport>>,
    L::Service: Service<Request<Frames>, Response = Response<Frames>, Error: Into<BoxError>, Future: Send>
        + Clone
        + Send
        + 'static,
{
    let transport = Transport::default();
    let check = SignedCheckLayer::new().layer(transport.clone());
    let client = signing().with_signed_record(true).layer(between.layer(check));
    match client.oneshot(request).await {
        Ok(_) => Ok(transport.0.load(Ordering::Relaxed)),
        Err(error) => {
            let error = error.downcast::<sig4::tower::Error>().unwrap();
            assert_eq!(error.kind(), ErrorKind::RequestChanged, "{error}");
            let shown = format!("{error} {error:?}");
            assert!(
                !shown.contains("the/session") && !shown.contains("Signature=") && !shown.contains("mine"),
                "{shown}"
            );
            Err(error.to_string().replace("request changed after signing: ", ""))
        }
    }
}

/// Counts the requests that it gets.
#[derive(Clone, Default)]
struct Transport(Arc<AtomicUsize>);

impl Service<Request<Frames>> for Transport {
    type Response = Response<Frames>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Frames>) -> Self::Future {
        self.0.fetch_add(1, Ordering::Relaxed);
        let to = match request.uri().path() {
            "/start" => "/end",
            "/away" => "https://evil.example/",
            _ => return std::future::ready(Ok(Response::default())),
        };
        let redirect = Response::builder().status(307).header(LOCATION, to).body(Frames::default()).unwrap();
        std::future::ready(Ok(redirect))
    }
}

/// Sends the usual request through a function that may change it.
async fn through(change: impl FnOnce(&mut Request<Frames>) + Clone + Send + 'static) -> Result<usize, String> {
    let layer = tower::util::MapRequestLayer::new(move |mut request: Request<Frames>| {
        change.clone()(&mut request);
        request
    });
    send(layer, request()).await
}

fn value(text: &'static str) -> HeaderValue {
    HeaderValue::from_static(text)
}

#[tokio::test]
async fn what_is_as_it_was_signed_is_sent() {
    assert_eq!(send(Identity::new(), request()).await, Ok(1));
    let mut declared = request();
    declared.extensions_mut().insert(Payload::Unsigned);
    assert_eq!(send(Identity::new(), declared).await, Ok(1));
    let presigned = crate::scene::presigned("/a", &alice()).map(|_| Frames::default());
    assert_eq!(send(Identity::new(), presigned).await, Ok(1));

    // What is not signed may change, and what is signed may be spelled in other ways.
    assert_eq!(send(SetRequestHeaderLayer::overriding(USER_AGENT, value("other")), request()).await, Ok(1));
    assert_eq!(send(SetRequestHeaderLayer::if_not_present(ACCEPT, value("*/*")), request()).await, Ok(1));
    assert_eq!(through(|request| drop(request.headers_mut().insert("x-b", value("1")))).await, Ok(1));
    assert_eq!(through(|request| drop(request.headers_mut().insert("accept", value(" text/html ")))).await, Ok(1));
    assert_eq!(through(|request| drop(request.headers_mut().insert(HOST_HEADER, value(HOST)))).await, Ok(1));
    assert_eq!(through(|request| *request.version_mut() = Version::HTTP_2).await, Ok(1));
    let to_origin_form = |request: &mut Request<Frames>| {
        request.headers_mut().insert(HOST_HEADER, value(HOST));
        *request.uri_mut() = "/a/?b=c".parse().unwrap();
    };
    assert_eq!(through(to_origin_form).await, Ok(1));
}

#[tokio::test]
async fn what_a_layer_changed_is_named() {
    let set = |name, text| SetRequestHeaderLayer::overriding(name, value(text));
    let changed = |name: &str| Err(format!("the header `{name}` was changed"));
    assert_eq!(send(set(ACCEPT, "*/*"), request()).await, changed("accept"));
    assert_eq!(send(SetRequestHeaderLayer::appending(X_A, value("3")), request()).await, changed("x-a"));
    assert_eq!(send(AddAuthorizationLayer::bearer("mine"), request()).await, changed("authorization"));
    for name in ["x-amz-date", "x-amz-security-token"] {
        assert_eq!(send(set(HeaderName::from_static(name), "mine"), request()).await, changed(name));
    }
    let added = SetRequestHeaderLayer::if_not_present(HeaderName::from_static("x-amz-meta-note"), value("mine"));
    assert_eq!(send(added, request()).await, Err("the header `x-amz-meta-note` was added".to_owned()));

    let slash = NormalizePathLayer::trim_trailing_slash();
    assert_eq!(send(slash, request()).await, Err("the path was changed".to_owned()));
    let body = MapRequestBodyLayer::new(|_: Frames| Frames::from("bodies"));
    let both = "`content-length` is 4, and the body has 6 bytes; the body was changed";
    assert_eq!(send(body, request()).await, Err(both.to_owned()));
    let body = MapRequestBodyLayer::new(|_: Frames| Frames::from("boDy"));
    assert_eq!(send(body, request()).await, Err("the body was changed".to_owned()));
    let trailers = MapRequestBodyLayer::new(|body: Frames| body.with_trailers(&["x-checksum"]));
    assert_eq!(send(trailers, request()).await, Err("the body was changed".to_owned()));
}

#[tokio::test]
async fn every_part_of_a_head_is_compared() {
    let uri = |text: &'static str| move |request: &mut Request<Frames>| *request.uri_mut() = text.parse().unwrap();
    let host = "https://abc.execute-api.us-east-1.amazonaws.com";
    for (found, says) in [
        (through(|request| *request.method_mut() = Method::PUT).await, "the method was changed"),
        (through(uri("https://abc.execute-api.us-east-1.amazonaws.com/a?b=c")).await, "the path was changed"),
        (through(uri("https://abc.execute-api.us-east-1.amazonaws.com/a/?b=c&")).await, "the query was changed"),
        (through(uri("https://abc.execute-api.us-east-1.amazonaws.com/a/")).await, "the query was changed"),
        (through(uri("http://abc.execute-api.us-east-1.amazonaws.com/a/?b=c")).await, "the scheme was changed"),
        (through(uri("https://evil.example/a/?b=c")).await, "the host was changed"),
        (through(uri("/a/?b=c")).await, "the host was changed"),
        (
            through(|request| drop(request.headers_mut().insert(HOST_HEADER, value("evil.example")))).await,
            "the host was changed; the `host` header is not the authority of the URI",
        ),
        (through(|request| drop(request.headers_mut().remove("accept"))).await, "the header `accept` was removed"),
        (
            through(|request| drop(request.headers_mut().remove(AUTHORIZATION))).await,
            "the header `authorization` was removed",
        ),
        (
            through(|request| drop(request.headers_mut().insert("connection", value("x-a")))).await,
            "`x-a` is signed and belongs to the connection: the transport or a proxy removes it",
        ),
        (
            through(|request| drop(request.headers_mut().insert("transfer-encoding", value("chunked")))).await,
            "the request has both `content-length` and `transfer-encoding`",
        ),
        (
            through(|request| {
                request.headers_mut().remove("x-a");
                request.headers_mut().append("x-a", value("2"));
                request.headers_mut().append("x-a", value("1"));
            })
            .await,
            "the header `x-a` was changed",
        ),
    ] {
        assert_eq!(found, Err(says.to_owned()), "{host}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_another_one() {
    let compress = |request: &mut Request<Frames>| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(b"body").unwrap();
        *request.body_mut() = Frames::from(Bytes::from(gzip.finish().unwrap()));
        request.headers_mut().insert("content-encoding", value("gzip"));
        request.headers_mut().remove(CONTENT_LENGTH);
    };
    let says = "the header `content-length` was removed; the body was changed";
    assert_eq!(through(compress).await, Err(says.to_owned()));
}

#[tokio::test]
async fn a_redirect_below_the_signing_layer_is_not_sent() {
    // A body that is empty is one that the layer of tower-http can send again.
    let at = |path: &str| Request::get(format!("https://{HOST}{path}")).body(Frames::default()).unwrap();
    let follow = || ServiceBuilder::new().layer(FollowRedirectLayer::new()).into_inner();
    assert_eq!(send(follow(), at("/end")).await, Ok(1));
    // The layer of tower-http makes a new request without extensions. To another origin it goes without `authorization`, and
    // still with the session token.
    for redirected in ["/start", "/away"] {
        let found = send(follow(), at(redirected)).await;
        assert!(
            found.as_ref().is_err_and(|says| says.contains("a layer made a new request")),
            "{redirected} {found:?}"
        );
    }
}

#[tokio::test]
async fn a_signed_request_without_a_record_does_not_pass_for_checked() {
    let checked = |records, enabled| {
        let transport = Transport::default();
        let check = SignedCheckLayer::new().with_enabled(enabled).layer(transport);
        signing().with_signed_record(records).layer(check).oneshot(request())
    };
    let error = checked(false, true).await.unwrap_err();
    assert!(error.to_string().contains("there is no record of the signed request"), "{error}");
    assert!(checked(false, false).await.is_ok());
    assert!(checked(true, false).await.is_ok());
    let forgotten = through(|request| request.extensions_mut().clear()).await;
    assert!(forgotten.unwrap_err().contains("there is no record"));
    let unsigned = SignedCheckLayer::new().layer(Transport::default()).oneshot(request()).await;
    assert!(unsigned.is_ok(), "nothing was signed");
}

#[tokio::test]
async fn an_error_names_so_many_differences_and_counts_the_others() {
    let many = through(|request| {
        for n in 0..40 {
            request.headers_mut().insert(HeaderName::try_from(format!("x-amz-{n:02}")).unwrap(), value("1"));
        }
    });
    let says = many.await.unwrap_err();
    assert_eq!(says.matches(" was added").count(), 16, "{says}");
    assert!(says.ends_with("; and 24 more"), "{says}");
}

#[tokio::test]
async fn a_checked_client_calls_a_server_of_hyper_over_both_protocols() {
    for protocol in PROTOCOLS {
        let seen = Seen::default();
        let origin = serve(protocol, authenticate().layer(echo(&seen))).await;
        let client = ServiceBuilder::new()
            .layer(
                SignLayer::new(signer(), session(), origin.parse().unwrap()).with_clock(now).with_signed_record(true),
            )
            .layer(SetRequestHeaderLayer::overriding(USER_AGENT, value("sig4")))
            .layer(SignedCheckLayer::new())
            .service(client(protocol));
        let request = Request::post(format!("{origin}/a?b")).body(Frames::in_pieces(b"body", 1)).unwrap();
        assert_eq!(client.oneshot(request).await.unwrap().status(), 200);
        assert_eq!(seen.last().1, "body");
    }
}
