//! AuthenticateLayer with streams of signed events: a service like Amazon Transcribe, which answers while events arrive.

use crate::frames::Frames;
use crate::loopback::{PROTOCOLS, Protocol, serve};
use crate::scene::{Keys, alice, now};
use bytes::Bytes;
use futures::channel::mpsc;
use futures::{SinkExt, StreamExt};
use http::request::Parts;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sig4::payload::Streaming;
use sig4::signature::Signature;
use sig4::stream::event::{EventSigner, EventSink, Header, Message, Messages};
use sig4::tower::{
    AllowAuthenticated, AuthenticateLayer, AuthenticatedCaller, BodyError, BodyFailure, Cause, ReceivedBody,
    RefusalKind,
};
use sig4::verify::SeenSignatures;
use sig4::{Credentials, ErrorKind, Payload, Signer, Verifier};
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use time::OffsetDateTime;
use tower::{Layer, ServiceExt};

const URL: &str = "https://transcribestreaming.us-east-1.amazonaws.com/stream-transcription";

type Streamed = AuthenticateLayer<Keys, AllowAuthenticated, ReceivedBody>;

fn verifier() -> Verifier {
    Verifier::new("us-east-1", "transcribe").unwrap()
}

fn layer() -> Streamed {
    AuthenticateLayer::new(verifier(), Keys).with_clock(now).with_streaming_body()
}

fn signer() -> Signer {
    Signer::new("us-east-1", "transcribe").unwrap()
}

/// The signed head of a request to `url`, and the signer of its events.
fn head(url: &str, by: &Credentials, at: OffsetDateTime) -> (Parts, EventSigner) {
    let request = Request::post(url).header("content-type", "application/vnd.amazon.eventstream");
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let seed = signer().sign_parts(&mut parts, &Payload::Streaming(Streaming::Events), by, at).unwrap();
    let events = signer().event_signer(&seed, by, at).unwrap();
    (parts, events)
}

fn audio(number: u8) -> Message {
    let header = Header::new(":event-type", "AudioEvent").unwrap();
    Message::new(vec![number; 100 * usize::from(number)]).with_header(header)
}

/// Three events and the end, as they go over the wire.
fn sent(mut events: EventSigner) -> Vec<Bytes> {
    let mut sent: Vec<_> = (1..4).map(|number| events.sign(&audio(number), now()).unwrap()).collect();
    sent.push(events.finish(now()).unwrap());
    sent
}

/// What a handler read: the events that came out, and the error or the end.
async fn read(body: ReceivedBody) -> (Vec<Message>, Result<(), BodyError>) {
    let (mut body, mut read) = (body, Vec::new());
    loop {
        match body.frame().await {
            None => return (read, Ok(())),
            // Each frame is one event.
            Some(Ok(frame)) => read.push(Message::decode(frame.into_data().unwrap()).unwrap()),
            Some(Err(error)) => {
                assert!(!http_body::Body::is_end_stream(&body));
                assert!(body.frame().await.is_some_and(|frame| frame.is_err()), "the failure stays");
                return (read, Err(error));
            }
        }
    }
}

type Reads = Arc<Mutex<Option<(Parts, Vec<Message>, Result<(), BodyError>)>>>;

/// Sends these pieces through a layer, and returns the status and what the handler read.
async fn through(layer: &Streamed, parts: Parts, pieces: Vec<Bytes>) -> (u16, Reads) {
    let reads = Reads::default();
    let kept = Arc::clone(&reads);
    let handler = tower::service_fn(move |request: Request<ReceivedBody>| {
        let kept = Arc::clone(&kept);
        async move {
            let (parts, body) = request.into_parts();
            let (messages, end) = read(body).await;
            *kept.lock().unwrap() = Some((parts, messages, end));
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        }
    });
    let frames = futures::stream::iter(pieces.into_iter().map(|piece| Ok::<_, Infallible>(Frame::data(piece))));
    let request = Request::from_parts(parts, StreamBody::new(frames));
    let response = layer.layer(handler).oneshot(request).await.unwrap();
    (response.status().as_u16(), reads)
}

