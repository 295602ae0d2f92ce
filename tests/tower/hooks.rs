//! The hooks of the layer for refusals and outcomes, and the mark of a refusal.

use crate::scene::{Keys, Seen, alice, authenticate, echo, now, plain, presigned, session, signed, signed_at};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame};
use sig4::Credentials;
use sig4::tower::{
    AuthOutcomeKind, AuthenticateLayer, Cause, Decide, Denial, RefusalKind, RefusalMarker, RefusedRequest,
    VerifiedRequest,
};
use sig4::{ErrorKind, Signer};
use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, ServiceExt};

/// A body that breaks off.
struct Broken;

impl Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::other("the template is broken"))))
    }
}

/// An empty body that ends late.
struct Slow(Pin<Box<tokio::time::Sleep>>);

impl Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.as_mut().poll(cx).map(|()| None)
    }
}

type Answer = Response<Full<Bytes>>;

async fn send<D: Decide<Credentials> + 'static>(
    layer: &AuthenticateLayer<Keys, D>,
    request: Request<Full<Bytes>>,
) -> Answer {
    layer.layer(echo(&Seen::default())).oneshot(request).await.unwrap()
}

async fn text(answer: Answer) -> String {
    String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

fn denying() -> AuthenticateLayer<Keys, impl Decide<Credentials>> {
    authenticate().with_decision(|request: &VerifiedRequest<'_, Credentials>| match request.path() {
        "/secret" => Err(Denial::new("the path is secret")),
        _ => Ok(request.authenticated()),
    })
}

fn mallory() -> Credentials {
    Credentials::new("AKIDALICE", "a guess").unwrap()
}

/// What a hook says of a refusal.
fn described(refused: &RefusedRequest<Credentials>) -> String {
    let proven = refused.proven_caller().map(|caller| caller.access_key_id());
    let claimed = refused.claimed_access_key_id();
    let explained = refused.explained().and_then(|report| report.findings().first()).map(|finding| finding.name());
    let head = refused.head();
    format!("{} {}: {claimed:?}, {proven:?}, {explained:?}", head.method(), head.path())
}

#[tokio::test]
async fn a_hook_gets_the_claim_the_proof_and_the_explanation() {
    let layer = denying().on_refusal(|refused| async move {
        let mut response = Response::new(described(&refused));
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response
    });
    let mut unencoded = plain("GET", "/a%20b", "").map(|_| "");
    let curl = Signer::new("us-east-1", "execute-api").unwrap();
    let curl = curl.with_path_encoding(sig4::settings::PathEncoding::Verbatim);
    curl.sign(&mut unencoded, &alice(), now()).unwrap();
    let long_ago = now() - time::Duration::HOUR;
    let nobody = Credentials::new("AKIDNOBODY", "a guess").unwrap();
    for (request, kind, expected) in [
        (
            plain("GET", "/x", ""),
            RefusalKind::Unverified(ErrorKind::MissingAuthentication),
            "GET /x: None, None, Some(\"not-signed\")",
        ),
        (
            unencoded.map(Full::from),
            RefusalKind::Unverified(ErrorKind::SignatureMismatch),
            "GET /a%20b: Some(\"AKIDALICE\"), None, Some(\"path-encoded-once\")",
        ),
        (
            signed_at("PUT", "/x", "body", &alice(), long_ago),
            RefusalKind::Unverified(ErrorKind::Expired),
            "PUT /x: Some(\"AKIDALICE\"), None, Some(\"expired\")",
        ),
        (
            signed("GET", "/x", "", &nobody),
            RefusalKind::Unverified(ErrorKind::UnknownAccessKey),
            "GET /x: Some(\"AKIDNOBODY\"), None, Some(\"access-key-unknown\")",
        ),
        (
            signed("GET", "/secret", "", &alice()),
            RefusalKind::Denied,
            "GET /secret: Some(\"AKIDALICE\"), Some(\"AKIDALICE\"), Some(\"not-authorized\")",
        ),
        (
            signed("GET", "/secret", "", &mallory()),
            RefusalKind::Unverified(ErrorKind::SignatureMismatch),
            "GET /secret: Some(\"AKIDALICE\"), None",
        ),
        (plain("GET", "/a//b", ""), RefusalKind::BadRequest, "GET /a//b: None, None, Some(\"path-malformed\")"),
        (plain("get", "/x", ""), RefusalKind::BadRequest, "get /x: None, None, Some(\"request-malformed\")"),
    ] {
        let answer = send(&layer, request).await;
        assert_eq!(answer.status(), StatusCode::IM_A_TEAPOT);
        let marker = answer.extensions().get::<RefusalMarker>().expect("the layer marks its responses").clone();
        assert_eq!(marker.kind(), kind);
        let text = text(answer).await;
        assert!(text.starts_with(expected), "{text}, not {expected}");
    }
}

