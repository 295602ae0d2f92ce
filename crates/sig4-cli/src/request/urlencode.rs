//! `--data-urlencode`.
//!
//! ```text
//! value = content / "=" content / name "=" content / "@" file / name "@" file   ; a content alone has no `=` and no `@`
//! ```
//!
//! Source: curl's manual page, `--data-urlencode`. A name is sent as it is written, and a space of the content becomes `+`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The value of the option, split.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Field<'a> {
    /// The name with its `=`, or nothing.
    name: Option<&'a str>,
    pub(super) content: Content<'a>,
}

/// What is encoded.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Content<'a> {
    Text(&'a str),
    File(&'a str),
}

impl<'a> Field<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let named = |name: &'a str| (!name.is_empty()).then_some(name);
        if let Some((name, content)) = text.split_once('=') {
            return Self { name: named(name), content: Content::Text(content) };
        }
        match text.split_once('@') {
            Some((name, file)) => Self { name: named(name), content: Content::File(file) },
            None => Self { name: None, content: Content::Text(text) },
        }
    }

    /// The field with its content encoded.
    pub(super) fn encoded(&self, content: &[u8]) -> Vec<u8> {
        let encoded = percent_encode(content, ENCODED).to_string().replace("%20", "+");
        match self.name {
            Some(name) => [name, "=", &encoded].concat().into_bytes(),
            None => encoded.into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, Field};

    #[test]
    fn the_five_forms_are_read() {
        for (text, name, content) in [
            ("a b", None, Content::Text("a b")),
            ("=a=b", None, Content::Text("a=b")),
            ("n=a@b", Some("n"), Content::Text("a@b")),
            ("@f", None, Content::File("f")),
            ("n@f", Some("n"), Content::File("f")),
        ] {
            assert_eq!(Field::parse(text), Field { name, content }, "{text}");
        }
        assert_eq!(Field::parse("n=").encoded("a +&é~\n".as_bytes()), b"n=a+%2B%26%C3%A9~%0A");
    }
}
