//! Attributes as no Envoy sends them, or as an Envoy with other settings does: over gRPC, without Envoy.

use super::scene::{HOST, Headers, Records, alice, api, authorizer, signed_for};
use envoy_types::pb::envoy::config::core::v3::{HeaderMap, HeaderValue};
use envoy_types::pb::envoy::service::auth::v3 as pb;
use envoy_types::pb::envoy::service::auth::v3::attribute_context::HttpRequest;
use envoy_types::pb::envoy::service::auth::v3::authorization_client::AuthorizationClient;
use envoy_types::pb::envoy::service::auth::v3::check_response::HttpResponse;
use sig4_authorizer::Server;
use std::collections::HashMap;

struct Scene {
    server: Server,
    records: Records,
}

impl Scene {
    async fn new() -> Self {
        let (server, records) = authorizer(api()).await;
        Self { server, records }
    }

    /// Whether the request is allowed, and the answer.
    async fn ask(&self, attributes: Option<pb::AttributeContext>) -> (bool, pb::CheckResponse) {
        let mut client = AuthorizationClient::connect(format!("http://{}", self.server.local_addr())).await.unwrap();
        let answer = client.check(pb::CheckRequest { attributes }).await.unwrap().into_inner();
        let allowed = matches!(answer.http_response, Some(HttpResponse::OkResponse(_)));
        assert_eq!(answer.status.as_ref().unwrap().code == 0, allowed, "{answer:?}");
        (allowed, answer)
    }

    async fn ask_about(&self, http: HttpRequest) -> (bool, pb::CheckResponse) {
        self.ask(Some(attributes(http))).await
    }
}

fn attributes(http: HttpRequest) -> pb::AttributeContext {
    let request = pb::attribute_context::Request { http: Some(http), ..Default::default() };
    let context_extensions = HashMap::from([("body".to_owned(), "whole".to_owned())]);
    pb::AttributeContext { request: Some(request), context_extensions, ..Default::default() }
}

fn line(name: &str, value: &str) -> HeaderValue {
    HeaderValue { key: name.to_owned(), raw_value: value.as_bytes().to_vec(), ..Default::default() }
}

/// Alice's `GET /public/a` as Envoy sends it.
fn good() -> HttpRequest {
    let signed: Headers = signed_for(&alice(), "GET", HOST, "/public/a", &[], b"").unwrap();
    let mut headers = vec![line(":method", "GET"), line(":path", "/public/a"), line(":authority", HOST)];
    headers.extend(signed.iter().map(|(name, value)| line(name, value)));
    HttpRequest {
        method: "GET".to_owned(),
        path: "/public/a".to_owned(),
        host: HOST.to_owned(),
        protocol: "HTTP/2".to_owned(),
        header_map: Some(HeaderMap { headers }),
        ..Default::default()
    }
}

fn changed(change: impl FnOnce(&mut HttpRequest)) -> HttpRequest {
    let mut http = good();
    change(&mut http);
    http
}

/// The request with one header changed.
fn with_line(name: &str, value: &str) -> HttpRequest {
    changed(|http| {
        for header in &mut http.header_map.as_mut().unwrap().headers {
            if header.key == name {
                header.raw_value = value.as_bytes().to_vec();
            }
        }
    })
}

/// The request with one header more.
fn with_more(name: &str, value: &str) -> HttpRequest {
    changed(|http| http.header_map.as_mut().unwrap().headers.push(line(name, value)))
}

