//! `kind = "rest"` in a configuration.

use crate::support::{ALLOWED, call, raw, send, serve};
use sig4_gateway::config::Configuration;
use sig4_gateway::{ApiDefinition, Auth, Error, ErrorKind, IntegrationKind};
use std::io;

const WHOLE: &str = r#"kind = "rest"
binary_media_types = ["image/*"]
resource_policy = "policies/api.json"

[stages]
dev = { level = "debug" }
prod = { level = "info" }

[cors]
allow_origins = ["https://a.example", "https://b.example"]

[gateway_responses.DEFAULT_4XX]
status = 404
headers = { X-Error = "'1'" }
templates = { "text/html" = "$context.error.message" }

[routes]
"GET /pets/{id}" = { echo = true }
"PUT /health" = { mock = { status = 202, headers = { X-A = "1" }, body = "fine", content_type = "text/plain" }, authorizer = "none" }

[users.alice]
access_keys = [{ id = "AKIDALLOWED", secret = "allowed-secret" }]

[[users.alice.policies]]
Statement = { Effect = "Allow", Action = "execute-api:Invoke", Resource = "*" }
"#;

const POLICY: &str = r#"{"Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}}"#;

fn policy(name: &str) -> io::Result<String> {
    assert_eq!(name, "policies/api.json");
    Ok(POLICY.to_owned())
}

fn read(text: &str) -> Result<ApiDefinition, Error> {
    Configuration::new(text).with_name("api.toml").definition(&policy)
}

#[test]
fn a_rest_api_is_read_with_its_own_keys() {
    let api = read(WHOLE).unwrap();
    assert!(api.is_rest());
    api.check().unwrap();
    let [pets, health] = api.routes().collect::<Vec<_>>()[..] else { panic!("two methods") };
    assert_eq!(
        (pets.key(), pets.auth(), pets.integration().kind()),
        ("GET /pets/{id}", Auth::Iam, IntegrationKind::Echo)
    );
    let IntegrationKind::Mock(mock) = health.integration().kind() else { panic!("{health:?}") };
    assert_eq!((mock.status().as_u16(), mock.headers().collect::<Vec<_>>()), (202, vec![("X-A", "1")]));
    assert_eq!((health.auth(), api.notes().count()), (Auth::None, 0));
    assert!(!read("kind = \"http\"").unwrap().is_rest());
    let inline = WHOLE.replace(
        "\"policies/api.json\"",
        "{ Statement = { Effect = \"Deny\", Principal = \"*\", Action = \"*\", Resource = \"*\" } }",
    );
    read(&inline).unwrap().check().unwrap();
}

#[test]
fn a_rest_api_without_stages_gets_one_and_a_note() {
    let api = read("kind = \"rest\"\n[routes]\n\"GET /\" = { echo = true, authorizer = \"none\" }").unwrap();
    assert_eq!(api.stages().map(|stage| stage.name()).collect::<Vec<_>>(), ["prod"]);
    assert!(api.notes().next().unwrap().contains("has the stage `prod`"));
    assert_eq!(read("").unwrap().stages().count(), 0);
}

#[tokio::test]
async fn custom_domains_have_base_paths_in_place_of_stages() {
    let text = "kind = \"rest\"\n[stages]\ndev = {}\nprod = {}\n\
        [domains.\"one.example\"]\nstage = \"prod\"\n\
        [[domains.\"api.example\"]]\nbase_path = \"v1\"\nstage = \"prod\"\n\
        [[domains.\"api.example\"]]\nbase_path = \"v2\"\nstage = \"dev\"\n\
        [routes]\n\"GET /pets\" = { mock = {}, authorizer = \"none\" }\n";
    let api = read(text).unwrap();
    let mappings: Vec<_> = api.domains().map(|it| (it.domain(), it.base_path(), it.stage())).collect();
    let expected =
        [("one.example", "", Some("prod")), ("api.example", "v1", Some("prod")), ("api.example", "v2", Some("dev"))];
    assert_eq!(mappings, expected);
    let server = serve(api).await;
    for (host, path, status) in [
        ("one.example", "/pets", 200),
        ("api.example", "/v2/pets", 200),
        ("api.example", "/v3/pets", 403),
        ("one.example", "/x", 403),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(raw(&server, request.as_bytes()).await.status, status, "{host}{path}");
    }
    server.shutdown().await;
    for (from, to, says) in [
        ("stage = \"dev\"", "stage = \"test\"", "test"),
        ("base_path = \"v2\"", "base_path = \"v1\"", "twice"),
        ("base_path = \"v2\"", "path = \"v2\"", "`path` is not known here: base_path, stage"),
    ] {
        let error = read(&text.replacen(from, to, 1)).unwrap_err();
        assert!(error.to_string().contains(says) && error.line().is_some(), "{error}");
    }
}

