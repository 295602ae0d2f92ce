//! The clients of reqwest, against servers on this machine that verify.

use crate::frames::Frames;
use crate::loopback::{Protocol, serve};
use crate::scene::{HOST, Keys, Seen, alice, authenticate, echo, now, session, signer};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use reqwest::redirect::Policy;
use reqwest::{Body, Client, ClientBuilder, Url};
use reqwest_middleware::ClientWithMiddleware;
use sig4::reqwest::{Error, SignClient, SignMiddleware};
use sig4::tower::{AuthenticateLayer, ErrorKind, ExpiringCredentials, SignLayer};
use sig4::{Credentials, Payload, Signer, Verifier};
use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tower::Layer;

fn builder() -> ClientBuilder {
    Client::builder().no_proxy().timeout(Duration::from_secs(30))
}

fn layer(service: &str, origin: &str) -> SignLayer<Credentials> {
    SignLayer::new(Signer::new("us-east-1", service).unwrap(), session(), origin.parse().unwrap()).with_clock(now)
}

fn client(service: &str, origin: &str) -> SignClient {
    SignClient::new(layer(service, origin), builder()).unwrap()
}

fn with_middleware(service: &str, origin: &str) -> ClientWithMiddleware {
    let client = builder().redirect(Policy::none()).build().unwrap();
    reqwest_middleware::ClientBuilder::new(client).with(SignMiddleware::new(layer(service, origin))).build()
}

/// A server that answers what is signed for `service` with the path that arrived.
async fn server(service: &str, seen: &Seen) -> String {
    let verifier = Verifier::new("us-east-1", service).unwrap().with_unsigned_payload(true);
    serve(Protocol::Http1, AuthenticateLayer::new(verifier, Keys).with_clock(now).layer(echo(seen))).await
}

/// What a program asks for, and what arrives.
const TARGETS: [(&str, &str, &str); 11] = [
    ("s3", "/a+b", "/a%2Bb"),
    ("s3", "/a%20b", "/a%20b"),
    ("s3", "/a b/\u{fc}", "/a%20b/%C3%BC"),
    ("s3", "/x/../a/./b", "/a/b"),
    ("s3", "/x/%2e%2E/a", "/a"),
    ("s3", "/a'(b)*!~@:$&,;=|^{}", "/a%27%28b%29%2A%21~%40%3A%24%26%2C%3B%3D%7C%5E%7B%7D"),
    ("s3", "/a?prefix=a+b&x=%2B&y=c%20d&z", "/a?prefix=a%20b&x=%2B&y=c%20d&z"),
    ("execute-api", "/a+b", "/a+b"),
    ("execute-api", "/a%20b/../c d", "/c%20d"),
    ("execute-api", "/pets?name=a+b&name=%2B#fragment", "/pets?name=a+b&name=%2B"),
    ("execute-api", "/a'(b)*!|^{}", "/a'(b)*!|^%7B%7D"),
];

#[tokio::test]
async fn the_target_that_was_signed_arrives_and_verifies() {
    for (service, target, expected) in TARGETS {
        let seen = Seen::default();
        let origin = server(service, &seen).await;
        let url = format!("{origin}{target}");
        let arrived = || {
            let (parts, body) = seen.last();
            (parts.uri.path_and_query().unwrap().to_string(), body)
        };
        let response =
            client(service, &origin).post(&url).header("x-amz-meta-a", " 1 2").body("a pet").send().await.unwrap();
        assert_eq!(response.status(), 200, "{service} {target}");
        assert_eq!(response.url().path(), expected.split('?').next().unwrap(), "{service} {target}");
        assert_eq!(arrived(), (expected.to_owned(), Bytes::from("a pet")), "{service} {target}");
        let text = response.text().await.unwrap();
        assert_eq!(text, arrived().0.split('?').next().unwrap());

        let response = with_middleware(service, &origin).put(&url).body("two pets").send().await.unwrap();
        assert_eq!(response.status(), 200, "{service} {target}");
        assert_eq!(arrived(), (expected.to_owned(), Bytes::from("two pets")), "{service} {target}");
    }
}

