//! An HTTP/1.1 request as bytes, from a file or a connection.
//!
//! ```text
//! request      = *LF start-line LF *( field LF ) [ LF body ]      ; every LF may be a CRLF
//! start-line   = method SP target [ SP "HTTP/1." DIGIT ]
//! target       = path [ "?" query ] / scheme "://" authority path [ "?" query ]
//! field        = name ":" value *( LF ( SP / HTAB ) more-value )
//! ```
//!
//! Source: RFC 9112. The target may hold characters that a client must not send, such as a space: a signature that covers them
//! is to be checked, and a stricter parser would refuse the request.

use crate::failure::Failure;
use crate::incoming::{Incoming, Limits, is_line_end, split_head, too_long};
use crate::url::Url;
use http::header::{CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use sig4::request::RequestView;
use std::net::TcpStream;

/// A request as it arrived: nothing is decoded, resolved or added.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RawRequest {
    pub(crate) method: String,
    /// Scheme and authority, if the target is a whole URL.
    pub(crate) origin: Option<(String, String)>,
    pub(crate) path: String,
    /// `None` if there is no `?`.
    pub(crate) query: Option<String>,
    /// The fields in their order, without blanks around the values.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

/// Where a body ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Framing {
    Chunked,
    /// After this many bytes.
    Length(usize),
    /// At the end of the file. On a connection there is no body.
    None,
}

impl RawRequest {
    /// Reads a complete request. A chunked body is decoded. Line ends after the body are dropped; any other byte there is an
    /// error.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Failure> {
        let (head, body) = split_head(bytes, 0).unwrap_or((bytes, b""));
        let mut request = Self::parse_head(head)?;
        request.body = match request.framing()? {
            Framing::Chunked => {
                let mut incoming = Incoming::of_bytes(body);
                let content = incoming.chunks(body.len())?;
                if !incoming.unused().iter().all(is_line_end) {
                    return Err("the body goes on after its last chunk".into());
                }
                content
            }
            Framing::Length(length) => match body.split_at_checked(length) {
                Some((body, rest)) if rest.iter().all(is_line_end) => body.to_vec(),
                Some(_) => return Err(format!("the body is longer than its Content-Length, {length}").into()),
                None => {
                    return Err(format!(
                        "the body has {} of {length} bytes: append it after the empty line",
                        body.len()
                    )
                    .into());
                }
            },
            Framing::None => body.to_vec(),
        };
        Ok(request)
    }

    /// Reads one request from a connection, and sends `100 Continue` if the client waits for it. A chunked body is decoded.
    pub(crate) fn read(stream: &mut TcpStream, limits: Limits) -> Result<Self, Failure> {
        let mut incoming = Incoming::of_stream(stream, limits.time);
        let head = incoming.head(limits.head)?;
        let mut request = Self::parse_head(&head)?;
        let framing = request.framing()?;
        if request.header(EXPECT.as_str()).is_some_and(|value| value.eq_ignore_ascii_case(b"100-continue")) {
            incoming.go_on()?;
        }
        request.body = match framing {
            Framing::Chunked => incoming.chunks(limits.body)?,
            Framing::Length(length) if length > limits.body => return Err(too_long("body", limits.body)),
            Framing::Length(length) => incoming.take(length)?,
            Framing::None => Vec::new(),
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

    /// Where the body ends (RFC 9112 section 6.3). Ambiguous framing is an error.
    pub(crate) fn framing(&self) -> Result<Framing, Failure> {
        let values = |name: http::HeaderName| {
            let of_name = move |(other, _): &&(String, Vec<u8>)| other.eq_ignore_ascii_case(name.as_str());
            self.headers.iter().filter(of_name).map(|(_, value)| value.as_slice())
        };
        let (mut codings, mut lengths) = (values(TRANSFER_ENCODING), values(CONTENT_LENGTH));
        let Some(length) = lengths.next() else {
            return match (codings.next(), codings.next()) {
                (None, _) => Ok(Framing::None),
                (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
                _ => Err("only the transfer coding `chunked` is read, and only once".into()),
            };
        };
        if codings.next().is_some() {
            return Err("there are both Content-Length and Transfer-Encoding".into());
        }
        if lengths.any(|other| other != length) {
            return Err("there are two Content-Length headers that differ".into());
        }
        let digits = str::from_utf8(length).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let length = digits.and_then(|text| text.parse().ok());
        length.map(Framing::Length).ok_or_else(|| "Content-Length is not a number of bytes".into())
    }

    /// Reads a request line and headers.
    pub(crate) fn parse_head(head: &[u8]) -> Result<Self, Failure> {
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
            let url = Url::split(target)?;
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

    /// Adds a line of the header section: a field, or the continuation of the field before it.
    fn take_line(&mut self, line: &[u8]) -> Result<(), Failure> {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            let (_, value) = self.headers.last_mut().ok_or("the first header line begins with a blank")?;
            value.push(b' ');
            value.extend_from_slice(trimmed(line));
            return Ok(());
        }
        // The line may hold a secret, so the message has its number instead of its text.
        let number = self.headers.len() + 1;
        let colon = line.iter().position(|b| *b == b':').ok_or_else(|| format!("header {number} has no colon"))?;
        let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
        let name = str::from_utf8(name).map_err(|_| "a header's name is not ASCII")?;
        self.headers.push((name.to_owned(), trimmed(value.strip_prefix(b":").unwrap_or_default()).to_vec()));
        Ok(())
    }
}

/// Without the blanks and line ends around it.
fn trimmed(value: &[u8]) -> &[u8] {
    value.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::RawRequest;

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
    fn a_body_that_two_readers_end_differently_is_refused() {
        for headers in [
            "Content-Length: 1\nContent-Length: 2",
            "Content-Length: 1\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked\nTransfer-Encoding: chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding:",
        ] {
            let text = format!("PUT / HTTP/1.1\n{headers}\n\n1\na\n0\n\n");
            assert!(RawRequest::parse(text.as_bytes()).is_err(), "{headers}");
        }
        let chunked = "PUT / HTTP/1.1\ntransfer-encoding: Chunked\n\n1\na\n0\n\n";
        assert_eq!(parse(&[chunked, "\r\n\n"].concat()).body, b"a");
        let error = RawRequest::parse([chunked, "GET"].concat().as_bytes()).unwrap_err().to_string();
        assert_eq!(error, "the body goes on after its last chunk");
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in ["", "\n\n", "GET", "GET /\n folded: first\n\n", "GET /\nno colon\n\n", "GET ://h/\n\n"] {
            assert!(RawRequest::parse(text.as_bytes()).is_err(), "{text}");
        }
        RawRequest::parse(b"GET /\xff HTTP/1.1\n\n").unwrap_err();
    }
}
