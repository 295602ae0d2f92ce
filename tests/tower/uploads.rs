//! SignLayer and the clients of reqwest with bodies that stream to S3.

use crate::frames::Frames;
use crate::loopback::{PROTOCOLS, serve};
use crate::scene::{Keys, Seen, alice, echo, now, session};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sig4::stream::{BodyError, ChecksumAlgorithm};
use sig4::tower::{AnyBody, AuthenticateLayer, BoxError, ChunkSigning, Error, ErrorKind, SignLayer, SignedCheckLayer};
use sig4::{Credentials, Signer, Verifier};
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tower::{Layer, ServiceExt};

const ORIGINS: [&str; 2] = ["https://photos.example", "http://photos.example"];

fn signing(service: &str) -> SignLayer<Credentials, AnyBody> {
    let [https, http] = ORIGINS.map(|origin| origin.parse().unwrap());
    let signer = Signer::new("us-east-1", service).unwrap();
    SignLayer::new(signer, session(), https).with_origin(http).with_clock(now).with_any_body()
}

/// A request as the transport gets it.
type Sent = Request<Bytes>;

/// Sends a request through the layer to a transport that reads it.
async fn send<B>(layer: &SignLayer<Credentials, AnyBody>, request: Request<B>) -> Result<Sent, BoxError>
where
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let sent = Arc::new(Mutex::new(None));
    let transport = {
        let sent = Arc::clone(&sent);
        tower::service_fn(move |request: Request<_>| {
            let sent = Arc::clone(&sent);
            async move {
                let (parts, body) = request.into_parts();
                let hint = Body::size_hint(&body).exact();
                let bytes = BodyExt::collect(body).await?.to_bytes();
                assert_eq!(hint, Some(bytes.len().try_into().unwrap()), "the length was known");
                *sent.lock().unwrap() = Some(Request::from_parts(parts, bytes));
                Ok::<_, BoxError>(Response::new(Full::<Bytes>::default()))
            }
        })
    };
    layer.with_signed_record_and_check(transport).oneshot(request).await?;
    let sent = sent.lock().unwrap().take();
    Ok(sent.expect("it was sent"))
}

trait Checked {
    /// The layer before a transport, with a check between them.
    fn with_signed_record_and_check<S>(
        &self,
        transport: S,
    ) -> sig4::tower::Sign<sig4::tower::SignedCheck<S>, Credentials, AnyBody>;
}

impl Checked for SignLayer<Credentials, AnyBody> {
    fn with_signed_record_and_check<S>(
        &self,
        transport: S,
    ) -> sig4::tower::Sign<sig4::tower::SignedCheck<S>, Credentials, AnyBody> {
        self.clone().with_signed_record(true).layer(SignedCheckLayer::new().layer(transport))
    }
}

/// The bytes of a sent request, as a server gets them that verifies it.
async fn received(sent: Sent, service: &str) -> Bytes {
    let seen = Seen::default();
    let layer = AuthenticateLayer::new(Verifier::new("us-east-1", service).unwrap(), Keys).with_clock(now);
    let response = layer.layer(echo(&seen)).oneshot(sent.map(Full::new)).await.unwrap();
    assert_eq!(response.status(), 200);
    seen.last().1
}

fn put<B>(origin: &str, body: B) -> Request<B> {
    Request::put(format!("{origin}/cats/7")).body(body).unwrap()
}

fn payload(sent: &Sent) -> &str {
    sent.headers()["x-amz-content-sha256"].to_str().unwrap()
}

