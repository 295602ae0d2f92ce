//! MOCK integrations, the preflights of a REST API with CORS, and HTTP proxy integrations.

use crate::support::{ACCOUNT, ALLOWED, Answer, REGION, call, directory, echo, send, serve};
use http::StatusCode;
use sig4_gateway::template::{Deployment, Stack};
use sig4_gateway::{
    ApiDefinition, Auth, Cors, Event, Integration, IntegrationKind, MockIntegration, Reply, Server, Upstream,
};

/// A REST API with the stage `prod`, whose methods want signatures.
fn api() -> ApiDefinition {
    ApiDefinition::rest(REGION)
        .with_account(ACCOUNT)
        .with_keys(directory())
        .with_stage("prod")
        .with_default_authorizer(Auth::Iam)
}

/// The preflight of a browser for a signed `PUT`.
async fn preflight(server: &Server, path: &str, origin: Option<&str>) -> Answer {
    let wants = [
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "authorization,content-type,x-amz-date,x-amz-security-token"),
    ];
    let origin = origin.map(|origin| ("origin", origin));
    let headers: Vec<_> = wants.into_iter().chain(origin).collect();
    send(server, "OPTIONS", path, &headers, "").await
}

fn cors(answer: &Answer) -> Vec<(String, String)> {
    let lines = answer.head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let lines = lines.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let mut headers: Vec<_> = lines.filter(|(name, _)| name.starts_with("access-control-") || name == "vary").collect();
    headers.sort();
    headers
}

fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const HEADERS: &str = "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent";
const METHODS: &str = "OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD";

#[tokio::test]
async fn every_resource_answers_a_preflight_as_the_cdk_makes_it() {
    let cors_of = Cors::new().with_origins(["https://a.example"]);
    let server =
        serve(api().with_cors(cors_of).route("PUT /pets/{id}", echo()).route("ANY /all/{proxy+}", echo())).await;
    let expected = pairs(&[
        ("access-control-allow-headers", HEADERS),
        ("access-control-allow-methods", METHODS),
        ("access-control-allow-origin", "https://a.example"),
        ("vary", "Origin"),
    ]);
    // The parents are resources as well. With one origin, a browser compares it.
    for path in ["/prod/pets/1", "/prod/pets", "/prod", "/prod/all", "/prod/all/a/b"] {
        for origin in [Some("https://a.example"), Some("https://evil.example"), None] {
            let answer = preflight(&server, path, origin).await;
            assert_eq!((answer.status, cors(&answer)), (204, expected.clone()), "{path} {origin:?}");
            assert_eq!(answer.header("content-type").as_deref(), Some("application/json"));
            assert_eq!(answer.header("x-amzn-trace-id"), None);
        }
    }
    // The responses of the API itself have no headers of CORS.
    let answer = call(&server, "PUT", "/prod/pets/1", "", ALLOWED).await;
    assert_eq!((answer.status, cors(&answer)), (200, vec![]));
    let refused = send(&server, "PUT", "/prod/pets/1", &[("origin", "https://a.example")], "").await;
    assert_eq!((refused.status, cors(&refused)), (403, vec![]));
    server.shutdown().await;
}

#[tokio::test]
async fn one_of_several_origins_is_repeated_and_others_get_the_first() {
    let cors_of = Cors::new()
        .with_origins(["https://a.example", "https://b.example", "http://localhost:5173"])
        .with_methods(["GET", "PUT"])
        .with_headers(["Authorization", "X-Amz-Date"])
        .with_exposed_headers(["X-Id"])
        .with_max_age(3600)
        .with_credentials(true);
    let server = serve(api().with_cors(cors_of).route("PUT /pets", echo())).await;
    for (origin, allowed) in [
        (Some("https://a.example"), "https://a.example"),
        (Some("https://b.example"), "https://b.example"),
        (Some("http://localhost:5173"), "http://localhost:5173"),
        (Some("http://localhost:51730"), "https://a.example"),
        (Some("HTTPS://B.EXAMPLE"), "https://a.example"),
        (Some("https://b.example, https://evil.example"), "https://a.example"),
        (Some("null"), "https://a.example"),
        (None, "https://a.example"),
    ] {
        let answer = preflight(&server, "/prod/pets", origin).await;
        let expected = pairs(&[
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-headers", "Authorization,X-Amz-Date"),
            ("access-control-allow-methods", "GET,PUT"),
            ("access-control-allow-origin", allowed),
            ("access-control-expose-headers", "X-Id"),
            ("access-control-max-age", "3600"),
            ("vary", "Origin"),
        ]);
        assert_eq!((answer.status, cors(&answer)), (204, expected), "{origin:?}");
    }
    let twice = [("origin", "https://b.example"), ("origin", "http://localhost:5173")];
    let answer = send(&server, "OPTIONS", "/prod/pets", &twice, "").await;
    assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("https://a.example"));
    server.shutdown().await;
}

