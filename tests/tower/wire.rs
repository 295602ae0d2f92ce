//! What is signed is what is sent: requests through `SignLayer` and hyper, over HTTP/1.1 and HTTP/2, to a verifier.

use crate::frames::Frames;
use crate::loopback::{PROTOCOLS, Protocol, client, serve};
use crate::scene::{Seen, authenticate, echo, now, session, signer};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use sha2::Digest;
use sig4::tower::ErrorKind;
use sig4::tower::{BoxError, SignLayer, SignResponseBody};
use sig4::{Payload, Signer, Verifier};
use std::cell::Cell;
use std::convert::Infallible;
use std::time::Duration;
use tower::{Layer, ServiceExt};

/// How long a request may take. One that hangs, because its body is not as long as its headers say, fails the test.
const BOUND: Duration = Duration::from_secs(30);

#[tokio::test]
async fn both_layers_agree_over_both_protocols() {
    for protocol in PROTOCOLS {
        let seen = Seen::default();
        let origin = serve(protocol, authenticate().layer(echo(&seen))).await;
        let authority = origin.strip_prefix("http://").unwrap();
        let layer = SignLayer::new(signer(), session(), origin.parse().unwrap()).with_clock(now);
        let client = layer.with_origin("http://other.example".parse().unwrap()).layer(client(protocol));
        for host in [None, Some(authority)] {
            for (method, body) in [("GET", ""), ("POST", "body"), ("DELETE", ""), ("PATCH", "body"), ("OPTIONS", "")] {
                let mut request = Request::builder().method(method).uri(format!("{origin}/a%20b?x=1&y"));
                if let Some(host) = host {
                    request = request.header("host", host);
                }
                let request = request.header("x-amz-meta-a", " 1  2 ").body(Frames::from(body)).unwrap();
                let response = client.clone().oneshot(request).await.unwrap();
                assert_eq!(response.status(), 200, "{method} {protocol:?} {host:?}");
                let (parts, received) = seen.last();
                assert_eq!(received, body);
                match protocol {
                    Protocol::Http1 => assert_eq!(parts.headers["host"], authority, "the client adds it"),
                    Protocol::Http2 => {
                        assert_eq!(parts.uri.authority().unwrap(), authority, "`:authority`");
                        assert_eq!(parts.headers.contains_key("host"), host.is_some(), "nobody adds one");
                    }
                }
            }
        }
        let wrong = Request::get(format!("{origin}/")).header("host", "other.example");
        let error = client.clone().oneshot(wrong.body(Frames::default()).unwrap()).await.unwrap_err();
        assert_eq!(
            error.downcast_ref::<sig4::tower::Error>().unwrap().kind(),
            ErrorKind::Signing(sig4::ErrorKind::InvalidHost)
        );
    }
}

/// A request that somebody may make up.
#[derive(Clone, Debug)]
struct Made {
    protocol: Protocol,
    s3: bool,
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
    /// The size of its pieces.
    piece: usize,
    known_length: bool,
    trailers: bool,
    declared: Declared,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Declared {
    Nothing,
    Unsigned,
    Sha256,
}

const METHODS: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "get", "CONNECT"];

const PATH_PIECES: [&str; 24] = [
    "/", "/", "/", "a", "b", ".", "..", "%20", "%2F", "%2f", "%7E", "~", "+", "é", ";", "'", "!", "*", "=", "@", ":",
    "{", "%zz", "%C3%A9",
];

const QUERY_PIECES: [&str; 18] =
    ["&", "&", "=", "a", "b", "a=1", "b=2", "+", "%20", "%2B", "ü", "/", "?", "%zz", "'", "X=1", "%7E", ";"];

