//! What the log says: the cause, the caller, the statement, and no secret.

use crate::scene::{ACCOUNT, alice, directory, get, layer, layer_of, plain, presigned, send, session, signed};
use http_body_util::BodyExt;
use sig4::Credentials;
use sig4::verify::{KeyFuture, KeyStore};
use sig4_iam::Identity;
use std::cell::{Cell, RefCell};
use std::fmt::{self, Write};
use std::sync::Once;
use tower::{Layer, ServiceExt};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    /// The events of the test that runs on this thread, as `LEVEL target name=value …`.
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// How many spans this thread is in.
    static ENTERED: Cell<usize> = const { Cell::new(0) };
}

/// Writes down every event on the thread that it came from.
///
/// It is the subscriber of the whole process: with one for each test, an event that another test without a subscriber is the
/// first to send would be remembered as one without a subscriber.
struct Log;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sig4::tower"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(format!("span {} {}", span.metadata().level(), span.metadata().target()));
        span.record(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line.0));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        LINES.with_borrow_mut(|lines| lines.push(line.0));
    }

    fn enter(&self, _: &Id) {
        ENTERED.set(ENTERED.get() + 1);
    }

    fn exit(&self, _: &Id) {
        ENTERED.set(ENTERED.get() - 1);
    }
}

async fn logged<K: KeyStore<Key = Identity> + 'static>(
    layer: &sig4_iam::tower::AuthorizeLayer<K>,
    request: http::Request<http_body_util::Full<bytes::Bytes>>,
) -> Vec<String> {
    subscribe();
    LINES.take();
    send(layer, request).await;
    LINES.take()
}

fn subscribe() {
    static SUBSCRIBED: Once = Once::new();
    SUBSCRIBED.call_once(|| tracing::subscriber::set_global_default(Log).unwrap());
}

