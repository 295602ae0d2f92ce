//! What is read of a refusal, and that all of it is handed on; and refused credentials.

use crate::scene::{alice, now, plain, session};
use crate::signed::{Call, answer, layer, server};
use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderValue, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use sig4::tower::{CachedCredentials, CredentialsFuture, CredentialsProvider, ExpiringCredentials};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use time::{Duration, OffsetDateTime};
use tower::{Layer, Service, ServiceExt};

/// A frame of a body, or something that happens in place of one.
#[derive(Clone)]
enum Step {
    Data(&'static str),
    Trailer,
    Breaks,
    /// Nothing comes any more.
    Stalls,
    /// The same data for ever.
    Repeats(&'static [u8]),
}

/// A body that goes step by step, and that is not to be polled after its end.
struct Steps(VecDeque<Step>, bool);

impl Body for Steps {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        assert!(!self.1, "it has ended");
        match self.0.front().cloned() {
            Some(Step::Stalls) => return Poll::Pending,
            Some(Step::Repeats(data)) => return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(data))))),
            _ => {}
        }
        let step = self.0.pop_front();
        self.1 = step.is_none();
        Poll::Ready(step.map(|step| match step {
            Step::Data(text) => Ok(Frame::data(Bytes::from_static(text.as_bytes()))),
            Step::Breaks => Err(io::ErrorKind::ConnectionReset.into()),
            _ => Ok(Frame::trailers(HeaderMap::from_iter([(
                http::HeaderName::from_static("x-checksum"),
                HeaderValue::from_static("7"),
            )]))),
        }))
    }

    fn size_hint(&self) -> SizeHint {
        let data = self.0.iter().map(|step| match step {
            Step::Data(text) => u64::try_from(text.len()).unwrap(),
            _ => 0,
        });
        SizeHint::with_exact(data.sum())
    }
}

fn stepping(
    status: u16,
    steps: &[Step],
) -> impl Service<Call, Response = Response<Steps>, Error = Infallible, Future: Send> + Clone + Send + use<> {
    let steps: VecDeque<_> = steps.iter().cloned().collect();
    tower::service_fn(move |_: Call| {
        let mut response = answer(status).map(|_| Steps(steps.clone(), false));
        // An hour ahead: whatever is taken for a fault of the clock is sent again.
        response.headers_mut().insert("date", "Sun, 30 Aug 2015 13:36:00 GMT".parse().unwrap());
        async move { Ok(response) }
    })
}

/// What comes of a body: its data, piece by piece, its trailers, its error.
async fn drained<B: Body<Data = Bytes, Error = io::Error> + Unpin>(mut body: B) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            all.push("broken".to_owned());
            continue;
        };
        match frame.into_data() {
            Ok(data) => all.push(String::from_utf8(data.to_vec()).unwrap()),
            Err(frame) => all.push(format!("{:?}", frame.into_trailers().unwrap()["x-checksum"])),
        }
    }
    all
}

#[tokio::test]
async fn a_refusal_is_handed_on_frame_by_frame() {
    for status in [200, 302, 400, 401, 403, 500] {
        for (steps, expected) in [
            (vec![], vec![]),
            (vec![Step::Data("a")], vec!["a"]),
            (vec![Step::Data("a"), Step::Data(""), Step::Data("bc"), Step::Trailer], vec!["a", "", "bc", "\"7\""]),
            (vec![Step::Data("a"), Step::Breaks], vec!["a", "broken"]),
            (vec![Step::Breaks, Step::Data("late")], vec!["broken", "late"]),
        ] {
            let client = layer(alice()).layer(stepping(status, &steps));
            let response = client.oneshot(plain("GET", "/", "")).await.unwrap();
            let body = Box::pin(response.into_body());
            let length: usize =
                expected.iter().filter(|piece| **piece != "\"7\"" && **piece != "broken").map(|p| p.len()).sum();
            assert_eq!(body.size_hint().exact(), Some(u64::try_from(length).unwrap()), "{status} {expected:?}");
            assert_eq!(drained(body).await, expected, "{status}");
        }
    }
}