const HEADERS: [(&str, &str); 38] = [
    ("accept", "*/*"),
    ("accept", " a,  b\t"),
    ("connection", "close"),
    ("connection", "keep-alive, x-amz-meta-a"),
    ("connection", "x-a"),
    ("connection", "accept, content-type, cookie, date, via"),
    ("connection", "user-agent, te, x-b"),
    ("content-encoding", "aws-chunked"),
    ("content-length", "0"),
    ("content-length", "1"),
    ("content-length", "4"),
    ("content-length", "4, 4"),
    ("content-length", "9999"),
    ("content-type", "text/plain; charset=\"a  b\""),
    ("cookie", "a=1"),
    ("cookie", "b=2"),
    ("date", "Sun, 30 Aug 2015 12:36:00 GMT"),
    ("host", "evil.example"),
    ("host", "127.0.0.1"),
    ("keep-alive", "timeout=5"),
    ("proxy-authorization", "Basic eA=="),
    ("proxy-connection", "keep-alive"),
    ("te", "trailers"),
    ("te", "gzip"),
    ("trailer", "x-checksum"),
    ("transfer-encoding", "chunked"),
    ("transfer-encoding", "gzip, chunked"),
    ("upgrade", "h2c"),
    ("user-agent", "test"),
    ("via", "1.1 a"),
    ("x-a", ""),
    ("x-a", "\t 1 \t 2"),
    ("x-a", "café"),
    ("x-amz-date", "20000101T000000Z"),
    ("x-amz-meta-a", "1"),
    ("x-amz-meta-a", "2  3"),
    ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
    ("authorization", "Bearer x"),
];

fn made() -> impl Strategy<Value = Made> {
    let text = |pieces: &'static [&'static str], most| {
        proptest::collection::vec(proptest::sample::select(pieces), 0..most).prop_map(|pieces| pieces.concat())
    };
    let target = (text(&PATH_PIECES, 8), proptest::option::of(text(&QUERY_PIECES, 8)))
        .prop_map(|(path, query)| format!("/{path}{}", query.map(|query| format!("?{query}")).unwrap_or_default()));
    let headers = proptest::collection::vec(proptest::sample::select(&HEADERS[..]), 0..5);
    let body = prop_oneof![Just(Vec::new()), Just(b"four".to_vec()), proptest::collection::vec(any::<u8>(), 0..300)];
    let declared = proptest::sample::select(&[Declared::Nothing, Declared::Unsigned, Declared::Sha256][..]);
    let protocol = proptest::sample::select(&PROTOCOLS[..]);
    (
        (protocol, any::<bool>(), proptest::sample::select(&METHODS[..]), target),
        (headers, body, 1..80_usize, any::<bool>(), proptest::bool::weighted(0.1), declared),
    )
        .prop_map(
            |((protocol, s3, method, target), (mut headers, body, piece, known_length, trailers, declared))| {
                // The length of a declared body is the caller's word if its hint tells nothing.
                let length = body.len().to_string();
                let told = known_length || declared == Declared::Nothing;
                headers.sort_unstable();
                headers.dedup_by(|a, b| a.0 == "date" && b.0 == "date"); // with two of them it is not clear when it was signed
                headers.retain(|(name, value)| told || *name != "content-length" || *value == length);
                Made {
                    protocol,
                    s3,
                    method,
                    target,
                    headers,
                    body,
                    piece,
                    known_length,
                    // Trailers of a declared body that nothing announces are the client's own affair.
                    trailers: trailers && declared == Declared::Nothing,
                    declared,
                }
            },
        )
}

