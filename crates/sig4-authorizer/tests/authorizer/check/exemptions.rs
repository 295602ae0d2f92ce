//! Requests that need no signature.

use super::headers::passed_on;
use super::scene::{about, allowed, api, authorizer, denied, outcome, set, signed, unsigned};
use http::request::Parts;
use sig4_authorizer::{Api, CheckBody, CheckRequest};

fn open() -> Api {
    api()
        .with_public_path("GET", "/health")
        .unwrap()
        .with_public_path("POST", "/hook")
        .unwrap()
        .with_preflight_exempt(true)
}

fn preflight(path: &str) -> Parts {
    let mut parts = unsigned("OPTIONS", path);
    parts.headers.insert("origin", "https://page.example".parse().unwrap());
    parts.headers.insert("access-control-request-method", "DELETE".parse().unwrap());
    parts
}

#[tokio::test]
async fn exactly_the_listed_methods_and_paths_are_public() {
    for (method, path) in [("GET", "/health"), ("POST", "/hook"), ("GET", "/health?full=1")] {
        let (allowed, record) = allowed(&authorizer(open()), about(unsigned(method, path))).await;
        assert_eq!(outcome(&record), ("exempt", 200));
        assert_eq!(set(&allowed, "x-sig4-body-sha256"), Some("unsigned"));
        assert_eq!(set(&allowed, "x-sig4-principal-arn"), None);
    }
    for (method, path) in [
        ("POST", "/health"),
        ("HEAD", "/health"),
        ("GET", "/health/"),
        ("GET", "/healthy"),
        ("GET", "/Health"),
        ("GET", "/hook"),
        ("OPTIONS", "/health"),
    ] {
        let (_, record) = denied(&authorizer(open()), about(unsigned(method, path))).await;
        assert_eq!(outcome(&record), ("missing authentication", 403), "{method} {path}");
    }
    for path in ["/pets/..%2Fhealth", "/pets/../health", "//health", "/%68ealth", "/health;x"] {
        let (_, record) = denied(&authorizer(open()), about(unsigned("GET", path))).await;
        assert_eq!(outcome(&record), ("bad request", 400), "{path}");
    }
}

#[tokio::test]
async fn a_preflight_request_is_public_if_told() {
    allowed(&authorizer(open()), about(preflight("/pets"))).await;
    let (_, record) = denied(&authorizer(api()), about(preflight("/pets"))).await;
    assert_eq!(outcome(&record), ("missing authentication", 403));
    for missing in ["origin", "access-control-request-method"] {
        let mut parts = preflight("/pets");
        parts.headers.remove(missing);
        denied(&authorizer(open()), about(parts)).await;
    }
    let mut parts = preflight("/pets");
    parts.method = http::Method::DELETE;
    denied(&authorizer(open()), about(parts)).await;
}

#[tokio::test]
async fn a_public_request_carries_no_caller_whatever_the_client_sends() {
    let mut parts = signed("GET", "/health", "");
    parts.headers.insert("x-sig4-principal-arn", "smuggled".parse().unwrap());
    parts.headers.insert("x-sig4-body-sha256", "verified".parse().unwrap());
    parts.headers.insert("x_sig4_account", "smuggled".parse().unwrap());
    let (allowed, record) = allowed(&authorizer(open()), about(parts.clone())).await;
    let passed = passed_on(&parts, &allowed);
    assert!(passed.iter().all(|(_, value)| value != "smuggled"), "{passed:?}");
    assert!(passed.contains(&("x-sig4-body-sha256".to_owned(), "unsigned".to_owned())));
    assert_eq!((record.access_key_id, record.principal), (None, None));

    let mut request = about(parts);
    request.removes_headers = false;
    let (_, record) = denied(&authorizer(open()), request).await;
    assert_eq!(outcome(&record), ("identity header", 400));
}

#[tokio::test]
async fn the_body_of_a_public_request_is_nobodys() {
    for body in [CheckBody::Unread, super::scene::whole("hello"), CheckBody::Absent] {
        let (allowed, _) = allowed(&authorizer(open()), CheckRequest::new(unsigned("POST", "/hook"), body)).await;
        assert_eq!(set(&allowed, "x-sig4-body-sha256"), Some("unsigned"));
    }
    let (_, record) =
        denied(&authorizer(open()), CheckRequest::new(unsigned("POST", "/hook"), CheckBody::CutOff)).await;
    assert_eq!(outcome(&record), ("cut-off body", 413));
}

#[test]
fn a_public_path_is_one_that_a_request_can_have() {
    for (method, path) in
        [("get", "/"), ("GET", "health"), ("GET", "/a/../b"), ("GET", "/%61"), ("G T", "/"), ("GET", "*")]
    {
        assert!(api().with_public_path(method, path).is_err(), "{method} {path}");
    }
}
