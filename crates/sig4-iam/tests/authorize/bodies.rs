//! A body is read up to its limit, and not at all if the request can be refused without it.

use crate::scene::{alice, get, layer, now, plain, post, send, signed, signed_at, signer, status};
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::{Body, Frame, SizeHint};
use sig4::settings::ContentSha256Header;
use sig4::tower::BoxError;
use sig4::{Credentials, Payload};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use time::Duration;

/// A body in pieces that counts how often it is polled.
#[derive(Default)]
struct Pieces {
    frames: VecDeque<Result<Frame<Bytes>, BoxError>>,
    asked: Arc<AtomicUsize>,
    /// Whether it never ends.
    hangs: bool,
    least: u64,
}

impl Pieces {
    fn of(pieces: impl IntoIterator<Item = &'static str>) -> Self {
        let frames = pieces.into_iter().map(|piece| Ok(Frame::data(Bytes::from(piece)))).collect();
        Self { frames, ..Self::default() }
    }

    fn then(mut self, frame: Result<Frame<Bytes>, BoxError>) -> Self {
        self.frames.push_back(frame);
        self
    }

    fn hanging(mut self) -> Self {
        self.hangs = true;
        self
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.frames.pop_front() {
            None if self.hangs => Poll::Pending,
            frame => Poll::Ready(frame),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.least);
        hint
    }
}

/// A signed request, with its body in these pieces.
fn in_pieces(body: &'static str, pieces: Pieces) -> (Request<Pieces>, Arc<AtomicUsize>) {
    let asked = Arc::clone(&pieces.asked);
    (post(body).map(|_| pieces), asked)
}

#[tokio::test]
async fn a_body_in_pieces_is_whole_for_the_service_and_its_trailers_are_dropped() {
    let trailers = HeaderMap::from_iter([("x-checksum".parse().unwrap(), "1".parse().unwrap())]);
    let pieces = Pieces::of(["on", "", "e tw", "o"]).then(Ok(Frame::trailers(trailers)));
    let (request, _) = in_pieces("one two", pieces);
    let (answer, seen) = send(&layer(), request).await;
    assert_eq!((answer.status.as_u16(), seen.last().1), (200, Bytes::from("one two")));
}

#[tokio::test]
async fn a_body_of_one_piece_is_not_copied() {
    let body = Bytes::from_static(b"one piece");
    let request = signed("POST", "/", "one piece", &alice()).map(|_| http_body_util::Full::new(body.clone()));
    let (_, seen) = send(&layer(), request).await;
    assert_eq!(seen.last().1.as_ptr(), body.as_ptr());
}

