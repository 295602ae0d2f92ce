//! AuthenticateLayer with bodies that stream.

use crate::frames::Frames;
use crate::scene::{Keys, alice, now, session};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use sig4::tower::{
    AuthOutcomeKind, AuthenticateLayer, AuthenticatedCaller, BodyError, BodyFailure, ReceivedBody, RefusalKind,
};
use sig4::verify::SeenSignatures;
use sig4::{Credentials, ErrorKind, Payload, Signer, Verifier};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, Service, ServiceExt};

const URL: &str = "https://photos.s3.us-east-1.amazonaws.com/cats/7";

type Streaming = AuthenticateLayer<Keys, sig4::tower::AllowAuthenticated, ReceivedBody>;

fn layer() -> Streaming {
    AuthenticateLayer::new(Verifier::new("us-east-1", "s3").unwrap(), Keys).with_clock(now).with_streaming_body()
}

/// An upload whose head is signed with this payload.
fn upload<B>(payload: &Payload<'_>, by: &Credentials, body: B) -> Request<B> {
    let (mut parts, body) = Request::put(URL).body(body).unwrap().into_parts();
    Signer::new("us-east-1", "s3").unwrap().sign_parts(&mut parts, payload, by, now()).unwrap();
    Request::from_parts(parts, body)
}

/// What the handler read.
#[derive(Clone, Default)]
struct Read(Arc<Mutex<Vec<Outcome>>>);

#[derive(Debug)]
struct Outcome {
    bytes: Vec<u8>,
    hint: SizeHint,
    end: Result<(), BodyError>,
    signed_body: Option<bool>,
}

impl Read {
    fn last(&self) -> Outcome {
        self.0.lock().unwrap().pop().expect("the handler was called")
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }

    /// A handler that reads the whole body, piece by piece.
    fn service(
        &self,
    ) -> impl Service<Request<ReceivedBody>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send>
    + Clone
    + Send
    + use<> {
        let read = self.clone();
        tower::service_fn(move |request: Request<ReceivedBody>| {
            let read = read.clone();
            async move {
                let signed_body =
                    request.extensions().get::<AuthenticatedCaller>().map(AuthenticatedCaller::signed_body);
                let mut body = request.into_body();
                let hint = body.size_hint();
                let mut outcome = Outcome { bytes: Vec::new(), hint, end: Ok(()), signed_body };
                while let Some(frame) = body.frame().await {
                    match frame {
                        Ok(frame) => outcome.bytes.extend_from_slice(frame.data_ref().unwrap_or(&Bytes::new())),
                        Err(error) => {
                            outcome.end = Err(error);
                            break;
                        }
                    }
                }
                if outcome.end.is_err() {
                    assert!(!body.is_end_stream(), "a failure is not the end");
                    assert!(body.frame().await.is_some_and(|frame| frame.is_err()), "and stays");
                } else {
                    assert!(body.is_end_stream());
                }
                read.0.lock().unwrap().push(outcome);
                Ok(Response::new(Full::default()))
            }
        })
    }
}

async fn send<B>(layer: &Streaming, read: &Read, request: Request<B>) -> StatusCode
where
    B: Body<Data = Bytes, Error: Into<sig4::tower::BoxError>> + Send + 'static,
{
    layer.layer(read.service()).oneshot(request).await.unwrap().status()
}

fn kind(error: &BodyError) -> Option<ErrorKind> {
    match error {
        BodyError::Unverified(error) => Some(error.kind()),
        _ => None,
    }
}

#[tokio::test]
async fn a_body_with_a_stated_hash_streams_and_ends_only_if_it_has_the_hash() {
    let read = Read::default();
    let payload = Payload::Bytes(b"the whole body");
    for size in [1, 3, 100] {
        let body = Frames::in_pieces(b"the whole body", size);
        assert_eq!(send(&layer(), &read, upload(&payload, &alice(), body)).await, 200);
        let outcome = read.last();
        assert_eq!((&outcome.bytes[..], outcome.hint.exact()), (&b"the whole body"[..], Some(14)));
        assert_eq!(outcome.signed_body, Some(true));
        outcome.end.unwrap();
    }
    for forged in [&b"the whole bodY"[..], b"the whole body.", b"the whole bod", b"x"] {
        for hinted in [true, false] {
            let body = Frames::in_pieces(forged, 3);
            let body = if hinted { body } else { body.of_unknown_length() };
            assert_eq!(send(&layer(), &read, upload(&payload, &alice(), body)).await, 200);
            let outcome = read.last();
            assert_eq!(kind(&outcome.end.unwrap_err()), Some(ErrorKind::ContentMismatch));
            assert!(outcome.bytes.len() < forged.len(), "a reader that counts bytes does not take it for the whole");
        }
    }
}

