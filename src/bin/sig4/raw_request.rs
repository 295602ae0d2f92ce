//! An HTTP/1.1 request as bytes, from a file or a connection.
//!
//! ```text
//! request      = *LF start-line LF *( field LF ) [ LF body ]      ; every LF may be a CRLF
//! start-line   = method SP target [ SP "HTTP/1." DIGIT ]
//! target       = path [ "?" query ] / scheme "://" authority path [ "?" query ]
//! field        = name ":" value *( LF ( SP / HTAB ) more-value )
//! ```
//!
//! Source: RFC 9112. The target may hold what a client must not send, such as a space: what was signed is what came, and
//! a stricter parser would refuse to look at it.

use crate::Failure;
use crate::url::Url;
use http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use sig4::RequestView;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The most that is read from a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The start line and the header fields, in bytes.
    pub(crate) head: usize,
    /// The body, in bytes.
    pub(crate) body: usize,
    /// The time for all of it.
    pub(crate) time: Duration,
}

/// A request as it came: nothing is decoded, resolved or added.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RawRequest {
    pub(crate) method: String,
    /// Scheme and authority, if the target is a whole URL.
    pub(crate) origin: Option<(String, String)>,
    pub(crate) path: String,
    /// `None` if there is no `?`.
    pub(crate) query: Option<String>,
    /// The fields in their order, blanks around the values removed.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl RawRequest {
    /// Reads a request that is there as a whole. A body in chunks is put together. Line ends after the body that
    /// `Content-Length` states are dropped.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        let (head, body) = cut_head(bytes, 0).unwrap_or((bytes, b""));
        let mut request = Self::parse_head(head)?;
        request.body = match request.content_length()? {
            _ if request.has(TRANSFER_ENCODING.as_str(), b"chunked") => Incoming::of_bytes(body).chunks(body.len())?,
            Some(length) => match body.split_at_checked(length) {
                Some((body, rest)) if rest.iter().all(|b| matches!(b, b'\r' | b'\n')) => body.to_vec(),
                Some(_) => return Err(format!("the body is longer than its Content-Length, {length}").into()),
                None => return Err(format!("the body has {} of {length} bytes", body.len()).into()),
            },
            None => body.to_vec(),
        };
        Ok(request)
    }

    /// Reads the one request of a connection, and asks for its body if the client waits to be asked. A body in chunks is
    /// put together.
    pub(crate) fn read(stream: &mut TcpStream, limits: Limits) -> Result<Self, Failure> {
        let mut incoming =
            Incoming { stream: Some(stream), read: Vec::new(), used: 0, deadline: Instant::now() + limits.time };
        let head = incoming.head(limits.head)?;
        let mut request = Self::parse_head(&head)?;
        if request.has(EXPECT.as_str(), b"100-continue") {
            incoming.go_on()?;
        }
        request.body = match request.content_length()? {
            _ if request.has(TRANSFER_ENCODING.as_str(), b"chunked") => incoming.chunks(limits.body)?,
            Some(length) if length > limits.body => return Err(too_long("body", limits.body)),
            length => incoming.take(length.unwrap_or_default())?,
        };
        Ok(request)
    }

    /// The request as a signature sees it.
    pub(crate) fn view(&self) -> RequestView<'_> {
        let view = RequestView::new(&self.method, &self.path, self.query.as_deref(), &self.headers);
        match &self.origin {
            Some((scheme, authority)) => view.with_authority(scheme, authority),
            None => view,
        }
    }

    /// The first value of a header, by its name in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }

    fn has(&self, header: &str, value: &[u8]) -> bool {
        self.header(header).is_some_and(|v| v.eq_ignore_ascii_case(value))
    }

    fn content_length(&self) -> Result<Option<usize>, Failure> {
        let values = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(CONTENT_LENGTH.as_str()));
        let mut values = values.map(|(_, value)| value.as_slice());
        let Some(value) = values.next() else { return Ok(None) };
        if values.any(|other| other != value) {
            return Err("there are two Content-Length headers that differ".into());
        }
        let digits = str::from_utf8(value).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let length = digits.and_then(|text| text.parse().ok());
        length.map(Some).ok_or_else(|| "Content-Length is not a number of bytes".into())
    }

    fn parse_head(head: &[u8]) -> Result<Self, Failure> {
        let mut lines = head.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let start = lines.by_ref().find(|line| !line.is_empty()).ok_or("there is no request")?;
        let start = str::from_utf8(start).map_err(|_| "the first line is not UTF-8")?;
        let mut request = Self::parse_start(start)?;
        for line in lines.filter(|line| !line.is_empty()) {
            request.take_line(line)?;
        }
        Ok(request)
    }

    fn parse_start(line: &str) -> Result<Self, Failure> {
        let (method, rest) = line.split_once(' ').ok_or("the first line is not `METHOD TARGET HTTP/1.1`")?;
        let target = match rest.rsplit_once(' ') {
            Some((target, version)) if version.starts_with("HTTP/") => target,
            _ => rest,
        };
        let (origin, path, query) = if target.starts_with('/') || !target.contains("://") {
            let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
            (None, path, query)
        } else {
            let url = Url::cut(target)?;
            (Some((url.scheme.to_owned(), url.authority.to_owned())), url.path, url.query)
        };
        Ok(Self {
            method: method.to_owned(),
            origin,
            path: path.to_owned(),
            query: query.map(str::to_owned),
            headers: Vec::new(),
            body: Vec::new(),
        })
    }

    /// Takes a line of the header section: a field, or the continuation of the one before it.
    fn take_line(&mut self, line: &[u8]) -> Result<(), Failure> {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let (_, value) = self.headers.last_mut().ok_or("the first header line begins with a blank")?;
            value.push(b' ');
            value.extend_from_slice(trimmed(line));
            return Ok(());
        }
        let shown = || String::from_utf8_lossy(line).chars().take(40).collect::<String>();
        let colon = line.iter().position(|b| *b == b':').ok_or_else(|| format!("not a header line: `{}`", shown()))?;
        let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
        let name = str::from_utf8(name).map_err(|_| "a header's name is not ASCII")?;
        self.headers.push((name.to_owned(), trimmed(value.strip_prefix(b":").unwrap_or_default()).to_vec()));
        Ok(())
    }
}

