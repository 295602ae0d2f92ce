//! The page of `sig4 serve --inspect` as a client of HTTP, which does what no browser does.

use crate::serve::serving::Serving;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(40);

/// The page of a server.
pub(crate) struct Inspecting {
    pub(crate) address: String,
    pub(crate) token: String,
}

/// An answer of the page.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Inspecting {
    pub(crate) fn of(serving: &Serving) -> Self {
        let line = serving.banner.iter().find(|line| line.starts_with("the requests, on a page: ")).unwrap();
        let url = line.rsplit(' ').next().unwrap();
        let (address, token) = url.strip_prefix("http://").unwrap().strip_suffix('/').unwrap().split_once('/').unwrap();
        Self { address: address.to_owned(), token: token.to_owned() }
    }

    /// A path below the token.
    pub(crate) fn path(&self, path: &str) -> String {
        format!("/{}{path}", self.token)
    }

    /// Sends bytes, and reads the answer until the other side closes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The server may refuse it before it has read everything.
        let _ = stream.write_all(bytes);
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// A request of this target, as it is, with these header lines.
    pub(crate) fn request(&self, method: &str, target: &str, headers: &str, body: &[u8]) -> Answer {
        let host = if headers.contains("host: ") { String::new() } else { format!("host: {}\r\n", self.address) };
        let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let head = format!("{method} {target} HTTP/1.1\r\n{host}connection: close\r\n{length}{headers}\r\n");
        self.raw(&[head.as_bytes(), body].concat())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", &self.path(path), "", b"")
    }

    /// Explains a pasted request.
    pub(crate) fn explain(&self, pasted: &[u8]) -> Answer {
        self.request("POST", &self.path("/explain"), "content-type: application/octet-stream\r\n", pasted)
    }

    /// Opens the stream of rows.
    pub(crate) fn watch(&self, query: &str) -> Watching {
        self.watch_on(TcpStream::connect(&self.address).unwrap(), query)
    }

    /// Opens it on a connection that takes few bytes ahead.
    pub(crate) fn watch_slowly(&self) -> Watching {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let stream = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.set_recv_buffer_size(4096).unwrap();
            socket.connect(self.address.parse().unwrap()).await.unwrap().into_std().unwrap()
        });
        stream.set_nonblocking(false).unwrap();
        self.watch_on(stream, "")
    }

    fn watch_on(&self, mut stream: TcpStream, query: &str) -> Watching {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let target = self.path(&format!("/requests{query}"));
        // A connection beyond the limit is closed.
        let _ = write!(stream, "GET {target} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
        Watching(BufReader::new(stream))
    }

    /// The details of a request, once it is there.
    pub(crate) fn details(&self, id: u64) -> serde_json::Value {
        let mut watching = self.watch(&format!("?after={}", id - 1));
        while watching.row()["id"] != id {}
        serde_json::from_str(&self.get(&format!("/requests/{id}")).body).unwrap()
    }
}

/// An open stream of rows.
pub(crate) struct Watching(BufReader<TcpStream>);

impl Watching {
    /// The next field of an event: its name and its value. Sizes of chunks and comments are left out.
    pub(crate) fn field(&mut self) -> (String, String) {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream has ended");
            let field = line.trim_end().split_once(": ");
            if let Some((name, value)) = field.filter(|(name, _)| ["id", "data", "event"].contains(name)) {
                return (name.to_owned(), value.to_owned());
            }
        }
    }

    /// The next row.
    pub(crate) fn row(&mut self) -> serde_json::Value {
        loop {
            let (name, value) = self.field();
            if name == "data" && value.starts_with('{') {
                return serde_json::from_str(&value).unwrap();
            }
        }
    }

    /// The first line of the answer.
    pub(crate) fn status(&mut self) -> String {
        let mut line = String::new();
        // A connection beyond the limit is closed without an answer.
        let _ = self.0.read_line(&mut line);
        line
    }
}
