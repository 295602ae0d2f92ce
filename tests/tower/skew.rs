//! A client whose clock is wrong.

use crate::scene::{HOST, alice, now, plain, verifier};
use crate::signed::{Call, answer, layer, server};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use sig4::Payload;
use sig4::tower::{CredentialsFuture, CredentialsProvider, ExpiringCredentials, Origin};
use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};
use tokio::sync::Barrier;
use tower::{Layer, Service, ServiceExt};

/// The `Date` header of a moment.
fn dated(moment: OffsetDateTime) -> HeaderValue {
    let (month, weekday) = (moment.month().to_string(), moment.weekday().to_string());
    let text = format!(
        "{:.3}, {:02} {:.3} {} {:02}:{:02}:{:02} GMT",
        weekday,
        moment.day(),
        month,
        moment.year(),
        moment.hour(),
        moment.minute(),
        moment.second()
    );
    text.parse().unwrap()
}

/// What a server whose clock says `at` answers: with `words`, why it refuses a request; otherwise what an HTTP API says.
fn verified(parts: &http::request::Parts, body: &[u8], at: OffsetDateTime, words: bool) -> Response<Full<Bytes>> {
    let verifier = verifier().with_unsigned_payload(true);
    let verified = verifier.claim(parts).unwrap().verify(&alice(), body, at).map(drop);
    let mut response = answer(if verified.is_ok() { 200 } else { 403 });
    response.headers_mut().insert("date", dated(at));
    if let Err(error) = verified {
        let message =
            if words { error.rejection().unwrap().message().unwrap().to_owned() } else { "Forbidden".to_owned() };
        *response.body_mut() = Full::from(format!(r#"{{"message":"{message}"}}"#));
    }
    response
}

/// A server whose clock is right, and that counts.
fn right(
    calls: &Arc<AtomicUsize>,
    words: bool,
) -> impl Service<Call, Response = Response<Full<Bytes>>, Error = io::Error, Future: Send> + Clone + Send + use<> {
    let calls = Arc::clone(calls);
    server(move |parts, body| {
        calls.fetch_add(1, Ordering::Relaxed);
        Ok(verified(parts, body, now(), words))
    })
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_once_for_all_clones_and_only_if_asked_for() {
    for off in [Duration::minutes(-6), Duration::minutes(6), Duration::hours(23), Duration::hours(-23)] {
        let calls = Arc::new(AtomicUsize::new(0));
        let wrong = move || now() + off;
        let client = layer(alice()).with_clock(wrong).layer(right(&calls, true));
        assert_eq!(client.oneshot(plain("POST", "/", "body")).await.unwrap().status(), 403);
        assert_eq!(calls.swap(0, Ordering::Relaxed), 1);

        let corrected = layer(alice()).with_clock(wrong).with_clock_skew_correction(true);
        let first = corrected.layer(right(&calls, true)).oneshot(plain("POST", "/", "body")).await.unwrap();
        assert_eq!((first.status().as_u16(), calls.swap(0, Ordering::Relaxed)), (200, 2), "{off}");
        let second = corrected.layer(right(&calls, true)).oneshot(plain("POST", "/", "body")).await.unwrap();
        assert_eq!((second.status().as_u16(), calls.load(Ordering::Relaxed)), (200, 1), "it is remembered");
    }
}

/// All of them are signed before the first answer comes.
#[tokio::test(start_paused = true)]
async fn every_one_of_many_requests_under_way_learns_and_is_sent_again() {
    const MANY: usize = 10;
    for words in [true, false] {
        let (calls, together) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(MANY)));
        let counted = Arc::clone(&calls);
        let transport = tower::service_fn(move |request: Call| {
            let (calls, together) = (Arc::clone(&counted), Arc::clone(&together));
            async move {
                if calls.fetch_add(1, Ordering::Relaxed) < MANY {
                    together.wait().await;
                }
                Ok::<_, io::Error>(verified(&request.into_parts().0, b"", now(), words))
            }
        });
        let client =
            layer(alice()).with_clock(|| now() - Duration::hours(2)).with_clock_skew_correction(true).layer(transport);
        let tasks: Vec<_> = (0..MANY).map(|_| tokio::spawn(client.clone().oneshot(plain("GET", "/", "")))).collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap().status(), 200);
        }
        assert_eq!(calls.load(Ordering::Relaxed), 2 * MANY, "each is sent twice");
    }
}

