//! The people who call, the authorizer, and the service behind Envoy.

use sig4::request::RequestView;
use sig4::{Credentials, Expires, Payload, Signer};
use sig4_authorizer::{Api, Authorizer, CheckRecord, Observe, Server};
use sig4_iam::tower::ExecuteApi;
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub const ACCOUNT: &str = "123456789012";
/// The host that clients call.
pub const HOST: &str = "abc.execute-api.us-east-1.amazonaws.com";
/// The secret of everybody.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Alice, who may call `GET` and `POST` below `/public`.
pub fn alice() -> Credentials {
    Credentials::new("AKIDALICE", SECRET).unwrap()
}

/// Bob, who may do everything from 127.0.0.1 over TLS.
pub fn bob() -> Credentials {
    Credentials::new("AKIDBOB", SECRET).unwrap()
}

/// Carol, who may do everything from 10.1.2.3.
pub fn carol() -> Credentials {
    Credentials::new("AKIDCAROL", SECRET).unwrap()
}

/// A session, which may do everything.
pub fn session() -> Credentials {
    Credentials::new("ASIASESSION", SECRET).unwrap().with_session_token("the/session+token=").unwrap()
}

fn may(credentials: Credentials, principal: Principal, statement: &str) -> Identity {
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let policy = Policy::parse("policy", &document).unwrap();
    Identity::new(credentials, principal).with_policies(Policies::new().with_identity(policy))
}

/// All these people.
pub fn directory() -> Directory {
    let user = |name| Principal::user(ACCOUNT, name).unwrap();
    let below = "arn:aws:execute-api:us-east-1:123456789012:abc/$default";
    let public = format!(
        r#"{{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": ["{below}/GET/public/*", "{below}/POST/public/*"]}}"#
    );
    let local = r#"{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.1"}, "Bool": {"aws:SecureTransport": "true"}}}"#;
    let far = r#"{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
        "Condition": {"IpAddress": {"aws:SourceIp": "10.1.2.3"}}}"#;
    let all = r#"{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}"#;
    [
        may(alice(), user("alice"), &public),
        may(bob(), user("bob"), local),
        may(carol(), user("carol"), far),
        may(session(), Principal::role_session(ACCOUNT, "reader", "laptop").unwrap(), all),
    ]
    .into_iter()
    .try_fold(Directory::new(ACCOUNT), Directory::with_identity)
    .unwrap()
}

/// The API that all these people call.
pub fn api() -> Api {
    Api::new("pets", ExecuteApi::new("us-east-1", ACCOUNT, "abc")).unwrap()
}

/// The records of an authorizer's decisions.
#[derive(Clone, Debug, Default)]
pub struct Records(Arc<Mutex<Vec<CheckRecord>>>);

impl Records {
    /// The last one.
    pub fn last(&self) -> CheckRecord {
        self.0.lock().unwrap().last().expect("there was a decision").clone()
    }

    pub fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Observe for Records {
    fn observe(&self, record: &CheckRecord) {
        self.0.lock().unwrap().push(record.clone());
    }
}

/// An authorizer of an API, and its records.
pub async fn authorizer(api: Api) -> (Server, Records) {
    served(Authorizer::new(api, directory())).await
}

/// A running authorizer, and its records.
pub async fn served(authorizer: Authorizer) -> (Server, Records) {
    let records = Records::default();
    (Server::bind("127.0.0.1:0", authorizer.with_observer(records.clone())).await.unwrap(), records)
}

/// The headers that a signed request has besides `host`.
pub type Headers = Vec<(String, String)>;

/// The headers of a request with a signature for this method, host, target and body. `None` if no signer would sign it.
pub fn signed_for(
    credentials: &Credentials,
    method: &str,
    host: &str,
    target: &str,
    others: &[(&str, &str)],
    body: &[u8],
) -> Option<Headers> {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut headers = vec![("host", host)];
    headers.extend(others);
    let view = RequestView::new(method, path, query, &headers);
    let signer = Signer::new("us-east-1", "execute-api").unwrap();
    let signed = signer.sign_view(&view, &Payload::Bytes(body), credentials, time::OffsetDateTime::now_utc()).ok()?;
    let others = others.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Some(signed.headers().map(|(name, value)| (name.to_owned(), value)).chain(others).collect())
}

/// The headers of Alice's `GET`.
pub fn get(target: &str) -> Headers {
    signed_for(&alice(), "GET", HOST, target, &[], b"").unwrap()
}

/// The target of a presigned `GET`.
pub fn presigned(credentials: &Credentials, target: &str) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let headers = [("host", HOST)];
    let view = RequestView::new("GET", path, query, &headers);
    let (signer, now) = (Signer::new("us-east-1", "execute-api").unwrap(), time::OffsetDateTime::now_utc());
    let expires = Expires::from_secs(60).unwrap();
    signer.presign_view(&view, &Payload::Bytes(b""), credentials, expires, now).unwrap().target().to_owned()
}

