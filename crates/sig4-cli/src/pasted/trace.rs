//! The output of `curl --trace-ascii` and `curl --trace`.
//!
//! ```text
//! => Send header, 84 bytes (0x54)
//! 0000: GET / HTTP/1.1                                      with --trace-ascii: a line ends after CRLF or 64 characters
//! 0000: 47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a GET / HTTP/1.1..      with --trace: 16 bytes a line
//! => Send data, 7 bytes (0x7)
//! ```
//!
//! Source: `src/tool_cb_dbg.c` of curl.

use super::outcome::{Pasted, response_date};
use super::text::lines;
use crate::failure::Failure;

const FORM: &str = "an output of curl --trace";

/// The bytes that a line of `--trace` shows.
const HEX_WIDTH: usize = 16;

/// A part of a trace: what went over the wire, and its bytes.
struct Part<'a> {
    title: &'a [u8],
    /// The length that the title states.
    length: Option<usize>,
    lines: Vec<(usize, &'a [u8])>,
}

/// Reads the last request of a trace.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    if !lines(text).any(|line| starts_with(line, b"=> Send header")) {
        return None;
    }
    let parts = parts(text);
    let count = parts.iter().filter(|part| part.title == b"=> Send header").count();
    let at = parts.iter().rposition(|part| part.title == b"=> Send header")?;
    let (head, rest) = parts.get(at..)?.split_first()?;
    let sent = rest.iter().take_while(|part| part.title != b"=> Send header");
    let data: Vec<_> = sent.clone().filter(|part| part.title == b"=> Send data").map(Part::content).collect();
    let body = (!data.is_empty()).then(|| data.iter().flat_map(|(bytes, _)| bytes).copied().collect());
    let is_lossy = data.iter().any(|(_, is_exact)| !is_exact);
    let answer: Vec<_> = sent.filter(|part| part.title == b"<= Recv header").map(|part| part.content().0).collect();
    let received = response_date(answer.iter().map(|line| line.trim_ascii_end()));
    let content = head.content().0;
    if !content.ends_with(b"\r\n\r\n") {
        return Some(Err(Pasted::cut(FORM)));
    }
    let pasted = Pasted::of_head(FORM, &content, body);
    Some(pasted.map(|pasted| {
        let mut pasted = pasted.with_received(received);
        if is_lossy {
            pasted = pasted.with_uncertain_body("--trace-ascii shows line ends and bytes that are not ASCII as dots");
        }
        if count > 1 {
            pasted.with_note(format!("the trace has {count} requests: this is about the last one"))
        } else {
            pasted
        }
    }))
}

fn parts(text: &[u8]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for line in lines(text) {
        // `--trace-time` begins titles with the time.
        let title = ["=> Send ", "<= Recv ", "== Info"].iter().find_map(|title| from(line, title.as_bytes()));
        if let Some(title) = title {
            let mut words = title.split(|b| *b == b',');
            let (title, size) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            parts.push(Part { title, length: number(size.trim_ascii(), 10), lines: Vec::new() });
            continue;
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { continue };
        let (Some(offset), Some(rest)) = (line.get(..colon), line.get(colon + 1..)) else { continue };
        if let (Some(offset), Some(part)) = (number(offset, 16), parts.last_mut()) {
            part.lines.push((offset, rest.strip_prefix(b" ").unwrap_or(rest)));
        }
    }
    parts
}

impl Part<'_> {
    /// The bytes, and whether they are exact.
    fn content(&self) -> (Vec<u8>, bool) {
        let hex: Option<Vec<_>> = self.lines.iter().map(|(_, line)| hex_bytes(line)).collect();
        if let Some(hex) = hex.filter(|_| !self.lines.is_empty()) {
            return (hex.concat(), true);
        }
        let mut bytes = Vec::new();
        for (n, (offset, line)) in self.lines.iter().enumerate() {
            bytes.extend_from_slice(line);
            let next = self.lines.get(n + 1).map(|(next, _)| *next).or(self.length);
            // Two bytes more than the line shows are its CRLF.
            if next.is_some_and(|next| next == offset + line.len() + 2) {
                bytes.extend_from_slice(b"\r\n");
            }
        }
        let is_exact = self.title == b"=> Send header" || !bytes.contains(&b'.');
        (bytes, is_exact)
    }
}

/// The bytes of a line of `--trace`: pairs of digits, each with a blank, in a column of fixed width.
fn hex_bytes(line: &[u8]) -> Option<Vec<u8>> {
    let (column, shown) = line.split_at_checked(3 * HEX_WIDTH)?;
    let pairs = column.trim_ascii_end().split(|b| *b == b' ');
    let bytes: Vec<u8> = pairs
        .map(|pair| if pair.len() == 2 { u8::try_from(number(pair, 16)?).ok() } else { None })
        .collect::<Option<_>>()?;
    (shown.len() == bytes.len() || shown.len() + 1 == bytes.len()).then_some(bytes)
}

fn number(text: &[u8], radix: u32) -> Option<usize> {
    let digits = text.split(|b| *b == b' ').next()?;
    usize::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()
}

/// The line from `word` on, which may follow a time.
fn from<'a>(line: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    if line.starts_with(word) {
        return Some(line);
    }
    let is_time = |head: &[u8]| head.iter().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    let space = line.iter().position(|b| *b == b' ')?;
    line.get(space + 1..).filter(|rest| rest.starts_with(word) && line.get(..space).is_some_and(is_time))
}

fn starts_with(line: &[u8], word: &[u8]) -> bool {
    from(line, word).is_some()
}