/// The number of events that came out before the failure, and its kind. `None` if the end came.
async fn failure(layer: &Streamed, parts: Parts, pieces: Vec<Bytes>) -> (usize, Option<ErrorKind>) {
    let (status, reads) = through(layer, parts, pieces).await;
    assert_eq!(status, 200, "the head is right");
    let (_, messages, end) = reads.lock().unwrap().take().unwrap();
    let expected: Vec<_> = (1..4).map(audio).collect();
    assert!(expected.starts_with(&messages), "only events that were signed, in their order");
    let kind = end.err().map(|error| match error {
        BodyError::Unverified(error) => error.kind(),
        other => panic!("{other}"),
    });
    (messages.len(), kind)
}

/// A handler of axum that answers each event at once.
async fn transcribe(caller: AuthenticatedCaller, body: axum::body::Body) -> axum::body::Body {
    assert!(caller.signed_body());
    let events = Messages::new(body.into_data_stream());
    axum::body::Body::from_stream(events.map(|event| match event {
        Ok(event) => Message::new(format!("{} bytes", event.payload().len())).encode().map_err(io::Error::other),
        Err(error) => Message::new(error.to_string()).encode().map_err(io::Error::other),
    }))
}

/// The client waits for each answer before it sends the next event.
#[tokio::test]
async fn axum_answers_each_event_while_the_stream_is_open() {
    for protocol in PROTOCOLS {
        let router = axum::Router::new().route("/stream", axum::routing::post(transcribe));
        let origin = serve(protocol, layer().layer(router)).await;
        let (parts, events) = head(&format!("{origin}/stream"), &alice(), now());
        let (sender, receiver) = mpsc::channel::<Bytes>(1);
        let body = StreamBody::new(receiver.map(|piece| Ok::<_, Infallible>(Frame::data(piece))));
        let client =
            Client::builder(TokioExecutor::new()).http2_only(protocol == Protocol::Http2).build_http::<StreamBody<_>>();
        let mut sink = EventSink::new(sender, events, now);
        let response = client.request(Request::from_parts(parts, body));
        let (response, first) = futures::future::join(response, sink.send(audio(1))).await;
        first.unwrap();
        let response = response.unwrap();
        assert_eq!(response.status(), 200);
        let mut answers = Messages::new(response.into_body().into_data_stream());
        assert_eq!(answers.next().await.unwrap().unwrap(), Message::new("100 bytes"), "{protocol:?}");
        for number in 2..4 {
            sink.send(audio(number)).await.unwrap();
            let answer = answers.next().await.unwrap().unwrap();
            assert_eq!(answer, Message::new(format!("{number}00 bytes")), "{protocol:?}");
        }
        sink.close().await.unwrap();
        assert!(answers.next().await.is_none(), "the stream is complete");
    }
}

/// A client that drops its sink has not signed the end.
#[tokio::test]
async fn a_stream_that_breaks_off_over_a_connection_is_an_error() {
    for protocol in PROTOCOLS {
        let router = axum::Router::new().route("/stream", axum::routing::post(transcribe));
        let origin = serve(protocol, layer().layer(router)).await;
        let (parts, events) = head(&format!("{origin}/stream"), &alice(), now());
        let pieces = sent(events).into_iter().take(3).map(|piece| Ok::<_, Infallible>(Frame::data(piece)));
        let client = Client::builder(TokioExecutor::new()).http2_only(protocol == Protocol::Http2).build_http();
        let request = Request::from_parts(parts, StreamBody::new(futures::stream::iter(pieces)));
        let answer = client.request(request).await.unwrap().into_body();
        let answers: Vec<_> = Messages::new(answer.into_data_stream()).map(Result::unwrap).collect().await;
        let last = answers.last().unwrap().payload();
        assert_eq!((answers.len(), &last[..]), (4, &b"the bytes of the event stream cannot be read or sent"[..]));
    }
}