#[tokio::test]
async fn a_long_refusal_is_handed_on_whole() {
    let long: &'static str = "x".repeat(100_000).leak();
    for count in [1, 3] {
        let client = layer(alice()).layer(stepping(403, &vec![Step::Data(long); count]));
        let body = client.oneshot(plain("GET", "/", "")).await.unwrap().into_body();
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 100_000 * count);
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_holds_up_no_request() {
    let start = tokio::time::Instant::now();
    for (steps, beginning) in [
        (vec![Step::Stalls], None),
        (vec![Step::Data("{\"message\":"), Step::Stalls], Some("{\"message\":")),
        (vec![Step::Repeats(b"")], Some("")),
        (vec![Step::Repeats(b"y")], Some("y")),
    ] {
        for method in ["GET", "POST"] {
            let calls = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&calls);
            let client = tower::util::MapRequest::new(stepping(403, &steps), move |request: Call| {
                counted.fetch_add(1, Ordering::Relaxed);
                request
            });
            let client = layer(alice()).with_clock_skew_correction(true).layer(client);
            let mut body = Box::pin(client.oneshot(plain(method, "/", "")).await.unwrap().into_body());
            assert_eq!(calls.load(Ordering::Relaxed), 1, "{method}: it did not say that it was the clock");
            if let Some(beginning) = beginning {
                assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), beginning);
            }
        }
    }
    assert_eq!(start.elapsed(), std::time::Duration::from_secs(4 * 2), "two seconds for each that stalls");
}

/// On a runtime without a timer, and without any runtime, what is there is all that is looked at.
#[test]
fn without_a_timer_nothing_is_waited_for() {
    let send = || layer(alice()).layer(stepping(403, &[Step::Data("a"), Step::Stalls])).oneshot(plain("GET", "/", ""));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(send()).unwrap().status(), 403);
    let mut context = Context::from_waker(std::task::Waker::noop());
    let Poll::Ready(response) = std::pin::pin!(send()).poll(&mut context) else { panic!("it waits") };
    assert_eq!(response.unwrap().status(), 403);
}

/// A piece of data that is made of several, as vectored clients give it.
#[tokio::test]
async fn data_in_pieces_is_read_and_stays_whole() {
    type Chained = bytes::buf::Chain<Bytes, Bytes>;
    struct Once(Option<Chained>);
    impl Body for Once {
        type Data = Chained;
        type Error = Infallible;
        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Chained>, Infallible>>> {
            Poll::Ready(self.0.take().map(|data| Ok(Frame::data(data))))
        }
    }
    let told = Told::default();
    let client = layer(told.clone()).layer(tower::service_fn(|_: Call| async {
        let (first, second) = (r#"{"message":"The security token "#, r#"included in the request is expired"}"#);
        Ok::<_, Infallible>(answer(403).map(|_| Once(Some(Bytes::from(first).chain(Bytes::from(second))))))
    }));
    let response = client.oneshot(plain("GET", "/", "")).await.unwrap();
    assert_eq!(told.count(), 1);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes().len(), 67);
}

/// A source that is told of refused credentials.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl CredentialsProvider for Told {
    fn credentials(&self, _: OffsetDateTime) -> CredentialsFuture<'_> {
        Box::pin(std::future::ready(Ok(ExpiringCredentials::from(session()))))
    }

    fn invalidate(&self, lease: &ExpiringCredentials) {
        self.0.lock().unwrap().push(lease.credentials().access_key_id().to_owned());
    }
}

