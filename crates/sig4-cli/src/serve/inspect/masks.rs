//! The secrets that no page shows, and the length of the texts that it shows.

use crate::print;
use crate::printable;
use serde_json::{Map, Value};
use sig4::redact::{REDACTED, Redactor};
use sig4_iam::Identity;
use std::fmt;

/// The most bytes of one text that a page shows.
const MAX_TEXT_LEN: usize = 32 * 1024;

/// Parts of the names of variables whose values are secrets, in upper case.
const SECRET_NAMES: [&str; 8] = ["SECRET", "TOKEN", "PASSW", "PWD", "KEY", "CREDENTIAL", "PRIVATE", "DSN"];

/// Hides the secrets of the served users and of the functions' environment.
#[derive(Clone, Default)]
pub(super) struct Masks(Redactor);

impl Masks {
    /// Hides the secrets and session tokens of users, and the values of variables with names like `DB_PASSWORD`.
    pub(super) fn new<'s>(users: &[&Identity], variables: impl Iterator<Item = (&'s str, &'s str)>) -> Self {
        let redactor = users.iter().fold(Redactor::new(), |all, user| all.with_credentials(user.credentials()));
        let secret = variables.filter(|(name, _)| is_secret(name));
        Self(secret.fold(redactor, |all, (_, value)| all.with_secret(value)))
    }

    /// A text that is about one request: its beginning, without secrets and hidden characters. `own` knows the secrets of the
    /// request.
    pub(super) fn text(&self, own: &Redactor, text: &[u8]) -> String {
        let (beginning, more) = beginning(text);
        // A second search beside names would take `(not shown)` for a value.
        print::lines(&self.0.redact_given(&own.redact(&beginning))) + &more
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

/// The beginning of a text, and a note about the rest.
fn beginning(text: &[u8]) -> (String, String) {
    let (shown, rest) = text.split_at(text.len().min(MAX_TEXT_LEN));
    let more = if rest.is_empty() { String::new() } else { format!("… ({} more bytes)", rest.len()) };
    (String::from_utf8_lossy(shown).into_owned(), more)
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT_LEN, Masks};
    use sig4::redact::Redactor;

    #[test]
    fn variables_with_the_names_of_secrets_are_hidden() {
        let variables =
            [("DB_PASSWORD", "hunter2-hunter2"), ("stripe_key", "sk_live_0123456789"), ("TABLE", "production-pets")];
        let masks = Masks::new(&[], variables.into_iter());
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
    fn a_long_text_is_cut_and_says_so_and_hidden_characters_are_escaped() {
        let masks = Masks::default();
        let long = masks.text(&Redactor::new(), &vec![b'x'; MAX_TEXT_LEN + 7]);
        assert!(long.ends_with("x… (7 more bytes)"));
        let shown = masks.text(&Redactor::new(), "a\u{1b}[2J\n\u{202e}<b>".as_bytes());
        assert_eq!(shown, "a\\u{1b}[2J\n\\u{202e}<b>");
        assert_eq!(masks.text(&Redactor::new(), b"\xff\xfe"), "\u{fffd}\u{fffd}");
    }
}
