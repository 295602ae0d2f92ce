//! A request within other text: after words, in a fence of Markdown, or in a log that puts a mark before each line.
//!
//! ```text
//! we get a 403 for:                     a mail, an issue, a log of aws-sdk-go
//! GET / HTTP/1.1
//! Host: h
//!
//! app-1  | GET / HTTP/1.1               docker compose, journald, logcat, `cat -n`
//! app-1  | Host: h
//! DEBUG org.apache.http.wire: http-outgoing-0 >> "GET / HTTP/1.1[\r][\n]"      Apache HttpClient, the AWS SDKs for Java
//! > GET / HTTP/1.1                      Guzzle: a mark before the first line alone
//! Host: h
//! --> GET https://h/ http/1.1           OkHttp
//! ```

use super::curl_line;
use super::outcome::{Pasted, is_status_line, response_date};
use super::text::{after, is_request_line, lines};
use crate::failure::Failure;
use crate::raw_request::{Framing, RawRequest};

const FORM: &str = "a request within other text";
/// The longest mark before a line of a log, in bytes.
const MAX_MARK_LEN: usize = 256;
/// The ends of lines in the log of Apache HttpClient, the longest first.
const ESCAPED_ENDS: [&[u8]; 3] = [b"[\\r][\\n]\"", b"[\\n]\"", b"\""];

/// Reads the last request, else the first `curl` command, of a text that has other lines too.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let starts: Vec<_> = lines(text).filter_map(|line| Some((line, start_in(line)?))).collect();
    let Some((line, at)) = starts.last().copied() else { return command(text) };
    let rest = text.get(text.len() - after(text, line).len() - line.len()..)?;
    Some(request(rest, at).map(|pasted| match starts.len() {
        1 => pasted,
        count => pasted.with_note(format!("the text has {count} requests: this is about the last one")),
    }))
}

/// Where a request line begins within a line.
fn start_in(line: &[u8]) -> Option<usize> {
    let text = str::from_utf8(line).ok()?;
    let version = text.rfind(" HTTP/").or_else(|| text.rfind(" http/1."))?;
    let end = text.get(version + 1..)?.find([' ', '"', '[']).map_or(text.len(), |length| version + 1 + length);
    // An access log goes on with the status.
    let tail = text.get(end..)?.trim_end();
    if !tail.is_empty() && !ESCAPED_ENDS.contains(&tail.as_bytes()) {
        return None;
    }
    let target = text.get(..version)?.rfind(' ')?;
    let before = text.get(..target)?;
    let method = before.rfind(|c: char| !c.is_ascii_uppercase()).map_or(0, |at| at + 1);
    let method = method + usize::from(!before.is_char_boundary(method));
    let request = text.get(method..version)?;
    (method < target && method <= MAX_MARK_LEN && is_request_line(request.as_bytes())).then_some(method)
}

/// The request at the beginning of a text, whose first line has a mark of this length.
fn request(text: &[u8], mark: usize) -> Result<Pasted, Failure> {
    let first = lines(text).next().unwrap_or_default();
    let (mark, start) = first.split_at_checked(mark).unwrap_or((b"", first));
    let is_quoted = mark.ends_with(b"\"");
    let bare = |line| if is_quoted { without_end(line) } else { line };
    let second = lines(text).nth(1).unwrap_or_default();
    // Guzzle and OkHttp mark the first line alone, and a log may put its own mark before theirs.
    let mut marks = [b"".as_slice(), b"--> ", b"> "].into_iter().filter_map(|end| mark.strip_suffix(end));
    let mark = marks.find(|mark| after_mark(second, mark).is_some()).unwrap_or_default();
    let is_marked = !mark.is_empty();
    let next = |line| if is_marked { after_mark(line, mark).map(bare) } else { Some(line) };
    let mut rest = lines(text).skip(1).map_while(next);
    let start = bare(start);
    // OkHttp writes the version in small letters.
    let mut head = vec![start.strip_suffix(b" http/1.1").unwrap_or(start)];
    let mut is_ended = false;
    for line in rest.by_ref() {
        is_ended = line.trim_ascii().is_empty();
        if is_ended || is_end(line) {
            break;
        }
        head.push(line);
    }
    let head = head.join(&b'\n');
    let parsed = RawRequest::parse_head(&head).map_err(|error| format!("this is {FORM}, but {error}"))?;
    let tail: Vec<_> = rest.take_while(|line| !is_end(line) && !is_status_line(line)).collect();
    let body = match parsed.framing()? {
        Framing::Length(length) => body(length, &tail.join(&b'\n')),
        Framing::Chunked | Framing::None => None,
    };
    let received = response_date(lines(text).map(|line| after_mark(line, mark).unwrap_or(line)));
    Pasted::new(FORM, parsed, body).with_received(received).or_cut(is_ended, &head)
}

/// The body: as many bytes as `Content-Length` says, if only blanks follow. Other words are no body.
fn body(length: usize, tail: &[u8]) -> Option<Vec<u8>> {
    let (body, rest) = tail.split_at_checked(length)?;
    rest.trim_ascii().is_empty().then(|| body.to_vec())
}

/// Whether a line ends the request: a fence, or what Guzzle, OkHttp and aws-sdk-go write below it.
fn is_end(line: &[u8]) -> bool {
    [b"```".as_slice(), b"~~~", b"< ", b"* ", b"--> END", b"<-- ", b"-----"].iter().any(|end| line.starts_with(end))
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_end();
    ESCAPED_ENDS.iter().find_map(|end| line.strip_suffix(*end)).unwrap_or(line)
}

/// The line after a mark that is like `mark`: digits may be others, and blanks more or fewer.
fn after_mark<'a>(line: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let (mut line, mut mark) = (line, mark);
    while let Some((byte, rest)) = mark.split_first() {
        if byte.is_ascii_digit() {
            let is_digit = |b: &u8| b.is_ascii_digit();
            (mark, line) = (past(mark, is_digit), Some(past(line, is_digit)).filter(|rest| rest.len() < line.len())?);
        } else if matches!(byte, b' ' | b'\t') {
            let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
            (mark, line) = (past(mark, is_blank), past(line, is_blank));
        } else {
            (mark, line) = (rest, line.strip_prefix(&[*byte])?);
        }
    }
    Some(line)
}

/// The text from the first byte on that is not of a kind.
fn past(text: &[u8], is_kind: impl Fn(&u8) -> bool) -> &[u8] {
    let count = text.iter().take_while(|b| is_kind(b)).count();
    text.get(count..).unwrap_or_default()
}

/// The first `curl` command that begins a line, up to an empty line or the end of its fence.
fn command(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let is_start = |line: &&[u8]| {
        let line = line.trim_ascii_start();
        let line = line.strip_prefix(b"$ ").unwrap_or(line);
        line.starts_with(b"curl ") || line.starts_with(b"curl.exe ")
    };
    let first = lines(text).find(is_start)?;
    let rest = text.get(text.len() - after(text, first).len() - first.len()..)?;
    let last = lines(rest).take_while(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"```")).last()?;
    curl_line::read(rest.get(..rest.len() - after(rest, last).len())?)
}
