//! Which method of a REST API takes a request.

use super::{NO_METHOD, rest, shown};
use crate::support::{api, echo, send, serve};
use sig4_gateway::{ApiDefinition, Auth, Cors, ErrorKind, Integration, MAX_RESOURCES};

#[tokio::test]
async fn the_resource_and_the_method_select() {
    let keys = [
        "GET /",
        "GET /pets",
        "OPTIONS /pets",
        "GET /pets/{id}",
        "PATCH /pets/{id}",
        "ANY /pets/{id}/toys",
        "HEAD /pets/{id}/toys",
        "GET /pets/dog",
        "POST /files/{proxy+}",
        "ANY /files/index",
    ];
    let api = keys.iter().fold(rest().with_stage("test"), |api, key| api.route_with(*key, Auth::None, echo()));
    let server = serve(api).await;
    for (method, path, expected) in [
        ("GET", "/prod", Some("GET /")),
        ("GET", "/prod/", Some("GET /")),
        ("GET", "/test/pets", Some("GET /pets")),
        ("OPTIONS", "/prod/pets", Some("OPTIONS /pets")),
        ("GET", "/prod/pets/1", Some("GET /pets/{id}")),
        ("PATCH", "/prod/pets/dog", Some("PATCH /pets/{id}")),
        ("GET", "/prod/pets/dog", Some("GET /pets/dog")),
        ("DELETE", "/prod/pets/dog/toys", Some("ANY /pets/{id}/toys")),
        ("POST", "/prod/files/index", Some("ANY /files/index")),
        ("POST", "/prod/files/index/x", Some("POST /files/{proxy+}")),
        ("POST", "/prod/files", None),
        ("POST", "/prod/files/", None),
        ("POST", "/prod/files//", None),
        ("GET", "/prod/files/x", None),
        ("POST", "/prod/pets", None),
        ("GET", "/prod/pets/1/2", None),
        ("GET", "/pets", None),
        ("GET", "/$default/pets", None),
        ("GET", "/Prod/pets", None),
        ("GET", "//prod/pets", None),
        ("GET", "/", None),
    ] {
        let answer = send(&server, method, path, &[], "").await;
        match expected {
            Some(key) => {
                assert_eq!((answer.status, answer.body.split('|').next()), (200, Some(key)), "{method} {path}")
            }
            None => assert_eq!((answer.status, answer.body.as_str()), NO_METHOD, "{method} {path}"),
        }
    }
    let head = send(&server, "HEAD", "/prod/pets/1/toys", &[], "").await;
    assert_eq!(head.status, 200);
    let missing = send(&server, "GET", "/prod/none", &[], "").await;
    assert_eq!(missing.header("x-amzn-errortype").as_deref(), Some("MissingAuthenticationTokenException"));
    server.shutdown().await;
}

/// Source: ministackorg/ministack#1423; floci-io/floci#3399.
#[tokio::test]
async fn a_resource_without_the_method_leaves_it_to_the_greedy_variable() {
    let keys = ["ANY /{proxy+}", "OPTIONS /cors", "POST /pets", "GET /pets/{proxy+}"];
    let server = serve(keys.iter().fold(rest(), |api, key| api.route_with(*key, Auth::None, shown()))).await;
    for (method, path, expected) in [
        ("GET", "/prod/cors", "ANY /{proxy+}|/cors|/prod/cors|proxy=cors"),
        ("GET", "/prod/pets", "ANY /{proxy+}|/pets|/prod/pets|proxy=pets"),
        ("PUT", "/prod/pets/1", "ANY /{proxy+}|/pets/1|/prod/pets/1|proxy=pets/1"),
        ("GET", "/prod/pets/1", "GET /pets/{proxy+}|/pets/1|/prod/pets/1|proxy=1"),
        ("POST", "/prod/pets/", "POST /pets|/pets/|/prod/pets/|"),
    ] {
        let answer = send(&server, method, path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{method} {path}");
    }
    // The greedy variable does not take the path of its parent, here the root.
    for path in ["/prod", "/prod/", "/prod//"] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), NO_METHOD, "{path}");
    }
    server.shutdown().await;
}