#[tokio::test]
async fn a_host_in_capitals_verifies() {
    let origin = server("s3", &Seen::default()).await.replace("127.0.0.1", "localhost");
    let url = format!("{}/a+b", origin.replace("localhost", "LocalHOST"));
    assert_eq!(client("s3", &origin).get(&url).send().await.unwrap().status(), 200);
    assert_eq!(with_middleware("s3", &origin).get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn every_method_is_signed_and_clones_share_the_signing_keys() {
    let origin = server("execute-api", &Seen::default()).await;
    let signer = signer();
    let signing = SignLayer::new(signer.clone(), session(), origin.parse().unwrap()).with_clock(now);
    let client = SignClient::new(signing, builder()).unwrap();
    for send in
        [SignClient::get, SignClient::post, SignClient::put, SignClient::patch, SignClient::delete, SignClient::head]
    {
        let request = send(&client.clone(), format!("{origin}/pets")).map(|builder| builder.header("x-a", "1"));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    let request = client.get(format!("{origin}/pets")).timeout(Duration::from_secs(9)).build().unwrap();
    assert_eq!(request.timeout(), Some(&Duration::from_secs(9)));
    assert_eq!(client.execute(request).await.unwrap().status(), 200);
    assert_eq!(signer.cached_keys(), 1);
    let shown = format!("{client:?} {:?}", client.get(&origin));
    assert!(!shown.contains("secret") && !shown.contains("token"), "{shown}");
}

#[tokio::test]
async fn nothing_is_sent_to_a_foreign_origin() {
    let origin = server("execute-api", &Seen::default()).await;
    let error = client("execute-api", &format!("https://{HOST}")).get(&origin).send().await.unwrap_err();
    assert!(matches!(&error, Error::Signing(error) if error.kind() == ErrorKind::ForeignOrigin), "{error:?}");
    let error = with_middleware("execute-api", &format!("https://{HOST}")).get(&origin).send().await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("foreign origin: {origin}, ")), "{error}");
    let reqwest_middleware::Error::Middleware(error) = error else { panic!("{error:?}") };
    assert!(
        matches!(error.downcast_ref::<Error>(), Some(Error::Signing(error)) if error.kind() == ErrorKind::ForeignOrigin)
    );
}

#[tokio::test]
async fn a_body_that_streams_is_read_and_with_a_declared_payload_it_is_not() {
    let seen = Seen::default();
    let origin = server("s3", &seen).await;
    let url = format!("{origin}/key");
    let stream = || Body::wrap(Frames::in_pieces(b"the body", 3).of_unknown_length());
    let (s3, middleware) = (client("s3", &origin), with_middleware("s3", &origin));
    let kind = |seen: &Seen| seen.last().0.headers["x-amz-content-sha256"].len();
    assert_eq!(s3.put(&url).body(stream()).send().await.unwrap().status(), 200);
    assert_eq!((kind(&seen), seen.last().1), (64, Bytes::from("the body")));
    assert_eq!(middleware.put(&url).body(stream()).send().await.unwrap().status(), 200);
    assert_eq!((kind(&seen), seen.last().1), (64, Bytes::from("the body")));

    let response = s3.put(&url).body(stream()).payload(Payload::Unsigned).send().await.unwrap();
    assert_eq!((response.status().as_u16(), seen.last().1), (200, Bytes::from("the body")));
    let response = middleware.put(&url).body(stream()).with_extension(Payload::Unsigned).send().await.unwrap();
    assert_eq!((response.status().as_u16(), seen.last().1), (200, Bytes::from("the body")));
    assert_eq!(kind(&seen), "UNSIGNED-PAYLOAD".len());
    let declared = Request::put(&url).extension(Payload::Unsigned).body(stream()).unwrap();
    assert_eq!(s3.execute(declared.try_into().unwrap()).await.unwrap().status(), 200);
}

/// A server that redirects every request, and counts them.
async fn redirecting(to: String) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let service = tower::service_fn(move |_: Request<hyper::body::Incoming>| {
        counted.fetch_add(1, Ordering::Relaxed);
        let response = Response::builder().status(307).header("location", &to).body(Full::<Bytes>::default()).unwrap();
        async { Ok::<_, Infallible>(response) }
    });
    (serve(Protocol::Http1, service).await, count)
}

