//! Questions to a server, and key stores for its tests.

use envoy_types::pb::envoy::service::auth::v3 as pb;
use envoy_types::pb::envoy::service::auth::v3::authorization_client::AuthorizationClient;
use sig4::verify::{KeyFuture, KeyStore};
use sig4_authorizer::config::Config;
use sig4_authorizer::{Assembly, Server};
use sig4_iam::{Directory, Identity};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tonic::transport::Channel;

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A key store that answers when it is told to, that it knows no key.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) asked: Arc<Semaphore>,
    pub(super) answers: Arc<Semaphore>,
}

impl Held {
    pub(super) fn new() -> Self {
        Self { asked: Arc::new(Semaphore::new(0)), answers: Arc::new(Semaphore::new(0)) }
    }

    /// Waits until the store was asked `count` times since the last wait.
    pub(super) async fn is_asked(&self, count: u32) {
        let asked = tokio::time::timeout(PATIENCE, self.asked.acquire_many(count)).await;
        asked.expect("the store is asked").unwrap().forget();
    }
}

impl KeyStore for Held {
    type Key = Identity;

    fn key<'s>(&'s self, _: &'s str) -> KeyFuture<'s, Identity> {
        Box::pin(async {
            self.asked.add_permits(1);
            self.answers.acquire().await.unwrap().forget();
            Ok(None)
        })
    }
}

/// A server whose configuration has these sections beside the API.
pub(in super::super) async fn serve(sections: &str, keys: impl KeyStore<Key = Identity> + 'static) -> Server {
    serve_config(crate::config::SMALL, sections, keys).await
}

/// A server with a configuration of APIs and keys, and these sections beside it.
pub(in super::super) async fn serve_config(
    apis: &str,
    sections: &str,
    keys: impl KeyStore<Key = Identity> + 'static,
) -> Server {
    let text = format!(
        "{apis}\n{}",
        sections.replace("[listen]", "[listen]\naddress = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"")
    );
    Server::start(Assembly::of_keys(&Config::parse(&text).unwrap(), keys).unwrap()).await.unwrap()
}

pub(super) fn nobody() -> Directory {
    Directory::new("123456789012")
}

pub(super) async fn client(server: &Server) -> AuthorizationClient<Channel> {
    AuthorizationClient::connect(format!("http://{}", server.local_addr())).await.unwrap()
}

/// A question about a request whose signature has the right form, and an unknown key.
pub(super) fn question() -> pb::CheckRequest {
    let now = sig4::time::Timestamp::new(time::OffsetDateTime::now_utc()).unwrap();
    let header = |key: &str, value: String| (key.to_owned(), value);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{}/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, \
         Signature={}",
        now.day(),
        "5d".repeat(32)
    );
    let http = pb::attribute_context::HttpRequest {
        method: "GET".to_owned(),
        path: "/pets".to_owned(),
        host: "pets.example.com".to_owned(),
        scheme: "http".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        headers: [
            header(":method", "GET".to_owned()),
            header(":path", "/pets".to_owned()),
            header(":authority", "pets.example.com".to_owned()),
            header(":scheme", "http".to_owned()),
            header("x-amz-date", now.to_string()),
            header("authorization", authorization),
            header("x-envoy-auth-partial-body", "false".to_owned()),
        ]
        .into(),
        ..Default::default()
    };
    let request = pb::attribute_context::Request { http: Some(http), ..Default::default() };
    let context_extensions = [header("body", "whole".to_owned())].into();
    let attributes = pb::AttributeContext { request: Some(request), context_extensions, ..Default::default() };
    pb::CheckRequest { attributes: Some(attributes) }
}

/// The text of a GET at an address, with its head.
pub(in super::super) async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The status of a GET at an address.
pub(super) async fn status(address: SocketAddr, path: &str) -> u16 {
    let answer = get(address, path).await;
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}
