//! A client that writes each byte of its requests, and signs what it wants.

use sha2::{Digest, Sha256};
use sig4::request::RequestView;
use sig4::{Credentials, Expires, Payload, Signer};
use std::fmt;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use time::OffsetDateTime;

/// The host that clients call and sign.
pub(super) const HOST: &str = "pets.example";

/// The token of the session `ci`.
pub(super) const TOKEN: &str = "token+of/the=session";

/// A request.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, target, headers, body } = self;
        let target: String = target.chars().take(100).collect();
        let headers: String = format!("{headers:?}").chars().take(2_000).collect();
        write!(f, "{method} {target} {headers} and {} bytes", body.len())
    }
}

impl Call {
    pub(super) fn new(method: &str, target: &str) -> Self {
        let headers = vec![("Host".to_owned(), HOST.to_owned())];
        Self { method: method.to_owned(), target: target.to_owned(), headers, body: Vec::new() }
    }

    /// Adds a header. One that is added after signing is not signed.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a body with its length, which is signed like its hash.
    pub(super) fn body(self, body: &[u8]) -> Self {
        self.header("Content-Length", &body.len().to_string()).body_without_length(body)
    }

    /// Adds a body, whose hash is declared in a signed header.
    pub(super) fn body_without_length(mut self, body: &[u8]) -> Self {
        let hash: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
        self.body = body.to_vec();
        self.header("X-Amz-Content-Sha256", &hash)
    }

    /// Signs everything that it has so far, as a user.
    pub(super) fn signed(self, user: &str) -> Self {
        self.try_signed(user).unwrap()
    }

    /// Signs it, unless no signer would: a `#` in a path cannot be sent.
    pub(super) fn try_signed(self, user: &str) -> Option<Self> {
        self.signed_with(&credentials(user))
    }

    /// Signs it as the session `ci` of the role `deploy`.
    pub(super) fn signed_by_session(self) -> Self {
        let session = Credentials::new("ASIADEPLOY", "secret of the session").unwrap();
        self.signed_with(&session.with_session_token(TOKEN).unwrap()).unwrap()
    }

    fn signed_with(mut self, credentials: &Credentials) -> Option<Self> {
        let (path, query) = self.path_and_query();
        let view = RequestView::new(&self.method, path, query, &self.headers);
        let signed =
            signer().sign_view(&view, &Payload::Bytes(&self.body), credentials, OffsetDateTime::now_utc()).ok()?;
        let headers: Vec<_> = signed.headers().map(|(name, value)| (name.to_owned(), value)).collect();
        self.headers.retain(|(name, _)| !headers.iter().any(|(new, _)| new.eq_ignore_ascii_case(name)));
        self.headers.extend(headers);
        Some(self)
    }

    /// Signs it in its query, as a user.
    pub(super) fn presigned(mut self, user: &str) -> Self {
        let (path, query) = self.path_and_query();
        let view = RequestView::new(&self.method, path, query, &self.headers);
        let expires = Expires::from_secs(60).unwrap();
        let payload = Payload::Bytes(b"");
        let presigned = signer().presign_view(&view, &payload, &credentials(user), expires, OffsetDateTime::now_utc());
        self.target = presigned.unwrap().target().to_owned();
        self
    }

    fn path_and_query(&self) -> (&str, Option<&str>) {
        match self.target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (self.target.as_str(), None),
        }
    }

    /// Sends it with another method than it was signed with.
    pub(super) fn with_method(mut self, method: &str) -> Self {
        self.method = method.to_owned();
        self
    }

    /// Sends it with another body than it was signed with, whose length the headers may tell wrongly.
    pub(super) fn with_body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// Sends it to another target than it was signed for.
    pub(super) fn sent_to(mut self, target: &str) -> Self {
        self.target = target.to_owned();
        self
    }

    /// Sends it on a connection of its own.
    pub(super) fn send(&self, port: u16) -> Answer {
        let mut raw = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            raw.extend(format!("{name}: {value}\r\n").bytes());
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
            raw.extend(b"Connection: close\r\n");
        }
        raw.extend(b"\r\n");
        raw.extend(&self.body);
        send_raw(port, &raw)
    }
}

fn signer() -> Signer {
    Signer::new("us-east-1", "execute-api").unwrap()
}

fn credentials(user: &str) -> Credentials {
    Credentials::new(format!("AKIA{}", user.to_uppercase()), format!("secret of {user}")).unwrap()
}

/// Sends bytes, and reads the answer.
pub(super) fn send_raw(port: u16, raw: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(raw).unwrap();
    let mut answer = Vec::new();
    // A proxy that refuses early may reset the connection after its answer.
    let mut buffer = [0; 4096];
    while !is_whole(&answer) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => answer.extend(&buffer[..read]),
        }
    }
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// Whether an answer with a `Content-Length` is there.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    length.and_then(|length| length.parse().ok()).is_some_and(|length: usize| body.len() >= length)
}