fn body(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

#[tokio::test]
async fn a_stream_of_known_length_goes_to_s3_in_chunks() {
    let (content, [https, http]) = (body(200_000), ORIGINS);
    let stream = || Frames::in_pieces(&content, 1500);
    let layer = signing("s3");
    let signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    for (layer, origin, marker, trailer) in [
        (layer.clone(), https, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", Some("x-amz-checksum-crc32")),
        (layer.clone(), http, signed, None),
        (layer.clone().with_chunk_signing(ChunkSigning::Signed), https, signed, None),
        (
            layer.clone().with_chunk_checksum(ChecksumAlgorithm::Crc64Nvme),
            http,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            Some("x-amz-checksum-crc64nvme"),
        ),
        (
            layer.with_chunk_signing(ChunkSigning::Unsigned).with_chunk_checksum(ChecksumAlgorithm::Sha1),
            http,
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            Some("x-amz-checksum-sha1"),
        ),
    ] {
        let sent = send(&layer, put(origin, stream())).await.unwrap();
        assert_eq!(payload(&sent), marker);
        assert_eq!(sent.headers().get("x-amz-trailer").map(|names| names.to_str().unwrap()), trailer);
        assert_eq!(sent.headers()["content-length"], sent.body().len().to_string());
        assert_eq!(received(sent, "s3").await, content);
    }
    // A header may tell the length that the body does not.
    let mut request = put(http, stream().of_unknown_length());
    request.headers_mut().insert("content-length", content.len().into());
    let sent = send(&signing("s3"), request).await.unwrap();
    assert_eq!((payload(&sent), received(sent.clone(), "s3").await), (signed, Bytes::from(content)));
}

/// S3 refuses a request with two checksums.
#[tokio::test]
async fn a_checksum_in_the_headers_is_the_only_one() {
    let content = body(200_000);
    let mut checksum = sig4::stream::Checksum::new(ChecksumAlgorithm::Sha256);
    checksum.update(&content);
    let checksum = checksum.finish().to_string();
    for layer in [signing("s3"), signing("s3").with_chunk_checksum(ChecksumAlgorithm::Crc64Nvme)] {
        let mut request = put(ORIGINS[0], Frames::in_pieces(&content, 1500));
        request.headers_mut().insert("x-amz-checksum-sha256", checksum.parse().unwrap());
        request.headers_mut().insert("x-amz-trailer", "x-amz-checksum-sha1".parse().unwrap());
        let sent = send(&layer, request).await.unwrap();
        assert_eq!(payload(&sent), "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
        assert!(!sent.headers().contains_key("x-amz-trailer"));
        assert_eq!(sent.headers()["x-amz-checksum-sha256"], checksum);
        assert_eq!(received(sent, "s3").await, content);
    }
}

#[tokio::test]
async fn what_is_at_hand_or_short_is_signed_as_a_whole() {
    let is_whole = |sent: &Sent| payload(sent).len() == 64 && !sent.headers().contains_key("content-encoding");
    for (len, pieces) in [(0, 1), (1, 1), (65_536, 1000), (200_000, 200_000)] {
        let sent = send(&signing("s3"), put(ORIGINS[0], Frames::in_pieces(&body(len), pieces))).await.unwrap();
        assert!(is_whole(&sent), "{len} in pieces of {pieces}");
        assert_eq!(received(sent, "s3").await, body(len));
    }
    let frames = body(70_000)
        .chunks(1000)
        .map(|piece| Ok::<_, Infallible>(Frame::data(Bytes::copy_from_slice(piece))))
        .collect::<Vec<_>>();
    let unknown = StreamBody::new(Iter(frames.into_iter()));
    let sent = send(&signing("s3"), put(ORIGINS[0], unknown)).await.unwrap();
    assert!(is_whole(&sent), "its length is unknown");
    for layer in [signing("s3").with_chunk_signing(ChunkSigning::Never), signing("es")] {
        let sent = send(&layer, put(ORIGINS[0], Frames::in_pieces(&body(200_000), 1000))).await.unwrap();
        assert!(!sent.headers().contains_key("x-amz-decoded-content-length"));
        assert_eq!(sent.body(), &body(200_000));
    }
    let large =
        send(&signing("s3").with_body_limit(100), put(ORIGINS[0], Full::new(Bytes::from(body(101))))).await.unwrap();
    assert_eq!(payload(&large), "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "the limit is one of bodies that are read");
}

struct Iter<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Iter<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.0.next())
    }
}

#[tokio::test]
async fn what_cannot_stream_and_is_too_long_to_be_read_is_refused_with_the_reason() {
    let unknown = Frames::in_pieces(&body(2000), 100).of_unknown_length();
    for (layer, body) in [
        (signing("s3"), unknown),
        (signing("es"), Frames::in_pieces(&body(2000), 100)),
        (signing("s3").with_chunk_signing(ChunkSigning::Never), Frames::in_pieces(&body(2000), 100)),
    ] {
        let error = send(&layer.with_body_limit(1000), put(ORIGINS[0], body)).await.unwrap_err();
        let error: &Error = error.downcast_ref().unwrap();
        assert_eq!(error.kind(), ErrorKind::TooLongBody);
        assert!(error.to_string().ends_with("to S3 a body of known length streams in chunks"), "{error}");
    }
}

/// A body that is not what it says.
#[tokio::test]
async fn a_body_that_breaks_its_word_is_not_sent_to_its_end() {
    for (len, declared) in [(100_000, 100_001), (100_001, 100_000), (100_000, 200_000)] {
        let lying = Frames::in_pieces(&body(len), 1000).with_hint(declared, declared);
        let error = send(&signing("s3"), put(ORIGINS[1], lying)).await.unwrap_err();
        let Some(BodyError::Invalid(error)) = error.downcast_ref() else { panic!("{error:?}") };
        assert_eq!(error.kind(), sig4::ErrorKind::LengthMismatch);
    }
    let trailers = Frames::in_pieces(&body(100_000), 1000).with_trailers(&["x-end"]);
    let error = send(&signing("s3"), put(ORIGINS[1], trailers)).await.unwrap_err();
    let Some(BodyError::Invalid(error)) = error.downcast_ref() else { panic!("{error:?}") };
    assert_eq!(error.kind(), sig4::ErrorKind::InvalidTrailer);
}

/// A body that fails after some bytes.
struct Failing(usize);

impl Body for Failing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let Some(left) = self.0.checked_sub(1000) else {
            return Poll::Ready(Some(Err(io::Error::other("the disk failed"))));
        };
        self.0 = left;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![7; 1000])))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(1_000_000)
    }
}

