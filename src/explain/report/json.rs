//! The JSON writer of reports.

use crate::printable::{is_hidden, put_json_escape};

/// A JSON object being written.
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a member whose value is JSON already.
    pub(crate) fn raw(mut self, name: &str, value: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        put_text(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        let value = text(value);
        self.raw(name, &value)
    }

    /// Adds a text, or `null`.
    pub(crate) fn maybe(self, name: &str, value: Option<&str>) -> Self {
        let value = value.map_or_else(|| "null".to_owned(), text);
        self.raw(name, &value)
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A JSON array of values that are JSON already.
pub(crate) fn array(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<_> = values.into_iter().collect();
    format!("[{}]", values.join(","))
}

/// A JSON text.
pub(crate) fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    put_text(value, &mut out);
    out
}

/// RFC 8259 section 7. Characters that a terminal could act on are escaped.
fn put_text(value: &str, out: &mut String) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if is_hidden(c) => put_json_escape(c, out),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::{Object, array, text};

    #[test]
    fn texts_are_escaped_and_members_stand_in_order() {
        let written = Object::new().text("a\"", "b\\\n\u{1b}").maybe("c", None).raw("d", &array([text("é")])).end();
        assert_eq!(written, "{\"a\\\"\":\"b\\\\\\n\\u001b\",\"c\":null,\"d\":[\"é\"]}");
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["a\""], "b\\\n\u{1b}");
    }
}
