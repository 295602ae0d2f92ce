//! The echo integration: its response is the call itself, as indented JSON.

use crate::event::Event;
use crate::limits::MAX_BODY_LEN;
use crate::reply::Reply;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use serde_json::json;
use std::borrow::Cow;

/// The indentation of a level of the response.
const INDENT: &str = "    ";

/// The response to a call.
pub(crate) fn reply(event: &Event) -> Reply {
    let mut out = Indented::default();
    let (method, path) = (json!(event.method()), json!(event.raw_path()));
    out.put(&format!(r#"{{"method":{method},"path":{path},"body":"#));
    out.put(&body(event.body()));
    out.put("}");
    match out.text() {
        Some(text) => Reply::json(text),
        None => Reply::failure(format!("the echo is longer than {MAX_BODY_LEN} bytes once it is indented")),
    }
}

/// The body as JSON.
fn body(body: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(body) {
        Ok(text) if serde_json::from_str::<IgnoredAny>(text).is_ok() => text.into(),
        Ok(text) => json!(text).to_string().into(),
        Err(_) => json!(STANDARD.encode(body)).to_string().into(),
    }
}

/// Reindents JSON that may come in pieces. Numbers and strings stay as they are.
///
/// Deeply nested JSON becomes long, so the text stops once it is longer than a response may be.
#[derive(Debug, Default)]
struct Indented {
    out: String,
    depth: usize,
    /// Whether the last character opened a bracket.
    is_empty: bool,
    is_quoted: bool,
    is_escaped: bool,
}

impl Indented {
    fn put(&mut self, json: &str) {
        for c in json.chars() {
            if self.out.len() > MAX_BODY_LEN {
                return;
            }
            if self.is_quoted { self.put_quoted(c) } else { self.put_token(c) }
        }
    }

    fn put_quoted(&mut self, c: char) {
        self.out.push(c);
        self.is_quoted = c != '"' || self.is_escaped;
        self.is_escaped = c == '\\' && !self.is_escaped;
    }

    fn put_token(&mut self, c: char) {
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => {
                self.begin_element();
                self.out.push(c);
                self.depth += 1;
                self.is_empty = true;
            }
            '}' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                if !std::mem::take(&mut self.is_empty) {
                    self.break_line();
                }
                self.out.push(c);
            }
            ',' => {
                self.out.push(c);
                self.break_line();
            }
            ':' => self.out.push_str(": "),
            _ => {
                self.begin_element();
                self.out.push(c);
                self.is_quoted = c == '"';
            }
        }
    }

    fn begin_element(&mut self) {
        if std::mem::take(&mut self.is_empty) {
            self.break_line();
        }
    }

    fn break_line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(INDENT, self.depth));
    }

    fn text(self) -> Option<String> {
        Some(self.out).filter(|text| text.len() <= MAX_BODY_LEN)
    }
}

#[cfg(test)]
mod tests {
    use super::{Indented, body};

    fn indented(json: &str) -> Option<String> {
        let mut out = Indented::default();
        out.put(json);
        out.text()
    }

    /// The expected text is that of `JSON.stringify(JSON.parse(text), null, 4)`.
    #[test]
    fn json_is_indented_as_javascript_does() {
        for (json, expected) in [
            ("7", "7"),
            (" [ ] ", "[]"),
            ("{\n}", "{}"),
            (r#"{"b":1,"a":[]}"#, "{\n    \"b\": 1,\n    \"a\": []\n}"),
            ("[[1,-2.5e3],{}]", "[\n    [\n        1,\n        -2.5e3\n    ],\n    {}\n]"),
            (r#"["a, {b}: \"c\" ","\\"]"#, "[\n    \"a, {b}: \\\"c\\\" \",\n    \"\\\\\"\n]"),
            (r#"{"é":{"x":null}}"#, "{\n    \"é\": {\n        \"x\": null\n    }\n}"),
        ] {
            assert_eq!(indented(json).as_deref(), Some(expected), "{json}");
        }
    }

    #[test]
    fn what_would_become_too_long_ends_there() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(indented(&deep(1_000)).map(|text| text.len()), Some(3_996_002));
        assert_eq!(indented(&deep(1_000_000)), None);
    }

    #[test]
    fn every_body_becomes_json() {
        for (sent, expected) in [
            (&b""[..], r#""""#),
            (b"{\"a\": 1}", "{\"a\": 1}"),
            (b"text", r#""text""#),
            (b"{", r#""{""#),
            (b"a\"b", r#""a\"b""#),
            (b"\"\xff\"", r#""Iv8i""#),
        ] {
            assert_eq!(body(sent), expected);
        }
    }
}
