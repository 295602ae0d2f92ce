//! The layer that authenticates, without policies.

use crate::scene::{alice, now, plain, presigned, signed, verifier};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use sig4::Credentials;
use sig4::tower::{
    AllowAuthenticated, ApiType, AuthenticateLayer, AuthenticatedCaller, Authenticator, BodyError, BodyReader, Cause,
    Decide, Denial, PathReading, Refusal, VerifiedRequest,
};
use sig4::verify::{AccessKey, KeyFuture, KeyStore, Remembered, ReplayFuture, ReplayStore, SignatureUse, StoredKey};
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;
use tower::{Layer, ServiceExt};

/// A key with an owner.
struct Tenant {
    name: &'static str,
    credentials: Credentials,
}

impl AccessKey for Tenant {
    fn stored_key(&self) -> StoredKey<'_> {
        (&self.credentials).into()
    }

    fn owner(&self) -> Option<&str> {
        Some(self.name)
    }
}

struct OneTenant(Arc<Tenant>);

impl KeyStore for OneTenant {
    type Key = Tenant;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Tenant> {
        let is_known = access_key_id == self.0.credentials.access_key_id();
        Box::pin(async move { Ok(is_known.then(|| Arc::clone(&self.0))) })
    }
}

fn keys() -> OneTenant {
    OneTenant(Arc::new(Tenant { name: "pets", credentials: alice() }))
}

fn layer() -> AuthenticateLayer<OneTenant> {
    AuthenticateLayer::new(verifier(), keys()).with_clock(now)
}

/// Sends a request through the layer to a service that answers with what `P` it finds in the extensions.
async fn send<P, D>(layer: &AuthenticateLayer<OneTenant, D>, request: Request<Full<Bytes>>) -> (StatusCode, String)
where
    P: std::fmt::Debug + Clone + Send + Sync + 'static,
    D: Decide<Tenant> + 'static,
{
    let service = tower::service_fn(|request: Request<Full<Bytes>>| async move {
        let permit = request.extensions().get::<P>().map(|permit| format!("{permit:?}"));
        let body = request.into_body().collect().await.unwrap().to_bytes();
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(format!("{permit:?} {} bytes", body.len()))))
    });
    let response = layer.layer(service).oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_caller_whose_signature_matches_reaches_the_service_and_nobody_else_does() {
    let request = signed("POST", "/pets/%20x", "four", &alice());
    let (status, body) = send::<AuthenticatedCaller<Tenant>, _>(&layer(), request).await;
    assert_eq!(status, 200);
    let caller = r#"AuthenticatedCaller { access_key_id: \"AKIDALICE\", path: \"/pets/ x\", .. }"#;
    assert_eq!(body, format!("Some(\"{caller}\") 4 bytes"));
    let mallory = Credentials::new("AKIDALICE", "another secret").unwrap();
    let nobody = Credentials::new("AKIDNOBODY", "another secret").unwrap();
    let changed = signed("POST", "/pets", "four", &alice()).map(|_| Full::from("five"));
    for request in
        [plain("GET", "/pets", ""), signed("GET", "/pets", "", &mallory), signed("GET", "/pets", "", &nobody), changed]
    {
        let (status, body) = send::<AuthenticatedCaller<Tenant>, _>(&layer(), request).await;
        assert_eq!((status.as_u16(), body.as_str()), (403, r#"{"message":"Forbidden"}"#));
    }
}

#[tokio::test]
async fn the_authenticated_caller_says_what_was_proven() {
    let seen = Arc::new(Mutex::new(None));
    let saw = Arc::clone(&seen);
    let service = tower::service_fn(move |request: Request<Full<Bytes>>| {
        *saw.lock().unwrap() = request.extensions().get::<AuthenticatedCaller<Tenant>>().cloned();
        async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) }
    });
    let request = signed("GET", "/a%20b", "", &alice());
    assert_eq!(layer().layer(service).oneshot(request).await.unwrap().status(), 200);
    let caller = seen.lock().unwrap().take().unwrap();
    assert_eq!((caller.access_key_id(), caller.key().name, caller.path()), ("AKIDALICE", "pets", "/a b"));
    assert_eq!(caller.scope().to_string(), "20150830/us-east-1/execute-api/aws4_request");
    assert_eq!(caller.timestamp().to_datetime(), now());
    assert_eq!(caller.signature_location(), sig4::auth::SignatureLocation::Header);
    assert!(caller.signed("Host") && !caller.signed("x-other") && caller.signed_body());
}

/// A caller that somebody else puts into the extensions does not come through.
#[tokio::test]
async fn a_caller_from_elsewhere_is_removed() {
    let exempt = layer().exempt(|_| true);
    let mut request = plain("GET", "/", "");
    request.extensions_mut().insert(String::from("an impostor"));
    let decision = |_: &VerifiedRequest<'_, Tenant>| Ok(String::from("a caller"));
    let (status, body) = send::<String, _>(&exempt.with_decision(decision), request).await;
    assert_eq!((status.as_u16(), body.as_str()), (200, "None 0 bytes"));
}

