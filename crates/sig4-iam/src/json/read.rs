//! The JSON reader.

use crate::error::{Error, ErrorKind, Position};
use crate::json::locate::locate;
use crate::json::node::Node;
use crate::json::value::{Json, too_deep};
use crate::json_path::{JsonPath, shown};
use crate::limits::MAX_NESTING;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use zeroize::Zeroizing;

/// Reads one JSON value of at most `max_len` bytes. Errors are of the kind `errors`.
pub(crate) fn read(text: &str, max_len: usize, errors: ErrorKind) -> Result<Json, Error> {
    if text.len() > max_len {
        return Err(Error::new(errors, format!("it is longer than {max_len} bytes")));
    }
    let (refusal, numbers) = (RefCell::new(None), RefCell::new(Numbers { text }));
    let mut source = serde_json::Deserializer::from_str(text);
    let reader = Reader { path: JsonPath::root(), depth: 0, errors, refusal: &refusal, numbers: &numbers };
    let value = reader.deserialize(&mut source);
    value.and_then(|value| source.end().map(|()| value)).map_err(|error| match refusal.take() {
        Some(refusal) => refusal.with_position(Position { line: error.line(), column: error.column() }),
        None => Error::syntax(errors, &error),
    })
}

/// Reads a document from its root. Errors get their line and column in `text`, from which `json` was parsed.
pub(crate) fn read_document<T>(
    text: &str,
    json: &Json,
    errors: ErrorKind,
    read: impl FnOnce(&Node<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    read(&Node::root(json, errors)).map_err(|error| {
        // An error in a policy file already has its place.
        let is_here = error.file().is_none();
        match is_here.then(|| locate(text, error.path().steps())).flatten() {
            Some(position) => error.with_position(position),
            None => error,
        }
    })
}

#[derive(Clone, Copy)]
struct Reader<'r, 't> {
    path: JsonPath<'r>,
    depth: usize,
    errors: ErrorKind,
    /// The error of a text that is JSON.
    refusal: &'r RefCell<Option<Error>>,
    numbers: &'r RefCell<Numbers<'t>>,
}

/// The numbers of a JSON text, in order and as written. `serde_json` rounds them.
#[derive(Debug)]
struct Numbers<'t> {
    /// The text after the last number.
    text: &'t str,
}

impl<'t> Numbers<'t> {
    /// The next number. A number begins with a digit or a sign outside of a string, where nothing else does.
    fn next(&mut self) -> &'t str {
        loop {
            let Some(at) = self.text.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) else { return "" };
            let (_, rest) = self.text.split_at(at);
            let Some(string) = rest.strip_prefix('"') else {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len());
                let (number, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                self.text = after;
                return number;
            };
            self.text = after_string(string);
        }
    }
}

/// The text after the end of the string that `text` starts in.
fn after_string(text: &str) -> &str {
    let mut chars = text.chars();
    loop {
        match chars.next() {
            Some('\\') => {
                chars.next();
            }
            Some('"') | None => return chars.as_str(),
            Some(_) => {}
        }
    }
}

impl Reader<'_, '_> {
    fn refuse<E: serde::de::Error>(&self, error: Error) -> E {
        self.refusal.replace(Some(error));
        E::custom("")
    }

    /// A number as it is written.
    fn number<E>(&self) -> Result<Json, E> {
        Ok(Json::Number(self.numbers.borrow_mut().next().to_owned()))
    }

    fn check_depth<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.depth < MAX_NESTING {
            return Ok(());
        }
        Err(self.refuse(too_deep(self.path, self.errors)))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_, '_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        self.number()
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        self.number()
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        self.number()
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        self.check_depth()?;
        let mut list = Vec::new();
        loop {
            let item = Reader { path: self.path.index(list.len()), depth: self.depth + 1, ..self };
            match items.next_element_seed(item)? {
                Some(value) => list.push(value),
                None => return Ok(Json::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        self.check_depth()?;
        let (mut members, mut keys) = (Vec::new(), HashSet::new());
        while let Some(key) = entries.next_key::<String>()? {
            if !keys.insert(key.clone()) {
                let error = Error::new(self.errors, format!("the key {:?} stands twice", shown(&key)));
                return Err(self.refuse(error.with_path(self.path)));
            }
            let path = self.path.key(&key);
            let value = entries.next_value_seed(Reader { path, depth: self.depth + 1, ..self })?;
            members.push((key, value));
        }
        Ok(Json::Object(members))
    }
}