#[tokio::test]
async fn events_come_out_one_by_one_and_the_end_only_after_the_signed_end() {
    let (parts, events) = head(URL, &alice(), now());
    let wire = sent(events);
    let whole = wire.concat();
    for size in [1, 7, 83, whole.len()] {
        let pieces = whole.chunks(size).map(Bytes::copy_from_slice).collect();
        assert_eq!(failure(&layer(), parts.clone(), pieces).await, (3, None), "pieces of {size} bytes");
    }
    let [one, two, three, end] = wire.try_into().unwrap();
    let (mismatch, invalid) = (ErrorKind::SignatureMismatch, ErrorKind::InvalidEvent);
    for (pieces, read, kind) in [
        (vec![&one, &two, &three], 3, ErrorKind::TruncatedStream),
        (vec![&one, &end], 1, mismatch),
        (vec![&two, &one, &three, &end], 0, mismatch),
        (vec![&one, &one, &two, &three, &end], 1, mismatch),
        (vec![&one, &two, &three, &end, &end], 3, invalid),
        (vec![&one, &two, &three, &end, &Bytes::from("x")], 3, invalid),
    ] {
        let pieces = pieces.into_iter().cloned().collect();
        assert_eq!(failure(&layer(), parts.clone(), pieces).await, (read, Some(kind)));
    }
    for cut in [1, 12, 90, whole.len() - 1] {
        let (read, kind) = failure(&layer(), parts.clone(), vec![Bytes::copy_from_slice(&whole[..cut])]).await;
        assert_eq!(kind, Some(ErrorKind::TruncatedStream), "cut after {cut} bytes and {read} events");
    }
    for bit in 0..8 * one.len() {
        let mut changed = one.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let (read, kind) = failure(&layer(), parts.clone(), vec![changed.into()]).await;
        assert_eq!((read, kind.is_some()), (0, true), "bit {bit}");
    }
}

/// Events that are not signed, and those of another request with the same key.
#[tokio::test]
async fn events_of_nobody_and_of_another_request_are_refused() {
    let (parts, _) = head(URL, &alice(), now());
    let plain = vec![audio(1).encode().unwrap()];
    assert_eq!(failure(&layer(), parts.clone(), plain).await, (0, Some(ErrorKind::InvalidEvent)));
    let other = sent(signer().event_signer(&Signature::from([7; 32]), &alice(), now()).unwrap());
    assert_eq!(failure(&layer(), parts, other).await, (0, Some(ErrorKind::SignatureMismatch)));
}

