//! The heads of the requests of an HTTP/1.1 connection, as the client wrote them.
//!
//! The recorder follows the framing of the connection: head, body, head. It never decides what a request says; it only tells in
//! which letter case the client wrote the names that the HTTP implementation parsed. If what it recorded is not what was parsed, or
//! if it cannot follow the framing, it stops for the rest of the connection.

use crate::limits::MAX_READ_HEAD;
use crate::received_names::ReceivedNames;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use std::collections::VecDeque;

/// Records the heads of a connection's requests.
#[derive(Debug)]
pub(super) struct HeadRecorder {
    place: Place,
    /// The bytes of the head that has begun.
    head: Vec<u8>,
    /// The heads of requests that were not taken yet, in the order of their arrival.
    complete: VecDeque<Vec<u8>>,
    /// The length of all of these.
    kept: usize,
}

/// The place in the framing that the next byte is at.
///
/// Between chunks, these are the places of the HTTP implementation, which ends a line there with CR LF only. A place that took more
/// would find a head within what the implementation takes for a trailer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// In a head, whose last line begins there.
    Head { line: usize },
    /// In a body or a chunk with this many bytes left.
    Body { left: u64, is_chunk: bool },
    /// In the size of a chunk.
    Size(u64),
    /// Behind the size of a chunk, in its line.
    Extension(u64),
    /// In the line end behind the size of a chunk, after CR.
    SizeLf(u64),
    /// Behind a chunk.
    ChunkCr,
    /// Behind a chunk, after CR.
    ChunkLf,
    /// At the beginning of a line of the trailer.
    Trailer,
    /// In a line of the trailer.
    TrailerLine,
    /// In a line end of the trailer, after CR.
    TrailerLf,
    /// In the last line end of a body, after CR.
    LastLf,
    /// Not known.
    Lost,
}

const HEAD: Place = Place::Head { line: 0 };

impl Default for HeadRecorder {
    fn default() -> Self {
        Self::new()
    }
}

impl HeadRecorder {
    const fn new() -> Self {
        Self { place: HEAD, head: Vec::new(), complete: VecDeque::new(), kept: 0 }
    }

    /// Follows bytes that were read from the client.
    pub(super) fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.place != Place::Lost {
            bytes = match self.place {
                Place::Head { line } => self.read_head(bytes, line),
                Place::Body { left, is_chunk } => self.skip_body(bytes, left, is_chunk),
                Place::Lost => &[],
                _ => self.read_framing(bytes),
            };
        }
    }

    /// Takes the names of the next request, whose parsed headers are `parsed`. `None` if they are not known.
    pub(super) fn take(&mut self, parsed: &HeaderMap) -> Option<ReceivedNames> {
        let names = self.next().and_then(|head| ReceivedNames::of_request(names(&head), parsed));
        if names.is_none() {
            self.lose();
        }
        names
    }

    /// Leaves out the next request, whose names are not used.
    pub(super) fn skip(&mut self) {
        if self.next().is_none() {
            self.lose();
        }
    }

    /// Takes the next head.
    fn next(&mut self) -> Option<Vec<u8>> {
        let head = self.complete.pop_front();
        self.kept -= head.as_ref().map_or(0, Vec::len);
        head
    }

    fn lose(&mut self) {
        *self = Self { place: Place::Lost, ..Self::new() };
    }

    /// Reads to the end of a line of a head.
    fn read_head<'b>(&mut self, bytes: &'b [u8], line: usize) -> &'b [u8] {
        let (read, rest) = to_line_end(bytes);
        // Line ends before a request are not part of it. Source: RFC 9112 section 2.2.
        if self.head.is_empty() && read.iter().all(|b| matches!(b, b'\r' | b'\n')) {
            return rest;
        }
        if self.kept + read.len() > MAX_READ_HEAD {
            self.lose();
            return &[];
        }
        self.kept += read.len();
        self.head.extend_from_slice(read);
        if read.ends_with(b"\n") {
            let is_last = self.head.get(line..).is_some_and(|line| matches!(line, b"\n" | b"\r\n"));
            self.place = Place::Head { line: self.head.len() };
            if is_last {
                self.end_head();
            }
        }
        rest
    }

    fn end_head(&mut self) {
        let head = std::mem::take(&mut self.head);
        self.place = match body(&head) {
            Some(place) => place,
            None => return self.lose(),
        };
        self.complete.push_back(head);
    }

    fn skip_body<'b>(&mut self, bytes: &'b [u8], left: u64, is_chunk: bool) -> &'b [u8] {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let left = left.saturating_sub(u64::try_from(here).unwrap_or(u64::MAX));
        self.place = match (left, is_chunk) {
            (0, true) => Place::ChunkCr,
            (0, false) => HEAD,
            (left, is_chunk) => Place::Body { left, is_chunk },
        };
        bytes.get(here..).unwrap_or(&[])
    }

    /// Reads a byte between the chunks of a body.
    fn read_framing<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Some((byte, rest)) = bytes.split_first() else { return &[] };
        self.place = self.place.behind(*byte);
        if self.place == Place::Lost {
            self.lose();
        }
        rest
    }
}

