//! What Python programs print: the log of `http.client`, and literals of bytes, strings and dictionaries.
//!
//! ```text
//! send: b'POST / HTTP/1.1\r\nHost: h\r\n\r\n'        http.client with debuglevel 1
//! send: b'{"a":1}'
//! reply: 'HTTP/1.1 403 Forbidden\r\n'
//! header: Date: Mon, 30 Nov 2026 01:19:44 GMT
//! <- "POST / HTTP/1.1\r\nHost: h\r\n\r\n"       Net::HTTP of Ruby with set_debug_output
//! ```

use super::outcome::{Pasted, imf_date};
use super::text::{is_versioned_line, lines};
use crate::failure::Failure;
use crate::incoming::split_head;
use crate::raw_request::RawRequest;

/// The most pieces in which a request was sent.
const MAX_PIECES: usize = 100_000;

/// Reads the last request in a log of `http.client`.
pub(super) fn read_log(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let (mut count, mut received, mut is_cut) = (0, None, false);
    for line in lines(text).map(<[u8]>::trim_ascii_start) {
        let sent = line.strip_prefix(b"send: ").or_else(|| line.strip_prefix(b"<- "));
        if let Some((piece, _)) = sent.and_then(literal) {
            if lines(&piece).next().is_some_and(is_versioned_line) {
                (count, received, is_cut) = (count + 1, None, false);
                pieces.clear();
            }
            is_cut |= pieces.len() >= MAX_PIECES;
            if !is_cut {
                pieces.push(piece);
            }
        } else if let Some(date) = line.strip_prefix(b"header: Date: ") {
            received = str::from_utf8(date).ok().and_then(imf_date);
        }
    }
    if count == 0 {
        return None;
    }
    let sent = pieces.concat();
    Some(sent_bytes(&sent).map(|pasted| {
        let pasted = pasted.with_received(received);
        if count > 1 {
            pasted.with_note(format!("the log has {count} requests: this is about the last one"))
        } else {
            pasted
        }
    }))
}

/// A request as `http.client` sent it. A body that it reads from a file is not in the log.
fn sent_bytes(sent: &[u8]) -> Result<Pasted, Failure> {
    let form = "a log of http.client or Net::HTTP";
    let (head, rest) = split_head(sent, 0).ok_or_else(|| Pasted::cut(form))?;
    match RawRequest::parse(sent) {
        Ok(request) if !rest.is_empty() => {
            let body = request.body.clone();
            Ok(Pasted::new(form, request, Some(body)))
        }
        _ => Pasted::of_head(form, head, None),
    }
}

/// The content of a text that is one literal of Python's bytes, such as `bytearray(b'…')`. `None` if it is anything else.
pub(super) fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    let inner = text.strip_prefix(b"bytearray(").and_then(|rest| rest.strip_suffix(b")")).unwrap_or(text);
    let (content, length) = literal(inner)?;
    (length == inner.len()).then_some(content)
}

/// The content of the literal of bytes or of a string at the beginning, and the literal's length.
pub(super) fn literal(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let begun = text.strip_prefix(b"b").unwrap_or(text);
    let is_bytes = begun.len() < text.len();
    let quote = *begun.first().filter(|b| matches!(b, b'\'' | b'"'))?;
    let mut out = Vec::new();
    let mut rest = begun.get(1..)?;
    loop {
        let (first, after) = rest.split_first()?;
        rest = after;
        match *first {
            b'\\' => rest = escape(rest, is_bytes, &mut out)?,
            byte if byte == quote => return Some((out, text.len() - rest.len())),
            byte => out.push(byte),
        }
    }
}

/// Appends what an escape stands for, and returns the rest.
///
/// Source: The Python Language Reference, section 2.4.1.1.
fn escape<'a>(rest: &'a [u8], is_bytes: bool, out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (kind, after) = rest.split_first()?;
    let simple = match kind {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'\\' | b'\'' | b'"' => *kind,
        b'x' | b'u' | b'U' => {
            let count = match kind {
                b'x' => 2,
                b'u' => 4,
                _ => 8,
            };
            let (digits, after) = after.split_at_checked(count)?;
            let code = u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
            if is_bytes {
                out.push(u8::try_from(code).ok()?);
            } else {
                out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
            }
            return Some(after);
        }
        _ => {
            out.extend_from_slice(&[b'\\', *kind]);
            return Some(after);
        }
    };
    out.push(simple);
    Some(after)
}

/// Reads the headers of `requests`, printed as a dictionary after a method and a URL.
pub(super) fn read_headers(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let open = text.iter().position(|b| *b == b'{')?;
    let (before, dictionary) = text.split_at_checked(open)?;
    let headers = dictionary_of(dictionary).filter(|_| dictionary.starts_with(b"{'"))?;
    let words: Vec<_> =
        before.split(|b| b.is_ascii_whitespace() || *b == b',').filter(|word| !word.is_empty()).collect();
    let is_url = |word: &&&[u8]| word.starts_with(b"http://") || word.starts_with(b"https://");
    let url = words.iter().find(is_url).and_then(|word| str::from_utf8(word).ok());
    let is_method = |word: &&&[u8]| word.iter().all(u8::is_ascii_uppercase) && (3..=7).contains(&word.len());
    let method = words.iter().rfind(is_method).and_then(|word| str::from_utf8(word).ok());
    let (Some(method), Some(url)) = (method, url) else {
        return Some(Err("these are headers alone, and the method and the URL are missing: print \
                         `r.request.method, r.request.url, r.request.headers`, and paste all three"
            .into()));
    };
    Some(Pasted::of_url("headers of Python's requests", method, url, headers, None))
}

/// The pairs of a dictionary of strings; its `repr` begins the text. `None` if it is anything else.
fn dictionary_of(text: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut rest = text.strip_prefix(b"{")?.trim_ascii_start();
    let mut pairs = Vec::new();
    while !rest.starts_with(b"}") {
        let (name, length) = literal(rest)?;
        rest = rest.get(length..)?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        let (value, length) = literal(rest)?;
        rest = rest.get(length..)?.trim_ascii_start();
        pairs.push((String::from_utf8(name).ok()?, value));
        rest = rest.strip_prefix(b",").map_or(rest, <[u8]>::trim_ascii_start);
    }
    (!pairs.is_empty()).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::{literal, unquoted};

    #[test]
    fn literals_are_read_with_their_escapes() {
        for (text, content) in [
            (r"b'a\r\n\x00\\\'\xff'", b"a\r\n\0\\'\xff".as_slice()),
            (r#"b"it's""#, b"it's"),
            (r"'\u00e9\q'", "é\\q".as_bytes()),
            ("bytearray(b'x')", b"x"),
        ] {
            assert_eq!(unquoted(text.as_bytes()).unwrap(), content, "{text}");
        }
        for text in ["b'a", "b'a\\", "b'\\x0", "b'a' + b", "a", "b"] {
            assert_eq!(unquoted(text.as_bytes()), None, "{text}");
        }
        assert_eq!(literal(b"b'a' rest"), Some((b"a".to_vec(), 4)));
    }
}