#[tokio::test]
async fn a_configured_rest_api_is_served_at_its_stages() {
    let api = read(&WHOLE.replace("resource_policy = \"policies/api.json\"\n", "")).unwrap();
    let server = serve(api).await;
    for stage in ["dev", "prod"] {
        let answer = call(&server, "GET", &format!("/{stage}/pets/1"), "", ALLOWED).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer = send(&server, "PUT", &format!("/{stage}/health"), &[], "").await;
        assert_eq!((answer.status, answer.body.as_str(), answer.header("x-a").as_deref()), (202, "fine", Some("1")));
        let origin = [("origin", "https://b.example"), ("access-control-request-method", "GET")];
        let answer = send(&server, "OPTIONS", &format!("/{stage}/pets/1"), &origin, "").await;
        assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("https://b.example"));
    }
    server.shutdown().await;
}

#[test]
fn mistakes_in_a_rest_api_have_their_place() {
    for (valid, broken, mark, says) in [
        ("\"rest\"", "\"v1\"", "\"v1\"", "`kind` is \"http\" or \"rest\", not \"v1\""),
        (
            "\"rest\"",
            "\"http\"",
            "binary_media_types",
            "`binary_media_types` belongs to a REST API, and this is an HTTP API",
        ),
        ("[\"image/*\"]", "\"image/*\"", "\"image/*\"", "`binary_media_types` is a list of strings"),
        ("binary_media_types", "binary_types", "binary_types", "`binary_types` is not known here"),
        ("\"policies/api.json\"", "7", "7", "the name of a policy file or a policy document"),
        ("\"policies/api.json\"", "{ Statement = { Effect = \"Alow\" } }", "Effect", ""),
        ("DEFAULT_4XX", "DEFAULT_6XX", "DEFAULT_6XX", "DEFAULT_6XX"),
        ("status = 404", "status = 700", "700", "700"),
        ("status = 404", "state = 404", "state = 404", "`state` is not known here: status"),
        ("\"'1'\"", "\"1\"", "{ X-Error", "`1` is no mapping expression"),
        ("$context.error.message", "$input.body", "{ \"text/html\" =", ""),
        ("dev =", "\"$default\" =", "\"$default\"", "a REST API has no stage `$default`"),
        ("\"GET /pets/{id}\"", "\"$default\"", "\"$default\"", "a REST API has no route `$default`"),
        ("echo = true", "echo = true, payload_format = \"1.0\"", "payload_format", "belongs to an HTTP API"),
        ("echo = true", "echo = false", "{ echo = false", "one of `echo = true`, `function`, `http_proxy` and `mock`"),
        ("https://b.example\"]", "https://*\"]", "[\"https://a", "is not a valid origin of a REST API"),
        ("[\"https://a.example\", \"https://b.example\"]", "[]", "[]", "has no origin"),
        ("status = 202", "status = 99", "99", "it is not a status"),
        ("status = 202", "status = 100", "100", "200 to 599, not 100"),
        ("status = 202", "state = 202", "state", "`state` is not known here: status"),
        ("X-A = \"1\"", "\"X A\" = \"1\"", "{ \"X A\"", "cannot have the header `X A`"),
        ("X-A = \"1\"", "X-A = 1", "1 }", "`X-A` is a string"),
        ("body = \"fine\", ", "", "\"text/plain\"", "`content_type` belongs to a `body`"),
        ("text/plain", "text\\nplain", "\"text\\nplain\"", "cannot have the header `content-type`"),
        ("mock = {", "echo = true, mock = {", "{ echo = true, mock", "one of `echo = true`"),
    ] {
        let text = WHOLE.replacen(valid, broken, 1);
        assert_ne!(text, WHOLE, "{valid}");
        let error = read(&text).unwrap_err();
        let (before, _) = text.split_at(text.find(mark).unwrap());
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
        assert!(error.to_string().contains(says), "{broken}: {error}");
        assert_eq!((error.line(), error.column()), (Some(line), Some(column)), "{broken}: {error}");
        assert_eq!(error.file(), Some("api.toml"));
    }
}

#[test]
fn keys_of_a_rest_api_are_not_those_of_an_http_api() {
    for (text, says) in [
        ("[gateway_responses.DEFAULT_4XX]", "`gateway_responses` belongs to a REST API"),
        ("resource_policy = \"a.json\"", "`resource_policy` belongs to a REST API"),
        ("[routes]\n\"GET /\" = { mock = {} }", "`mock` belongs to a REST API"),
        ("[routes]\n\"GET /\" = { echo = true, payload_format = \"3.0\" }", "is \"1.0\" or \"2.0\", not \"3.0\""),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidConfig && error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_mistake_in_a_resource_policy_has_the_place_in_its_file() {
    let broken = |_: &str| Ok(POLICY.replace("Allow", "Alow"));
    let error = Configuration::new(WHOLE).with_name("conf/api.toml").definition(&broken).unwrap_err();
    assert_eq!(
        (error.kind(), error.file(), error.line()),
        (ErrorKind::InvalidDirectory, Some("conf/policies/api.json"), Some(2))
    );
    let gone = |_: &str| Err(io::ErrorKind::NotFound.into());
    let error = Configuration::new(WHOLE).definition(&gone).unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(3), Some(19)), "{error}");
}