impl Place {
    /// The place behind a byte between the chunks of a body.
    fn behind(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Size(size) | Self::Extension(size), b'\r') => Self::SizeLf(size),
            (Self::Size(size), b';' | b' ' | b'\t') => Self::Extension(size),
            (Self::Size(size), digit) => match (char::from(digit).to_digit(16), size.checked_mul(16)) {
                (Some(digit), Some(size)) => Self::Size(size | u64::from(digit)),
                _ => Self::Lost,
            },
            (Self::Extension(size), byte) if byte != b'\n' => Self::Extension(size),
            (Self::SizeLf(0), b'\n') => Self::Trailer,
            (Self::SizeLf(size), b'\n') => Self::Body { left: size, is_chunk: true },
            (Self::ChunkCr, b'\r') => Self::ChunkLf,
            (Self::ChunkLf, b'\n') => Self::Size(0),
            (Self::Trailer, b'\r') => Self::LastLf,
            (Self::TrailerLine, b'\r') => Self::TrailerLf,
            (Self::Trailer | Self::TrailerLine, _) => Self::TrailerLine,
            (Self::TrailerLf, b'\n') => Self::Trailer,
            (Self::LastLf, b'\n') => HEAD,
            _ => Self::Lost,
        }
    }
}

/// Splits behind the first line end.
fn to_line_end(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |end| end + 1);
    bytes.split_at_checked(end).unwrap_or((bytes, &[]))
}

