//! AuthenticateLayer decodes bodies in chunks, into memory and while they stream.

use crate::frames::Frames;
use crate::loopback::{Protocol, serve};
use crate::scene::{Keys, Seen, alice, echo, now};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use sig4::algorithm::Algorithm;
use sig4::stream::{ChecksumAlgorithm, ChunkPlan};
use sig4::tower::{AuthenticateLayer, BodyFailure, ReceivedBody, RefusalKind};
use sig4::{Credentials, ErrorKind, Signer, Verifier};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::{Layer, ServiceExt};

fn layer() -> AuthenticateLayer<Keys> {
    AuthenticateLayer::new(Verifier::new("us-east-1", "s3").unwrap(), Keys).with_clock(now)
}

/// An upload in chunks to `host`, as it goes over the wire.
fn upload(host: &str, plan: ChunkPlan, body: &[u8], by: &Credentials) -> Request<Vec<u8>> {
    let url = format!("http://{host}/cats/7");
    let request = Request::put(url).header("content-encoding", "gzip").header("host", host);
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let encoder = Signer::new("us-east-1", "s3").unwrap().sign_chunked(&mut parts, plan, by, now()).unwrap();
    Request::from_parts(parts, encoder.encode_all(body).unwrap())
}

const LEN: usize = 20_000;

fn body() -> Vec<u8> {
    (0..=255).cycle().take(LEN).collect()
}

fn len() -> u64 {
    LEN.try_into().unwrap()
}

/// Three chunks in each form.
fn plans() -> [ChunkPlan; 4] {
    let signed = ChunkPlan::signed(len()).with_chunk_size(8192).unwrap();
    let unsigned = ChunkPlan::unsigned(len(), ChecksumAlgorithm::Crc32).with_chunk_size(8192).unwrap();
    let trailer = signed.clone().with_checksum(ChecksumAlgorithm::Crc64Nvme).unwrap();
    [signed, trailer, unsigned.clone(), unsigned.with_checksum(ChecksumAlgorithm::Sha256).unwrap()]
}

const HOST: &str = "photos.s3.us-east-1.amazonaws.com";

async fn send(layer: &AuthenticateLayer<Keys>, seen: &Seen, request: Request<Vec<u8>>) -> StatusCode {
    layer.layer(echo(seen)).oneshot(request.map(|body| Frames::in_pieces(&body, 1000))).await.unwrap().status()
}

#[tokio::test]
async fn a_body_in_chunks_is_decoded_into_memory_and_the_headers_describe_it() {
    for plan in plans() {
        let (seen, encoded) = (Seen::default(), plan.encoded_len());
        let request = upload(HOST, plan, &body(), &alice());
        assert_eq!(request.headers()["content-length"], encoded.to_string());
        assert_eq!(request.headers()["content-encoding"], "gzip,aws-chunked");
        assert_eq!(send(&layer(), &seen, request).await, 200);
        let (parts, decoded) = seen.last();
        assert_eq!(decoded, body());
        assert_eq!(parts.headers["content-length"], LEN.to_string());
        assert_eq!(parts.headers["content-encoding"], "gzip");
        assert_eq!(parts.headers["x-amz-decoded-content-length"], LEN.to_string());
    }
}

