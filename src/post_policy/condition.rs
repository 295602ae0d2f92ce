//! A condition of a policy.

use crate::bytes::json::{Value, write_text};
use std::fmt;

/// The name of the condition on the length of the file.
const LENGTH_RANGE: &str = "content-length-range";
const STARTS_WITH: &str = "starts-with";
const EQUAL: &str = "eq";

/// The field whose value may be a list.
const CONTENT_TYPE: &str = "content-type";

/// A condition of a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Condition {
    /// The field has this value.
    Equal { name: String, value: String },
    /// The value of the field begins with this text.
    StartsWith { name: String, prefix: String },
    /// The file has at least `min` and at most `max` bytes.
    Length { min: u64, max: u64 },
}

impl Condition {
    /// Reads a condition, or the conditions of an object with several members.
    pub(super) fn read(value: Value) -> Option<Vec<Self>> {
        match value {
            Value::Object(members) => {
                let entries = members.into_entries();
                let conditions = entries.into_iter().map(|(name, value)| {
                    let (Value::Text(value) | Value::Number(value)) = value else { return None };
                    Some(Self::Equal { name, value })
                });
                conditions.collect::<Option<Vec<_>>>().filter(|conditions| !conditions.is_empty())
            }
            Value::Array(values) => Some(vec![Self::of_array(values)?]),
            _ => None,
        }
    }

    fn of_array(values: Vec<Value>) -> Option<Self> {
        let [Value::Text(kind), first, second] = <[Value; 3]>::try_from(values).ok()? else { return None };
        if kind == LENGTH_RANGE {
            return Some(Self::Length { min: number(&first)?, max: number(&second)? });
        }
        let (Value::Text(name), Value::Text(value)) = (first, second) else { return None };
        let name = name.strip_prefix('$')?.to_owned();
        match kind.as_str() {
            EQUAL => Some(Self::Equal { name, value }),
            STARTS_WITH => Some(Self::StartsWith { name, prefix: value }),
            _ => None,
        }
    }

    /// The name of the field that the condition is on.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Equal { name, .. } | Self::StartsWith { name, .. } => Some(name),
            Self::Length { .. } => None,
        }
    }

    /// Whether the condition holds for the field, whose text is `raw` in the form and `value` with the name of the file in it.
    pub(super) fn holds(&self, raw: &str, value: &str) -> bool {
        match self {
            Self::Equal { value: expected, .. } => value == expected || raw == expected,
            Self::StartsWith { name, prefix } if name.eq_ignore_ascii_case(CONTENT_TYPE) => {
                value.split(',').all(|one| one.trim().starts_with(prefix.as_str()))
            }
            Self::StartsWith { prefix, .. } => value.starts_with(prefix.as_str()),
            Self::Length { .. } => true,
        }
    }

    /// Writes the condition as Python's `json` does, and so botocore.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Equal { name, value } => write_equal(out, name, value),
            Self::StartsWith { name, prefix } => {
                write_parts(out, "[", &[STARTS_WITH, &format!("${name}"), prefix], ", ", "]");
            }
            Self::Length { min, max } => {
                out.push('[');
                write_text(out, LENGTH_RANGE);
                out.push_str(&format!(", {min}, {max}]"));
            }
        }
    }
}

/// The condition as S3's messages show it.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal { name, value } => write!(f, "[\"{EQUAL}\", \"${name}\", \"{value}\"]"),
            Self::StartsWith { name, prefix } => write!(f, "[\"{STARTS_WITH}\", \"${name}\", \"{prefix}\"]"),
            Self::Length { min, max } => write!(f, "[\"{LENGTH_RANGE}\", {min}, {max}]"),
        }
    }
}

/// A whole number of bytes. Some clients write it as text.
fn number(value: &Value) -> Option<u64> {
    let (Value::Number(text) | Value::Text(text)) = value else { return None };
    let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

/// Writes the condition that a field has this value.
pub(super) fn write_equal(out: &mut String, name: &str, value: &str) {
    write_parts(out, "{", &[name, value], ": ", "}");
}

fn write_parts(out: &mut String, open: &str, parts: &[&str], separator: &str, close: &str) {
    out.push_str(open);
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            out.push_str(separator);
        }
        write_text(out, part);
    }
    out.push_str(close);
}

#[cfg(test)]
mod tests {
    use super::Condition;
    use crate::bytes::json::{Members, Value};

    fn read(condition: &str) -> Option<Vec<Condition>> {
        let members = Members::read(&format!("{{\"c\": {condition}}}"))?;
        let (_, value): (String, Value) = members.into_entries().pop()?;
        Condition::read(value)
    }

    #[test]
    fn conditions_have_two_spellings_and_are_shown_in_one() {
        for (text, shown) in [
            (r#"{"acl": "private"}"#, r#"["eq", "$acl", "private"]"#),
            (r#"["eq", "$acl", "private"]"#, r#"["eq", "$acl", "private"]"#),
            (r#"{"success_action_status": 201}"#, r#"["eq", "$success_action_status", "201"]"#),
            (r#"["starts-with", "$key", ""]"#, r#"["starts-with", "$key", ""]"#),
            (r#"["content-length-range", 1, "20"]"#, r#"["content-length-range", 1, 20]"#),
        ] {
            assert_eq!(read(text).unwrap()[0].to_string(), shown);
        }
        assert_eq!(read(r#"{"a": "1", "b": "2"}"#).unwrap().len(), 2);
        for text in [
            "{}",
            "[]",
            "null",
            r#""eq""#,
            r#"["eq", "acl", "private"]"#,
            r#"["eq", "$acl"]"#,
            r#"["eq", "$acl", "private", ""]"#,
            r#"["ends-with", "$key", ".png"]"#,
            r#"["content-length-range", -1, 2]"#,
            r#"["content-length-range", 1.0, 2]"#,
            r#"["content-length-range", 1, 18446744073709551616]"#,
            r#"["content-length-range", 1, "+2"]"#,
            r#"{"acl": null}"#,
            r#"{"acl": ["private"]}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_type_of_a_list_begins_with_the_prefix() {
        let images = &read(r#"["starts-with", "$Content-Type", "image/"]"#).unwrap()[0];
        assert!(images.holds("", "image/png") && images.holds("", "image/png, image/gif"));
        assert!(!images.holds("", "image/png,text/html") && !images.holds("", ""));
        let other = &read(r#"["starts-with", "$x-amz-meta-a", "a"]"#).unwrap()[0];
        assert!(other.holds("", "ab,c"));
    }
}
