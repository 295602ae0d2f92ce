//! A reader of JSON objects and a writer of texts, by RFC 8259.
//!
//! A service's error and the policy of a form are a few short texts, and a JSON library would be one more dependency of everyone who signs. The reader is
//! strict: a text that is cut off, or is not JSON, has no members.

use std::iter::Peekable;
use std::str::Chars;

/// The most arrays and objects inside one another.
const MAX_DEPTH: usize = 128;

/// A member's value, as far as it is of interest.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Object(Members),
    Array(Vec<Self>),
    /// A number, as it is written.
    Number(String),
    /// `true`, `false` or `null`.
    Other,
}

/// The members of an object, in their order.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct Members(Vec<(String, Value)>);

impl Members {
    /// Reads a text that is one object. `None` if it is anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.chars().peekable() };
        reader.blanks();
        let Value::Object(members) = reader.value(MAX_DEPTH)? else { return None };
        reader.blanks();
        reader.rest.next().is_none().then_some(members)
    }

    /// The members with their values, in their order.
    pub(crate) fn into_entries(self) -> Vec<(String, Value)> {
        self.0
    }

    /// The text of a member. If a name occurs more than once, the last member counts, as in most readers.
    #[cfg(feature = "tower")]
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members of a member that is an object.
    #[cfg(feature = "tower")]
    pub(crate) fn object(&self, name: &str) -> Option<&Self> {
        match self.value(name)? {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The value of the only member of a name.
    pub(crate) fn only(&self, name: &str) -> Option<&Value> {
        let mut found = self.0.iter().filter(|(member, _)| member == name);
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value)
    }

    #[cfg(feature = "tower")]
    fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(member, _)| member == name).map(|(_, value)| value)
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.rest.next_if(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
    }

    /// Takes `c`, with the blanks around it.
    fn take(&mut self, c: char) -> Option<()> {
        self.blanks();
        self.rest.next_if_eq(&c)?;
        self.blanks();
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.rest.peek()? {
            '"' => self.text().map(Value::Text),
            '{' => self.object(depth.checked_sub(1)?),
            '[' => self.array(depth.checked_sub(1)?),
            '-' | '0'..='9' => self.number(),
            _ => ["true", "false", "null"].iter().any(|word| self.word(word)).then_some(Value::Other),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut members = Vec::new();
        self.take('{')?;
        if self.take('}').is_some() {
            return Some(Value::Object(Members(members)));
        }
        loop {
            let name = self.text()?;
            self.take(':')?;
            members.push((name, self.value(depth)?));
            if self.take(',').is_none() {
                self.take('}')?;
                return Some(Value::Object(Members(members)));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let mut values = Vec::new();
        self.take('[')?;
        if self.take(']').is_some() {
            return Some(Value::Array(values));
        }
        loop {
            values.push(self.value(depth)?);
            if self.take(',').is_none() {
                self.take(']')?;
                return Some(Value::Array(values));
            }
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let mut ahead = self.rest.clone();
        let is_there = word.chars().all(|c| ahead.next() == Some(c));
        if is_there {
            self.rest = ahead;
        }
        is_there
    }

    fn number(&mut self) -> Option<Value> {
        let mut text = String::new();
        text.extend(self.rest.next_if_eq(&'-'));
        match self.rest.next_if_eq(&'0') {
            Some(zero) => text.push(zero),
            None => self.digits(&mut text)?,
        }
        if let Some(point) = self.rest.next_if_eq(&'.') {
            text.push(point);
            self.digits(&mut text)?;
        }
        if let Some(exponent) = self.rest.next_if(|c| matches!(c, 'e' | 'E')) {
            text.push(exponent);
            text.extend(self.rest.next_if(|c| matches!(c, '+' | '-')));
            self.digits(&mut text)?;
        }
        Some(Value::Number(text))
    }

    fn digits(&mut self, text: &mut String) -> Option<()> {
        text.push(self.rest.next_if(char::is_ascii_digit)?);
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            text.push(digit);
        }
        Some(())
    }

    fn text(&mut self) -> Option<String> {
        self.rest.next_if_eq(&'"')?;
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                '\0'..='\x1f' => return None,
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.rest.next()? {
            c @ ('"' | '\\' | '/') => c,
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.code_point(),
            _ => return None,
        })
    }

    /// The character of `\uXXXX`, or of the pair of surrogates that begins with it.
    fn code_point(&mut self) -> Option<char> {
        let unit = self.unit()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit);
        }
        let second = (self.rest.next()? == '\\' && self.rest.next()? == 'u').then(|| self.unit())??;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + low)
    }

    fn unit(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |unit, _| Some(unit * 16 + self.rest.next()?.to_digit(16)?))
    }
}

/// Writes a text of JSON in ASCII.
pub(crate) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    out.push('"');
}

/// A text as JSON.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Members, string};

    /// Python 3.11: `json.dumps("a\"\\\n\x7f é 😀")`.
    #[test]
    fn text_is_written_as_python_writes_it() {
        assert_eq!(string("a\"\\\n\u{7f} é 😀"), r#""a\"\\\n\u007f \u00e9 \ud83d\ude00""#);
    }

    #[test]
    fn members_are_found_by_name() {
        let members =
            Members::read(r#" { "a" : "x" , "b":{"c":"\u00e9\ud83d\ude00\n\/"},"d":[1,-0.5e+3,{}],"a":"y" } "#);
        let members = members.unwrap();
        assert_eq!(members.text("a"), Some("y"));
        assert_eq!(members.object("b").unwrap().text("c"), Some("é😀\n/"));
        assert_eq!((members.text("b"), members.text("d"), members.text("e")), (None, None, None));
        assert!(members.object("a").is_none());
    }

    #[test]
    fn serde_json_takes_the_same_texts() {
        let deep = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let texts = [
            "{}",
            "{ }",
            r#"{"a":1}"#,
            r#"{"a":1,}"#,
            r#"{"a" 1}"#,
            r#"{"a":}"#,
            r#"{"a":"x"#,
            r#"{"a":"x"} x"#,
            r#"{"a":tru}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":-}"#,
            r#"{"a":1e}"#,
            r#"{"a":+1}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":[]}"#,
            r#"{"a":[[],[null,true,false]]}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\ud800\u0041"}"#,
            r#"{"a":"\udc00"}"#,
            r#"{"a":"\u00e"}"#,
            "{\"a\":\"\n\"}",
            "{\"a\":\"\u{7f}\"}",
            "{'a':1}",
            "{a:1}",
            "\u{a0}{}",
            "{}\u{a0}",
        ];
        for text in texts.map(str::to_owned).into_iter().chain([deep(100), deep(MAX_DEPTH + 1)]) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            assert_eq!(Members::read(&text).is_some(), theirs, "{text}");
        }
    }

    #[test]
    fn what_is_not_an_object_has_no_members() {
        for text in ["", "null", "[{}]", r#""a""#, "1", "{"] {
            assert_eq!(Members::read(text), None, "{text}");
        }
    }
}