/// A refusal from before the look-up of the key has no secret at hand. The error and the request name the mistake.
#[tokio::test]
async fn a_signature_that_cannot_be_read_is_explained_without_a_secret() {
    let layer = authenticate().on_refusal(|refused| async move {
        let report = refused.explained().expect("a refused signature is explained");
        Response::new(format!("{}: {report}", described(&refused)))
    });
    let get = || signed("GET", "/x", "", &alice());
    let edited = |edit: fn(&str) -> String| {
        let mut request = get();
        let edited = edit(request.headers()["authorization"].to_str().unwrap());
        request.headers_mut().insert("authorization", edited.parse().unwrap());
        request
    };
    let with = |name: &'static str, value: &'static str| {
        let mut request = get();
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let without = |name: &str| {
        let mut request = get();
        request.headers_mut().remove(name);
        request
    };
    for (request, expected) in [
        (edited(|text| text.replace("Signature=", "Sig=")), "authorization-malformed"),
        (edited(|text| text.replace("/aws4_request", "%2Faws4_request")), "credential-malformed"),
        (edited(|text| text.replace("HMAC-SHA256", "ECDSA-P256-SHA256")), "sigv4a"),
        (edited(|text| text.replace("SignedHeaders=host;", "SignedHeaders=")), "header-not-signed"),
        (edited(|text| text.replace("SignedHeaders=host;", "SignedHeaders=host;x-gone;")), "header-missing"),
        (with("x-amz-date", "2015-08-30T12:36:00Z"), "date-malformed"),
        (with("x-amz-target", "Pets"), "header-not-signed"),
        (without("x-amz-date"), "authorization-malformed"),
    ] {
        let said = text(send(&layer, request).await).await;
        assert!(said.contains(&format!("Some({expected:?})")), "{said}, not {expected}");
        assert!(said.contains("fix in the signer"), "{said}");
        let signature = get().headers()["authorization"].to_str().unwrap().rsplit('=').next().unwrap().to_owned();
        assert!(!said.contains(&signature), "{said}");
    }
}

/// `TraceLayer` distinguishes the layer's 403 from that of a handler.
#[tokio::test]
async fn only_a_response_of_the_layer_has_the_mark() {
    let handler = tower::service_fn(|_: Request<Full<Bytes>>| {
        let mut response = Answer::default();
        *response.status_mut() = StatusCode::FORBIDDEN;
        ready(Ok::<_, Infallible>(response))
    });
    let layer = denying();
    let handled = layer.layer(handler).oneshot(signed("GET", "/x", "", &alice())).await.unwrap();
    assert_eq!((handled.status().as_u16(), handled.extensions().get::<RefusalMarker>()), (403, None));
    for (request, status, code) in [
        (signed("GET", "/secret", "", &alice()), 403, "AccessDeniedException"),
        (signed("GET", "/x", "", &mallory()), 403, "InvalidSignatureException"),
        (plain("GET", "/x", ""), 403, "MissingAuthenticationTokenException"),
        (plain("get", "/x", ""), 400, "BadRequestException"),
    ] {
        let refused = send(&layer, request).await;
        let marker = refused.extensions().get::<RefusalMarker>().unwrap();
        assert_eq!((marker.status().as_u16(), marker.code(), refused.status().as_u16()), (status, code, status));
    }
}

#[tokio::test]
async fn what_a_hook_prints_holds_no_signature_and_no_token() {
    let printed = Arc::new(Mutex::new(String::new()));
    let print = Arc::clone(&printed);
    let layer = denying().on_refusal(move |refused| {
        let report = refused.explained().map(|report| format!("{report:?} {report} {}", report.to_json()));
        *print.lock().unwrap() = format!("{refused:?} {:?} {report:?}", refused.head());
        ready(refused.default_response())
    });
    let guessed = Credentials::new("ASIASESSION", "a guess").unwrap().with_session_token("the/session+token=").unwrap();
    let other = Credentials::new("ASIASESSION", "the session's secret")
        .unwrap()
        .with_session_token("wrong-session/token")
        .unwrap();
    for request in [
        signed("GET", "/secret", "", &session()),
        presigned("/secret", &session()),
        signed("GET", "/x", "", &guessed),
        presigned("/x", &guessed),
        signed("GET", "/x", "", &other),
        presigned("/x", &other),
    ] {
        // As a server reads it: only the signer marks its headers as sensitive.
        let mut request = request;
        request.headers_mut().values_mut().for_each(|value| value.set_sensitive(false));
        let authorization = request.headers().get("authorization").map_or("", |value| value.to_str().unwrap());
        let query = request.uri().query().unwrap_or_default();
        let signature =
            authorization.rsplit_once("Signature=").or_else(|| query.rsplit_once("Signature=")).unwrap().1.to_owned();
        assert_eq!(send(&layer, request).await.status(), 403);
        let printed = printed.lock().unwrap().clone();
        assert!(printed.contains("ASIASESSION") && printed.contains("headers"), "{printed}");
        for secret in [&*signature, "session+token", "session%2Btoken", "wrong-session", "session's secret", "a guess"]
        {
            assert!(!printed.contains(secret), "{secret} in {printed}");
        }
    }
}

/// A client that knows an access key id cannot make the server search for each of its forgeries.
#[tokio::test(start_paused = true)]
async fn a_flood_of_forgeries_is_explained_a_few_times_a_second() {
    let layer = authenticate().on_refusal(|refused| async move {
        let report = refused.explained().unwrap();
        assert_eq!(report.to_string(), refused.explained().unwrap().to_string(), "the second call costs nothing");
        Response::new(format!("{} {:?}", report.candidates() > 0, report.left_out()))
    });
    let searched = async |count: usize| {
        let mut searched = 0;
        for _ in 0..count {
            let text = text(send(&layer.clone(), signed("GET", "/", "", &mallory())).await).await;
            let too_many = "nothing was searched, because too many refusals are explained at present";
            assert!(text == "true None" || text == format!("false Some({too_many:?})"), "{text}");
            searched += usize::from(text.starts_with("true"));
        }
        searched
    };
    assert_eq!(searched(12).await, 8);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(searched(12).await, 4, "four a second");
}

/// The explainer knows the secret, but not all that the store knows of a key.
#[tokio::test]
async fn an_expired_session_is_not_explained_as_right() {
    struct Ended(Credentials);
    impl sig4::verify::AccessKey for Ended {
        fn stored_key(&self) -> sig4::StoredKey<'_> {
            sig4::StoredKey::secret(&self.0).with_expiration(now() - time::Duration::MINUTE)
        }
    }
    struct Store;
    impl sig4::verify::KeyStore for Store {
        type Key = Ended;
        fn key<'s>(&'s self, _: &'s str) -> sig4::verify::KeyFuture<'s, Ended> {
            Box::pin(ready(Ok(Some(Arc::new(Ended(session()))))))
        }
    }
    let layer = AuthenticateLayer::new(crate::scene::verifier(), Store).with_clock(now).on_refusal(|refused| {
        assert!(matches!(refused.cause(), Cause::Unverified(error) if error.kind() == ErrorKind::ExpiredToken));
        ready(Response::new(refused.explained().unwrap().findings()[0].name().to_owned()))
    });
    let request = signed("GET", "/", "", &session());
    let answer = layer.layer(echo(&Seen::default())).oneshot(request).await.unwrap();
    assert_eq!(text(answer).await, "token-expired");
}

