//! A header given with `-H`, in curl's notation.
//!
//! ```text
//! header = name ":" [ value ] / name ";"     ; both without a value are an empty value
//! ```

use crate::print;

/// A header's name and value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct GivenHeader {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl GivenHeader {
    /// Reads `name: value` or `name;`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let bare = || text.strip_suffix(';').map(|name| (name, ""));
        let (name, value) = text.split_once(':').or_else(bare).ok_or("expected `name: value` or `name;`")?;
        if name.trim().is_empty() {
            return Err("the header has no name".to_owned());
        }
        let value = value.trim_matches([' ', '\t']);
        // Registered before any message about the request.
        print::keep_header(name.trim(), value);
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }

    /// Whether the header has this name, compared without case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

#[cfg(test)]
mod tests {
    use super::GivenHeader;

    #[test]
    fn curls_notation_is_read() {
        for (text, name, value) in [
            ("A: b", "A", "b"),
            ("A:b:c;", "A", "b:c;"),
            ("A:", "A", ""),
            ("A;", "A", ""),
            ("A: \tb  c ", "A", "b  c"),
            ("A: \u{a0}", "A", "\u{a0}"),
        ] {
            let header = GivenHeader { name: name.to_owned(), value: value.to_owned() };
            assert_eq!(GivenHeader::parse(text), Ok(header), "{text}");
        }
        for text in ["", "A", ": b", ";", "A; b"] {
            assert!(GivenHeader::parse(text).is_err(), "{text}");
        }
    }
}
