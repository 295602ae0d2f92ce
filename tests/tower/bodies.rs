//! `SignLayer` before clients whose bodies are of every type.

use crate::frames::Frames;
use crate::loopback::{Protocol, serve};
use crate::scene::{Seen, alice, authenticate, echo, now, signer};
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, BodyStream, Empty, Full, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sig4::Payload;
use sig4::tower::{BoxError, ErrorKind, HttpClient, SignLayer, SignableBody, SignedBody, SignedCheckLayer};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

fn signing(origin: &str) -> SignLayer<sig4::Credentials> {
    SignLayer::new(signer(), alice(), origin.parse().unwrap()).with_clock(now)
}

/// A function over every client and every body, with a named bound for each.
fn wrap<S, B>(client: S, signing: &SignLayer<sig4::Credentials>) -> impl HttpClient<B> + use<S, B>
where
    S: HttpClient<B>,
    B: SignableBody,
{
    let checking = SignedCheckLayer::new().layer(client);
    signing.clone().with_signed_record(true).layer(checking)
}

/// The same with one bound, for one body.
fn wrap_full<S: HttpClient<Full<Bytes>>>(
    client: S,
    signing: &SignLayer<sig4::Credentials>,
) -> impl HttpClient<Full<Bytes>> {
    wrap(client, signing)
}

/// Sends a body that can be made of bytes.
async fn send_same<B: SignableBody + Unpin>(origin: &str, body: B) -> u16 {
    let client = wrap(Client::builder(TokioExecutor::new()).build_http(), &signing(origin));
    let request = Request::post(format!("{origin}/a?b=c")).body(body).unwrap();
    client.oneshot(request).await.map_err(Into::into).unwrap().status().as_u16()
}

/// Sends a body of any type: read and hashed, and streaming with its hash declared.
async fn send_any<B>(origin: &str, make: impl Fn() -> B) -> [u16; 2]
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let client = signing(origin).with_any_body().layer(Client::builder(TokioExecutor::new()).build_http());
    let mut statuses = Vec::new();
    for payload in [None, Some(Payload::Sha256(digest("the body")))] {
        let mut request = Request::post(format!("{origin}/a?b=c")).body(make()).unwrap();
        if let Some(payload) = payload {
            request.extensions_mut().insert(payload);
        }
        statuses.push(client.clone().oneshot(request).await.unwrap().status().as_u16());
    }
    statuses.try_into().unwrap()
}

fn digest(text: &str) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(text).into()
}

