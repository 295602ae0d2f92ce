//! A raw request: request line, headers, an empty line, body. The answer may follow, as httpie and Wireshark show it.

use super::outcome::{Pasted, RAW, announces_body, declares_body, is_status_line, response_date};
use super::text::{is_request_line, lines};
use crate::failure::Failure;
use crate::incoming::{is_line_end, split_head};
use crate::raw_request::{Framing, RawRequest};
use http::header::CONTENT_LENGTH;

/// Reads a text that begins with a request line, after empty lines and blanks.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let start = text.iter().position(|b| !b.is_ascii_whitespace())?;
    let begun = text.get(start..)?;
    let first = lines(begun).next()?;
    // A dictionary after the URL is what a Python program printed.
    if !is_request_line(first) || first.windows(2).any(|pair| pair == b"{'") {
        return None;
    }
    let indent = text.get(..start)?.rsplit(is_line_end).next().unwrap_or_default();
    if indent.is_empty() {
        return Some(request(begun));
    }
    let unindented: Vec<_> = lines(begun).map(|line| line.strip_prefix(indent).unwrap_or(line)).collect();
    Some(request(&unindented.join(&b'\n')))
}

/// Reads a request whose body may be missing, or followed by the answer.
fn request(bytes: &[u8]) -> Result<Pasted, Failure> {
    let Some((head, rest)) = split_head(bytes, 0) else {
        let head = bytes.trim_ascii_end();
        return Pasted::of_head(RAW, head, None)?.or_cut(false, head);
    };
    let answer = begins_answer(rest);
    match RawRequest::parse(bytes) {
        Ok(request) if !answer => Ok(whole(request)),
        parsed => {
            let head = RawRequest::parse_head(head)?;
            body_before_answer(head, rest, parsed.err())
        }
    }
}

/// A request that the text shows to its end. People copy a head without its length and its body.
fn whole(request: RawRequest) -> Pasted {
    let has_no_body = request.body.is_empty() && request.header(CONTENT_LENGTH.as_str()).is_none();
    if has_no_body && declares_body(&request) == Some(true) {
        return Pasted::new(RAW, request, None);
    }
    let may_lack_it = has_no_body && announces_body(&request);
    let body = request.body.clone();
    let pasted = Pasted::new(RAW, request, Some(body));
    match may_lack_it {
        true => pasted.with_uncertain_body("the text shows no body"),
        false => pasted,
    }
}

/// A request whose text goes on with something other than its body alone.
fn body_before_answer(head: RawRequest, rest: &[u8], error: Option<Failure>) -> Result<Pasted, Failure> {
    let framing = head.framing()?;
    let received = |rest: &[u8]| response_date(lines(rest));
    if begins_answer(rest) || rest.iter().all(|b| b.is_ascii_whitespace()) {
        return Ok(Pasted::new(RAW, head, None).with_received(received(rest)));
    }
    let Framing::Length(length) = framing else {
        return Err(error.unwrap_or_else(|| "the body does not end as its headers say".into()));
    };
    match rest.split_at_checked(length) {
        Some((body, answer)) if begins_answer(answer) => {
            let body = body.to_vec();
            Ok(Pasted::new(RAW, head, Some(body)).with_received(received(answer)))
        }
        _ => {
            let shown = lines(rest).position(is_status_line).map_or(rest, |at| first_lines(rest, at));
            Ok(Pasted::new(RAW, head, Some(shown.to_vec())).with_received(received(rest)))
        }
    }
}

/// The first lines, without the blanks at their end.
fn first_lines(rest: &[u8], count: usize) -> &[u8] {
    let end: usize = rest.split_inclusive(|b| *b == b'\n').take(count).map(<[u8]>::len).sum();
    rest.get(..end).unwrap_or_default().trim_ascii_end()
}

/// Whether a text begins with a response, after empty lines.
fn begins_answer(text: &[u8]) -> bool {
    lines(text.trim_ascii_start()).next().is_some_and(is_status_line)
}