/// A reader that looks at `is_end_stream` alone must not take an empty body for the whole.
#[tokio::test]
async fn a_body_of_no_bytes_is_verified_at_once() {
    let read = Read::default();
    assert_eq!(send(&layer(), &read, upload(&Payload::Bytes(b""), &alice(), Frames::default())).await, 200);
    read.last().end.unwrap();
    let status = send(&layer(), &read, upload(&Payload::Bytes(b"a body"), &alice(), Frames::default())).await;
    assert_eq!(status, 400);
    assert!(read.is_empty(), "the handler is not called");
}

#[tokio::test]
async fn an_unsigned_body_streams_and_the_caller_says_so() {
    let read = Read::default();
    let body = Frames::in_pieces(b"anything", 3);
    assert_eq!(send(&layer(), &read, upload(&Payload::Unsigned, &alice(), body)).await, 200);
    let outcome = read.last();
    assert_eq!((&outcome.bytes[..], outcome.signed_body), (&b"anything"[..], Some(false)));
}

/// Outside S3 a request rarely states the hash, and its signature covers it.
#[tokio::test]
async fn a_body_without_a_stated_payload_is_verified_before_the_handler_is_called() {
    let (read, signer) = (Read::default(), Signer::new("us-east-1", "execute-api").unwrap());
    let layer = AuthenticateLayer::new(Verifier::new("us-east-1", "execute-api").unwrap(), Keys);
    let layer = layer.with_clock(now).with_streaming_body();
    let (mut parts, ()) =
        Request::post("https://abc.execute-api.us-east-1.amazonaws.com/").body(()).unwrap().into_parts();
    signer.sign_parts(&mut parts, &Payload::Bytes(b"the body"), &alice(), now()).unwrap();
    let request = |body| Request::from_parts(parts.clone(), Frames::in_pieces(body, 3));
    assert_eq!(send(&layer, &read, request(b"the body")).await, 200);
    assert_eq!(read.last().bytes, b"the body");
    assert_eq!(send(&layer, &read, request(b"the bodY")).await, 403);
    assert!(read.is_empty());
}

#[tokio::test]
async fn a_wrong_signature_an_unknown_key_and_a_denial_call_no_handler_and_read_no_body() {
    let read = Read::default();
    let wrong = Credentials::new("AKIDALICE", "another secret").unwrap();
    let nobody = Credentials::new("AKIDNOBODY", "another secret").unwrap();
    for by in [wrong, nobody] {
        assert_eq!(send(&layer(), &read, upload(&Payload::Bytes(b"body"), &by, Untouched)).await, 403);
    }
    let denying = layer().with_decision(|_: &sig4::tower::VerifiedRequest<'_, Credentials>| {
        Err::<(), _>(sig4::tower::Denial::new("nobody may"))
    });
    let response =
        denying.layer(read.service()).oneshot(upload(&Payload::Unsigned, &alice(), Untouched)).await.unwrap();
    assert_eq!(response.status(), 403);
    assert!(read.is_empty());
}

/// A body that must not be read.
struct Untouched;

impl Body for Untouched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body is read")
    }
}

#[tokio::test]
async fn the_limit_holds_for_declared_and_for_arriving_bytes() {
    let read = Read::default();
    let layer = layer().with_body_limit(5);
    let request = |body: Frames| upload(&Payload::Unsigned, &alice(), body);
    assert_eq!(send(&layer, &read, request(Frames::in_pieces(b"five!", 2))).await, 200);
    read.last().end.unwrap();
    assert_eq!(send(&layer, &read, request(Frames::in_pieces(b"six!!!", 2))).await, 413);
    assert!(read.is_empty());
    assert_eq!(send(&layer, &read, request(Frames::in_pieces(b"six!!!", 2).of_unknown_length())).await, 200);
    let outcome = read.last();
    assert_eq!(outcome.bytes, b"six!");
    assert!(matches!(outcome.end, Err(BodyError::TooLong { limit: 5, .. })));
}

