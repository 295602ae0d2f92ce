//! Which route takes a request.

use crate::support::{ALLOWED, api, call, echo, send, serve};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Stage};

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
    let api = keys.iter().fold(ApiDefinition::new("us-east-1"), |api, key| api.route(*key, echo()));
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
        ("POST", "/", "ANY /{proxy+}"),
        ("GET", "/pets/", "GET /pets/{proxy+}"),
        ("GET", "/pets", "ANY /{proxy+}"),
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

/// Source: aws/aws-lambda-dotnet, `ApiGatewayRouteConfigServiceTests`: `CatchAllRouteConfig`, `ProperlyMatchRouteConfigs` and
/// `RouteConfigTemplateLongerThanRequest`. The variable is in the event, empty, as that emulator's `RouteTemplateUtility` has it.
#[tokio::test]
async fn a_greedy_variable_takes_an_empty_rest() {
    let shown = Integration::handler(|event: Event| async move {
        let parameters: Vec<_> = event.path_parameters().map(|(name, value)| format!("{name}={value}")).collect();
        let json: serde_json::Value = serde_json::from_str(&event.to_json()).unwrap();
        format!("{} {parameters:?} {}", event.route_key(), json["pathParameters"])
    });
    let keys = ["ANY /{proxy+}", "GET /pe/{proxy+}", "GET /r/{id}/{rest+}"];
    let api = |stage: &str| {
        keys.iter().fold(ApiDefinition::new("us-east-1").with_stage(stage), |api, key| api.route(*key, shown.clone()))
    };
    for (stage, prefix) in [("$default", ""), ("prod", "/prod")] {
        let server = serve(api(stage)).await;
        for (path, expected) in [
            ("/", r#"ANY /{proxy+} ["proxy="] {"proxy":""}"#),
            ("/?a=b", r#"ANY /{proxy+} ["proxy="] {"proxy":""}"#),
            ("/pe", r#"ANY /{proxy+} ["proxy=pe"] {"proxy":"pe"}"#),
            ("/pe/", r#"GET /pe/{proxy+} ["proxy="] {"proxy":""}"#),
            ("/pe/x/", r#"GET /pe/{proxy+} ["proxy=x/"] {"proxy":"x/"}"#),
            ("/r/1", r#"ANY /{proxy+} ["proxy=r/1"] {"proxy":"r/1"}"#),
            ("/r/1/", r#"GET /r/{id}/{rest+} ["id=1", "rest="] {"id":"1","rest":""}"#),
            ("/r//", r#"ANY /{proxy+} ["proxy=r/"] {"proxy":"r/"}"#),
        ] {
            let answer = send(&server, "GET", &format!("{prefix}{path}"), &[], "").await;
            assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{prefix}{path}");
        }
        server.shutdown().await;
    }
    // A stage's own path is its root, with a slash behind it or not.
    let server = serve(api("prod")).await;
    for path in ["/prod", "/prod?a=b"] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"ANY /{proxy+} ["proxy="] {"proxy":""}"#), "{path}");
    }
    server.shutdown().await;
    // One that is not greedy stays as it was.
    let server = serve(ApiDefinition::new("us-east-1").route("GET /pets/{id}", echo())).await;
    for path in ["/pets", "/pets/", "/"] {
        assert_eq!(send(&server, "GET", path, &[], "").await.status, 404, "{path}");
    }
    server.shutdown().await;
}

/// The order in which routes are tried, as AWS's own emulator has it. Source: `ProperlyMatchRouteConfigs` there.
#[tokio::test]
async fn the_routes_of_the_service_s_own_emulator() {
    let keys = [
        "ANY /{proxy+}",
        "GET /pe/{proxy+}",
        "GET /pets/{proxy+}",
        "GET /pets/dog/{id}/{id2}/{id3}",
        "GET /pets/{dog}/{id}",
        "GET /pets/dog/{id}",
        "GET /pets/dog/1",
        "GET /pets/dog/cat/1",
        "GET /resource/{id}/subsegment/{proxy+}",
        "GET /resource/{id}/subsegment/{id2}/{proxy+}",
        "GET /resource/1/subsegment/3/{proxy+}",
    ];
    let api = keys.iter().fold(ApiDefinition::new("us-east-1"), |api, key| api.route(*key, echo()));
    let server = serve(api).await;
    for (path, route) in [
        ("/pets/dog/cat/1", 7),
        ("/pets/dog/1", 6),
        ("/pets/dog/cat/2", 2),
        ("/pets/dog/2", 5),
        ("/pets/cat/dog", 4),
        ("/pets/cat/dog/1", 2),
        ("/pets/dog/1/2/3", 3),
        ("/pets/dog/1/2/3/4", 2),
        ("/pe/dog/cat/2", 1),
        ("/pet/dog/cat/2", 0),
        ("/resource/1/subsegment/more", 8),
        ("/resource/1/subsegment/2/more", 9),
        ("/resource/1/subsegment/3/more", 10),
        ("/pe/", 1),
        ("/pe", 0),
        ("/", 0),
    ] {
        let answer = send(&server, "GET", path, &[], "").await;
        assert_eq!(answer.body.split('|').next(), Some(keys[route]), "{path}");
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_without_a_route_or_a_stage_is_not_found() {
    let api = ApiDefinition::new("us-east-1").with_stage("prod").with_stage(Stage::new("test").with_variable("a", "b"));
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