/// Signature Version 4a, in both forms of the layer.
#[tokio::test]
async fn chunks_of_signature_version_4a_are_decoded() {
    let algorithms = [Algorithm::HmacSha256, Algorithm::EcdsaP256Sha256];
    let verifier = || Verifier::new("us-east-1", "s3").unwrap();
    let memory = AuthenticateLayer::new(verifier().with_algorithms(algorithms), Keys).with_clock(now);
    let streaming = memory.clone().with_streaming_body();
    for plan in plans() {
        let request = Request::put(format!("http://{HOST}/cats/7")).header("host", HOST);
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let signer = Signer::new_v4a("*", "s3").unwrap();
        let encoder = signer.sign_chunked(&mut parts, plan.clone(), &alice(), now()).unwrap();
        let request = Request::from_parts(parts, encoder.encode_all(&body()).unwrap());
        let forged = request.clone().map(forge);
        let refusal = if plan.marker().is_signed() { 403 } else { 400 };

        let seen = Seen::default();
        assert_eq!(send(&memory, &seen, forged.clone()).await, refusal, "{plan:?}");
        assert_eq!(send(&layer(), &seen, request.clone()).await, 403, "a verifier of Signature Version 4 alone");
        assert!(seen.is_empty());
        assert_eq!(send(&memory, &seen, request.clone()).await, 200, "{plan:?}");
        assert_eq!(seen.last().1, body());

        let read = streaming.clone().layer(tower::service_fn(async |request: Request<ReceivedBody>| {
            let read = request.into_body().collect().await.map(|read| read.to_bytes());
            read.map(|bytes| http::Response::new(Full::<Bytes>::from(bytes))).map_err(io::Error::other)
        }));
        let answer = read.clone().oneshot(request.map(Full::<Bytes>::from)).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), body());
        assert!(read.oneshot(forged.map(Full::<Bytes>::from)).await.is_err());
    }
}

#[tokio::test]
async fn a_head_without_the_length_is_answered_as_its_status_says() {
    let (mut parts, ()) = Request::put(format!("http://{HOST}/")).header("host", HOST).body(()).unwrap().into_parts();
    let payload = sig4::Payload::Streaming(sig4::payload::Streaming::Signed);
    Signer::new("us-east-1", "s3").unwrap().sign_parts(&mut parts, &payload, &alice(), now()).unwrap();
    let seen = Seen::default();
    let request = Request::from_parts(parts, Full::<Bytes>::from("0"));
    let answer = layer().layer(echo(&seen)).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 411);
    let message = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(message, r#"{"message":"Length Required"}"#);
    assert!(seen.is_empty());
}

/// Content-Encoding is for the reader of the object, and says nothing about the framing.
#[tokio::test]
async fn the_framing_follows_the_signed_marker_alone() {
    let seen = Seen::default();
    let (mut parts, ()) = Request::put(format!("http://{HOST}/")).header("host", HOST).body(()).unwrap().into_parts();
    parts.headers.insert("content-encoding", "aws-chunked".parse().unwrap());
    let signer = Signer::new("us-east-1", "s3").unwrap();
    let plain = b"5\r\nhello\r\n0\r\n\r\n";
    signer.sign_parts(&mut parts, &sig4::Payload::Bytes(plain), &alice(), now()).unwrap();
    assert_eq!(send(&layer(), &seen, Request::from_parts(parts, plain.to_vec())).await, 200);
    let (parts, bytes) = seen.last();
    assert_eq!((&bytes[..], &parts.headers["content-encoding"]), (&plain[..], &"aws-chunked".parse().unwrap()));
}

/// Changes one byte of the data of the second chunk.
fn forge(mut encoded: Vec<u8>) -> Vec<u8> {
    let middle = encoded.len() / 2;
    encoded[middle] ^= 1;
    encoded
}

#[tokio::test]
async fn what_was_changed_cut_off_or_prolonged_calls_no_handler() {
    let (seen, mallory) = (Seen::default(), Credentials::new("AKIDALICE", "another secret").unwrap());
    let nobody = Credentials::new("AKIDNOBODY", "another secret").unwrap();
    for plan in plans() {
        let request = || upload(HOST, plan.clone(), &body(), &alice());
        let is_signed = plan.marker().is_signed();
        assert_eq!(send(&layer(), &seen, request().map(forge)).await, if is_signed { 403 } else { 400 });
        assert_eq!(send(&layer(), &seen, request().map(|body| body[..body.len() / 2].to_vec())).await, 400);
        assert_eq!(send(&layer(), &seen, request().map(|body| [&body[..], b"more"].concat())).await, 400);
        for by in [&mallory, &nobody] {
            assert_eq!(send(&layer(), &seen, upload(HOST, plan.clone(), &body(), by)).await, 403);
        }
    }
    assert!(seen.is_empty());
}

