//! Bodies that stream through the layer into what servers are built from: extractors of axum, layers of tower and tower-http, and
//! connections of hyper. No fault of a body may come out as success, or as a body that is only shorter.

use crate::frames::Frames;
use crate::loopback::{Protocol, client, serve};
use crate::scene::{Keys, alice, now};
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, put};
use axum::{Json, Router};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use sig4::stream::{ChecksumAlgorithm, ChunkPlan};
use sig4::tower::{AllowAuthenticated, AuthenticateLayer, ReceivedBody};
use sig4::{Payload, Signer, Verifier};
use std::convert::Infallible;
use std::io::Write;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::{Layer, Service, ServiceBuilder, ServiceExt};
use tower_http::compression::CompressionLayer;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

const HOST: &str = "photos.s3.us-east-1.amazonaws.com";

fn layer() -> AuthenticateLayer<Keys, AllowAuthenticated, ReceivedBody> {
    AuthenticateLayer::new(Verifier::new("us-east-1", "s3").unwrap(), Keys)
        .with_clock(now)
        .with_streaming_body()
        .with_body_limit(100 << 20)
}

/// The form of a body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Hash,
    Signed,
    Unsigned,
}

const FORMS: [Form; 3] = [Form::Hash, Form::Signed, Form::Unsigned];