/// Routing comes before authorization: a path without a method does not ask for a signature.
#[tokio::test]
async fn a_method_has_its_own_authorization() {
    let api = rest().route_with("GET /open", Auth::None, echo()).route_with("GET /closed", Auth::Iam, echo());
    let server = serve(api).await;
    assert_eq!(send(&server, "GET", "/prod/open", &[], "").await.status, 200);
    assert_eq!(send(&server, "GET", "/prod/closed", &[], "").await.status, 403);
    let signed = crate::support::call(&server, "GET", "/prod/closed", "", crate::support::ALLOWED).await;
    assert_eq!((signed.status, signed.body.contains("AKIDALLOWED")), (200, true), "{}", signed.body);
    server.shutdown().await;
}

#[test]
fn definitions_that_api_gateway_would_not_accept() {
    let route = |api: ApiDefinition, key: &str| api.route_with(key, Auth::None, Integration::echo());
    route(rest(), "GET /").check().unwrap();
    for (api, kind, fix) in [
        (route(rest(), "$default"), ErrorKind::InvalidRoute, "add `ANY /` and `ANY /{proxy+}`"),
        (route(rest(), "GET /pets/"), ErrorKind::InvalidRoute, "leave the slash out"),
        (route(route(rest(), "GET /{a}"), "GET /{b}/x"), ErrorKind::InvalidRoute, "`/` already has the variable `{a}`"),
        (route(rest().with_stage("$default"), "GET /"), ErrorKind::InvalidApi, "give the stage a name"),
        (route(ApiDefinition::rest("us-east-1"), "GET /"), ErrorKind::InvalidApi, "add one, such as `prod`"),
        (route(rest().with_stage("a b"), "GET /"), ErrorKind::InvalidApi, "letters, digits, hyphens and underscores"),
    ] {
        let error = api.check().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(fix), "{error}");
    }
    // An HTTP API has more: neither is refused there.
    route(route(api(), "$default"), "GET /pets/").check().unwrap();
}

/// The log says what a caller, who reads `Missing Authentication Token`, has to change.
#[tokio::test]
async fn the_log_says_why_no_method_was_called() {
    let (records, logged) = std::sync::mpsc::channel();
    let api = rest().with_stage("test").route_with("GET /pets", Auth::None, shown());
    let api = api.route_with("GET /keys", Auth::None, Integration::not_implemented("API keys are not supported"));
    let server = serve(api.with_access_log(move |record| drop(records.send(record.clone())))).await;
    for (path, status, cause) in [
        ("/pets", 403, "the path does not begin with a stage of the API: begin it with /prod or /test"),
        ("/prod/toys", 403, "no resource of the API has a method for this path and HTTP method"),
        ("/prod/keys", 501, "API keys are not supported"),
    ] {
        assert_eq!(send(&server, "GET", path, &[], "").await.status, status, "{path}");
        assert_eq!(logged.recv_timeout(crate::support::LONG).unwrap().cause(), Some(cause), "{path}");
    }
    server.shutdown().await;
}

/// Source: "Quotas for configuring and running a REST API in API Gateway". Methods do not count, whether the API has them or CORS
/// makes them.
#[tokio::test]
async fn an_api_has_300_resources_and_methods_for_each() {
    let with = |resources: usize| {
        let api = rest().with_cors(Cors::new().with_origins(["https://example.com"]));
        (1..resources).fold(api.route_with("GET /", Auth::None, echo()), |api, n| {
            let methods = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT", "ANY"].iter();
            methods.fold(api, |api, method| api.route_with(format!("{method} /r{n}"), Auth::None, echo()))
        })
    };
    let server = serve(with(MAX_RESOURCES)).await;
    let answer = send(&server, "GET", "/prod/r299", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "GET /r299|GET|/prod/r299|-|"));
    let origin = [("origin", "https://example.com"), ("access-control-request-method", "GET")];
    assert_eq!(send(&server, "OPTIONS", "/prod/r299", &origin, "").await.status, 204);
    let error = with(MAX_RESOURCES + 1).serve("127.0.0.1:0").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRoute);
    assert!(error.to_string().contains("more than 300 resources"), "{error}");
}