/// The header lines of a head: names and values.
fn fields(head: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    let lines = head.split(|b| *b == b'\n').skip(1);
    lines.filter_map(|line| {
        let colon = line.iter().position(|b| *b == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        Some((str::from_utf8(name).ok()?, value.get(1..)?.trim_ascii()))
    })
}

fn names(head: &[u8]) -> impl Iterator<Item = &str> {
    fields(head).map(|(name, _)| name)
}

/// The place behind a head: its body, or the next head. `None` if the body's length is not clear.
fn body(head: &[u8]) -> Option<Place> {
    let values = |of: http::HeaderName| {
        fields(head).filter(move |(name, _)| name.eq_ignore_ascii_case(of.as_str())).map(|(_, value)| value)
    };
    if let Some(coding) = values(TRANSFER_ENCODING).last() {
        let last = coding.rsplit(|b| *b == b',').next()?.trim_ascii();
        return last.eq_ignore_ascii_case(b"chunked").then_some(Place::Size(0));
    }
    let mut lengths = values(CONTENT_LENGTH);
    let Some(first) = lengths.next() else { return Some(HEAD) };
    let left: u64 = str::from_utf8(first).ok()?.parse().ok()?;
    let is_clear = lengths.all(|other| other == first);
    is_clear.then_some(if left == 0 { HEAD } else { Place::Body { left, is_chunk: false } })
}

#[cfg(test)]
mod tests {
    use super::{HeadRecorder, Place};
    use crate::limits::MAX_READ_HEAD;
    use crate::received_names::Spelling;
    use http::{HeaderMap, HeaderName, HeaderValue, Version};

    fn parsed(names: &[&str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for name in names {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static("v"));
        }
        map
    }

    /// What the recorder says of a request with one header, `x-name`.
    fn spelled(recorder: &mut HeadRecorder) -> Option<String> {
        let names = recorder.take(&parsed(&["x-name"]))?;
        Some(Spelling::of_client(Version::HTTP_11, Some(&names)).spell(&HeaderName::from_static("x-name")))
    }

    /// Four requests with bodies of every framing, in whatever pieces they arrive.
    #[test]
    fn every_head_is_found_in_pieces_of_any_length() {
        let text = "GET / HTTP/1.1\r\nX-NAME: a:b\r\n\r\n\
            \r\nPOST / HTTP/1.1\r\ncontent-Length: 21\r\nX-namE: 1\r\n\r\nGET / HTTP/1.1\nno: 1\n\n\
            POST / HTTP/1.1\r\nTransfer-encoding: gzip, Chunked\r\nx-Name: 1\r\n\r\n\
            3;a=b\r\n\r\n\r\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\nX-other: 2\r\n\r\n\
            PUT / HTTP/1.1\nx-naMe: 1\n\n";
        for len in (1..12).chain([text.len()]) {
            let mut recorder = HeadRecorder::new();
            text.as_bytes().chunks(len).for_each(|piece| recorder.read(piece));
            for name in ["X-NAME", "X-namE", "x-Name", "x-naMe"] {
                assert_eq!(spelled(&mut recorder).as_deref(), Some(name), "in pieces of {len}");
            }
            assert_eq!(spelled(&mut recorder), None);
        }
    }

    #[test]
    fn what_cannot_be_followed_is_not_followed() {
        let good = "GET / HTTP/1.1\r\nX-Name: 1\r\n\r\n";
        for head in [
            "POST / HTTP/1.1\r\nx: 1\r\nContent-Length: x\r\n\r\n",
            "POST / HTTP/1.1\r\nx: 1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST / HTTP/1.1\r\nx: 1\r\nTransfer-Encoding: gzip\r\n\r\n",
            "POST / HTTP/1.1\r\nx: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
            "POST / HTTP/1.1\r\nx: 1\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n",
            "POST / HTTP/1.1\r\nx: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nx: 1\r\nTransfer-Encoding: chunked\r\n\r\n0;a\n\r\n\r\n",
        ] {
            let mut recorder = HeadRecorder::new();
            recorder.read(head.as_bytes());
            recorder.read(good.as_bytes());
            assert_eq!((spelled(&mut recorder), recorder.place), (None, Place::Lost), "{head}");
            recorder.read(good.as_bytes());
            assert_eq!(spelled(&mut recorder), None, "{head}");
        }
        let mut recorder = HeadRecorder::new();
        recorder.read(good.repeat(2).as_bytes());
        assert!(recorder.take(&parsed(&["x-other"])).is_none(), "not the names that were parsed");
        assert_eq!(spelled(&mut recorder), None, "so the following ones are not trusted");
    }

    #[test]
    fn it_keeps_no_more_than_a_head_may_be_long() {
        let mut long = HeadRecorder::new();
        let mut many = HeadRecorder::new();
        for _ in 0..10_000 {
            long.read(b"x: 123456\r\n");
            many.read(b"GET / HTTP/1.1\r\n\r\n");
            let kept =
                |recorder: &HeadRecorder| recorder.complete.iter().map(Vec::len).sum::<usize>() + recorder.head.len();
            assert!(kept(&long) <= MAX_READ_HEAD && kept(&many) <= MAX_READ_HEAD);
        }
        assert_eq!((long.place, many.place), (Place::Lost, Place::Lost));
    }
}