/// A signed request, as it goes over the wire.
fn request(form: Form, method: &str, path: &str, headers: &[(&'static str, &str)], body: &[u8]) -> Request<Vec<u8>> {
    let mut request = Request::builder().method(method).uri(format!("http://{HOST}{path}")).header("host", HOST);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let (signer, len) = (Signer::new("us-east-1", "s3").unwrap(), body.len().try_into().unwrap());
    let plan = match form {
        Form::Hash => {
            parts.headers.insert("content-length", body.len().into());
            signer.sign_parts(&mut parts, &Payload::Bytes(body), &alice(), now()).unwrap();
            return Request::from_parts(parts, body.to_vec());
        }
        Form::Signed => ChunkPlan::signed(len),
        Form::Unsigned => ChunkPlan::unsigned(len, ChecksumAlgorithm::Crc32),
    };
    let plan = plan.with_chunk_size(8192).unwrap();
    let encoder = signer.sign_chunked(&mut parts, plan, &alice(), now()).unwrap();
    Request::from_parts(parts, encoder.encode_all(body).unwrap())
}

/// The faults that a body may have on the way: a byte in its middle, and its end, with and without a transport that ends well.
fn faults(sent: &Request<Vec<u8>>) -> Vec<(&'static str, Frames)> {
    let body = sent.body();
    let mut changed = body.clone();
    changed[body.len() / 2] ^= 1;
    vec![
        ("changed", Frames::in_pieces(&changed, 1000)),
        ("cut in the middle", Frames::in_pieces(&body[..body.len() / 2], 1000)),
        ("cut before its last byte", Frames::in_pieces(&body[..body.len() - 3], 1000)),
        ("longer", Frames::in_pieces(&[&body[..], b"more"].concat(), 1000)),
    ]
}

/// Sends a request with a body that may be another.
async fn send<S, R>(service: S, sent: &Request<Vec<u8>>, body: Frames) -> (StatusCode, Bytes)
where
    S: Service<Request<Frames>, Response = Response<R>>,
    S::Error: std::fmt::Debug,
    R: http_body::Body<Error: std::fmt::Debug>,
{
    let request = Request::from_parts(sent.clone().into_parts().0, body);
    let response = service.oneshot(request).await.unwrap();
    let status = response.status();
    (status, response.into_body().collect().await.unwrap().to_bytes())
}

fn whole(sent: &Request<Vec<u8>>) -> Frames {
    Frames::in_pieces(sent.body(), 1000)
}

fn text(len: usize) -> String {
    format!("\"{}\"", "a".repeat(len - 2))
}

/// Each extractor answers with the length of what it got.
fn extractors() -> Router {
    let limited = async |body: axum::body::Body| match Limited::new(body, 3 << 20).collect().await {
        Ok(read) => Ok(read.to_bytes().len().to_string()),
        Err(error) => Err((StatusCode::BAD_REQUEST, error.to_string())),
    };
    Router::new()
        .route("/bytes", any(async |body: Bytes| body.len().to_string()))
        .route("/string", any(async |body: String| body.len().to_string()))
        .route("/json", put(async |Json(text): Json<String>| (text.len() + 2).to_string()))
        .route("/limited", put(limited))
        .route(
            "/optional",
            put(async |body: Result<Bytes, axum::extract::rejection::BytesRejection>| {
                body.map_or_else(|rejection| Err(rejection.status()), |body| Ok(body.len().to_string()))
            }),
        )
}

#[tokio::test]
async fn extractors_of_axum_get_the_whole_body_or_answer_with_an_error() {
    let service = layer().layer(extractors());
    let json = [("content-type", "application/json")];
    for form in FORMS {
        for path in ["/bytes", "/string", "/json", "/limited", "/optional"] {
            let sent = request(form, "PUT", path, &json, text(20_000).as_bytes());
            let answer = send(service.clone(), &sent, whole(&sent)).await;
            assert_eq!(answer, (StatusCode::OK, Bytes::from("20000")), "{form:?} {path}");
            for (fault, body) in faults(&sent) {
                let (status, answer) = send(service.clone(), &sent, body).await;
                assert!(status.is_client_error(), "{form:?} {path} {fault}: {status} {answer:?}");
            }
        }
        // A fetch with a body, which few servers expect.
        for method in ["GET", "DELETE", "HEAD"] {
            let sent = request(form, method, "/bytes", &json, text(20_000).as_bytes());
            let (status, answer) = send(service.clone(), &sent, whole(&sent)).await;
            assert_eq!((status, answer.is_empty()), (StatusCode::OK, method == "HEAD"), "{form:?} {method}");
            let (status, _) = send(service.clone(), &sent, faults(&sent).remove(0).1).await;
            assert_eq!(status, 400, "{form:?} {method}");
        }
    }
}

/// The limit of axum's extractors is beside that of the layer.
#[tokio::test]
async fn the_limit_of_an_extractor_holds_for_the_decoded_body() {
    let service = |limit| layer().layer(extractors().layer(DefaultBodyLimit::max(limit)));
    for form in FORMS {
        let sent = request(form, "PUT", "/bytes", &[], text(20_000).as_bytes());
        assert_eq!(send(service(20_000), &sent, whole(&sent)).await.0, 200, "{form:?}");
        assert_eq!(send(service(19_999), &sent, whole(&sent)).await.0, 413, "{form:?}");
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Layers of tower-http on both sides. The signature covers the compressed bytes, and the inner layer decompresses what was decoded.
#[tokio::test]
async fn layers_of_tower_http_stand_before_and_behind() {
    let (plain, wrapped) = (text(20_000), gzip(&text(20_000)));
    let inner = extractors()
        .layer(RequestDecompressionLayer::new())
        .layer(RequestBodyLimitLayer::new(wrapped.len()))
        .layer(TraceLayer::new_for_http());
    let service = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(60)))
        .map_response(|response: Response<_>| response.map(axum::body::Body::new))
        .layer(CompressionLayer::new())
        .layer(RequestBodyLimitLayer::new(1 << 20))
        .map_request(|request: Request<_>| request.map(axum::body::Body::new))
        .layer(layer())
        .service(inner);
    let headers = [("content-encoding", "gzip")];
    for form in FORMS {
        for path in ["/bytes", "/string", "/limited"] {
            let sent = request(form, "PUT", path, &headers, &wrapped);
            let expected = if form == Form::Hash { "gzip" } else { "gzip,aws-chunked" };
            assert_eq!(sent.headers()["content-encoding"], expected);
            let answer = send(service.clone(), &sent, whole(&sent)).await;
            assert_eq!(answer, (StatusCode::OK, Bytes::from(plain.len().to_string())), "{form:?} {path}");
            for (fault, body) in faults(&sent) {
                let (status, answer) = send(service.clone(), &sent, body).await;
                assert!(status.is_client_error(), "{form:?} {path} {fault}: {status} {answer:?}");
            }
        }
        let long = request(form, "PUT", "/bytes", &[], text(wrapped.len() + 1).as_bytes());
        assert_eq!(send(service.clone(), &long, whole(&long)).await.0, 413, "{form:?}");
    }
}

/// A decompressor stops at the end of its own format. A forged body that ends so early must not pass for the signed one.
#[tokio::test]
async fn a_decompressed_body_that_ends_before_the_signed_body_is_an_error() {
    let service = layer().layer(extractors().layer(RequestDecompressionLayer::new()));
    let (signed, forged) = (gzip(&text(20_000)), gzip("\"forged\""));
    let headers = [("content-encoding", "gzip")];
    for padding in [signed.len() - forged.len(), 1] {
        let forged = [&forged[..], &vec![0; padding]].concat();
        for size in [forged.len() - padding, 1, 100_000] {
            let sent = request(Form::Hash, "PUT", "/bytes", &headers, &signed);
            let (status, answer) = send(service.clone(), &sent, Frames::in_pieces(&forged, size)).await;
            assert!(status.is_client_error(), "{padding} {size}: {status} {answer:?}");
        }
    }
}

#[tokio::test]
async fn the_trailer_comes_behind_the_data_and_trailers_of_http_do_not() {
    let handler = tower::service_fn(async |request: Request<ReceivedBody>| {
        let read = request.into_body().collect().await.unwrap();
        let trailers = read.trailers().cloned().unwrap_or_default();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(format!("{trailers:?} {}", read.to_bytes().len()))))
    });
    let service = layer().layer(handler);
    for form in FORMS {
        let sent = request(form, "PUT", "/bytes", &[], text(20_000).as_bytes());
        let (_, answer) = send(service.clone(), &sent, whole(&sent).with_trailers(&["x-amz-meta-admin"])).await;
        let mut expected = HeaderMap::new();
        if form == Form::Unsigned {
            let mut checksum = sig4::stream::Checksum::new(ChecksumAlgorithm::Crc32);
            checksum.update(text(20_000).as_bytes());
            expected.insert("x-amz-checksum-crc32", checksum.finish().to_string().parse().unwrap());
        }
        assert_eq!(answer, format!("{expected:?} 20000"), "{form:?}");
    }
}

