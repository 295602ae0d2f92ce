//! A presigned URL alone, as it is copied from programs, pages and mails.

use super::outcome::{Pasted, cut_note};
use crate::failure::Failure;
use percent_encoding::percent_decode_str;

const FORM: &str = "a presigned URL";

/// The longest URL, in bytes.
const MAX_URL_LEN: usize = 262_144;

/// Reads a text that is one URL, which may be quoted, escaped, or wrapped over lines.
pub(super) fn read(text: &[u8]) -> Option<Result<Pasted, Failure>> {
    let text = str::from_utf8(text).ok()?;
    let is_around = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '`' | ',' | ';');
    let bare = text.trim_matches(is_around);
    let (method, bare) = match bare.split_once(char::is_whitespace) {
        Some((method, rest)) if !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase()) => {
            (method, rest.trim_start())
        }
        _ => ("GET", bare),
    };
    let is_url = |text: &str| text.get(..10).is_some_and(begins_url);
    if !is_url(bare) && !bare.get(..16).is_some_and(begins_escaped_url) {
        return None;
    }
    if bare.len() > MAX_URL_LEN {
        return Some(Err(format!("the URL is longer than {MAX_URL_LEN} bytes").into()));
    }
    // Other text on the lines is not part of a wrapped URL.
    if bare.lines().skip(1).any(|line| line.trim().contains(char::is_whitespace)) || bare.lines().next()?.contains(' ')
    {
        return None;
    }
    Some(url(method, bare))
}

fn begins_url(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["http://", "https://", "http:\\/\\/", "https:\\/\\/"].iter().any(|start| text.starts_with(start))
}

fn begins_escaped_url(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["http%3a%2f%2f", "https%3a%2f%2f"].iter().any(|start| text.starts_with(start))
}

fn url(method: &str, text: &str) -> Result<Pasted, Failure> {
    let mut notes = Vec::new();
    let joined: String = text.split_whitespace().collect();
    if joined.len() < text.len() {
        notes.push("the URL was joined from several lines");
    }
    let mut url = joined;
    if begins_escaped_url(url.get(..16).unwrap_or_default()) {
        url = percent_decode_str(&url).decode_utf8_lossy().into_owned();
        notes.push("the URL was percent-encoded as a whole: it is read decoded");
    }
    let unescaped = ESCAPES.iter().fold(url.clone(), |url, (escape, plain)| url.replace(escape, plain));
    if unescaped != url {
        notes.push(
            "the URL was escaped for HTML or JSON: it is read unescaped. A program that calls it must unescape it too",
        );
        url = unescaped;
    }
    let mut pasted = Pasted::of_url(FORM, method, &url, Vec::new(), None)?;
    notes.extend(cut_note(pasted.request.query.as_deref().unwrap_or_default()));
    for note in notes {
        pasted = pasted.with_note(note);
    }
    Ok(pasted)
}

/// Escapes of HTML and JSON, and the characters that they stand for.
const ESCAPES: [(&str, &str); 8] = [
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#038;", "&"),
    ("&#x26;", "&"),
    ("\\u0026", "&"),
    ("\\u003d", "="),
    ("\\/", "/"),
    ("\\&", "&"),
];
