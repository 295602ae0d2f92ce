//! The bytes of a request as they arrive, and chunked bodies.
//!
//! ```text
//! chunked   = *( size-line data LF ) last-line *( field LF ) LF       ; every LF may be a CRLF
//! size-line = 1*16HEXDIG *( SP / HTAB ) [ ";" extensions ] LF         ; `data` has so many bytes
//! last-line = 1*16"0" *( SP / HTAB ) [ ";" extensions ] LF
//! ```
//!
//! Source: RFC 9112 section 7.1.

use crate::failure::Failure;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The longest line before or after a chunk, in bytes.
const MAX_CHUNK_LINE: usize = 4096;
/// The most digits of a chunk's size.
const MAX_SIZE_DIGITS: usize = 16;
/// The most chunks of a body.
const MAX_CHUNKS: usize = 1 << 20;
/// The most bytes of extensions and trailers.
const MAX_CHUNK_EXTRAS: usize = 1 << 20;

/// The limits of one request on a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The start line and the header fields, in bytes.
    pub(crate) head: usize,
    /// The body, in bytes.
    pub(crate) body: usize,
    /// The time for the whole request.
    pub(crate) time: Duration,
}

/// A connection with the bytes read from it, or bytes alone.
pub(crate) struct Incoming<'a> {
    stream: Option<&'a mut TcpStream>,
    read: Vec<u8>,
    /// How many bytes of `read` are consumed.
    used: usize,
    deadline: Instant,
}

impl<'a> Incoming<'a> {
    /// The bytes that arrive on a connection within `time`.
    pub(crate) fn of_stream(stream: &'a mut TcpStream, time: Duration) -> Self {
        Self { stream: Some(stream), read: Vec::new(), used: 0, deadline: Instant::now() + time }
    }
}

impl Incoming<'_> {
    /// The given bytes.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self { stream: None, read: bytes.to_vec(), used: 0, deadline: Instant::now() }
    }

    /// The bytes that are read but not consumed.
    pub(crate) fn unused(&self) -> &[u8] {
        self.read.get(self.used..).unwrap_or_default()
    }

    /// Sends `100 Continue` to a client that waits with the body.
    pub(crate) fn go_on(&mut self) -> Result<(), Failure> {
        if let Some(stream) = &mut self.stream {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        Ok(())
    }

    /// Everything up to the empty line.
    pub(crate) fn head(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let (mut blank, mut searched) = (0, 0);
        loop {
            if searched == 0 {
                let before = self.unused().iter().take_while(|b| is_line_end(b)).count();
                self.used += before;
                blank += before;
            }
            let unused = self.unused();
            if let Some((head, rest)) = split_head(unused, searched) {
                let (head, used) = (head.to_vec(), unused.len() - rest.len());
                self.used += used;
                return Ok(head);
            }
            if blank + unused.len() > limit {
                return Err(too_long("head", limit));
            }
            // The last bytes may be the beginning of the empty line.
            searched = unused.len().saturating_sub(2);
            self.more()?;
        }
    }

    /// The next `length` bytes.
    pub(crate) fn take(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        let mut taken = Vec::new();
        self.take_into(&mut taken, length)?;
        Ok(taken)
    }

    /// Appends the next `length` bytes to `out`.
    fn take_into(&mut self, out: &mut Vec<u8>, length: usize) -> Result<(), Failure> {
        while self.unused().len() < length {
            self.more()?;
        }
        out.extend_from_slice(self.unused().get(..length).unwrap_or_default());
        self.used += length;
        Ok(())
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<Vec<u8>, Failure> {
        let mut searched = 0;
        loop {
            let end = self.unused().iter().skip(searched).position(|b| *b == b'\n').map(|at| searched + at);
            searched = end.unwrap_or_else(|| self.unused().len());
            if searched > MAX_CHUNK_LINE {
                return Err(too_long("line of a chunk", MAX_CHUNK_LINE));
            }
            if end.is_some() {
                let mut line = self.take(searched + 1)?;
                line.pop();
                line.pop_if(|last| *last == b'\r');
                return Ok(line);
            }
            self.more()?;
        }
    }

    /// The content of a chunked body (RFC 9112 section 7.1). Extensions and trailers are skipped.
    pub(crate) fn chunks(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let (mut body, mut extras) = (Vec::new(), 0);
        for _ in 0..MAX_CHUNKS {
            let line = self.line()?;
            let (size, extension) = chunk_size(&line)?;
            add_extras(&mut extras, extension)?;
            if size == 0 {
                self.pass_trailers(extras)?;
                return Ok(body);
            }
            if size > limit.saturating_sub(body.len()) {
                return Err(too_long("body", limit));
            }
            self.take_into(&mut body, size)?;
            if !self.line()?.is_empty() {
                return Err("a chunk is longer than its size".into());
            }
        }
        Err(format!("the body has more than {MAX_CHUNKS} chunks").into())
    }

    /// Reads up to the empty line after the last chunk.
    fn pass_trailers(&mut self, mut extras: usize) -> Result<(), Failure> {
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(());
            }
            if !line.contains(&b':') && !line.starts_with(b" ") && !line.starts_with(b"\t") {
                return Err("the last chunk is followed by an invalid header line".into());
            }
            add_extras(&mut extras, line.len())?;
        }
    }

    /// Reads more bytes, until the deadline at the latest.
    fn more(&mut self) -> Result<(), Failure> {
        let stream = self.stream.as_mut().ok_or("the body ends within a chunk")?;
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err("the request was not complete in time".into());
        }
        stream.set_read_timeout(Some(left))?;
        let mut buffer = [0; 8192];
        let read = stream.read(&mut buffer)?;
        let new = buffer.get(..read).filter(|new| !new.is_empty()).ok_or("the connection ended within the request")?;
        // Consumed bytes are removed once they are half of the buffer, so each byte moves at most once.
        if 2 * self.used > self.read.len() {
            self.read.drain(..self.used);
            self.used = 0;
        }
        self.read.extend_from_slice(new);
        Ok(())
    }
}