#[tokio::test]
async fn no_redirect_is_followed_whatever_the_builder_says() {
    let (stranger, strangers) = redirecting("/".to_owned()).await;
    let (origin, _) = redirecting(stranger).await;
    let following = SignClient::new(layer("execute-api", &origin), builder().redirect(Policy::limited(3))).unwrap();
    assert_eq!(following.get(&origin).send().await.unwrap().status(), 307);
    assert_eq!(with_middleware("execute-api", &origin).get(&origin).send().await.unwrap().status(), 307);
    assert_eq!(strangers.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_middleware_notices_a_client_that_follows_redirects() {
    let stranger = server("execute-api", &Seen::default()).await;
    let (origin, _) = redirecting(stranger).await;
    let client = builder().build().unwrap();
    let signing = SignMiddleware::new(layer("execute-api", &origin));
    let client = reqwest_middleware::ClientBuilder::new(client).with(signing).build();
    let error = client.get(&origin).send().await.unwrap_err().to_string();
    assert!(
        error.starts_with("request changed after signing: the answer is from a URL that was not signed"),
        "{error}"
    );
    assert!(error.contains("`redirect::Policy::none()`"), "{error}");
}

#[tokio::test]
async fn a_signer_in_the_extensions_takes_the_place_of_the_middlewares() {
    let origin = server("s3", &Seen::default()).await;
    let request = with_middleware("execute-api", &origin).get(format!("{origin}/a+b"));
    let response = request.with_extension(Signer::new("us-east-1", "s3").unwrap()).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn errors_of_providers_and_of_reqwest_keep_their_type() {
    let source = || async { Err::<ExpiringCredentials, _>(io::Error::other("no metadata service")) };
    let signing = SignLayer::new(signer(), source, "http://127.0.0.1:9".parse().unwrap());
    let error = SignClient::new(signing, builder()).unwrap().get("http://127.0.0.1:9/").send().await.unwrap_err();
    assert_eq!(error.to_string(), "no credentials to sign with: no metadata service");
    let error = client("s3", "http://127.0.0.1:9").get("http://127.0.0.1:9/").send().await.unwrap_err();
    assert!(matches!(&error, Error::Reqwest(error) if error.is_connect()), "{error:?}");
    let error = with_middleware("s3", "http://127.0.0.1:9").get("http://127.0.0.1:9/").send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    let error = client("s3", "http://127.0.0.1:9").get("no URL").send().await.unwrap_err();
    assert!(matches!(&error, Error::Reqwest(error) if error.is_builder()), "{error:?}");
}

/// A provider that asks a server by reqwest fails with reqwest's errors, and so does the client below.
#[tokio::test]
async fn a_failure_of_the_provider_is_not_one_of_the_client() {
    let provider = || async {
        builder().build()?.get("http://127.0.0.1:9/keys").send().await?;
        Ok::<ExpiringCredentials, sig4::tower::BoxError>(session().into())
    };
    let origin = server("s3", &Seen::default()).await;
    let signing = || SignLayer::new(signer(), provider, origin.parse().unwrap());
    let error = SignClient::new(signing(), builder()).unwrap().get(&origin).send().await.unwrap_err();
    assert!(matches!(&error, Error::Credentials(error) if error.is::<reqwest::Error>()), "{error:?}");
    let client = builder().redirect(Policy::none()).build().unwrap();
    let client = reqwest_middleware::ClientBuilder::new(client).with(SignMiddleware::new(signing())).build();
    let error = client.get(&origin).send().await.unwrap_err();
    assert!(error.to_string().starts_with("no credentials to sign with: "), "{error}");
}

#[tokio::test]
async fn a_presigned_url_takes_a_stream_and_stays_out_of_errors() {
    let seen = Seen::default();
    let origin = server("s3", &seen).await;
    let presigned = |origin: &str| {
        let request = Request::put(format!("{origin}/key")).body(()).unwrap();
        let lifetime = sig4::Expires::from_secs(60).unwrap();
        let signer = Signer::new("us-east-1", "s3").unwrap();
        signer.presign(&request, &session(), lifetime, now()).unwrap().url().to_owned()
    };
    let stream = || Body::wrap(Frames::in_pieces(b"the body", 3).of_unknown_length());
    let url = presigned(&origin);
    assert_eq!(client("s3", &origin).put(&url).body(stream()).send().await.unwrap().status(), 200);
    assert_eq!(with_middleware("s3", &origin).put(&url).body(stream()).send().await.unwrap().status(), 200);
    assert_eq!(seen.last().1, "the body");

    let closed = "http://127.0.0.1:9";
    let url = presigned(closed);
    let error = client("s3", closed).put(&url).send().await.unwrap_err();
    let other = with_middleware("s3", closed).put(&url).send().await.unwrap_err();
    for shown in [format!("{error} {error:?}"), format!("{other} {other:?}")] {
        assert!(shown.contains("127.0.0.1:9/key") && !shown.contains("X-Amz-"), "{shown}");
    }
}

/// Answers in the place of a server, as a mock does.
struct Mock;

#[async_trait::async_trait]
impl reqwest_middleware::Middleware for Mock {
    async fn handle(
        &self,
        request: reqwest::Request,
        _: &mut http::Extensions,
        _: reqwest_middleware::Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        assert!(request.headers().contains_key("authorization"));
        Ok(Response::new("of the mock").into())
    }
}

#[tokio::test]
async fn a_middleware_below_may_answer_itself() {
    let origin = "http://127.0.0.1:9";
    let client = builder().redirect(Policy::none()).build().unwrap();
    let signing = SignMiddleware::new(layer("s3", origin));
    let client = reqwest_middleware::ClientBuilder::new(client).with(signing).with(Mock).build();
    assert_eq!(client.get(origin).send().await.unwrap().text().await.unwrap(), "of the mock");
}

/// A refusal is read ahead, and comes whole; a wrong clock is corrected.
#[tokio::test]
async fn the_rules_of_the_layer_hold() {
    let seen = Seen::default();
    let origin = serve(Protocol::Http1, authenticate().layer(echo(&seen))).await;
    let guess = Credentials::new("AKIDALICE", "a guess").unwrap();
    let signing = SignLayer::new(signer(), guess, origin.parse().unwrap()).with_clock(now);
    let response = SignClient::new(signing, builder()).unwrap().get(&origin).send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(response.url(), &Url::parse(&origin).unwrap());
    assert_eq!(response.text().await.unwrap(), r#"{"message":"Forbidden"}"#);

    let wrong = || now() - Duration::from_secs(3600);
    let service = tower::service_fn({
        let inner = authenticate().layer(echo(&seen));
        move |request: Request<hyper::body::Incoming>| {
            let mut inner = inner.clone();
            async move {
                let mut response = tower::Service::call(&mut inner, request).await?;
                response.headers_mut().insert("date", "Sun, 30 Aug 2015 12:36:00 GMT".parse().unwrap());
                Ok::<_, Infallible>(response)
            }
        }
    });
    let origin = serve(Protocol::Http1, service).await;
    for (corrects, status) in [(false, 403), (true, 200)] {
        let signing = SignLayer::new(signer(), alice(), origin.parse().unwrap()).with_clock(wrong);
        let signing = signing.with_clock_skew_correction(corrects);
        let client = SignClient::new(signing.clone(), builder()).unwrap();
        assert_eq!(client.get(&origin).send().await.unwrap().status(), status);
        let client = builder().redirect(Policy::none()).build().unwrap();
        let client = reqwest_middleware::ClientBuilder::new(client).with(SignMiddleware::new(signing)).build();
        assert_eq!(client.get(&origin).send().await.unwrap().status(), status);
    }
}