#[tokio::test]
async fn the_time_of_each_event_is_checked_by_the_clock_of_the_layer() {
    let clock = Arc::new(Mutex::new(now()));
    let later = Arc::clone(&clock);
    let layer = layer().with_clock(move || *later.lock().unwrap());
    let (parts, mut events) = head(URL, &alice(), now());
    let at = |minutes| now() + time::Duration::minutes(minutes);
    // An hour of events, each fresh, and one that was kept back for longer than the window.
    let fresh: Vec<_> = (0..5).map(|quarter| (at(15 * quarter), at(15 * quarter))).collect();
    let pieces: Vec<_> = fresh
        .into_iter()
        .chain([(at(60), at(76))])
        .map(|(signed, received)| (events.sign(&audio(1), signed).unwrap(), received))
        .collect();
    let body = futures::stream::iter(pieces).map(move |(piece, received)| {
        *clock.lock().unwrap() = received;
        Ok::<_, Infallible>(Frame::data(piece))
    });
    let handler = tower::service_fn(async |request: Request<ReceivedBody>| {
        let (messages, end) = read(request.into_body()).await;
        let Err(BodyError::Unverified(error)) = end else { panic!("{end:?}") };
        assert_eq!((messages.len(), error.kind()), (5, ErrorKind::Expired));
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let response = layer.layer(handler).oneshot(Request::from_parts(parts, StreamBody::new(body))).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_wrong_head_calls_no_handler() {
    let seen = layer().with_replay_store(SeenSignatures::new(10));
    let wrong = Credentials::new("AKIDALICE", "another secret").unwrap();
    let nobody = Credentials::new("AKIDNOBODY", "another secret").unwrap();
    let early = now() - time::Duration::hours(1);
    for (by, at) in [(wrong, now()), (nobody, now()), (alice(), early)] {
        let (parts, events) = head(URL, &by, at);
        let (status, reads) = through(&seen, parts, sent(events)).await;
        assert_eq!(status, 403, "{}", by.access_key_id());
        assert!(reads.lock().unwrap().is_none());
    }
    let (parts, events) = head(URL, &alice(), now());
    let wire = sent(events);
    assert_eq!(through(&seen, parts.clone(), wire.clone()).await.0, 200);
    assert_eq!(through(&seen, parts, wire).await.0, 403, "the same request again");
}

/// A stream without a byte has no signed end, and the handler is not called for it.
#[tokio::test]
async fn a_body_of_no_bytes_is_refused() {
    let (parts, _) = head(URL, &alice(), now());
    let handler = tower::service_fn(async |_: Request<ReceivedBody>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("called")))
    });
    let response = layer().layer(handler).oneshot(Request::from_parts(parts, Frames::default())).await.unwrap();
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_layer_that_reads_bodies_into_memory_refuses_events_and_names_the_one_that_does_not() {
    let reason = Arc::new(Mutex::new(String::new()));
    let said = Arc::clone(&reason);
    let memory = AuthenticateLayer::new(verifier(), Keys).with_clock(now).on_refusal(move |refused| {
        if let Cause::Unverified(error) = refused.cause() {
            *said.lock().unwrap() = error.to_string();
        }
        let response = refused.default_response();
        async move { response }
    });
    let handler = tower::service_fn(async |_: Request<Full<Bytes>>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("called")))
    });
    let (parts, events) = head(URL, &alice(), now());
    let request = Request::from_parts(parts, Full::<Bytes>::from(sent(events).concat()));
    assert_eq!(memory.layer(handler).oneshot(request).await.unwrap().status(), 403);
    let reason = reason.lock().unwrap();
    assert!(reason.contains("`with_streaming_body`"), "{reason}");
}

/// No service signs events with Signature Version 4a.
#[tokio::test]
async fn events_of_signature_version_4a_are_refused() {
    let algorithms = [sig4::algorithm::Algorithm::HmacSha256, sig4::algorithm::Algorithm::EcdsaP256Sha256];
    let layer = AuthenticateLayer::new(verifier().with_algorithms(algorithms), Keys).with_clock(now);
    let layer = layer.with_streaming_body();
    for marker in ["STREAMING-AWS4-HMAC-SHA256-EVENTS", "STREAMING-AWS4-ECDSA-P256-SHA256-EVENTS"] {
        let (mut parts, ()) = Request::post(URL).body(()).unwrap().into_parts();
        let signer = Signer::new_v4a("*", "transcribe").unwrap();
        parts.headers.insert("x-amz-content-sha256", marker.parse().unwrap());
        let payload = Payload::Streaming(Streaming::Events);
        if signer.sign_parts(&mut parts, &payload, &alice(), now()).is_err() {
            continue;
        }
        let (_, events) = head(URL, &alice(), now());
        let (status, reads) = through(&layer, parts, sent(events)).await;
        assert!((400..500).contains(&status), "{marker}: {status}");
        assert!(reads.lock().unwrap().is_none());
    }
}

