//! A request as a test's own server reads it.

use sig4::request::RequestView;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// A request with everything that arrived, byte for byte.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are the parts of a request")]
pub struct WireRequest {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl WireRequest {
    /// Accepts a connection, reads one request and answers it with 200.
    pub fn receive(listener: &TcpListener) -> Self {
        Self::answer(listener.accept().expect("a client connects").0)
    }

    /// Reads one request of a connection and answers it with 200.
    pub fn answer(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(Duration::from_secs(40))).expect("it is a timeout");
        let mut reader = BufReader::new(stream);
        let request = Self::read(&mut reader);
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        reader.get_mut().write_all(answer).expect("the client reads");
        request
    }

    /// The request of recorded bytes, without HTTP's own chunks if its body has them.
    pub fn parse(raw: &[u8]) -> Self {
        let mut rest = raw;
        let mut request = Self::read_head(&mut rest);
        let is_chunked = request.header("transfer-encoding").is_some_and(|coding| coding.ends_with("chunked"));
        request.body = if is_chunked { without_chunks(rest) } else { rest.to_vec() };
        request
    }

    fn read(reader: &mut impl BufRead) -> Self {
        let mut request = Self::read_head(reader);
        let length = request.header("content-length").map_or(0, |length| length.parse().expect("it is a length"));
        request.body = vec![0; length];
        reader.read_exact(&mut request.body).expect("the body is as long as its length");
        request
    }

    fn read_head(reader: &mut impl BufRead) -> Self {
        let mut next = || {
            let mut line = Vec::new();
            reader.read_until(b'\n', &mut line).expect("it is a line");
            line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(&line).to_vec()
        };
        let first = String::from_utf8(next()).expect("a request line is text");
        let [method, target, "HTTP/1.1"] = first.split(' ').collect::<Vec<_>>()[..] else { panic!("{first:?}") };
        let (method, target) = (method.to_owned(), target.to_owned());
        let lines = std::iter::from_fn(|| Some(next()).filter(|line| !line.is_empty()));
        let field = |line: Vec<u8>| {
            let colon = line.iter().position(|b| *b == b':').expect("a header has a colon");
            let (name, value) = line.split_at(colon);
            let name = String::from_utf8(name.to_vec()).expect("a name is text");
            (name, value[1..].trim_ascii().to_vec())
        };
        let headers = lines.map(field).collect();
        Self { method, target, headers, body: Vec::new() }
    }

    /// The value of a header that occurs at most once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| str::from_utf8(value).expect("it is text"));
        assert!(found.next().is_none(), "{name} comes once: {self:?}");
        value
    }

    /// The query.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The request for a signer or a verifier.
    pub fn view(&self) -> RequestView<'_> {
        let path = self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path);
        RequestView::new(&self.method, path, self.query(), &self.headers)
    }
}

/// A body without its chunks (RFC 9112 section 7.1).
fn without_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        rest.read_line(&mut line).expect("a chunk has its size");
        let size =
            usize::from_str_radix(line.split([';', '\r']).next().expect("a line begins"), 16).expect("it is a size");
        let (chunk, after) = rest.split_at(size);
        body.extend_from_slice(chunk);
        if size == 0 {
            return body;
        }
        rest = after.strip_prefix(b"\r\n").expect("a chunk ends with a line break");
    }
}
