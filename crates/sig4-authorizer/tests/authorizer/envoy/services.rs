//! An API whose clients sign for a service of its own, through a real Envoy.

use super::proxy::{Listener, Proxy};
use super::scene::{HOST, Upstream, alice, send, with_host, written};
use crate::server::asked;
use sig4::request::RequestView;
use sig4::{Credentials, Payload, Signer};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};

/// A directory in which Alice may do one thing.
fn directory(action: &str, resource: &str) -> Directory {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}}}"#
    );
    let policies = Policies::new().with_identity(Policy::parse("policy", &text).unwrap());
    let identity = Identity::new(alice(), Principal::user("123456789012", "alice").unwrap()).with_policies(policies);
    Directory::new("123456789012").with_identity(identity).unwrap()
}

/// The headers of a `GET` that is signed for a service.
fn signed(service: &str, credentials: &Credentials, path: &str) -> Vec<(String, String)> {
    let headers = [("host", HOST)];
    let view = RequestView::new("GET", path, None, &headers);
    let signer = Signer::new("us-east-1", service).unwrap();
    let signed = signer.sign_view(&view, &Payload::Bytes(b""), credentials, time::OffsetDateTime::now_utc()).unwrap();
    signed.headers().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[tokio::test]
async fn clients_sign_for_the_service_of_the_configuration_and_policies_name_it() {
    let below = "arn:aws:inventory:us-east-1:123456789012:abc/$default/GET/public/*";
    let config = |text: &str| text.replace("id = ", "service = \"inventory\"\nid = ");
    let keys = directory("inventory:Invoke", below);
    let server = asked::serve_config(&config(crate::config::SMALL), "[listen]", keys).await;
    let upstream = Upstream::start().await;
    let Some(envoy) = Proxy::start("services", &server, &upstream, &[Listener::default()]) else { return };
    for (service, path, status) in [
        ("inventory", "/public/a", 200),
        ("inventory", "/private", 403),
        ("execute-api", "/public/a", 403),
        ("s3", "/public/a", 403),
    ] {
        let request = written("GET", path, &with_host(signed(service, &alice(), path)), b"");
        let answer = send(envoy.port(0), &request).await;
        let reached = usize::from(status == 200);
        assert_eq!((answer.status, upstream.take().len()), (status, reached), "{service} {path}: {answer:?}");
    }
}

/// S3's clients encode a path once, and others twice.
#[tokio::test]
async fn the_rules_of_the_service_are_those_of_its_clients() {
    let keys = || directory("*", "*");
    let text = crate::config::SMALL.replace("id = ", "service = \"s3\"\nid = ");
    let s3 = asked::serve_config(&text, "[listen]", keys()).await;
    let upstream = Upstream::start().await;
    let Some(envoy) = Proxy::start("services", &s3, &upstream, &[Listener::default()]) else { return };
    let path = "/photos/a%20cat.jpg";
    let answer = send(envoy.port(0), &written("GET", path, &with_host(signed("s3", &alice(), path)), b"")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(upstream.only().target, path);
}