#[tokio::test]
async fn the_limit_is_the_last_length_that_passes() {
    for (limit, expected) in [(8, 200), (7, 200), (6, 413), (0, 413)] {
        let layer = layer().with_body_limit(limit);
        let (request, _) = in_pieces("one two", Pieces::of(["one", " two"]));
        assert_eq!(send(&layer, request).await.0.status, expected, "{limit} bytes");
        assert_eq!(status(&layer, post("one two")).await, expected, "{limit} bytes at once");
    }
    assert_eq!(status(&layer().with_body_limit(0), get("/")).await, 200, "no body is always short enough");
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_not_read() {
    let layer = layer().with_body_limit(7);
    for declared in ["8", "18446744073709551615"] {
        let (mut request, asked) = in_pieces("one two", Pieces::of(["one two"]));
        request.headers_mut().insert("content-length", declared.parse().unwrap());
        let (answer, seen) = send(&layer, request).await;
        assert_eq!((answer.status.as_u16(), asked.load(Ordering::Relaxed), seen.count()), (413, 0, 0), "{declared}");
    }
    let (request, asked) = in_pieces("one two", Pieces { least: 8, ..Pieces::of(["one two"]) });
    assert_eq!(send(&layer, request).await.0.status, 413, "as the body itself says");
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_body_that_lies_about_its_length_is_left_where_it_is_too_long() {
    let endless = (0..1000).map(|_| "four");
    let (mut request, asked) = in_pieces("", Pieces::of(endless));
    request.headers_mut().insert("content-length", "1".parse().unwrap());
    let (answer, _) = send(&layer().with_body_limit(10), request).await;
    assert_eq!((answer.status.as_u16(), asked.load(Ordering::Relaxed)), (413, 3));
}

#[tokio::test]
async fn a_request_that_can_be_refused_without_its_body_is() {
    let late = signed_at("POST", "/", "x", &alice(), now() - Duration::minutes(6));
    let mut elsewhere = plain("POST", "/", "").map(|_| "x");
    sig4::Signer::new("eu-west-1", "execute-api").unwrap().sign(&mut elsewhere, &alice(), now()).unwrap();
    let stating = signer().with_content_sha256(ContentSha256Header::Always);
    let (mut parts, _) = plain("POST", "/", "").into_parts();
    stating
        .sign_parts(&mut parts, &Payload::Bytes(b"x"), &Credentials::new("AKIDALICE", "guessed").unwrap(), now())
        .unwrap();
    let cases = [
        ("late", late.map(|_| ())),
        ("of another region", elsewhere.map(|_| ())),
        ("not signed", plain("POST", "/", "").map(|_| ())),
        ("a wrong signature that states the body's hash", Request::from_parts(parts, ())),
    ];
    for (name, request) in cases {
        let pieces = Pieces::of(["x"]);
        let asked = Arc::clone(&pieces.asked);
        let (answer, _) = send(&layer(), request.map(|()| pieces)).await;
        assert_eq!((answer.status.as_u16(), asked.load(Ordering::Relaxed)), (403, 0), "{name}");
    }
}

#[tokio::test]
async fn a_stated_hash_has_to_be_that_of_the_body() {
    let stating = signer().with_content_sha256(ContentSha256Header::Always);
    let (mut parts, _) = plain("POST", "/", "").into_parts();
    stating.sign_parts(&mut parts, &Payload::Bytes(b"stated"), &alice(), now()).unwrap();
    for (body, expected) in [("stated", 200), ("other!", 403)] {
        let request = Request::from_parts(parts.clone(), http_body_util::Full::from(body));
        assert_eq!(status(&layer(), request).await, expected, "{body}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let (request, _) = in_pieces("one two", Pieces::of(["one"]).then(Err("connection reset".into())));
    let (answer, seen) = send(&layer(), request).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (400, r#"{"message":"Bad Request"}"#));
    assert_eq!(seen.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up() {
    let layer = layer().with_time_limit(std::time::Duration::from_secs(30), tokio::time::sleep);
    let (request, _) = in_pieces("one two", Pieces::of(["one"]).hanging());
    let (answer, seen) = send(&layer, request).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (408, r#"{"message":"Request Timeout"}"#));
    assert_eq!(seen.count(), 0);
}

/// The budget is one for the layer's clones and services, and goes with the bytes of a body wherever they are kept.
#[tokio::test]
async fn all_bodies_together_are_no_longer_than_the_budget() {
    let layer = layer().with_body_budget(10);
    assert_eq!(status(&layer, post("eleven byte")).await, 413, "it never fits");
    let (answer, kept) = send(&layer.clone(), post("six be")).await;
    assert_eq!(answer.status, 200);
    let (answer, seen) = send(&layer, post("five!")).await;
    assert_eq!((answer.status.as_u16(), seen.count()), (503, 0));
    assert_eq!(answer.body, r#"{"message":"Service Unavailable"}"#);
    assert_eq!(status(&layer, post("four")).await, 200, "there is room for less");
    let body = kept.last().1.slice(2..3);
    drop(kept);
    assert_eq!(status(&layer, post("five!")).await, 503, "a piece of it is kept");
    drop(body);
    assert_eq!(status(&layer, post("ten bytes!")).await, 200);
    let (request, _) = in_pieces("five!", Pieces::of(["fi", "ve!"]));
    assert_eq!(send(&layer, request).await.0.status, 200, "in pieces it is there twice while it is put together");
    let (request, _) = in_pieces("sixsix", Pieces::of(["six", "six"]));
    assert_eq!(send(&layer, request).await.0.status, 413);
}

#[tokio::test]
async fn the_body_of_a_key_that_nobody_has_is_not_read() {
    let by = Credentials::new("AKIDNOBODY", "secret").unwrap();
    let (request, asked) = (signed("POST", "/", "x", &by), Arc::new(AtomicUsize::new(0)));
    let request = request.map(|_| Pieces { asked: Arc::clone(&asked), ..Pieces::of(["x"]) }.hanging());
    let (answer, _) = send(&layer(), request).await;
    assert_eq!((answer.status.as_u16(), asked.load(Ordering::Relaxed)), (403, 0));
}