#[tokio::test]
async fn the_decision_refuses_and_says_how() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let decision = move |request: &VerifiedRequest<'_, Tenant>| {
        counted.fetch_add(1, Ordering::Relaxed);
        assert_eq!((request.key().name, request.now(), request.parts().method.as_str()), ("pets", now(), "GET"));
        match request.path() {
            "/open" => Ok(request.caller().access_key_id().to_owned()),
            "/gone" => {
                Err(Denial::new("it moved").with_status(StatusCode::GONE).with_code("Moved").with_message("gone"))
            }
            _ => Err(Denial::new("the tenant pets is suspended")),
        }
    };
    let http = layer().with_decision(decision);
    let rest = http.clone().with_api_type(ApiType::RestApi);
    let get = |path| signed("GET", path, "", &alice());
    let allowed = send::<String, _>(&http, get("/open")).await;
    assert_eq!((allowed.0.as_u16(), allowed.1.as_str()), (200, r#"Some("\"AKIDALICE\"") 0 bytes"#));
    for (layer, path, status, body) in [
        (&http, "/x", 403, r#"{"message":"Forbidden"}"#),
        (&rest, "/x", 403, r#"{"Message":"Forbidden"}"#),
        (&rest, "/gone", 410, r#"{"message":"gone"}"#),
    ] {
        let (answered, text) = send::<String, _>(layer, get(path)).await;
        assert_eq!((answered.as_u16(), text.as_str()), (status, body));
    }
    let verbose = send::<String, _>(&rest.clone().with_verbose_errors(true), get("/x")).await.1;
    assert_eq!(verbose, r#"{"Message":"Forbidden","cause":"the tenant pets is suspended"}"#);
    assert_eq!(asked.load(Ordering::Relaxed), 5);
    let forged = signed("GET", "/open", "", &Credentials::new("AKIDALICE", "x").unwrap());
    assert_eq!(send::<String, _>(&http, forged).await.0, 403);
    assert_eq!(asked.load(Ordering::Relaxed), 5, "it is not asked about a forged request");
}

/// Remembers nothing, and counts.
#[derive(Default)]
struct Counting(Arc<AtomicUsize>);

impl ReplayStore for Counting {
    fn remember<'s>(&'s self, _: SignatureUse<'s>, _: OffsetDateTime) -> ReplayFuture<'s> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(Remembered::First) })
    }
}

#[tokio::test]
async fn a_signature_is_remembered_only_if_the_decision_allows_the_request() {
    let count = Arc::new(AtomicUsize::new(0));
    let layer = layer().with_replay_store(Counting(Arc::clone(&count)));
    let denies = layer.clone().with_decision(|_: &VerifiedRequest<'_, Tenant>| Err::<(), _>(Denial::new("no")));
    assert_eq!(send::<(), _>(&denies, signed("GET", "/", "", &alice())).await.0, 403);
    assert_eq!(count.load(Ordering::Relaxed), 0);
    assert_eq!(send::<AuthenticatedCaller<Tenant>, _>(&layer, signed("GET", "/", "", &alice())).await.0, 200);
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

async fn refusal(request: Request<Full<Bytes>>) -> Refusal<Tenant> {
    let authenticator = Authenticator::new(verifier(), keys());
    let (parts, body) = request.into_parts();
    let path = PathReading::Unambiguous.read(authenticator.verifier(), parts.uri.path()).unwrap();
    let result = authenticator.authenticate(&parts, &path, body, now(), &AllowAuthenticated).await;
    result.map(drop).unwrap_err()
}

#[tokio::test]
async fn a_refusal_tells_no_secret_and_no_signature() {
    let mallory = Credentials::new("AKIDALICE", "another secret").unwrap();
    let header = signed("GET", "/x", "", &mallory);
    let right = signed("GET", "/x", "", &alice());
    let sent = |request: &Request<Full<Bytes>>| {
        let header = request.headers()["authorization"].to_str().unwrap();
        header.rsplit_once("Signature=").unwrap().1.to_owned()
    };
    let secrets = [
        sent(&header),
        sent(&right),
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        "another secret".to_owned(),
    ];
    for request in [header, presigned("/x", &mallory)] {
        let refusal = refusal(request).await;
        assert!(matches!(refusal.cause(), Cause::Unverified(_)) && refusal.denial().is_none());
        let answers = [ApiType::HttpApi, ApiType::RestApi].map(|api| format!("{:?}", api.verbose_response(&refusal)));
        let texts = [refusal.to_string(), format!("{refusal:?}"), answers.concat()];
        for secret in &secrets {
            assert!(!texts.iter().any(|text| text.contains(secret.as_str())), "{texts:?} holds {secret}");
        }
    }
}

#[tokio::test]
async fn a_body_is_read_within_its_limits() {
    let headers = http::HeaderMap::from_iter([(http::header::CONTENT_LENGTH, "6".parse().unwrap())]);
    let reader = BodyReader::new().with_limit(5);
    let read = |headers, body: &'static str| {
        let reader = reader.clone();
        async move { reader.read(headers, Full::<Bytes>::from(body)).await }
    };
    let none = http::HeaderMap::new();
    assert_eq!(read(&none, "five!").await.unwrap(), "five!");
    for result in [read(&none, "longer").await, read(&headers, "").await] {
        assert!(matches!(result, Err(BodyError::TooLong { limit: 5, .. })), "{result:?}");
    }
}