/// A connection, and what was read from it; without a connection, that is all there is.
struct Incoming<'a> {
    stream: Option<&'a mut TcpStream>,
    read: Vec<u8>,
    /// How many of the bytes that were read are used.
    used: usize,
    deadline: Instant,
}

impl Incoming<'_> {
    /// What is there already.
    fn of_bytes(bytes: &[u8]) -> Self {
        Self { stream: None, read: bytes.to_vec(), used: 0, deadline: Instant::now() }
    }

    /// What was read and is not used yet.
    fn unused(&self) -> &[u8] {
        self.read.get(self.used..).unwrap_or_default()
    }

    /// Tells a client that waits for it to send the body.
    fn go_on(&mut self) -> Result<(), Failure> {
        if let Some(stream) = &mut self.stream {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(())
    }

    /// Everything up to the empty line.
    fn head(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let (mut blank, mut searched) = (0, 0);
        loop {
            if searched == 0 {
                let before = self.unused().iter().take_while(|b| is_line_end(b)).count();
                self.used += before;
                blank += before;
            }
            let unused = self.unused();
            if let Some((head, rest)) = cut_head(unused, searched) {
                let (head, used) = (head.to_vec(), unused.len() - rest.len());
                self.used += used;
                return Ok(head);
            }
            if blank + unused.len() > limit {
                return Err(too_long("head", limit));
            }
            // The end may have begun.
            searched = unused.len().saturating_sub(2);
            self.more()?;
        }
    }

    /// The next `length` bytes.
    fn take(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        while self.unused().len() < length {
            self.more()?;
        }
        let taken = self.unused().get(..length).unwrap_or_default().to_vec();
        self.used += length;
        Ok(taken)
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<Vec<u8>, Failure> {
        const LONGEST: usize = 4096;
        loop {
            if let Some(end) = self.unused().iter().position(|b| *b == b'\n') {
                let mut line = self.take(end + 1)?;
                line.truncate(trimmed(&line).len());
                return Ok(line);
            }
            if self.unused().len() > LONGEST {
                return Err(too_long("line of a chunk", LONGEST));
            }
            self.more()?;
        }
    }

    /// The content of a body in chunks (RFC 9112 section 7.1); extensions and trailers are passed over.
    fn chunks(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        loop {
            let line = String::from_utf8(self.line()?)?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(|_| "a chunk does not begin with its size")?;
            if size > limit.saturating_sub(body.len()) {
                return Err(too_long("body", limit));
            }
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(body);
            }
            body.append(&mut self.take(size)?);
            self.line()?;
        }
    }

    /// Waits for more, not beyond the deadline.
    fn more(&mut self) -> Result<(), Failure> {
        let stream = self.stream.as_mut().ok_or("the body ends within a chunk")?;
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err("the request did not come to its end in time".into());
        }
        stream.set_read_timeout(Some(left))?;
        let mut buffer = [0; 8192];
        let read = stream.read(&mut buffer)?;
        let new = buffer.get(..read).filter(|new| !new.is_empty()).ok_or("the connection ended within the request")?;
        // What is used makes room as soon as it is half of all: each byte is moved once at most.
        if 2 * self.used > self.read.len() {
            self.read.drain(..self.used);
            self.used = 0;
        }
        self.read.extend_from_slice(new);
        Ok(())
    }
}

fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The head, and what follows its empty line, which does not begin within the first `searched` bytes. Empty lines before the
/// head are part of it.
fn cut_head(bytes: &[u8], searched: usize) -> Option<(&[u8], &[u8])> {
    let start = bytes.iter().position(|b| !is_line_end(b))?.max(searched);
    let ends = |at: usize, end: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(end)).then_some(end.len());
    let found = (start..bytes.len()).find_map(|at| Some((at, ends(at, b"\n\r\n").or_else(|| ends(at, b"\n\n"))?)));
    let (at, length) = found?;
    Some((bytes.get(..at)?, bytes.get(at + length..)?))
}

/// Without the blanks and line ends around it.
fn trimmed(value: &[u8]) -> &[u8] {
    value.trim_ascii()
}

fn too_long(part: &str, limit: usize) -> Failure {
    format!("the {part} is longer than {limit} bytes").into()
}

#[cfg(test)]
mod tests {
    use super::{Limits, RawRequest};
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};
    use std::thread;
    use std::time::Duration;

    fn parse(text: &str) -> RawRequest {
        RawRequest::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn both_line_ends_and_a_missing_version_are_read() {
        let expected = RawRequest {
            method: "POST".to_owned(),
            origin: None,
            path: "/a b//../c%2f".to_owned(),
            query: Some("x=?&y".to_owned()),
            headers: vec![("Host".to_owned(), b"h".to_vec()), ("X-A".to_owned(), b"1  2 3".to_vec())],
            body: b"\r\n\nbody".to_vec(),
        };
        let text = "POST /a b//../c%2f?x=?&y HTTP/1.1\nHost:h\nX-A: 1  2\n   3 \n\n\r\n\nbody";
        assert_eq!(parse(text), expected);
        let (head, body) = text.split_once("\n\n").unwrap();
        assert_eq!(parse(&["\r\n", &head.replace('\n', "\r\n"), "\r\n\r\n", body].concat()), expected);
        assert_eq!(parse(&text.replace(" HTTP/1.1", "")), expected);
    }

    #[test]
    fn a_whole_url_gives_scheme_and_authority() {
        let request = parse("GET http://h:80/x/a://b?c HTTP/1.1\n\n");
        assert_eq!(request.origin, Some(("http".to_owned(), "h:80".to_owned())));
        assert_eq!((request.path.as_str(), request.query.as_deref()), ("/x/a://b", Some("c")));
        assert_eq!(parse("GET /x/a://b HTTP/1.1\n\n").path, "/x/a://b");
    }

    #[test]
    fn content_length_bounds_the_body() {
        assert_eq!(parse("PUT / HTTP/1.1\nContent-Length: 2\n\nab\r\n").body, b"ab");
        for text in ["PUT /\nContent-Length: 2\n\na", "PUT /\nContent-Length: 2\n\nabc", "PUT /\nContent-Length: x\n\n"]
        {
            RawRequest::parse(text.as_bytes()).unwrap_err();
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in ["", "\n\n", "GET", "GET /\n folded: first\n\n", "GET /\nno colon\n\n", "GET ://h/\n\n"] {
            assert!(RawRequest::parse(text.as_bytes()).is_err(), "{text}");
        }
        RawRequest::parse(b"GET /\xff HTTP/1.1\n\n").unwrap_err();
    }

    /// What is read when `sent` comes over a connection piece by piece.
    fn read(sent: &'static [&'static [u8]], time: Duration) -> Result<RawRequest, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let client = thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            for piece in sent {
                stream.write_all(piece).unwrap();
                thread::sleep(Duration::from_millis(5));
            }
            stream
        });
        let (mut stream, _) = listener.accept().unwrap();
        let limits = Limits { head: 100, body: 10, time };
        let outcome = RawRequest::read(&mut stream, limits).map_err(|e| e.to_string());
        drop(stream);
        drop(client.join());
        outcome
    }

    #[test]
    fn a_body_is_read_by_length_and_by_chunks() {
        let second = Duration::from_secs(1);
        let by_length = read(&[b"PUT / HTTP/1.1\r\nContent-", b"Length: 5\r\n\r\nab", b"cde"], second);
        assert_eq!(by_length.unwrap().body, b"abcde");
        let chunked: &[&[u8]] =
            &[b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc", b"\r\n2\r\nde\r\n0\r\n\r\n"];
        assert_eq!(read(chunked, second).unwrap().body, b"abcde");
        assert_eq!(read(&[b"GET / HTTP/1.1\r\n\r\n"], second).unwrap().body, b"");
    }

    #[test]
    fn the_end_of_a_head_may_come_in_pieces_and_empty_lines_before_it() {
        let second = Duration::from_secs(1);
        let pieces: &[&[u8]] = &[b"\r\n\r", b"\n", b"\r\nG", b"ET /x HTTP/1.1\r", b"\n\r", b"\n"];
        assert_eq!(read(pieces, second).unwrap().path, "/x");
        let pieces: &[&[u8]] = &[b"PUT /x HTTP/1.1\nContent-Length: 3\n", b"\na", b"bc"];
        assert_eq!(read(pieces, second).unwrap().body, b"abc");
        assert!(read(&[&[b'\n'; 90], &[b'\r'; 90], b"GET /"], second).unwrap_err().contains("head is longer"));
        let chunked: &[&[u8]] = &[
            b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r",
            b"\n1\r\nb\r\n3\r\nc",
            b"de\r\n0\r\n",
            b"\r\n",
        ];
        assert_eq!(read(chunked, second).unwrap().body, b"abcde");
    }

    #[test]
    fn a_connection_is_read_within_its_limits() {
        let second = Duration::from_secs(1);
        let long = read(&[b"GET /", &[b'a'; 200], b" HTTP/1.1\r\n\r\n"], second);
        assert!(long.unwrap_err().contains("head is longer"));
        assert!(read(&[b"PUT /\r\nContent-Length: 11\r\n\r\n"], second).unwrap_err().contains("body is longer"));
        let chunked: &[&[u8]] = &[b"PUT /\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"];
        assert!(read(chunked, second).unwrap_err().contains("body is longer"));
        assert!(read(&[b"GET / HTTP/1.1\r\n"], Duration::from_millis(50)).is_err());
    }
}