#[tokio::test]
async fn attributes_that_contradict_each_other_are_refused_with_a_record() {
    let scene = Scene::new().await;
    let (allowed, answer) = scene.ask_about(good()).await;
    assert!(allowed, "{answer:?} {:?}", scene.records.last());
    let without = |name: &'static str| {
        changed(|http| http.header_map.as_mut().unwrap().headers.retain(|header| header.key != name))
    };
    let joined: HashMap<_, _> = HashMap::from([("a".to_owned(), "b".to_owned())]);
    for (http, cause) in [
        (changed(|http| http.path = "/public/b".to_owned()), "path"),
        (changed(|http| http.method = "POST".to_owned()), "method"),
        (changed(|http| http.host = "other".to_owned()), "host"),
        (with_line(":path", "/admin"), "path"),
        (with_line(":method", "DELETE"), "method"),
        (with_line(":authority", "other"), "host"),
        (with_more("host", "other"), "host"),
        (with_more(":path", "/public/a"), "twice"),
        (with_more(":method", "GET"), "twice"),
        (with_more(":authority", HOST), "twice"),
        (with_more(":protocol", "websocket"), "pseudo"),
        (without(":path"), "allowed_headers"),
        (without(":method"), "allowed_headers"),
        (without(":authority"), "allowed_headers"),
        (changed(|http| http.header_map = None), "no headers"),
        (changed(|http| http.headers = joined), "twice"),
        (with_more("a b", "c"), "name"),
        (with_more("a", "b\nc"), "value"),
        (with_more("x-envoy-auth-partial-body", "no"), "neither"),
        (with_more("upgrade", "websocket"), "protocol"),
        (with_more("connection", "keep-alive, Upgrade"), "protocol"),
        (changed(|http| http.raw_body = b"x".to_vec()), "cut off"),
        (changed(|http| http.body = "x".to_owned()), "pack_as_bytes"),
    ] {
        let asked = format!("{http:?}");
        let (allowed, answer) = scene.ask_about(http).await;
        let record = scene.records.last();
        assert!(!allowed, "{asked}");
        assert!(record.cause.as_deref().is_some_and(|found| found.contains(cause)), "{cause}: {record:?}");
        assert_eq!((record.status.as_u16(), record.outcome.as_str()), (400, "inconsistent request"), "{record:?}");
        let Some(HttpResponse::DeniedResponse(denied)) = answer.http_response else { panic!("{answer:?}") };
        assert_eq!((denied.status.unwrap().code, &*denied.body), (400, r#"{"message":"Bad Request"}"#));
        assert!(answer.dynamic_metadata.unwrap().fields.contains_key("cause"));
    }
    // The target and its pseudo header agree, and are no path.
    for path in ["/public/a#/../admin", "*", "public/a", "", "/public/a b", "/public/\u{e9}", "/public/../admin"] {
        let http = changed(|http| {
            http.path = path.to_owned();
            http.header_map.as_mut().unwrap().headers[1] = line(":path", path);
        });
        assert!(!scene.ask_about(http).await.0, "{path}");
    }
    for attributes in [None, Some(pb::AttributeContext::default())] {
        assert!(!scene.ask(attributes).await.0);
        assert!(scene.records.last().cause.unwrap().contains("no HTTP request"));
    }
}

#[tokio::test]
async fn joined_headers_are_read_too() {
    let scene = Scene::new().await;
    let joined = |path: &str| {
        changed(|http| {
            let lines = http.header_map.take().unwrap().headers;
            let text = |line: HeaderValue| (line.key, String::from_utf8(line.raw_value).unwrap());
            http.headers = lines.into_iter().map(text).collect();
            http.headers.insert(":path".to_owned(), path.to_owned());
            http.path = path.to_owned();
        })
    };
    assert!(scene.ask_about(joined("/public/a")).await.0, "{:?}", scene.records.last());
    // A `!` may stand for another byte.
    assert!(!scene.ask_about(joined("/public/!")).await.0);
    assert!(scene.records.last().cause.unwrap().contains("encode_raw_headers"));
}

#[tokio::test]
async fn nothing_that_is_set_is_removed() {
    let scene = Scene::new().await;
    let (_, answer) = scene.ask_about(with_more("x_sig4_account", "1")).await;
    let Some(HttpResponse::OkResponse(ok)) = answer.http_response else { panic!("{answer:?}") };
    let set: Vec<_> = ok.headers.iter().map(|option| option.header.clone().unwrap().key).collect();
    assert!(set.contains(&"x-sig4-account".to_owned()), "{set:?}");
    assert!(ok.headers_to_remove.contains(&"x_sig4_account".to_owned()), "{:?}", ok.headers_to_remove);
    assert!(ok.headers_to_remove.contains(&"x-sig4-session-name".to_owned()), "Alice has no session");
    assert!(!ok.headers_to_remove.iter().any(|name| set.contains(name)), "{:?} {set:?}", ok.headers_to_remove);
}
