//! The secrets that no page shows, and the length of the texts that it shows.

use crate::print;
use crate::printable;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Map, Value};
use sig4::redact::{REDACTED, Redactor};
use sig4_iam::Identity;
use std::fmt;

/// The most bytes of one text that a page shows.
const MAX_TEXT_LEN: usize = 32 * 1024;

/// The fewest characters of a run of Base64 that may hold a secret.
const MIN_ENCODED: usize = 16;

/// Parts of the names of variables whose values are secrets, in upper case.
const SECRET_NAMES: [&str; 8] = ["SECRET", "TOKEN", "PASSW", "PWD", "KEY", "CREDENTIAL", "PRIVATE", "DSN"];

/// Hides the secrets of the served users and of the functions' environment.
#[derive(Clone, Default)]
pub(super) struct Masks(Redactor);

impl Masks {
    /// Also hides the secrets and session tokens of users, and the values of variables with names like `DB_PASSWORD`.
    pub(super) fn with<'s>(self, users: &[&Identity], variables: impl Iterator<Item = (&'s str, &'s str)>) -> Self {
        let known = users.iter().filter_map(|user| user.credentials());
        let redactor = known.fold(self.0, Redactor::with_credentials);
        let secret = variables.filter(|(name, _)| is_secret(name));
        Self(secret.fold(redactor, |all, (_, value)| all.with_secret(value)))
    }

    /// A text that is about one request: its beginning, without secrets and hidden characters. `own` knows the secrets of the
    /// request.
    pub(super) fn text(&self, own: &Redactor, text: &[u8]) -> String {
        let (beginning, more) = beginning(text);
        print::lines(&self.without_encoded(own, &self.without(own, &beginning))) + &more
    }

    /// A body: its text, or only its length if most of it is no text.
    pub(super) fn body(&self, own: &Redactor, body: &[u8]) -> String {
        if is_text(body) { self.text(own, body) } else { format!("({} bytes that are not text)", body.len()) }
    }

    fn without(&self, own: &Redactor, text: &str) -> String {
        // A second search beside names would take `(not shown)` for a value.
        self.0.redact_given(&own.redact(text))
    }

    /// The text without runs of Base64 that hold secrets, as the body of an event does.
    fn without_encoded(&self, own: &Redactor, text: &str) -> String {
        let holds_secret = |run: &str| decodings(run).any(|decoded| self.without(own, &decoded) != decoded);
        let parts = text.split_inclusive(|c| !is_base64(c)).map(|part| {
            let run = part.trim_end_matches(|c| !is_base64(c));
            let (_, end) = part.split_at(run.len());
            if run.len() >= MIN_ENCODED && holds_secret(run) { [REDACTED, end].concat() } else { part.to_owned() }
        });
        parts.collect()
    }

    /// JSON that is about one request, with a member per line.
    pub(super) fn json(&self, own: &Redactor, json: &str) -> String {
        let Ok(value) = serde_json::from_str::<Value>(json) else { return self.text(own, json.as_bytes()) };
        let shown = format!("{:#}", self.value(own, value));
        let (beginning, more) = beginning(shown.as_bytes());
        print::lines(&beginning) + &more
    }

    fn value(&self, own: &Redactor, value: Value) -> Value {
        match value {
            Value::String(text) => self.text(own, text.as_bytes()).into(),
            Value::Array(items) => items.into_iter().map(|item| self.value(own, item)).collect(),
            Value::Object(members) => {
                members.into_iter().map(|member| self.member(own, member)).collect::<Map<_, _>>().into()
            }
            other => other,
        }
    }

    fn member(&self, own: &Redactor, (name, value): (String, Value)) -> (String, Value) {
        // Beside the name of a secret, any value is redacted.
        let beside = Value::from_iter([(name.clone(), Value::from("0"))]).to_string();
        let is_secret = own.redact(&beside) != beside;
        let value = if is_secret { REDACTED.into() } else { self.value(own, value) };
        (name, value)
    }

    /// A text of a report, whose secrets have asterisks already.
    pub(super) fn of_report(&self, text: &str) -> String {
        let (beginning, more) = beginning(text.as_bytes());
        print::lines(&self.0.redact_given(&beginning)) + &more
    }

    /// The same on one line.
    pub(super) fn line(&self, text: &str) -> String {
        printable::message(&self.0.redact(&printable::excerpt(text))).into_owned()
    }
}

impl fmt::Debug for Masks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Masks").finish_non_exhaustive()
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

const fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
}

/// What a run of Base64 says. Its first character may belong to the text before it.
fn decodings(run: &str) -> impl Iterator<Item = String> {
    let standard: Vec<u8> = run
        .bytes()
        .map(|b| {
            if b == b'-' {
                b'+'
            } else if b == b'_' {
                b'/'
            } else {
                b
            }
        })
        .collect();
    (0..4).filter_map(move |skipped| {
        let (whole, _) = standard.get(skipped..)?.as_chunks::<4>();
        let decoded = STANDARD_NO_PAD.decode(whole.as_flattened()).ok()?;
        Some(String::from_utf8_lossy(&decoded).into_owned())
    })
}

/// Whether at most an eighth of a body's beginning are control characters or bytes that are not UTF-8.
fn is_text(body: &[u8]) -> bool {
    let (beginning, _) = beginning(body);
    let is_odd = |c: &char| (c.is_control() && !c.is_whitespace()) || *c == char::REPLACEMENT_CHARACTER;
    beginning.chars().filter(is_odd).count() <= beginning.chars().count() / 8
}