/// A stream whose frames are no `Bytes`, and which is not `Unpin`.
fn pinned() -> impl Body<Data: Send, Error: Into<BoxError>> + Send + 'static {
    struct Chunks(VecDeque<&'static str>);
    impl Body for Chunks {
        type Data = VecDeque<u8>;
        type Error = &'static str;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<VecDeque<u8>>, &'static str>>> {
            Poll::Ready(self.0.pop_front().map(|text| Ok(Frame::data(text.bytes().collect()))))
        }
    }
    pin_project_lite::pin_project! {
        struct Pinned { #[pin] inner: Chunks, #[pin] pin: PhantomPinned }
    }
    impl Body for Pinned {
        type Data = VecDeque<u8>;
        type Error = &'static str;

        fn poll_frame(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<VecDeque<u8>>, &'static str>>> {
            self.project().inner.poll_frame(cx)
        }
    }
    Pinned { inner: Chunks(["the", " ", "body"].into()), pin: PhantomPinned }
}

#[tokio::test]
async fn every_body_is_signed_and_sent_without_naming_a_type() {
    let seen = Seen::default();
    let origin = serve(Protocol::Http1, authenticate().layer(echo(&seen))).await;
    let frames = || Frames::in_pieces(b"the body", 3).of_unknown_length();
    let failing = || frames().map_err(|never| -> io::Error { match never {} });
    for statuses in [
        send_any(&origin, || failing().boxed()).await,
        send_any(&origin, || failing().boxed_unsync()).await,
        send_any(&origin, || StreamBody::new(BodyStream::new(frames()))).await,
        send_any(&origin, || axum::body::Body::new(frames())).await,
        send_any(&origin, || reqwest::Body::wrap(frames())).await,
        send_any(&origin, || Full::<Bytes>::from("the body")).await,
        send_any(&origin, || "the body".to_owned()).await,
        send_any(&origin, pinned).await,
    ] {
        assert_eq!(statuses, [200, 200]);
        assert_eq!(seen.last().1, "the body");
    }
    assert_eq!(send_same(&origin, Full::<Bytes>::from("the body")).await, 200);
    assert_eq!(send_same(&origin, axum::body::Body::new(frames())).await, 200);
    assert_eq!(send_same(&origin, reqwest::Body::wrap(frames())).await, 200);
    assert_eq!(send_same(&origin, SignedBody::new(failing().boxed())).await, 200);
    assert_eq!(seen.last().1, "the body");
    let empty = signing(&origin).with_any_body().layer(Client::builder(TokioExecutor::new()).build_http());
    let request = Request::get(format!("{origin}/")).body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(empty.oneshot(request).await.unwrap().status(), 200);
}

/// A gateway passes on what hyper's server gives to it.
#[tokio::test]
async fn a_proxy_signs_incoming_bodies() {
    let seen = Seen::default();
    let origin = serve(Protocol::Http1, authenticate().layer(echo(&seen))).await;
    let upstream = signing(&origin).with_any_body().layer(Client::builder(TokioExecutor::new()).build_http());
    let target = origin.clone();
    let proxy = tower::service_fn(move |request: Request<hyper::body::Incoming>| {
        let (upstream, url) = (upstream.clone(), format!("{target}/from/proxy"));
        async move {
            let request = Request::post(url).body(request.into_body()).unwrap();
            Ok::<_, Infallible>(upstream.oneshot(request).await.unwrap())
        }
    });
    let proxy = serve(Protocol::Http1, proxy).await;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::post(format!("{proxy}/")).body(Full::<Bytes>::from("through")).unwrap();
    assert_eq!(client.request(request).await.unwrap().status(), 200);
    assert_eq!(seen.last().1, "through");
}

type Sent = Request<SignedBody<Frames>>;

/// A client with a body type of its own, below the layer.
fn mock() -> impl Service<Sent, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone + Send {
    tower::service_fn(async |request: Sent| {
        let (length, ended) = (request.body().size_hint().exact(), request.body().is_end_stream());
        let collected = request.into_body().collect().await.unwrap();
        let trailers = collected.trailers().cloned().unwrap_or_default();
        let mut response = Response::new(Full::from(collected.to_bytes()));
        response.headers_mut().extend(trailers);
        response.headers_mut().insert("x-length", format!("{length:?} {ended}").parse().unwrap());
        Ok(response)
    })
}

#[tokio::test]
async fn a_declared_body_streams_with_its_hint_and_its_trailers() {
    let client = signing("https://a.example").with_body_limit(0).with_any_body().layer(mock());
    let post = |body: Frames| Request::post("https://a.example/").body(body).unwrap();
    let body = || Frames::in_pieces(b"the body", 3).of_unknown_length().with_trailers(&["x-sum"]);

    let mut declared = post(body());
    declared.extensions_mut().insert(Payload::Sha256(digest("the body")));
    let response = client.clone().oneshot(declared).await.unwrap();
    assert_eq!(
        (&response.headers()["x-length"], &response.headers()["x-sum"]),
        (&"None false".parse().unwrap(), &"1".parse().unwrap())
    );
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "the body");

    for (request, kind) in [
        (post(body()), ErrorKind::TooLongBody),
        (post(Frames::default().with_trailers(&["x"])), ErrorKind::InvalidFraming),
    ] {
        let error = client.clone().oneshot(request).await.unwrap_err();
        assert_eq!(error.downcast_ref::<sig4::tower::Error>().unwrap().kind(), kind);
    }
    let read =
        signing("https://a.example").with_any_body().layer(mock()).oneshot(post(Frames::from("body"))).await.unwrap();
    assert_eq!(read.headers()["x-length"], "Some(4) false");
}

#[tokio::test]
async fn a_client_with_a_boxed_body_gets_one() {
    type Boxed = http_body_util::combinators::UnsyncBoxBody<Bytes, BoxError>;
    let transport = tower::service_fn(async |request: Request<Boxed>| {
        assert!(request.headers().contains_key("authorization"));
        Ok::<_, io::Error>(Response::new(request.into_body()))
    });
    let client = ServiceBuilder::new()
        .layer(signing("https://a.example").with_any_body())
        .map_request(|request: Request<SignedBody<_>>| request.map(BodyExt::boxed_unsync))
        .service(transport);
    let request = Request::put("https://a.example/").body(Frames::from("bytes")).unwrap();
    assert_eq!(client.oneshot(request).await.unwrap().into_body().collect().await.unwrap().to_bytes(), "bytes");
}

#[tokio::test]
async fn one_named_bound_is_enough() {
    let transport =
        tower::service_fn(async |request: Request<Full<Bytes>>| Ok::<_, io::Error>(Response::new(request.into_body())));
    let request = Request::put("https://a.example/").body(Full::from("bytes")).unwrap();
    let response =
        wrap_full(transport, &signing("https://a.example")).oneshot(request).await.map_err(Into::into).unwrap();
    assert_eq!(response.status(), 200);
}
