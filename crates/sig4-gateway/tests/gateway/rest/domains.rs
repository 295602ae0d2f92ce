//! Custom domain names.

use super::{NO_METHOD, rest, send_to, shown};
use crate::support::{ACCOUNT, ALLOWED, REGION, credentials, directory, identity, raw, send, serve};
use sig4::Signer;
use sig4_gateway::{ApiDefinition, Auth, DomainMapping, Server};
use sig4_iam::Directory;
use time::OffsetDateTime;

fn mapping(base_path: &str) -> DomainMapping {
    DomainMapping::new("api.example.com").with_base_path(base_path)
}

#[tokio::test]
async fn a_domain_has_no_stage_in_its_paths() {
    let api = rest()
        .with_stage("test")
        .with_domain(mapping("shop").with_stage("prod"))
        .with_domain(mapping("shop/v2").with_stage("test"))
        .with_domain(mapping("free"))
        .with_domain(DomainMapping::new("pets.example.com").with_stage("test"));
    let api = ["GET /", "GET /pets/{id}", "GET /v2/{proxy+}"]
        .iter()
        .fold(api, |api, key| api.route_with(*key, Auth::None, shown()));
    let server = serve(api).await;
    for (host, path, expected) in [
        ("api.example.com", "/shop/pets/1", "GET /pets/{id}|/shop/pets/1|/shop/pets/1|id=1"),
        ("API.example.com:8443", "/shop/pets/a%20b/", "GET /pets/{id}|/shop/pets/a%20b/|/shop/pets/a%20b/|id=a%20b"),
        ("api.example.com", "/shop", "GET /|/shop|/shop|"),
        ("api.example.com", "/shop/v2", "GET /|/shop/v2|/shop/v2|"),
        ("api.example.com", "/shop/v2/pets/1", "GET /pets/{id}|/shop/v2/pets/1|/shop/v2/pets/1|id=1"),
        ("api.example.com", "/shop/v2/v2/x", "GET /v2/{proxy+}|/shop/v2/v2/x|/shop/v2/v2/x|proxy=x"),
        // A mapping without a stage, as aws/serverless-java-container#112 has it.
        ("api.example.com", "/free/prod/pets/1", "GET /pets/{id}|/free/prod/pets/1|/free/prod/pets/1|id=1"),
        ("pets.example.com", "/pets/1", "GET /pets/{id}|/pets/1|/pets/1|id=1"),
        ("other.example.com", "/prod/pets/1", "GET /pets/{id}|/pets/1|/prod/pets/1|id=1"),
    ] {
        let answer = send_to(&server, host, "GET", path).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{host}{path}");
    }
    for (host, path, (status, body)) in [
        ("api.example.com", "/pets/1", (403, r#"{"message":"Forbidden"}"#)),
        ("api.example.com", "/shopx/pets/1", (403, r#"{"message":"Forbidden"}"#)),
        ("api.example.com", "/", (403, r#"{"message":"Forbidden"}"#)),
        ("api.example.com", "/prod/pets/1", (403, r#"{"message":"Forbidden"}"#)),
        ("api.example.com", "/shop/prod/pets/1", NO_METHOD),
        ("api.example.com", "/free/pets/1", NO_METHOD),
        ("pets.example.com", "/prod/pets/1", NO_METHOD),
        ("other.example.com", "/shop/pets/1", NO_METHOD),
        // Encoded, the path is of one mapping, and decoded of another.
        ("api.example.com", "/shop/%762/pets/1", (400, "")),
        ("api.example.com", "/shop%2Fv2/pets/1", (400, "")),
        ("pets.example.com", "/%70ets/1", (400, "")),
    ] {
        let answer = send_to(&server, host, "GET", path).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{host}{path}");
    }
    server.shutdown().await;
}

/// Sends a request that is signed for a domain.
async fn call(server: &Server, host: &str, path: &str) -> u16 {
    let mut request = http::Request::get(format!("https://{host}{path}")).body("").unwrap();
    let now = OffsetDateTime::now_utc();
    Signer::new(REGION, "execute-api").unwrap().sign(&mut request, &credentials(ALLOWED), now).unwrap();
    let mut text = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in request.headers().iter().filter(|(name, _)| *name != "host") {
        text += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    raw(server, (text + "\r\n").as_bytes()).await.status
}

fn keys(resource: &str) -> Directory {
    let policy = format!(
        r#"{{"Statement": [{{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource":
            "arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/{resource}"}}]}}"#
    );
    Directory::new(ACCOUNT).with_identity(identity(ALLOWED, "alice", &policy)).unwrap()
}

/// Clients sign the host and the path that they call; the ARN has the stage and no base path.
#[tokio::test]
async fn the_visible_path_is_signed_and_the_arn_has_no_base_path() {
    for (api, stage) in [(ApiDefinition::rest(REGION), "prod"), (ApiDefinition::new(REGION), "prod")] {
        let api = api.with_account(ACCOUNT).with_api_id("abc").with_stage(stage);
        let api = api.with_domain(mapping("shop").with_stage(stage)).with_keys(keys("prod/GET/pets/*"));
        let server = serve(api.route_with("GET /{a}/{b}", Auth::Iam, shown())).await;
        assert_eq!(call(&server, "api.example.com", "/shop/pets/1").await, 200);
        assert_eq!(call(&server, "api.example.com", "/shop/toys/1").await, 403);
        assert_eq!(call(&server, "other.example.com", "/prod/pets/1").await, 200);
        assert_eq!(send(&server, "GET", "/prod/pets/1", &[], "").await.status, 403);
        server.shutdown().await;
    }
}

/// Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway": the raw path has no API mapping.
#[tokio::test]
async fn the_event_of_an_http_api_has_no_base_path() {
    let api = ApiDefinition::new(REGION).with_keys(directory()).with_stage("$default").with_stage("prod");
    let api = api.with_domain(mapping("shop").with_stage("prod")).with_domain(mapping("").with_stage("$default"));
    let server = serve(api.route_with("GET /pets/{id}", Auth::None, shown())).await;
    for (path, status, body) in [
        ("/shop/pets/a%20b", 200, "GET /pets/{id}|/pets/a b|/pets/a b|id=a b"),
        ("/%73hop//pets/1", 200, "GET /pets/{id}|/pets/1|/pets/1|id=1"),
        ("/pets/1", 200, "GET /pets/{id}|/pets/1|/pets/1|id=1"),
        ("/prod/pets/1", 404, r#"{"message":"Not Found"}"#),
    ] {
        let answer = send_to(&server, "api.example.com", "GET", path).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{path}");
    }
    server.shutdown().await;
}