/// Over HTTP/2 no length is needed, and none is invented.
#[tokio::test]
async fn http2_needs_no_length_of_the_body() {
    let origin = serve(Protocol::Http2, layer().layer(extractors())).await;
    let signer = Signer::new("us-east-1", "s3").unwrap().with_unsigned_headers(["content-length"]);
    let body = text(20_000);
    for form in FORMS {
        let (mut parts, ()) = Request::put(format!("{origin}/bytes")).body(()).unwrap().into_parts();
        let plan = match form {
            Form::Hash => None,
            Form::Signed => Some(ChunkPlan::signed(20_000)),
            Form::Unsigned => Some(ChunkPlan::unsigned(20_000, ChecksumAlgorithm::Sha256)),
        };
        let encoded = match plan {
            None => {
                signer.sign_parts(&mut parts, &Payload::Bytes(body.as_bytes()), &alice(), now()).unwrap();
                body.clone().into_bytes()
            }
            Some(plan) => {
                let encoder = signer.sign_chunked(&mut parts, plan, &alice(), now()).unwrap();
                encoder.encode_all(body.as_bytes()).unwrap()
            }
        };
        parts.headers.remove("content-length");
        let sent = Request::from_parts(parts, encoded);
        let whole = whole(&sent).of_unknown_length();
        let (status, read) = send(client(Protocol::Http2), &sent, whole).await;
        assert_eq!((status, &read[..]), (StatusCode::OK, &b"20000"[..]), "{form:?}");
        for (fault, body) in faults(&sent) {
            let (status, _) = send(client(Protocol::Http2), &sent, body.of_unknown_length()).await;
            assert!(status.is_client_error(), "{form:?} {fault}: {status}");
        }
    }
}