#[tokio::test]
async fn all_origins_need_no_vary_and_an_own_method_stays() {
    let all = Cors::new().with_origins(["*"]).with_methods(["*"]);
    let own = Integration::mock(MockIntegration::new(StatusCode::OK).with_header("x-own", "1"));
    let api = api().with_cors(all).route("PUT /pets", echo()).route_with("OPTIONS /own", Auth::None, own);
    let server = serve(api).await;
    let answer = preflight(&server, "/prod/pets", Some("null")).await;
    let expected = pairs(&[
        ("access-control-allow-headers", HEADERS),
        ("access-control-allow-methods", METHODS),
        ("access-control-allow-origin", "*"),
    ]);
    assert_eq!((answer.status, cors(&answer)), (204, expected));
    let answer = preflight(&server, "/prod/own", Some("null")).await;
    assert_eq!((answer.status, answer.header("x-own").as_deref(), cors(&answer)), (200, Some("1"), vec![]));
    server.shutdown().await;
}

#[test]
fn origins_that_a_rest_api_cannot_compare_are_refused() {
    for (cors, says) in [
        (Cors::new().with_methods(["GET"]), "has no origin"),
        (Cors::new().with_origins(["https://*"]), "`https://*` is not a valid origin of a REST API"),
    ] {
        let api = api().with_cors(cors).route("GET /", echo());
        assert!(api.check().unwrap_err().to_string().contains(says));
    }
}

/// The live service answers 500, as it finds no template (aws/aws-sam-cli#2483).
#[tokio::test]
async fn a_preflight_with_a_body_of_another_type_fails_as_at_aws() {
    let server = serve(api().with_cors(Cors::new().with_origins(["*"])).route("PUT /pets", echo())).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(send(&server, "OPTIONS", "/prod/pets", &form, "").await.status, 500);
    let json = [("content-type", "application/json; charset=utf-8")];
    assert_eq!(send(&server, "OPTIONS", "/prod/pets", &json, "").await.status, 204);
    server.shutdown().await;
}

#[tokio::test]
async fn a_mock_integration_answers_with_its_body() {
    let health = MockIntegration::new(StatusCode::ACCEPTED).with_body("text/plain", "fine").with_header("X-A", "1");
    let server = serve(api().route_with("ANY /health", Auth::None, Integration::mock(health))).await;
    let answer = send(&server, "POST", "/prod/health", &[("content-type", "a/b")], "x").await;
    assert_eq!((answer.status, answer.body.as_str()), (202, "fine"));
    assert_eq!(answer.header("content-type").as_deref(), Some("text/plain"));
    assert_eq!(answer.header("x-a").as_deref(), Some("1"));
    server.shutdown().await;
    for mock in [
        MockIntegration::new(StatusCode::CONTINUE),
        MockIntegration::new(StatusCode::OK).with_header("a b", "1"),
        MockIntegration::new(StatusCode::OK).with_body("a\nb", "1"),
    ] {
        assert!(api().route("GET /", Integration::mock(mock)).check().is_err());
    }
}

#[tokio::test]
async fn an_upstream_gets_path_variables_as_they_were_sent_and_its_own_parameters() {
    let reflect = Integration::handler(|event: Event| async move {
        let key = event.header("x-key").unwrap_or_default().to_owned();
        Reply::text(format!("{} {}?{} {key}", event.method(), event.raw_path(), event.raw_query()))
    });
    let upstream = serve(ApiDefinition::new(REGION).route("$default", reflect)).await;
    let proxy = Upstream::new(format!("{}/x/{{id}}", upstream.url()))
        .with_path_variable("id", "pet")
        .with_method(http::Method::POST)
        .with_header("X-Key", "own")
        .with_query("id", "{id}");
    let server = serve(api().route_with("GET /pets/{pet}", Auth::None, proxy)).await;
    let answer = send(&server, "GET", "/prod/pets/a%20b?q=1&id=2", &[("x-key", "client")], "").await;
    assert_eq!(answer.body, "POST /x/a b?q=1&id=%7Bid%7D own", "one decoding, by the upstream");
    server.shutdown().await;
    upstream.shutdown().await;
    let bad = [
        Upstream::new("http://h/{pet}").with_header("host", "x"),
        Upstream::new("http://h/{pet}").with_header("x", "a\nb"),
        Upstream::new("http://h/{id}"),
    ];
    for upstream in bad {
        assert!(api().route("GET /pets/{pet}", upstream).check().is_err());
    }
}

/// As `api.root.addMethod('GET')` of the CDK makes it.
#[tokio::test]
async fn a_mock_integration_without_a_request_template_fails_with_500_as_at_aws() {
    let template = r#"{"Resources": {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a"}},
        "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "GET",
            "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "AuthorizationType": "NONE", "Integration": {"Type": "MOCK"}}}}}"#;
    let stack = Stack::of_template("t.json", &|_| Ok(template.to_owned())).unwrap();
    let api = stack.definition(&Deployment::new(REGION)).unwrap();
    let kinds: Vec<_> = api.routes().map(|route| route.integration().kind()).collect();
    let [IntegrationKind::Mock(mock)] = kinds[..] else { panic!("{kinds:?}") };
    assert!(mock.misconfiguration().unwrap().contains("has no request template"));
    let server = serve(api).await;
    assert_eq!(send(&server, "GET", "/prod/", &[], "").await.status, 500);
    server.shutdown().await;
}