/// The beginning of a text, and a note about the rest.
fn beginning(text: &[u8]) -> (String, String) {
    let (shown, rest) = text.split_at(text.len().min(MAX_TEXT_LEN));
    let more = if rest.is_empty() { String::new() } else { format!("… ({} more bytes)", rest.len()) };
    (String::from_utf8_lossy(shown).into_owned(), more)
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT_LEN, Masks};
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sig4::redact::Redactor;

    #[test]
    fn variables_with_the_names_of_secrets_are_hidden() {
        let variables =
            [("DB_PASSWORD", "hunter2-hunter2"), ("stripe_key", "sk_live_0123456789"), ("TABLE", "production-pets")];
        let masks = Masks::default().with(&[], variables.into_iter());
        let shown = masks.text(
            &Redactor::new(),
            b"{\"a\":\"hunter2-hunter2\",\"b\":\"sk_live_0123456789\",\"c\":\"production-pets\"}",
        );
        assert_eq!(shown, "{\"a\":\"(not shown)\",\"b\":\"(not shown)\",\"c\":\"production-pets\"}");
    }

    #[test]
    fn json_stays_json_without_its_secrets() {
        let masks = Masks::default();
        let own = Redactor::new().with_secrets_in("cookie: session=0123456789");
        let event = r#"{"headers":{"authorization":"AWS4-HMAC-SHA256 Credential=A, Signature=0f","x":"1"},
            "cookies":["session=0123456789"],"body":"{\"password\":\"p4ssw0rd\",\"a\":1}"}"#;
        let shown: serde_json::Value = serde_json::from_str(&masks.json(&own, event)).unwrap();
        let hidden = "(not shown)";
        assert_eq!((&shown["headers"]["authorization"], &shown["headers"]["x"]), (&hidden.into(), &"1".into()));
        assert_eq!(shown["cookies"], serde_json::json!([hidden]));
        assert!(!shown["body"].as_str().unwrap().contains("p4ssw0rd"), "{shown}");
        assert_eq!(masks.json(&own, "no JSON: session=0123456789"), "no JSON: (not shown)");
    }

    #[test]
    fn the_headers_of_format_1_0_are_hidden_in_both_maps_and_in_any_case() {
        let event = r#"{"headers":{"X-Amz-Security-TOKEN":"t0ken","COOKIE":"s=0123456789"},
            "multiValueHeaders":{"X-Amz-Security-TOKEN":["t0ken"],"COOKIE":["s=0123456789"]}}"#;
        let shown = Masks::default().json(&Redactor::new(), event);
        assert!(!shown.contains("t0ken") && !shown.contains("0123456789"), "{shown}");
    }

    #[test]
    fn secrets_in_base64_are_hidden_and_other_base64_stays() {
        let (masks, own) = (Masks::default().with(&[], [("KEY", "sk_live_0123456789")].into_iter()), Redactor::new());
        for secret in
            ["{\"mine\":\"sk_live_0123456789\"}", "{\"password\":\"p4ssw0rd\"}", "aws_secret_access_key=abc123"]
        {
            let encoded = STANDARD.encode(secret);
            let url_safe = encoded.replace('+', "-").replace('/', "_");
            for (text, hidden) in [
                (format!("{{\"body\": \"{encoded}\"}}"), "{\"body\": \"(not shown)"),
                (format!("/open/{encoded}?a=b"), "(not shown)"),
                (format!("token:{url_safe}"), "token:(not shown)"),
            ] {
                let shown = masks.text(&own, text.as_bytes());
                assert!(shown.starts_with(hidden), "{secret}: {shown}");
            }
            let event = serde_json::json!({"body": encoded, "isBase64Encoded": true}).to_string();
            assert!(!masks.json(&own, &event).contains(encoded.trim_end_matches('=')), "{secret}");
        }
        let text = format!("{} {}", STANDARD.encode("{\"id\":7,\"name\":\"a cat\"}"), "0f".repeat(32));
        assert_eq!(masks.text(&own, text.as_bytes()), text);
    }

    #[test]
    fn of_a_body_that_is_not_text_the_length_is_shown() {
        let masks = Masks::default();
        for (body, shown) in [
            (&b""[..], ""),
            (b"{\"a\":1}", "{\"a\":1}"),
            (b"Stra\xdfe und Wege", "Stra\u{fffd}e und Wege"),
            ("h\u{e9}\u{1f431}\n".as_bytes(), "h\u{e9}\u{1f431}\n"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "(16 bytes that are not text)"),
            (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xabV", "(12 bytes that are not text)"),
            (&[0; 50_000], "(50000 bytes that are not text)"),
        ] {
            assert_eq!(masks.body(&Redactor::new(), body), shown);
        }
    }

    #[test]
    fn a_long_text_is_cut_and_says_so_and_hidden_characters_are_escaped() {
        let masks = Masks::default();
        let long = masks.text(&Redactor::new(), &vec![b'x'; MAX_TEXT_LEN + 7]);
        assert!(long.ends_with("x… (7 more bytes)"));
        let shown = masks.text(&Redactor::new(), "a\u{1b}[2J\n\u{202e}<b>".as_bytes());
        assert_eq!(shown, "a\\u{1b}[2J\n\\u{202e}<b>");
        assert_eq!(masks.text(&Redactor::new(), b"\xff\xfe"), "\u{fffd}\u{fffd}");
    }
}