fn head(sent: &Request<Vec<u8>>, more: &str) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\n", sent.method(), sent.uri().path()).into_bytes();
    for (name, value) in sent.headers() {
        head.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    [&head, more.as_bytes(), b"\r\n"].concat()
}

async fn connect(origin: &str) -> TcpStream {
    TcpStream::connect(origin.trim_start_matches("http://")).await.unwrap()
}

/// The status lines of all answers on a connection that the server closes.
async fn answers(mut stream: TcpStream) -> Vec<String> {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.lines().filter(|line| line.starts_with("HTTP/1.1 ")).map(str::to_owned).collect()
}

/// The client is asked for the body only once its head is verified.
#[tokio::test]
async fn expect_continue_is_answered_after_the_head_is_verified() {
    let origin = serve(Protocol::Http1, layer().layer(extractors())).await;
    for form in FORMS {
        let sent = request(form, "PUT", "/bytes", &[], text(20_000).as_bytes());
        let asks = head(&sent, "expect: 100-continue\r\nconnection: close\r\n");
        let mut stream = connect(&origin).await;
        stream.write_all(&asks).await.unwrap();
        let mut line = [0; 25];
        stream.read_exact(&mut line).await.unwrap();
        assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n", "{form:?}");
        stream.write_all(sent.body()).await.unwrap();
        assert_eq!(answers(stream).await, ["HTTP/1.1 200 OK"], "{form:?}");

        let mut stream = connect(&origin).await;
        let forged = String::from_utf8(asks).unwrap().replace("Signature=", "Signature=0");
        stream.write_all(forged.replace("Signature=00", "Signature=1").as_bytes()).await.unwrap();
        let refused = answers(stream).await;
        assert!(refused.len() == 1 && refused[0].starts_with("HTTP/1.1 4"), "{form:?} {refused:?}");
    }
}

/// A handler that answers without the body leaves no bytes that a server takes for the next request.
#[tokio::test]
async fn a_body_that_no_handler_reads_is_not_the_next_request() {
    let ignores = Router::new()
        .route("/ignores", put(async || "ignored"))
        .route(
            "/begins",
            put(async |body: axum::body::Body| {
                let mut body = body;
                body.frame().await.unwrap().unwrap();
                "begun"
            }),
        )
        .route("/secret", any(async || (StatusCode::IM_A_TEAPOT, "secret")));
    let origin = serve(Protocol::Http1, layer().exempt(|parts| parts.uri.path() == "/secret").layer(ignores)).await;
    let smuggled = format!("GET /secret HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
    let body = smuggled.repeat(400);
    let last = format!("PUT /nowhere HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    for form in FORMS {
        for path in ["/ignores", "/begins"] {
            let sent = request(form, "PUT", path, &[], body.as_bytes());
            let mut stream = connect(&origin).await;
            let all = [&head(&sent, "")[..], sent.body(), last.as_bytes()].concat();
            let _ = stream.write_all(&all).await;
            let answers = answers(stream).await;
            assert_eq!(answers[0], "HTTP/1.1 200 OK", "{form:?} {path}");
            let next = answers.get(1).map_or("403", |line| line.as_str());
            assert!(answers.len() <= 2 && next.contains("403"), "{form:?} {path} {answers:?}");
        }
    }
}

/// The layer inside a queue that sheds load.
#[tokio::test]
async fn a_buffer_and_load_shedding_take_the_service() {
    let service = ServiceBuilder::new()
        .load_shed()
        .buffer::<Request<Frames>>(4)
        .concurrency_limit(2)
        .layer(layer())
        .service(extractors());
    let sent = request(Form::Signed, "PUT", "/bytes", &[], text(20_000).as_bytes());
    assert_eq!(send(service.clone(), &sent, whole(&sent)).await, (StatusCode::OK, Bytes::from("20000")));
    let (status, _) = send(service, &sent, faults(&sent).remove(0).1).await;
    assert_eq!(status, 400);
}
