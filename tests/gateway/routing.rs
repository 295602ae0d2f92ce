//! Which route takes a request.

use crate::support::{ALLOWED, api, call, echo, send, serve};
use sig4::gateway::{Auth, HttpApi, Stage};

/// The documented example, and what it leaves open.
#[tokio::test]
async fn the_most_special_route_takes_the_request() {
    let keys = [
        "GET /pets/dog/1",
        "GET /pets/dog/{id}",
        "GET /pets/{kind}/1",
        "GET /pets/{proxy+}",
        "ANY /{proxy+}",
        "ANY /pets/dog/2",
        "POST /pets/dog/2",
        "GET /",
        "$default",
    ];
    let api = keys.iter().fold(HttpApi::new("us-east-1"), |api, key| api.route(*key, echo()));
    let server = serve(api).await;
    for (method, path, expected) in [
        ("GET", "/pets/dog/1", "GET /pets/dog/1"),
        ("GET", "/pets/dog/3", "GET /pets/dog/{id}"),
        ("GET", "/pets/dog/2", "ANY /pets/dog/2"),
        ("POST", "/pets/dog/2", "POST /pets/dog/2"),
        ("GET", "/pets/cat/1", "GET /pets/{kind}/1"),
        ("GET", "/pets/cat/2", "GET /pets/{proxy+}"),
        ("GET", "/pets/a/b/c", "GET /pets/{proxy+}"),
        ("POST", "/test/5", "ANY /{proxy+}"),
        ("POST", "/pets/dog/1", "ANY /{proxy+}"),
        ("GET", "/", "GET /"),
        ("POST", "/", "$default"),
        ("GET", "/pets/", "ANY /{proxy+}"),
        ("GET", "/pets/%64og/1", "GET /pets/dog/1"),
        ("GET", "//pets//dog/./x/../1", "GET /pets/dog/1"),
        ("GET", "/pets/%2e%2e/pets/dog/1", "GET /pets/dog/1"),
        ("GET", "/pets/dog%2F1", "GET /pets/dog/1"),
        ("GET", "/pets%2Fcat%2F2", "GET /pets/{proxy+}"),
    ] {
        let answer = send(&server, method, path, &[], "").await;
        assert_eq!((answer.status, answer.body.split('|').next()), (200, Some(expected)), "{method} {path}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_without_a_route_or_a_stage_is_not_found() {
    let api = HttpApi::new("us-east-1").with_stage("prod").with_stage(Stage::new("test").with_variable("a", "b"));
    let server = serve(api.route("GET /pets/{id}", echo())).await;
    for (method, path, status, body) in [
        ("GET", "/prod/pets/1", 200, "GET /pets/{id}|GET|/prod/pets/1|-|"),
        ("GET", "/test/pets/a%20b", 200, "GET /pets/{id}|GET|/test/pets/a b|-|"),
        ("GET", "/pets/1", 404, r#"{"message":"Not Found"}"#),
        ("GET", "/prod/pets", 404, r#"{"message":"Not Found"}"#),
        ("POST", "/prod/pets/1", 404, r#"{"message":"Not Found"}"#),
        ("GET", "/", 404, r#"{"message":"Not Found"}"#),
        ("GET", "/prod/pets/%zz", 400, r#"{"message":"Bad Request"}"#),
    ] {
        let answer = send(&server, method, path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{method} {path}");
        let id = answer.header("apigw-requestid").unwrap();
        assert!(id.len() == 16 && id.ends_with('='), "{id}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_route_has_its_own_authorizer_or_the_default_one() {
    let server = serve(api().route("GET /", echo()).route_with("GET /open", Auth::None, echo())).await;
    assert_eq!(send(&server, "GET", "/open", &[], "").await.body, "GET /open|GET|/open|-|");
    let refused = send(&server, "GET", "/", &[], "").await;
    assert_eq!((refused.status, refused.body.as_str()), (403, r#"{"message":"Forbidden"}"#));
    assert_eq!(call(&server, "GET", "/", "", ALLOWED).await.body, "GET /|GET|/|AKIDALLOWED|");
    assert_eq!(
        call(&server, "GET", "/open", "", ALLOWED).await.body,
        "GET /open|GET|/open|-|",
        "a signature proves nothing there"
    );
    server.shutdown().await;
}