#[tokio::test]
async fn the_clock_of_one_origin_is_none_of_another() {
    let hosts = [HOST, "a.buckets.example", "b.buckets.example"];
    let late = move |host: &str| if host == hosts[1] { Duration::hours(23) } else { Duration::ZERO };
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let transport = server(move |parts, body| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(verified(parts, body, now() + late(parts.uri.host().unwrap()), true))
    });
    let client = layer(alice()).with_origin("https://*.buckets.example".parse::<Origin>().unwrap());
    let client = client.with_clock_skew_correction(true).layer(transport);
    for (host, sent) in [(hosts[1], 2), (hosts[0], 1), (hosts[2], 1), (hosts[1], 1)] {
        let request = Request::get(format!("https://{host}/")).body(Full::default()).unwrap();
        assert_eq!(client.clone().oneshot(request).await.unwrap().status(), 200, "{host}");
        assert_eq!(calls.swap(0, Ordering::Relaxed), sent, "{host}");
    }
}

/// A server that stamps what it says with a time, an hour ahead.
fn saying(
    status: u16,
    code: Option<&'static str>,
    body: &'static str,
    calls: &Arc<Mutex<Vec<String>>>,
) -> impl Service<Call, Response = Response<Full<Bytes>>, Error = io::Error, Future: Send> + Clone + Send + use<> {
    let calls = Arc::clone(calls);
    server(move |parts, _| {
        calls.lock().unwrap().push(parts.headers["x-amz-date"].to_str().unwrap().to_owned());
        let mut response = answer(status);
        *response.body_mut() = Full::from(body);
        response.headers_mut().insert("date", dated(now() + Duration::HOUR));
        if let Some(code) = code {
            response.headers_mut().insert("x-amzn-errortype", code.parse().unwrap());
        }
        Ok(response)
    })
}

const EXPIRED: &str = r#"{"message":"Signature expired: 20150830T123600Z is now earlier than 20150830T133100Z (20150830T133600Z - 5 min.)"}"#;