#[tokio::test]
async fn a_hook_whose_body_breaks_off_is_answered_by_default() {
    let layer = authenticate().on_refusal(|_| ready(Response::new(Broken)));
    let answer = send(&layer, plain("GET", "/", "")).await;
    assert!(answer.extensions().get::<RefusalMarker>().is_some());
    assert_eq!((answer.status().as_u16(), text(answer).await.as_str()), (403, r#"{"message":"Forbidden"}"#));
}

#[tokio::test]
async fn a_hook_that_panics_lets_nothing_through() {
    let reached = Arc::new(Mutex::new(0));
    let count = Arc::clone(&reached);
    let handler = tower::service_fn(move |_: Request<Full<Bytes>>| {
        *count.lock().unwrap() += 1;
        ready(Ok::<_, Infallible>(Answer::default()))
    });
    let panics = || -> bool { panic!("a mistake in a hook") };
    let layers = [
        authenticate().on_refusal(move |_| {
            panics();
            ready(Response::new(String::new()))
        }),
        authenticate().on_refusal(move |_| async move {
            panics();
            Response::new(String::new())
        }),
        authenticate().on_decision(move |_| assert!(panics())),
        authenticate().exempt(move |_| panics()),
    ];
    for (number, layer) in layers.into_iter().enumerate() {
        let request = match number {
            0 | 1 => signed("GET", "/", "", &mallory()),
            _ => signed("GET", "/", "", &alice()),
        };
        let sent = tokio::spawn(layer.layer(handler.clone()).oneshot(request)).await;
        assert!(sent.unwrap_err().is_panic(), "{number}");
    }
    assert_eq!(*reached.lock().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn every_request_has_one_outcome() {
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&outcomes);
    let layer = denying().exempt(|parts| parts.uri.path() == "/health").on_decision(move |outcome| {
        let id = outcome.proven_access_key_id().map(str::to_owned);
        seen.lock().unwrap().push((outcome.kind(), id, outcome.elapsed()));
    });
    let take = || outcomes.lock().unwrap().drain(..).collect::<Vec<_>>();
    let proven = Some("AKIDALICE".to_owned());
    for (request, kind, id, name) in [
        (signed("GET", "/x", "", &alice()), AuthOutcomeKind::Allowed, proven.clone(), "allowed"),
        (plain("GET", "/health", ""), AuthOutcomeKind::Exempt, None, "exempt"),
        (signed("GET", "/health", "", &alice()), AuthOutcomeKind::Exempt, None, "exempt"),
        (signed("GET", "/secret", "", &alice()), AuthOutcomeKind::Refused(RefusalKind::Denied), proven, "denied"),
        (
            signed("GET", "/secret", "", &mallory()),
            AuthOutcomeKind::Refused(RefusalKind::Unverified(ErrorKind::SignatureMismatch)),
            None,
            "signature mismatch",
        ),
        (plain("GET", "/a//b", ""), AuthOutcomeKind::Refused(RefusalKind::BadRequest), None, "bad request"),
    ] {
        send(&layer, request).await;
        assert_eq!((take(), kind.as_str()), (vec![(kind, id, Duration::ZERO)], name));
    }
    let slow = Slow(Box::pin(tokio::time::sleep(Duration::from_secs(3))));
    let request = signed("POST", "/x", "", &alice()).map(|_| slow);
    layer.layer(echo(&Seen::default())).oneshot(request).await.unwrap();
    assert_eq!(take()[0].2, Duration::from_secs(3), "the time in which the body arrives");
}