/// A body of which each piece takes so long.
struct Slow(Vec<&'static [u8]>, Duration, Option<Pin<Box<tokio::time::Sleep>>>);

impl Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let wait = self.1;
        let sleep = self.2.get_or_insert_with(|| Box::pin(tokio::time::sleep(wait)));
        std::task::ready!(sleep.as_mut().poll(cx));
        self.2 = None;
        Poll::Ready(self.0.pop().map(|piece| Ok(Frame::data(Bytes::from_static(piece)))))
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_is_one_of_each_piece() {
    let read = Read::default();
    let layer = layer().with_time_limit(Duration::from_secs(2), tokio::time::sleep);
    let slow = |seconds| Slow(vec![b"c", b"b", b"a"], Duration::from_secs(seconds), None);
    assert_eq!(send(&layer, &read, upload(&Payload::Unsigned, &alice(), slow(1))).await, 200);
    let outcome = read.last();
    assert_eq!(outcome.bytes, b"abc", "it took four seconds");
    outcome.end.unwrap();
    assert_eq!(send(&layer, &read, upload(&Payload::Unsigned, &alice(), slow(3))).await, 200);
    assert!(matches!(read.last().end, Err(BodyError::TimedOut)));
}

/// A body that breaks off.
struct Broken(Option<&'static [u8]>);

impl Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let broken = || Err(std::io::Error::other("the connection was cut"));
        Poll::Ready(Some(self.0.take().map_or_else(broken, |piece| Ok(Frame::data(Bytes::from_static(piece))))))
    }
}

#[tokio::test]
async fn a_failure_is_reported_once_and_the_decision_before_it() {
    let (read, outcomes, failures) =
        (Read::default(), Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let (decided, failed) = (Arc::clone(&outcomes), Arc::clone(&failures));
    let layer = layer().on_decision(move |outcome| decided.lock().unwrap().push(outcome.kind())).on_body_failure(
        move |failure: &BodyFailure<'_>| {
            let text = format!("{} {}: {}", failure.proven_access_key_id(), failure.passed_on(), failure.error());
            failed.lock().unwrap().push((failure.kind(), text));
        },
    );
    let payload = Payload::Bytes(b"abc");
    send(&layer, &read, upload(&payload, &alice(), Broken(Some(b"ab")))).await;
    assert!(matches!(read.last().end, Err(BodyError::Broken(_))));
    send(&layer, &read, upload(&payload, &alice(), Frames::in_pieces(b"abd", 2))).await;
    send(&layer, &read, upload(&payload, &alice(), Frames::in_pieces(b"abc", 2))).await;
    assert_eq!(*outcomes.lock().unwrap(), [AuthOutcomeKind::Allowed; 3]);
    let failures = failures.lock().unwrap();
    assert_eq!(failures.len(), 2, "{failures:?}");
    let cut = "AKIDALICE 0: the body broke off: the connection was cut";
    assert_eq!(failures[0], (RefusalKind::BrokenBody, cut.to_owned()));
    assert_eq!(failures[1].0, RefusalKind::Unverified(ErrorKind::ContentMismatch));
    assert!(failures[1].1.starts_with("AKIDALICE 2: "), "{failures:?}");
}

#[tokio::test]
async fn a_used_signature_is_refused_before_the_body_is_read() {
    let (read, layer) = (Read::default(), layer().with_replay_store(SeenSignatures::new(10)));
    assert_eq!(send(&layer, &read, upload(&Payload::Bytes(b"abc"), &alice(), Frames::in_pieces(b"abc", 2))).await, 200);
    assert_eq!(send(&layer, &read, upload(&Payload::Bytes(b"abc"), &alice(), Untouched)).await, 403);
    assert_eq!(
        send(&layer, &read, upload(&Payload::Bytes(b"abc"), &session(), Frames::in_pieces(b"abc", 2))).await,
        200
    );
}

#[tokio::test]
async fn an_exempt_request_streams_as_it_is() {
    let (read, layer) = (Read::default(), layer().exempt(|_| true).with_body_limit(8));
    let request = |body| Request::put(URL).header("x-amz-content-sha256", "whatever").body(body).unwrap();
    assert_eq!(send(&layer, &read, request(Frames::in_pieces(b"raw body", 3).with_trailers(&["x-end"]))).await, 200);
    let outcome = read.last();
    assert_eq!((&outcome.bytes[..], outcome.signed_body), (&b"raw body"[..], None));
    assert_eq!(send(&layer, &read, request(Frames::in_pieces(b"too large", 3))).await, 413);
}