/// A request that reached the service.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Seen {
    /// The values of a header.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

/// The service behind Envoy. It notes every request byte for byte, and answers 200.
#[derive(Clone, Debug)]
pub struct Upstream {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Upstream {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let seen = Arc::clone(&upstream.seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(serve(stream, seen));
            }
        });
        upstream
    }

    /// The requests since the last call.
    pub fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }

    /// The only request since the last call.
    pub fn only(&self) -> Seen {
        let mut seen = self.take();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }
}

async fn serve(stream: TcpStream, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = receive(&mut stream).await {
        seen.lock().unwrap().push(request);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nreached";
        if stream.get_mut().write_all(answer).await.is_err() {
            return;
        }
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line).await.ok().filter(|read| *read > 0)?;
    Some(line.iter().map(|byte| char::from(*byte)).collect::<String>().trim_end_matches(['\r', '\n']).to_owned())
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let first = line(stream).await?;
    let (method, rest) = first.split_once(' ')?;
    let target = rest.rsplit_once(' ')?.0.to_owned();
    let mut seen = Seen { method: method.to_owned(), target, headers: Vec::new(), body: Vec::new() };
    while let Some(line) = line(stream).await.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        seen.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    if !seen.values("transfer-encoding").is_empty() {
        while let Some(size) = line(stream).await.and_then(|line| usize::from_str_radix(&line, 16).ok()) {
            let mut chunk = vec![0; size];
            stream.read_exact(&mut chunk).await.ok()?;
            line(stream).await?;
            seen.body.extend(chunk);
            if size == 0 {
                break;
            }
        }
    }
    let length: usize = seen.values("content-length").first().map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    seen.body.extend(body);
    Some(seen)
}

/// Longer than Envoy may need for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer to a client of HTTP/1.1.
#[derive(Clone, Debug)]
pub struct Answer {
    /// 0 if the connection was closed without an answer.
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// The bytes of a request of HTTP/1.1.
pub fn written(method: &str, target: &str, headers: &[(String, String)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {target} HTTP/1.1\r\n");
    headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
    [text.as_bytes(), b"\r\n", body].concat()
}

/// Sends bytes on a new connection and reads the first answer.
pub async fn send(port: u16, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    exchange(&mut stream, bytes).await
}

/// Sends bytes on a connection and reads the first answer.
pub async fn exchange<S: AsyncReadExt + AsyncWriteExt + Unpin>(stream: &mut S, bytes: &[u8]) -> Answer {
    let _ = stream.write_all(bytes).await;
    let _ = stream.flush().await;
    let read = async {
        let mut all = Vec::new();
        loop {
            if let Some(answer) = answer(&all) {
                return answer;
            }
            let mut part = [0; 8192];
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => {
                    return Answer { status: 0, head: String::from_utf8_lossy(&all).into_owned(), body: String::new() };
                }
                Ok(len) => all.extend(&part[..len]),
            }
        }
    };
    tokio::time::timeout(PATIENCE, read).await.expect("Envoy answers")
}

/// The answer, if it is complete. Those of Envoy and of the service have a length, unless they have no body.
fn answer(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    if status == 100 {
        return answer(bytes.get(head.len() + 4..)?);
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    (body.len() >= length).then(|| Answer { status, head: lower.clone(), body: body.to_owned() })
}

/// A signed request with a `Host`, without a body.
pub fn with_host(headers: Headers) -> Headers {
    [vec![("host".to_owned(), HOST.to_owned())], headers].concat()
}