#[tokio::test]
async fn what_the_answer_says_decides_whether_a_request_is_sent_again() {
    const NO: (usize, bool) = (1, false);
    const LEARNS: (usize, bool) = (1, true);
    const AGAIN: (usize, bool) = (2, true);
    let denied = r#"{"Message":"User: a is not authorized to perform: execute-api:Invoke on resource: b"}"#;
    let skewed = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the \
                  current time is too large.</Message></Error>";
    let mismatch = r#"{"message":"The request signature we calculated does not match the signature you provided."}"#;
    for (status, code, body, get, post) in [
        (403, None, EXPIRED, AGAIN, AGAIN),
        (403, Some("InvalidSignatureException"), EXPIRED, AGAIN, AGAIN),
        (403, None, skewed, AGAIN, AGAIN),
        (400, Some("RequestExpired"), "", AGAIN, AGAIN),
        (401, Some("RequestInTheFuture"), "", AGAIN, AGAIN),
        (403, None, r#"{"message":"Forbidden"}"#, AGAIN, LEARNS),
        (403, None, "", AGAIN, LEARNS),
        (403, Some("ForbiddenException"), r#"{"message":"Forbidden"}"#, NO, NO),
        (403, Some("AccessDeniedException"), denied, NO, NO),
        (403, None, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", NO, NO),
        (403, Some("ExpiredTokenException"), "{}", NO, NO),
        (403, Some("InvalidSignatureException"), mismatch, NO, NO),
        (403, None, "<html>403 Forbidden</html>", NO, NO),
        (200, None, EXPIRED, NO, NO),
        (429, None, EXPIRED, NO, NO),
        (500, None, EXPIRED, NO, NO),
    ] {
        let methods = [("GET", get), ("PUT", get), ("DELETE", get), ("POST", post), ("PATCH", post)];
        for (method, (count, learns)) in methods {
            let calls = Arc::default();
            let client = layer(alice()).with_clock_skew_correction(true).layer(saying(status, code, body, &calls));
            let response = client.clone().oneshot(plain(method, "/", "")).await.unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(calls.lock().unwrap().len(), count, "{method} {status} {code:?} {body}");
            client.oneshot(plain("GET", "/", "")).await.unwrap();
            let next = calls.lock().unwrap()[count].clone();
            let expected = if learns { "20150830T133600Z" } else { "20150830T123600Z" };
            assert_eq!(next, expected, "{method} {status} {code:?} {body}");
        }
    }
}

/// What an application says with texts of a request in it may hold any words; only the words that are the whole of what a service
/// says count.
#[tokio::test]
async fn a_text_that_an_answer_repeats_is_no_reason_to_send_a_post_again() {
    for body in [
        r#"{"message":"no such pet: Signature expired: 20150830T123600Z is now earlier than 20150830T133100Z"}"#,
        r#"{"message":"no such pet: <Code>RequestExpired</Code>"}"#,
        r#"{"message":"no such pet","pet":{"code":"RequestExpired"}}"#,
        r#"{"pet":{"message":"Signature expired: "},"message":"no such pet"}"#,
        r#"[{"code":"RequestExpired"}]"#,
        r#"no such pet: "code":"RequestExpired""#,
        "no such pet: <Error><Code>RequestExpired</Code></Error>",
        "<html>no such pet: <Code>RequestExpired</Code></html>",
        "<pets><Error><Code>RequestExpired</Code></Error></pets>",
        "<Error><Code>NoSuchPet</Code><Message>no such pet: Signature expired: now</Message></Error>",
    ] {
        let calls = Arc::default();
        let client = layer(alice()).with_clock_skew_correction(true).layer(saying(400, None, body, &calls));
        assert_eq!(client.oneshot(plain("POST", "/", "")).await.unwrap().status(), 400);
        assert_eq!(calls.lock().unwrap().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_cached_answer_teaches_nothing() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let client = layer(alice()).with_clock_skew_correction(true).layer(server(move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        let mut response = answer(403);
        *response.body_mut() = Full::from(EXPIRED);
        response.headers_mut().insert("date", dated(now() - Duration::HOUR));
        response.headers_mut().insert("age", "3600".parse().unwrap());
        Ok(response)
    }));
    assert_eq!(client.oneshot(plain("GET", "/", "")).await.unwrap().status(), 403);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_server_cannot_have_requests_signed_for_next_week_nor_make_them_loop() {
    let calls = Arc::new(AtomicUsize::new(0));
    let late = layer(alice()).with_clock(|| now() - Duration::days(7)).with_clock_skew_correction(true);
    assert_eq!(late.layer(right(&calls, true)).oneshot(plain("GET", "/", "")).await.unwrap().status(), 403);
    assert_eq!(calls.swap(0, Ordering::Relaxed), 1);

    let counted = Arc::clone(&calls);
    let moody = server(move |_, _| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let mut response = answer(403);
        *response.body_mut() = Full::from(EXPIRED);
        response.headers_mut().insert("date", dated(now() + Duration::hours(i64::try_from(number % 10).unwrap())));
        Ok(response)
    });
    let client = layer(alice()).with_clock_skew_correction(true).layer(moody);
    for _ in 0..5 {
        calls.store(1, Ordering::Relaxed);
        assert_eq!(client.clone().oneshot(plain("POST", "/", "")).await.unwrap().status(), 403);
        assert!(calls.load(Ordering::Relaxed) <= 3);
    }
}

#[tokio::test]
async fn a_body_that_is_gone_is_not_sent_again_but_the_next_request_is_right() {
    let calls = Arc::new(AtomicUsize::new(0));
    let client = layer(alice()).with_clock(|| now() - Duration::hours(1)).with_clock_skew_correction(true);
    let client = client.layer(right(&calls, true));
    let declared = || {
        let mut request = plain("POST", "/", "body");
        request.extensions_mut().insert(Payload::Unsigned);
        request
    };
    assert_eq!(client.clone().oneshot(declared()).await.unwrap().status(), 403);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(client.oneshot(declared()).await.unwrap().status(), 200);
}

/// The clock is right; the first request took six minutes to arrive.
#[tokio::test(start_paused = true)]
async fn a_request_that_was_long_under_way_is_signed_for_now_and_teaches_no_skew() {
    let start = tokio::time::Instant::now();
    let clock = move || now() + Duration::try_from(start.elapsed()).unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let transport = tower::service_fn(move |request: Call| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        async move {
            if number == 0 {
                tokio::time::sleep(std::time::Duration::from_secs(360)).await;
            }
            Ok::<_, io::Error>(verified(&request.into_parts().0, b"", clock(), true))
        }
    });
    let client = layer(alice()).with_clock(clock).with_clock_skew_correction(true).layer(transport);
    for sent in [2, 3] {
        assert_eq!(client.clone().oneshot(plain("POST", "/", "")).await.unwrap().status(), 200);
        assert_eq!(calls.load(Ordering::Relaxed), sent);
    }
}

/// Writes down for what time it is asked.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<OffsetDateTime>>>);

impl CredentialsProvider for Asked {
    fn credentials(&self, now: OffsetDateTime) -> CredentialsFuture<'_> {
        self.0.lock().unwrap().push(now);
        Box::pin(std::future::ready(Ok(ExpiringCredentials::from(alice()))))
    }
}

#[tokio::test]
async fn credentials_are_asked_for_by_the_clock_of_the_origin() {
    let (asked, calls) = (Asked::default(), Arc::new(AtomicUsize::new(0)));
    let client = layer(asked.clone()).with_clock(|| now() - Duration::hours(3)).with_clock_skew_correction(true);
    let client = client.layer(right(&calls, true));
    assert_eq!(client.oneshot(plain("POST", "/", "")).await.unwrap().status(), 200);
    assert_eq!(*asked.0.lock().unwrap(), [now() - Duration::hours(3), now()]);
}

/// Fifteen hundred origins, each with a wrong clock: what is remembered is bounded, and every one of them is still corrected.
#[tokio::test]
async fn more_origins_than_are_remembered_are_corrected_all_the_same() {
    let sent: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    let counted = Arc::clone(&sent);
    let transport = server(move |parts, body| {
        *counted.lock().unwrap().entry(parts.uri.host().unwrap().to_owned()).or_default() += 1;
        Ok(verified(parts, body, now() + Duration::HOUR, true))
    });
    let client = layer(alice()).with_origin("https://*.buckets.example".parse().unwrap());
    let client = client.with_clock_skew_correction(true).layer(transport);
    for number in (0..1_500).chain([0, 1_499]) {
        let request = Request::get(format!("https://{number}.buckets.example/")).body(Full::default()).unwrap();
        assert_eq!(client.clone().oneshot(request).await.unwrap().status(), 200, "{number}");
    }
    let sent = sent.lock().unwrap();
    assert_eq!((sent["0.buckets.example"], sent["1499.buckets.example"]), (4, 3), "the first is forgotten");
}

#[test]
fn the_dates_of_these_tests_are_dates() {
    assert_eq!(dated(OffsetDateTime::from_unix_timestamp(784_111_777).unwrap()), "Sun, 06 Nov 1994 08:49:37 GMT");
}