#[tokio::test]
async fn the_limit_is_one_of_the_decoded_length() {
    for plan in plans() {
        let seen = Seen::default();
        let request = || upload(HOST, plan.clone(), &body(), &alice());
        assert_eq!(send(&layer().with_body_limit(LEN), &seen, request()).await, 200);
        assert_eq!(send(&layer().with_body_limit(LEN - 1), &seen, request()).await, 413);
        let streaming = layer().with_streaming_body().with_body_limit(LEN - 1);
        let service = streaming.layer(tower::service_fn(async |_: Request<ReceivedBody>| {
            Ok::<_, io::Error>(http::Response::new(Full::<Bytes>::default()))
        }));
        assert_eq!(service.oneshot(request().map(Full::<Bytes>::from)).await.unwrap().status(), 413);
    }
}

/// A body in signed chunks takes room for one chunk while it streams, and for all of it if it is decoded into memory.
#[tokio::test]
async fn chunks_take_room_in_the_budget() {
    let [signed, _, unsigned, _] = plans();
    let streamed = async |budget: usize, plan: &ChunkPlan| {
        let layer = layer().with_streaming_body().with_body_budget(budget);
        let held = layer.clone().layer(tower::service_fn(async |request: Request<ReceivedBody>| {
            let read = request.into_body().collect().await.map(|read| read.to_bytes());
            read.map(|bytes| http::Response::new(Full::<Bytes>::from(bytes))).map_err(io::Error::other)
        }));
        let request = upload(HOST, plan.clone(), &body(), &alice()).map(Full::<Bytes>::from);
        held.oneshot(request).await.unwrap().status()
    };
    assert_eq!((streamed(LEN, &signed).await, streamed(1, &unsigned).await), (StatusCode::OK, StatusCode::OK));
    let seen = Seen::default();
    let request = || upload(HOST, unsigned.clone(), &body(), &alice());
    assert_eq!(send(&layer().with_body_budget(2 * LEN), &seen, request()).await, 200);
    assert_eq!(send(&layer().with_body_budget(LEN - 1), &seen, request()).await, 413);
    // The chunk that is held is a part of the body, and needs no room that the complete body does not.
    let request = || upload(HOST, signed.clone(), &body(), &alice());
    assert_eq!(send(&layer().with_body_budget(2 * LEN), &seen, request()).await, 200);
    assert_eq!(send(&layer().with_body_budget(2 * LEN - 1), &seen, request()).await, 413, "it never has room");
}

/// What handlers of an axum server read: bytes, and whether the end came.
type Uploads = Arc<Mutex<Vec<(usize, Result<(), String>)>>>;