#[tokio::test]
async fn the_limits_of_the_layer_hold() {
    let (parts, events) = head(URL, &alice(), now());
    let wire = sent(events);
    let decoded: usize = (1..4).map(|number| audio(number).encode().unwrap().len()).sum();
    let failures = Arc::new(Mutex::new(Vec::new()));
    let failed = Arc::clone(&failures);
    let limited = |limit| {
        let failed = Arc::clone(&failed);
        layer().with_body_limit(limit).on_body_failure(move |failure: &BodyFailure<'_>| {
            failed.lock().unwrap().push((failure.kind(), failure.passed_on()));
        })
    };
    assert_eq!(failure(&limited(decoded), parts.clone(), wire.clone()).await, (3, None));
    let (_, reads) = through(&limited(decoded - 1), parts.clone(), wire.clone()).await;
    let (_, messages, end) = reads.lock().unwrap().take().unwrap();
    assert_eq!(messages.len(), 2);
    assert!(matches!(end, Err(BodyError::TooLong { .. })));
    let passed: usize = (1..3).map(|number| audio(number).encode().unwrap().len()).sum();
    let expected = [(RefusalKind::TooLongBody, u64::try_from(passed).unwrap())];
    assert_eq!(*failures.lock().unwrap(), expected);

    // The longest event is the longest signed chunk.
    let longest = wire.iter().map(Bytes::len).max().unwrap();
    let short = |len| {
        let verifier = verifier().with_max_signed_chunk_len(len);
        AuthenticateLayer::new(verifier, Keys).with_clock(now).with_streaming_body()
    };
    assert_eq!(failure(&short(longest), parts.clone(), wire.clone()).await, (3, None));
    assert_eq!(failure(&short(longest - 1), parts, wire).await, (2, Some(ErrorKind::InvalidEvent)));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_pauses_for_longer_than_the_time_limit_is_an_error() {
    let (parts, events) = head(URL, &alice(), now());
    let layer = layer().with_time_limit(Duration::from_secs(20), tokio::time::sleep);
    for (pause, complete) in [(19, true), (21, false)] {
        let pieces = futures::stream::iter(sent(events_of(&parts))).then(move |piece| async move {
            tokio::time::sleep(Duration::from_secs(pause)).await;
            Ok::<_, Infallible>(Frame::data(piece))
        });
        let handler = tower::service_fn(move |request: Request<ReceivedBody>| async move {
            let (_, end) = read(request.into_body()).await;
            assert!(if complete { end.is_ok() } else { matches!(end, Err(BodyError::TimedOut)) }, "{end:?}");
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        });
        let request = Request::from_parts(parts.clone(), StreamBody::new(Box::pin(pieces)));
        assert_eq!(layer.layer(handler).oneshot(request).await.unwrap().status(), 200);
    }
    drop(events);
}

/// A signer of the events after a signed head.
fn events_of(parts: &Parts) -> EventSigner {
    let authorization = parts.headers["authorization"].to_str().unwrap();
    let (_, signature) = authorization.rsplit_once("Signature=").unwrap();
    signer().event_signer(&Signature::parse(signature).unwrap(), &alice(), now()).unwrap()
}

/// The length on the wire is not that of the events.
#[tokio::test]
async fn the_handler_sees_no_length_of_the_wire() {
    let request = Request::post(URL);
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    let wire = sent(head(URL, &alice(), now()).1).concat();
    parts.headers.insert("content-length", wire.len().into());
    let seed = signer().sign_parts(&mut parts, &Payload::Streaming(Streaming::Events), &alice(), now()).unwrap();
    let wire = sent(signer().event_signer(&seed, &alice(), now()).unwrap()).concat();
    let (status, reads) = through(&layer(), parts, vec![wire.into()]).await;
    let (parts, messages, end) = reads.lock().unwrap().take().unwrap();
    assert_eq!((status, messages.len(), end.is_ok()), (200, 3, true));
    assert!(!parts.headers.contains_key("content-length"));
    assert_eq!(parts.headers["x-amz-content-sha256"], "STREAMING-AWS4-HMAC-SHA256-EVENTS");
}
