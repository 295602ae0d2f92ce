//! A request whose lines have a mark in front: the output of `curl -v` and of programs that use libcurl, and a dump of
//! requests_toolbelt.
//!
//! ```text
//! > GET / HTTP/1.1          curl -v, Insomnia       < GET / HTTP/1.1          requests_toolbelt
//! > Host: h                                         < Host: h
//! >                                                 <
//! | {"a":1}                 Insomnia alone          < {"a":1}
//! < HTTP/1.1 403 Forbidden                          > HTTP/1.1 403 Forbidden
//! ```
//!
//! Sources: curl's manual page (`-v`); `requests_toolbelt/utils/dump.py`.

use super::outcome::{Pasted, is_status_line, response_date};
use super::text::{after, is_versioned_line, lines};
use crate::failure::Failure;

/// The marks before the lines of a request, with the mark before those of the answer and the name of the form.
const MARKS: [(&[u8], &[u8], &str); 3] = [
    (b"> ", b"< ", "an output of curl -v"),
    (b"< ", b"> ", "a dump of requests_toolbelt"),
    (b"* ", b"< ", "a request with marked lines"),
];

/// Reads the last request of a text whose request lines are marked.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    MARKS.iter().find_map(|(mark, answer, form)| {
        let is_start = |line: &&[u8]| line.trim_ascii_start().strip_prefix(*mark).is_some_and(is_versioned_line);
        let starts: Vec<_> = lines(text).filter(is_start).collect();
        let first = starts.last()?;
        let rest = text.get(text.len() - first.len() - after(text, first).len()..)?;
        Some(marked(rest, mark, answer, form).map(|pasted| match starts.len() {
            1 => pasted,
            count => pasted.with_note(format!("the text has {count} requests: this is about the last one")),
        }))
    })
}

/// The request at the beginning of a text, each line of whose head has a mark.
fn marked(text: &[u8], mark: &[u8], answer: &[u8], form: &'static str) -> Result<Pasted, Failure> {
    let unmarked = |line: &[u8]| -> Option<Vec<u8>> {
        let line = line.trim_ascii_start();
        let bare = mark.strip_suffix(b" ").unwrap_or(mark);
        // Insomnia ends the head with an empty line.
        if line.is_empty() {
            return Some(Vec::new());
        }
        line.strip_prefix(mark).or_else(|| (line == bare).then_some(b"")).map(<[u8]>::to_vec)
    };
    let head: Vec<_> = lines(text).map_while(|line| unmarked(line).filter(|line| !line.is_empty())).collect();
    let rest = lines(text).skip(head.len());
    let mut after_head = rest.clone();
    let end = after_head.next().unwrap_or_default();
    // A text that ends with a line end has an empty line after it, which does not end the head.
    let is_ended =
        unmarked(end).is_some_and(|line| line.is_empty()) && (!end.is_empty() || after_head.clone().next().is_some());
    if !is_ended {
        return Err(Pasted::cut(form));
    }
    let answers = rest.clone().filter_map(|line| line.trim_ascii_start().strip_prefix(answer));
    let received = response_date(answers);
    let body = if mark == b"< " { dumped(text, head.len()) } else { shown(rest) };
    let head = head.join(&b'\n');
    // A mark alone at the end of the text may have lost its header.
    Pasted::of_head(form, &head, body)?.with_received(received).or_cut(after_head.next().is_some(), &head)
}

/// The body that Insomnia shows after the head, each line with `| `.
fn shown<'a>(rest: impl Iterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let is_other = |line: &&[u8]| !line.starts_with(b"| ") && !line.starts_with(b"< ") && !line.starts_with(b"> ");
    let lines: Vec<_> = rest.skip(1).skip_while(is_other).map_while(|line| line.strip_prefix(b"| ")).collect();
    (!lines.is_empty()).then(|| lines.join(&b'\n'))
}

/// The body in a dump of requests_toolbelt: after the mark that follows the empty line, up to the answer.
fn dumped(text: &[u8], head_lines: usize) -> Option<Vec<u8>> {
    let empty = lines(text).nth(head_lines)?;
    let rest = after(text, empty);
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?.strip_prefix(b"< ")?;
    let is_answer = |line: &&[u8]| line.strip_prefix(b"> ").is_some_and(is_status_line);
    let end = lines(rest).find(is_answer).map_or(rest.len(), |line| rest.len() - line.len() - after(rest, line).len());
    let body = rest.get(..end)?;
    // The dump ends each part with an empty line.
    let body = body.strip_suffix(b"\r\n\r\n").or_else(|| body.strip_suffix(b"\n\n")).unwrap_or(body);
    (body != b"< Request body is not a string-like type >>").then(|| body.to_vec())
}
