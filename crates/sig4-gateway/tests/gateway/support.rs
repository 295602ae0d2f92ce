//! A client that speaks HTTP over a plain socket, so that it can do what no library lets one do.

use sig4::{Credentials, Signer};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply, Server};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "us-east-1";
/// Longer than anything here takes, so that a test ends if something hangs.
pub const LONG: Duration = Duration::from_secs(60);

pub const ALLOWED: (&str, &str) = ("AKIDALLOWED", "allowed-secret");
pub const DENIED: (&str, &str) = ("AKIDDENIED", "denied-secret");

pub const ALLOW_ALL: &str = r#"{"Version": "2012-10-17", "Statement":
    [{"Sid": "All", "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}"#;
pub const DENY_ALL: &str = r#"{"Version": "2012-10-17", "Statement":
    [{"Sid": "None", "Effect": "Deny", "Action": "*", "Resource": "*"}]}"#;

pub fn credentials((id, secret): (&str, &str)) -> Credentials {
    Credentials::new(id, secret).unwrap()
}

pub fn identity(key: (&str, &str), name: &str, policy: &str) -> Identity {
    let policies = Policies::new().with_identity(Policy::parse(name, policy).unwrap());
    Identity::new(credentials(key), Principal::user(ACCOUNT, name).unwrap()).with_policies(policies)
}

/// One user who may call everything, and one who may call nothing.
pub fn directory() -> Directory {
    let directory = Directory::new(ACCOUNT).with_identity(identity(ALLOWED, "allowed", ALLOW_ALL)).unwrap();
    directory.with_identity(identity(DENIED, "denied", DENY_ALL)).unwrap()
}

/// These two and a stranger.
pub fn directory_with(identity: Identity) -> Directory {
    directory().with_identity(identity).unwrap()
}

/// An API that wants signatures, without routes.
pub fn api() -> ApiDefinition {
    ApiDefinition::new(REGION).with_account(ACCOUNT).with_keys(directory()).with_default_authorizer(Auth::Iam)
}

/// Answers what it is told: the route, the path and the body.
pub fn echo() -> Integration {
    Integration::handler(|event: Event| async move {
        let caller = event.caller().map_or("-", |caller| caller.access_key_id());
        let body = String::from_utf8_lossy(event.body()).into_owned();
        Reply::text(format!("{}|{}|{}|{caller}|{body}", event.route_key(), event.method(), event.raw_path()))
    })
}

pub async fn serve(api: ApiDefinition) -> Server {
    api.serve("127.0.0.1:0").await.unwrap()
}

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a header; several are joined.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self
            .head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
            .collect();
        (!values.is_empty()).then(|| values.join(" & "))
    }

    pub fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }
}

/// Sends bytes and reads what comes until the other side closes.
pub async fn raw(server: &Server, bytes: &[u8]) -> Answer {
    let exchange = async {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        // The server may have answered, and closed, before it has read everything.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    Answer::parse(&tokio::time::timeout(LONG, exchange).await.expect("an answer"))
}

/// A request that asks for the connection to be closed.
pub fn request(server: &Server, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", server.addr());
    if !body.is_empty() {
        text += &format!("content-length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    (text + "\r\n" + body).into_bytes()
}

pub async fn send(server: &Server, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    raw(server, &request(server, method, target, headers, body)).await
}

/// The headers of a signed request.
pub fn signed(
    server: &Server,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
    key: (&str, &str),
) -> Vec<(String, String)> {
    let mut request = http::Request::builder().method(method).uri(format!("{}{target}", server.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(body.as_bytes()).unwrap();
    Signer::new(REGION, "execute-api")
        .unwrap()
        .sign(&mut request, &credentials(key), OffsetDateTime::now_utc())
        .unwrap();
    let fields = request.headers().iter();
    fields.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

/// Signs a request and sends it.
pub async fn call(server: &Server, method: &str, target: &str, body: &str, key: (&str, &str)) -> Answer {
    call_with(server, method, target, &[], body, key).await
}

pub async fn call_with(
    server: &Server,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
    key: (&str, &str),
) -> Answer {
    let signed = signed(server, method, target, headers, body, key);
    let headers: Vec<_> = signed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    send(server, method, target, &headers, body).await
}