pub(crate) fn is_line_end(byte: &u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The head, and the bytes after its empty line, which does not begin within the first `searched` bytes. Empty lines before the
/// head are part of it.
pub(crate) fn split_head(bytes: &[u8], searched: usize) -> Option<(&[u8], &[u8])> {
    let start = bytes.iter().position(|b| !is_line_end(b))?.max(searched);
    let ends = |at: usize, end: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(end)).then_some(end.len());
    let found = (start..bytes.len()).find_map(|at| Some((at, ends(at, b"\n\r\n").or_else(|| ends(at, b"\n\n"))?)));
    let (at, length) = found?;
    Some((bytes.get(..at)?, bytes.get(at + length..)?))
}

/// The size of a chunk, and the length of its extensions.
fn chunk_size(line: &[u8]) -> Result<(usize, usize), Failure> {
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let (size, rest) = line.split_at_checked(digits).unwrap_or((line, b""));
    let is_end = matches!(rest.iter().find(|b| !matches!(b, b' ' | b'\t')), None | Some(b';'));
    let size = str::from_utf8(size).ok().filter(|_| is_end && (1..=MAX_SIZE_DIGITS).contains(&digits));
    let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
    Ok((size.ok_or("a chunk does not begin with its size")?, rest.len()))
}

/// Adds to the length of extensions and trailers, up to the limit.
fn add_extras(extras: &mut usize, more: usize) -> Result<(), Failure> {
    *extras += more;
    if *extras > MAX_CHUNK_EXTRAS { Err(too_long("rest of the chunks", MAX_CHUNK_EXTRAS)) } else { Ok(()) }
}

pub(crate) fn too_long(part: &str, limit: usize) -> Failure {
    format!("the {part} is longer than {limit} bytes").into()
}

#[cfg(test)]
mod tests {
    use super::{Incoming, Limits, MAX_CHUNK_EXTRAS, MAX_CHUNKS};
    use crate::raw_request::RawRequest;
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};
    use std::thread;
    use std::time::Duration;

    fn chunks(text: &str) -> Result<String, String> {
        let content = Incoming::of_bytes(text.as_bytes()).chunks(100);
        content.map(|content| String::from_utf8(content).unwrap()).map_err(|e| e.to_string())
    }

    #[test]
    fn chunks_are_put_together() {
        for text in [
            "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            "3\nabc\n2\nde\n0\n\n",
            "0003;a=b;c=\"d\"\r\nabc\r\n2 \t;x\r\nde\r\n0;last\r\nA: b\r\n folded\r\nC:\r\n\r\n",
            "0000000000000005\r\nabcde\r\n0000000000000000\r\n\r\n",
        ] {
            assert_eq!(chunks(text).unwrap(), "abcde", "{text:?}");
        }
        assert_eq!(chunks("a\r\n\r\n\n3456789\r\n0\r\n\r\n").unwrap(), "\r\n\n3456789");
    }

    #[test]
    fn a_chunk_begins_with_its_size() {
        let sizes =
            ["", " ", "+1", "-1", "0x1", "1x", " 1", "1_0", "g", "1 1", "1\r", "\u{661}", ";", "00000000000000001"];
        for size in sizes {
            let error = chunks(&format!("{size}\r\na\r\n0\r\n\r\n")).unwrap_err();
            assert_eq!(error, "a chunk does not begin with its size", "{size:?}");
        }
        assert!(chunks("ffffffffffffffff\r\n").unwrap_err().contains("body is longer"));
        assert!(chunks("65\r\n").unwrap_err().contains("body is longer"));
    }

    #[test]
    fn a_chunk_ends_where_its_size_says() {
        for text in ["1\r\nab\r\n0\r\n\r\n", "1\r\na0\r\n\r\n", "1\r\na \r\n0\r\n\r\n", "1\r\na\r\r\n0\r\n\r\n"] {
            assert_eq!(chunks(text).unwrap_err(), "a chunk is longer than its size", "{text:?}");
        }
        for text in ["", "3", "3\r\nab", "1\r\na", "1\r\na\r\n", "1\r\na\r\n0\r\n", "0\r\nA: b\r\n"] {
            assert_eq!(chunks(text).unwrap_err(), "the body ends within a chunk", "{text:?}");
        }
        let error = chunks("0\r\nGET / HTTP/1.1\r\n\r\n").unwrap_err();
        assert_eq!(error, "the last chunk is followed by an invalid header line");
    }

    #[test]
    fn extensions_trailers_and_chunks_have_a_limit() {
        let long = "x".repeat(4000);
        let lines = MAX_CHUNK_EXTRAS / 4000 + 1;
        let trailers = format!("0\r\n{}\r\n", format!("a:{long}\r\n").repeat(lines));
        assert!(chunks(&trailers).unwrap_err().contains("rest of the chunks is longer"));
        let extensions = format!("1;{long}\r\na\r\n").repeat(lines);
        let read = |text: String| Incoming::of_bytes(text.as_bytes()).chunks(usize::MAX).unwrap_err().to_string();
        assert!(read(extensions).contains("rest of the chunks is longer"));
        for end in ["", "\r\n"] {
            assert!(read(format!("1;{}{end}", "x".repeat(5000))).contains("line of a chunk is longer"));
        }
        assert!(read("1\r\na\r\n".repeat(MAX_CHUNKS)).contains("more than 1048576 chunks"));
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