#[tokio::test]
async fn a_refusal_is_one_event_that_names_the_cause() {
    let by = |id: &str| Credentials::new(id, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    for (request, expected) in [
        (
            plain("GET", "/pets", ""),
            vec!["status=403", "cause=missing authentication", r#"method="GET""#, r#"path="/pets""#],
        ),
        (
            signed("GET", "/pets", "", &by("AKIDBOB")),
            vec![
                "cause=execute-api:Invoke on arn:aws:execute-api:us-east-1:123456789012:abc/$default/GET/pets: not allowed: no \
                 identity-based policy allows it",
                r#" access_key_id="AKIDBOB""#,
                r#" principal="arn:aws:iam::123456789012:user/bob""#,
            ],
        ),
        (
            signed("GET", "/", "", &by("AKIDNOBODY")),
            vec!["cause=unknown access key", r#" claimed_access_key_id="AKIDNOBODY""#],
        ),
        (
            signed("GET", "/", "", &Credentials::new("AKIDALICE", "guessed").unwrap()),
            vec!["cause=signature mismatch", r#" claimed_principal="arn:aws:iam::123456789012:user/alice""#],
        ),
    ] {
        let lines = logged(&layer(), request).await;
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("INFO sig4::tower"), "{lines:?}");
        for part in expected {
            assert!(lines[0].contains(part), "{part} in {lines:?}");
        }
        let proven = lines[0].contains(" access_key_id=") || lines[0].contains(" principal=");
        assert_eq!(proven, lines[0].contains("AKIDBOB"), "only a signature that matched proves a caller: {lines:?}");
    }
    let exempt = layer().exempt(|_| true);
    assert_eq!(logged(&exempt, get("/")).await, [""; 0], "an exempt request is not logged");
}

/// The span is around the handler, so that the handler's own events name the caller.
#[tokio::test]
async fn an_allowed_request_is_an_event_in_a_span_around_the_handler() {
    let fields = format!(
        r#"access_key_id="AKIDALICE" principal="arn:aws:iam::{ACCOUNT}:user/alice" action="execute-api:Invoke" resource="arn:aws:execute-api:us-east-1:{ACCOUNT}:abc/$default/GET/a\\u{{202e}}b" decision="allowed by statement 1 of the identity-based policy \"Allow\"""#,
    );
    let lines = logged(&layer(), get("/a%E2%80%AEb?x=1")).await;
    let event =
        format!("DEBUG sig4::tower message=a request was allowed {fields} method=\"GET\" path=\"/a%E2%80%AEb\"");
    assert_eq!(lines, [format!("span INFO sig4::tower {fields}"), event]);

    subscribe();
    let handler = tower::service_fn(async |_: http::Request<http_body_util::Full<bytes::Bytes>>| {
        tokio::task::yield_now().await;
        let entered = http_body_util::Full::from(ENTERED.get().to_string());
        Ok::<http::Response<http_body_util::Full<bytes::Bytes>>, std::convert::Infallible>(http::Response::new(entered))
    });
    for (layer, expected) in [(layer(), "1"), (layer().exempt(|_| true), "0")] {
        let answer = layer.layer(handler).oneshot(get("/")).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), expected);
        assert_eq!(ENTERED.get(), 0);
    }
}

#[tokio::test]
async fn no_span_of_an_allowed_request_holds_a_signature_or_a_token() {
    for request in [presigned("/a", &session()), signed("GET", "/a", "", &session())] {
        let authorization = request.headers().get("authorization").map_or("", |value| value.to_str().unwrap());
        let text = format!("{} {authorization}", request.uri());
        let signature: String = text.rsplit_once("Signature=").unwrap().1.chars().take(64).collect();
        let lines = logged(&layer(), request).await.join("\n");
        assert!(lines.contains("assumed-role/reader/session"), "{lines}");
        for secret in [&*signature, "session+token", "session%2Btoken", "session's secret"] {
            assert!(!lines.contains(secret), "{secret} in {lines}");
        }
    }
}

/// The resource of a denial holds the path decoded, as the caller likes it, and subscribers show the cause as it stands.
#[tokio::test]
async fn a_cause_turns_no_text_around_in_a_terminal() {
    let request = signed(
        "GET",
        "/a%E2%80%AEb%E2%80%A8c",
        "",
        &Credentials::new("AKIDBOB", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap(),
    );
    let lines = logged(&layer(), request).await;
    assert!(lines[0].contains(r"$default/GET/a\u{202e}b\u{2028}c: not allowed"), "{lines:?}");
}

#[tokio::test]
async fn what_goes_wrong_here_is_a_warning() {
    struct Failing;
    impl KeyStore for Failing {
        type Key = Identity;

        fn key<'s>(&'s self, _: &'s str) -> KeyFuture<'s, Identity> {
            Box::pin(async { Err("the database is gone".into()) })
        }
    }
    let lines = logged(&layer_of(Failing), get("/")).await;
    assert!(lines[0].starts_with(Level::WARN.as_str()) && lines[0].contains("the database is gone"), "{lines:?}");
}

#[tokio::test]
async fn no_event_holds_a_signature_a_token_or_a_secret() {
    let wrong =
        Credentials::new("ASIASESSION", "the session's secret").unwrap().with_session_token("another/token").unwrap();
    let directory = directory();
    let known = directory.key("AKIDALICE").await.unwrap().unwrap();
    for request in [
        presigned("/a?x=1", &wrong),
        presigned("/a", &Credentials::new("AKIDALICE", "guessed").unwrap()),
        signed("GET", "/a", "", &wrong),
        signed("GET", "/a", "", &Credentials::new("AKIDALICE", "guessed").unwrap()),
        signed("GET", "/a", "", &session().with_session_token("x").unwrap()),
    ] {
        let headers = request.headers().clone();
        let query = request.uri().query().unwrap_or_default().to_owned();
        let text = logged(&layer(), request).await.join("\n");
        assert!(text.contains("cause="), "{text}");
        let signature = |text: &str| text.rsplit_once("Signature=").map(|(_, signature)| signature.to_owned());
        let authorization = headers.get("authorization").map_or("", |value| value.to_str().unwrap());
        let secrets = [
            signature(authorization).or_else(|| signature(&query)).unwrap(),
            "guessed".to_owned(),
            "another".to_owned(),
            "session's secret".to_owned(),
            "session+token".to_owned(),
            "wJalr".to_owned(),
        ];
        for secret in secrets {
            assert!(!text.contains(&secret), "{secret} in {text}");
        }
    }
    assert!(!format!("{known:?}").contains("wJalr"));
    let _ = alice();
}