#[tokio::test]
async fn refused_credentials_are_let_go_of_and_the_request_is_not_repeated() {
    for (status, code, body, told) in [
        (403, Some("ExpiredTokenException"), "", 1),
        (403, None, r#"{"message":"The security token included in the request is expired"}"#, 1),
        (403, None, r#"{"message":"The security token included in the request is invalid."}"#, 1),
        (400, None, "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>", 1),
        (403, None, "<Error><Code>InvalidAccessKeyId</Code><Message>m</Message></Error>", 1),
        (
            401,
            None,
            "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors></Response>",
            1,
        ),
        (400, None, r#"{"__type":"UnrecognizedClientException","message":"m"}"#, 1),
        (403, None, r#"{"Error":{"Code":"ExpiredToken","Message":"m","Type":"Sender"},"RequestId":"r"}"#, 1),
        (400, None, r#"{"message":"no such pet: The security token included in the request is expired"}"#, 0),
        (400, None, r#"{"message":"this pet does not exist in our records"}"#, 0),
        (400, None, r#"{"message":"no such pet","pet":{"code":"ExpiredToken"}}"#, 0),
        (400, None, r#"{"message":"no such pet: <Code>ExpiredToken</Code>"}"#, 0),
        (403, None, r#"{"message":"Forbidden"}"#, 0),
        (403, Some("AccessDeniedException"), "{}", 0),
        (403, None, "<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message></Error>", 0),
        (200, Some("ExpiredTokenException"), "", 0),
        (500, Some("ExpiredTokenException"), "", 0),
    ] {
        let (source, calls) = (Told::default(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&calls);
        let client = layer(source.clone()).with_clock_skew_correction(true).layer(server(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            let mut response = answer(status);
            *response.body_mut() = Full::from(body);
            if let Some(code) = code {
                response.headers_mut().insert("x-amzn-errortype", code.parse().unwrap());
            }
            Ok(response)
        }));
        assert_eq!(client.oneshot(plain("GET", "/", "")).await.unwrap().status(), status);
        assert_eq!((source.count(), calls.load(Ordering::Relaxed)), (told, 1), "{status} {code:?} {body}");
    }
}

/// EC2 says the same of a session that is over and of a wrong clock.
#[tokio::test]
async fn a_wrong_clock_is_no_reason_to_let_go_of_credentials() {
    for (code, date, told) in [
        ("RequestExpired", "Sun, 30 Aug 2015 12:36:00 GMT", 1),
        ("RequestExpired", "Sun, 30 Aug 2015 13:36:00 GMT", 0),
        ("AuthFailure", "Sun, 30 Aug 2015 12:36:00 GMT", 1),
        ("AuthFailure", "Sun, 30 Aug 2015 13:36:00 GMT", 0),
    ] {
        let source = Told::default();
        let client = layer(source.clone()).layer(server(move |_, _| {
            let mut response = answer(400);
            response.headers_mut().insert("date", date.parse().unwrap());
            response.headers_mut().insert("x-amzn-errortype", code.parse().unwrap());
            Ok(response)
        }));
        client.oneshot(plain("POST", "/", "")).await.unwrap();
        assert_eq!(source.count(), told, "{code} {date}");
    }
}

#[tokio::test]
async fn credentials_that_were_refused_are_fetched_anew_for_the_next_request() {
    let fetched = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&fetched);
    let source = CachedCredentials::new(move || {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let credentials =
            sig4::Credentials::new(format!("ASIA{number}"), "secret").unwrap().with_session_token("token").unwrap();
        async move { Ok::<_, io::Error>(ExpiringCredentials::from(credentials).with_expiration(now() + Duration::hours(1))) }
    });
    let client = layer(source).layer(server(|parts, _| {
        let is_new = parts.headers["authorization"].to_str().unwrap().contains("ASIA1/");
        let mut response = answer(if is_new { 200 } else { 403 });
        response.headers_mut().insert("x-amzn-errortype", "ExpiredTokenException".parse().unwrap());
        Ok(response)
    }));
    for status in [403, 200, 200] {
        assert_eq!(client.clone().oneshot(plain("GET", "/", "")).await.unwrap().status(), status);
    }
    assert_eq!(fetched.load(Ordering::Relaxed), 2);
}