#[tokio::test]
async fn the_error_of_the_body_comes_through() {
    let error = send(&signing("s3"), put(ORIGINS[0], Failing(10_000))).await.unwrap_err();
    assert_eq!(error.downcast_ref::<io::Error>().unwrap().to_string(), "the disk failed", "while it is read ahead");
    let error = send(&signing("s3"), put(ORIGINS[0], Failing(100_000))).await.unwrap_err();
    assert_eq!(error.to_string(), "the body broke off: the disk failed");
}

/// A server that streams uploads, and remembers them.
async fn server(protocol: crate::loopback::Protocol, seen: &Seen) -> String {
    let seen = seen.clone();
    let layer =
        AuthenticateLayer::new(Verifier::new("us-east-1", "s3").unwrap(), Keys).with_clock(now).with_streaming_body();
    let service = tower::service_fn(move |request: Request<sig4::tower::ReceivedBody>| {
        let seen = seen.clone();
        async move {
            let (parts, body) = request.into_parts();
            let status = match body.collect().await {
                Ok(read) => {
                    seen.push(parts, read.to_bytes());
                    StatusCode::OK
                }
                Err(_) => StatusCode::BAD_REQUEST,
            };
            Ok::<_, Infallible>(Response::builder().status(status).body(Full::<Bytes>::default()).unwrap())
        }
    });
    serve(protocol, layer.layer(service)).await
}

#[tokio::test]
async fn hyper_sends_chunks_that_a_server_decodes() {
    for protocol in PROTOCOLS {
        let seen = Seen::default();
        let origin = server(protocol, &seen).await;
        let signer = Signer::new("us-east-1", "s3").unwrap();
        for chunks in [ChunkSigning::Signed, ChunkSigning::Unsigned] {
            let signing = SignLayer::new(signer.clone(), alice(), origin.parse().unwrap()).with_clock(now);
            let is_http2 = protocol == crate::loopback::Protocol::Http2;
            let transport = Client::builder(TokioExecutor::new()).http2_only(is_http2).build_http();
            let client = signing.with_any_body().with_chunk_signing(chunks).layer(transport);
            let request = put(&origin, Frames::in_pieces(&body(300_000), 7000).map_err(BoxError::from).boxed());
            let response = client.clone().oneshot(request).await.unwrap();
            assert_eq!((response.status().as_u16(), seen.last().1), (200, Bytes::from(body(300_000))));
            assert_eq!(seen.last().0.headers["content-length"], "300000");
            let failing = client.oneshot(put(&origin, Failing(500_000).map_err(BoxError::from).boxed())).await;
            assert!(failing.is_err() || failing.is_ok_and(|answer| answer.status() == 400));
        }
    }
}

#[tokio::test]
async fn a_client_of_reqwest_streams_to_s3_and_reads_for_others() {
    let seen = Seen::default();
    let origin = server(crate::loopback::Protocol::Http1, &seen).await;
    let signing =
        SignLayer::new(Signer::new("us-east-1", "s3").unwrap(), alice(), origin.parse().unwrap()).with_clock(now);
    let builder = || reqwest::Client::builder().no_proxy();
    let client = sig4::reqwest::SignClient::new(signing.clone(), builder()).unwrap();
    let url = format!("{origin}/cats/7");
    let stream = || reqwest::Body::wrap(Frames::in_pieces(&body(300_000), 7000));
    assert_eq!(client.put(&url).body(stream()).send().await.unwrap().status(), 200);
    let (parts, bytes) = seen.last();
    assert_eq!(
        (bytes, &parts.headers["x-amz-content-sha256"]),
        (Bytes::from(body(300_000)), &"STREAMING-AWS4-HMAC-SHA256-PAYLOAD".parse().unwrap())
    );

    let unknown = reqwest::Body::wrap(Frames::in_pieces(&body(3000), 700).of_unknown_length());
    assert_eq!(client.put(&url).body(unknown).send().await.unwrap().status(), 200);
    assert_eq!(seen.last().1, body(3000));

    let short = sig4::reqwest::SignClient::new(signing.with_body_limit(100), builder()).unwrap();
    let unknown = reqwest::Body::wrap(Frames::in_pieces(&body(3000), 700).of_unknown_length());
    let error = short.put(&url).body(unknown).send().await.unwrap_err();
    assert!(matches!(error, sig4::reqwest::Error::Signing(error) if error.kind() == ErrorKind::TooLongBody));
    let error = client.put(&url).body(reqwest::Body::wrap(Failing(10_000))).send().await.unwrap_err();
    assert!(matches!(error, sig4::reqwest::Error::Reqwest(_)), "{error:?}");
}