/// A server of axum on this machine that reads uploads piece by piece.
async fn server(failures: &Arc<Mutex<Vec<RefusalKind>>>) -> (String, Uploads) {
    let (uploads, failures) = (Uploads::default(), Arc::clone(failures));
    let layer = layer()
        .with_streaming_body()
        .with_time_limit(Duration::from_secs(20), tokio::time::sleep)
        .on_body_failure(move |failure: &BodyFailure<'_>| failures.lock().unwrap().push(failure.kind()));
    let handler = {
        let uploads = Arc::clone(&uploads);
        move |body: axum::body::Body| {
            let uploads = Arc::clone(&uploads);
            async move {
                let (mut body, mut read) = (body, 0);
                let end = loop {
                    match body.frame().await {
                        None => break Ok(()),
                        Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
                        Some(Err(error)) => break Err(error.to_string()),
                    }
                };
                let status = if end.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
                uploads.lock().unwrap().push((read, end));
                status
            }
        }
    };
    let router = axum::Router::new().route("/cats/{id}", axum::routing::put(handler));
    (serve(Protocol::Http1, layer.layer(router)).await, uploads)
}

/// Sends bytes as they are, and returns the beginning of the answer. The connection is closed after them if `cuts`.
async fn wire(origin: &str, request: &Request<Vec<u8>>, send: &[u8], cuts: bool) -> String {
    let mut head = format!("PUT {} HTTP/1.1\r\n", request.uri().path()).into_bytes();
    for (name, value) in request.headers() {
        head.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    head.extend_from_slice(b"connection: close\r\n\r\n");
    let mut stream = TcpStream::connect(origin.trim_start_matches("http://")).await.unwrap();
    stream.write_all(&[&head, send].concat()).await.unwrap();
    if cuts {
        drop(stream);
        return String::new();
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

async fn next(uploads: &Uploads) -> (usize, Result<(), String>) {
    for _ in 0..2000 {
        if let Some(upload) = uploads.lock().unwrap().pop() {
            return upload;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no handler has read an upload");
}

#[tokio::test]
async fn over_a_connection_a_whole_body_comes_and_each_fault_is_an_error_and_never_the_end() {
    let failures = Arc::default();
    let (origin, uploads) = server(&failures).await;
    let host = origin.trim_start_matches("http://").to_owned();
    for plan in plans() {
        let request = upload(&host, plan.clone(), &body(), &alice());
        let sent = request.body();
        assert_eq!(wire(&origin, &request, sent, false).await, "HTTP/1.1 200 OK", "{plan:?}");
        assert_eq!(next(&uploads).await, (LEN, Ok(())));

        let forged = forge(sent.clone());
        assert_eq!(wire(&origin, &request, &forged, false).await, "HTTP/1.1 400 Bad Request");
        let (read, end) = next(&uploads).await;
        assert!(end.is_err() && read < LEN, "{plan:?} {read}");
        if plan.marker().is_signed() {
            assert_eq!(read, 8192, "the first chunk alone");
        }

        for cut in [0, 100, sent.len() / 2, sent.len() - 1] {
            wire(&origin, &request, &sent[..cut], true).await;
            let (read, end) = next(&uploads).await;
            assert!(end.is_err() && read < LEN, "{plan:?} cut at {cut}: {read}");
        }
    }
    let failures = failures.lock().unwrap();
    assert_eq!(failures.len(), 4 * 5, "{failures:?}");
    assert!(failures.contains(&RefusalKind::Unverified(ErrorKind::SignatureMismatch)), "{failures:?}");
    assert!(failures.contains(&RefusalKind::Unverified(ErrorKind::ChecksumMismatch)), "{failures:?}");
    assert!(failures.contains(&RefusalKind::BrokenBody), "{failures:?}");
}

/// The transport's framing is whole, and the chunks inside it are cut off: a client that leaves `content-length` unsigned can do this.
#[tokio::test]
async fn chunks_that_end_before_the_transport_does_are_an_error() {
    let failures = Arc::default();
    let (origin, uploads) = server(&failures).await;
    let signer = Signer::new("us-east-1", "s3").unwrap().with_unsigned_headers(["content-length"]);
    let host = origin.trim_start_matches("http://").to_owned();
    for plan in plans() {
        let request = Request::put(format!("{origin}/cats/7")).header("host", &host);
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let encoder = signer.sign_chunked(&mut parts, plan.clone(), &alice(), now()).unwrap();
        let mut request = Request::from_parts(parts, encoder.encode_all(&body()).unwrap());
        for missing in [10, 60, LEN / 2] {
            let short = request.body().len() - missing;
            request.headers_mut().insert("content-length", short.into());
            assert_eq!(wire(&origin, &request, &request.body()[..short], false).await, "HTTP/1.1 400 Bad Request");
            let (read, end) = next(&uploads).await;
            assert!(end.is_err() && read < LEN, "{plan:?} without {missing}: {read}");
        }
    }
}
