//! The fields of a JSON object, each with its text.
//!
//! Parsing a number may lose digits: 2^64 + 1 becomes a float, and 1e400 is out of range. So a value stays text until it is
//! read as a type. A secret is copied once, to where it is used.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;
use std::str::Chars;
use zeroize::Zeroizing;

/// An object's values by their names.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a>(BTreeMap<String, &'a RawValue>);

/// Why a text is not a JSON object with unique fields.
#[derive(Debug)]
pub(crate) struct Wrong<'a> {
    pub(crate) why: String,
    /// The JSON of `id`, if there is one.
    pub(crate) id: Option<&'a str>,
}

/// How many characters of a name are shown.
const SHOWN: usize = 40;

impl<'a> Fields<'a> {
    /// Reads the fields of the object in `text`. Errors call the object `name`.
    pub(crate) fn of(name: &str, text: &'a [u8]) -> Result<Self, Wrong<'a>> {
        let wrong = |why: &str| Wrong { why: format!("{name} {why}"), id: None };
        let text = str::from_utf8(text).map_err(|_| wrong("is not UTF-8"))?;
        let Pairs(pairs) = serde_json::from_str(text).map_err(|error: serde_json::Error| {
            // The message of a type error may repeat a value.
            if error.is_data() { wrong("is not a JSON object") } else { wrong(&format!("is malformed JSON: {error}")) }
        })?;
        let mut fields = BTreeMap::new();
        let mut doubled = Vec::new();
        for (name, value) in pairs {
            if fields.insert(name.clone(), value).is_some() {
                doubled.push(name);
            }
        }
        let fields = Self(fields);
        let Some(first) = doubled.first() else { return Ok(fields) };
        let shown: String = first.chars().take(SHOWN).collect();
        let id = fields.json("id").filter(|_| !doubled.iter().any(|name| name == "id"));
        Err(Wrong { id, ..wrong(&format!("has the field `{shown}` twice")) })
    }

    /// The JSON of a field. `null` counts as missing.
    pub(crate) fn json(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).map(|value| value.get()).filter(|json| *json != "null")
    }

    /// Whether a field is present and `null`.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value.get() == "null")
    }

    /// The value of a field; one of another type is said to be `wrong`.
    pub(crate) fn value<T: DeserializeOwned>(&self, name: &str, wrong: &str) -> Result<Option<T>, String> {
        let parse = |json| serde_json::from_str(json).map_err(|_| format!("`{name}` {wrong}"));
        self.json(name).map(parse).transpose()
    }

    /// The text of a field.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, String> {
        self.value(name, "is not a string")
    }

    /// The text of a field, of which there is no copy that is not wiped. A parser may keep one of a text with escapes.
    pub(crate) fn secret(&self, name: &str) -> Result<Option<String>, String> {
        let unescaped = |json| unescaped(json).ok_or_else(|| format!("`{name}` is not a string"));
        self.json(name).map(unescaped).transpose()
    }

    /// The text of a field that has to be there.
    pub(crate) fn required(&self, name: &str) -> Result<String, String> {
        self.text(name)?.ok_or_else(|| format!("`{name}` is missing"))
    }
}

/// The text that a JSON string stands for (RFC 8259 section 7), in one allocation; `json` is valid JSON.
fn unescaped(json: &str) -> Option<String> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Zeroizing::new(String::with_capacity(inner.len()));
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        out.push(if c == '\\' { escaped(&mut rest)? } else { c });
    }
    Some(std::mem::take(&mut *out))
}

/// The character of the escape that begins here, without its backslash.
fn escaped(rest: &mut Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let first = code_unit(rest)?;
            let second = match first {
                0xd800..=0xdbff => Some(rest.as_str().strip_prefix("\\u").map(str::chars)?),
                _ => None,
            };
            let Some(mut second) = second else { return char::from_u32(first.into()) };
            let pair = [first, code_unit(&mut second)?];
            *rest = second;
            char::decode_utf16(pair).next()?.ok()?
        }
        other => other,
    })
}

/// Four hexadecimal digits.
fn code_unit(rest: &mut Chars<'_>) -> Option<u16> {
    let (digits, after) = rest.as_str().split_at_checked(4)?;
    *rest = after.chars();
    u16::from_str_radix(digits, 16).ok()
}

/// The members of an object in their order.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Deserialize<'a> for Pairs<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'a> Visitor<'a> for PairsVisitor {
    type Value = Pairs<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, unescaped};
    use proptest::prelude::{any, proptest};

    #[test]
    fn a_value_keeps_its_text() {
        for id in ["18446744073709551617", "1.0", "1e400", "-0", "\"\\u0041\\ud800\"", "[1,  {\"a\": 2}]", "true"] {
            let line = format!("{{\"a\": 1, \"\\u0069d\" : {id} }}");
            assert_eq!(Fields::of("it", line.as_bytes()).unwrap().json("id"), Some(id));
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let line = format!("{{\"id\":{deep}}}");
        assert_eq!(Fields::of("it", line.as_bytes()).unwrap().json("id"), Some(deep.as_str()));
    }

    #[test]
    fn a_secret_is_read_as_any_string() {
        for json in [
            r#""a\/b\u003d\u002B\"\\\b\f\n\r\té""#,
            r#""\ud83d\ude00""#,
            r#""\ud83d""#,
            r#""\ud83d\u0041""#,
            r#""\ude00\ud83d""#,
            r#""\ud83dx""#,
            "\"\"",
            "1",
            "[\"a\"]",
        ] {
            assert_eq!(unescaped(json), serde_json::from_str(json).ok(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn every_string_is_read_back(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            assert_eq!(unescaped(&json).as_ref(), Some(&text));
            assert_eq!(unescaped(&format!("\"{units}\"")), Some(text));
        }
    }

    #[test]
    fn what_is_not_an_object_of_different_fields_is_refused() {
        for (line, why, id) in [
            ("[1]", "it is not a JSON object", None),
            ("\"secret\"", "it is not a JSON object", None),
            ("{\"id\":1", "it is malformed JSON: EOF while parsing an object at line 1 column 7", None),
            ("{\"id\":1,\"a\":2,\"a\":3}", "it has the field `a` twice", Some("1")),
            ("{\"id\":1,\"a\":2,\"a\":3,\"id\":1}", "it has the field `a` twice", None),
            ("{\"id\":1,\"id\":1}", "it has the field `id` twice", None),
        ] {
            let wrong = Fields::of("it", line.as_bytes()).unwrap_err();
            assert_eq!((wrong.why.as_str(), wrong.id), (why, id), "{line}");
        }
    }
}