impl Made {
    fn request(&self, origin: &str) -> Option<Request<Frames>> {
        let mut request = Request::builder().method(self.method).uri(format!("{origin}{}", self.target));
        for (name, value) in &self.headers {
            request = request.header(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let mut body = Frames::in_pieces(&self.body, self.piece);
        if !self.known_length {
            body = body.of_unknown_length();
        }
        if self.trailers {
            body = body.with_trailers(&["x-checksum"]);
        }
        let mut request = request.body(body).ok()?;
        let payload = match self.declared {
            Declared::Nothing => None,
            Declared::Unsigned => Some(Payload::Unsigned),
            Declared::Sha256 => Some(Payload::Sha256(sha2::Sha256::digest(&self.body).into())),
        };
        if let Some(payload) = payload {
            request.extensions_mut().insert(payload);
        }
        if self.s3 {
            request.extensions_mut().insert(Signer::new("us-east-1", "s3").unwrap());
        }
        Some(request)
    }
}

/// Verifies a request, and answers with the kind of the error and the body that arrived.
async fn verified(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Ok(refused("the body broke off")) };
    let trailers = body.trailers().is_some_and(|trailers: &HeaderMap| !trailers.is_empty());
    let body = body.to_bytes();
    let service = match parts.headers["authorization"].to_str().unwrap().contains("/s3/aws4_request") {
        true => "s3",
        false => "execute-api",
    };
    let verifier = Verifier::new("us-east-1", service).unwrap().with_unsigned_payload(true);
    let verdict = verifier.claim(&parts).and_then(|claim| claim.verify(&session(), &body, now()).map(drop));
    Ok(match verdict {
        _ if trailers => refused("trailers arrived"),
        // A HEAD has no body in its answer.
        Ok(()) => {
            let digest = sig4::payload::ContentSha256::of(&Payload::Bytes(&body)).to_string();
            Response::builder().header("x-body", digest).body(Full::default()).unwrap()
        }
        Err(error) => refused(&format!("{:?}", error.kind())),
    })
}

fn refused(why: &str) -> Response<Full<Bytes>> {
    Response::builder().status(StatusCode::FORBIDDEN).header("x-why", why).body(Full::default()).unwrap()
}

/// How requests fared.
#[derive(Debug, Default)]
struct Counts {
    verified: Cell<usize>,
    refused: Cell<usize>,
    /// Those whose target can be read in two ways, for which a verifier may refuse it.
    ambiguous: Cell<usize>,
}

/// A server and a client of each protocol.
struct Net {
    runtime: tokio::runtime::Runtime,
    origins: [String; 2],
    clients: [Client<HttpConnector, Frames>; 2],
}

impl Net {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (origins, clients) = runtime.block_on(async {
            let service = || tower::service_fn(verified);
            let origins = [serve(Protocol::Http1, service()).await, serve(Protocol::Http2, service()).await];
            (origins, PROTOCOLS.map(client))
        });
        Self { runtime, origins, clients }
    }

    /// Sends a request; nothing if it is none.
    fn send(&self, made: &Made) -> Option<Result<Response<SignResponseBody<Incoming>>, BoxError>> {
        let n = usize::from(made.protocol == Protocol::Http2);
        let request = made.request(&self.origins[n])?;
        let layer = SignLayer::new(signer(), session(), self.origins[n].parse().unwrap()).with_clock(now);
        let client = layer.layer(self.clients[n].clone());
        let sent = async { tokio::time::timeout(BOUND, client.oneshot(request)).await.expect("an answer in time") };
        Some(self.runtime.block_on(sent))
    }

    /// Sends a request, and counts it.
    fn check(&self, made: &Made, counts: &Counts) -> Result<(), TestCaseError> {
        let count = self.fate(made, counts)?;
        count.set(count.get() + 1);
        Ok(())
    }

    fn fate<'c>(&self, made: &Made, counts: &'c Counts) -> Result<&'c Cell<usize>, TestCaseError> {
        match self.send(made) {
            None => Err(TestCaseError::reject("no URI")),
            Some(Err(error)) if error.is::<sig4::tower::Error>() => Ok(&counts.refused),
            Some(Err(error)) => Err(TestCaseError::fail(format!("the transport failed: {error:?}"))),
            Some(Ok(response)) if response.status() == 200 => {
                let digest = sig4::payload::ContentSha256::of(&Payload::Bytes(&made.body)).to_string();
                prop_assert_eq!(response.headers()["x-body"].to_str().unwrap(), digest, "the body arrived");
                Ok(&counts.verified)
            }
            Some(Ok(response)) => {
                let why = response.headers().get("x-why").map_or("", |why| why.to_str().unwrap());
                prop_assert!(["InvalidPath", "MalformedQuery"].contains(&why), "{} {why}", response.status());
                Ok(&counts.ambiguous)
            }
        }
    }
}

#[test]
fn a_request_is_refused_before_it_is_sent_or_it_verifies() {
    let (net, counts) = (Net::new(), Counts::default());
    let config = ProptestConfig {
        cases: 600,
        failure_persistence: None,
        max_shrink_iters: 200,
        max_shrink_time: 60_000,
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&made(), |made| net.check(&made, &counts));
    result.unwrap_or_else(|error| panic!("{error}"));
    println!("{counts:?}");
    assert!(counts.verified.get() > 50 && counts.refused.get() > 50, "{counts:?}");
}
