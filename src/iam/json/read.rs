//! From text to [`Json`].

use crate::error::{Error, ErrorKind};
use crate::iam::json::Json;
use crate::iam::json::fault::{Fault, Place, shown};
use crate::iam::limits::MAX_NESTING;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use zeroize::Zeroizing;

/// Reads one JSON value of at most `max_len` bytes.
pub(crate) fn read(text: &str, max_len: usize, kind: ErrorKind) -> Result<Json, Error> {
    if text.len() > max_len {
        return Err(Error::new(kind, format!("it is longer than {max_len} bytes")));
    }
    let (fault, numbers) = (RefCell::new(None), RefCell::new(Numbers { text }));
    let mut source = serde_json::Deserializer::from_str(text);
    let value = Reader { place: Place::Root, depth: 0, fault: &fault, numbers: &numbers }.deserialize(&mut source);
    value.and_then(|value| source.end().map(|()| value)).map_err(|error| {
        let fault = fault.take().unwrap_or_else(|| Place::Root.fault(words(&error)));
        fault.at(error.line(), error.column()).into_error(kind, None)
    })
}

/// What `serde_json` says, without the place that it adds. It quotes nothing of the text.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words).to_owned()
}

#[derive(Clone, Copy)]
struct Reader<'r, 't> {
    place: Place<'r>,
    depth: usize,
    /// What is wrong, if it is not the JSON itself.
    fault: &'r RefCell<Option<Fault>>,
    numbers: &'r RefCell<Numbers<'t>>,
}

/// The numbers of a JSON text as they are written, in their order. What `serde_json` makes of them is rounded.
#[derive(Debug)]
struct Numbers<'t> {
    /// What comes after the last number.
    text: &'t str,
}

impl<'t> Numbers<'t> {
    /// The next number. A number begins with a digit or a sign outside of a string, where nothing else does.
    fn next(&mut self) -> &'t str {
        loop {
            let Some(at) = self.text.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) else { return "" };
            let rest = self.text.get(at..).unwrap_or_default();
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

/// What comes after the end of a string that `text` begins within.
fn after_string(text: &str) -> &str {
    let mut rest = text;
    loop {
        let Some(at) = rest.find(['"', '\\']) else { return "" };
        let is_end = rest.get(at..).is_some_and(|rest| rest.starts_with('"'));
        rest = rest.get(at + if is_end { 1 } else { 2 }..).unwrap_or_default();
        if is_end {
            return rest;
        }
    }
}

impl Reader<'_, '_> {
    fn refuse<E: serde::de::Error>(&self, place: Place<'_>, words: impl Into<String>) -> E {
        self.fault.replace(Some(place.fault(words.into())));
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
        Err(self.refuse(self.place, format!("it stands deeper than {MAX_NESTING} levels")))
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
            let item = Reader { place: Place::Index(&self.place, list.len()), depth: self.depth + 1, ..self };
            match items.next_element_seed(item)? {
                Some(value) => list.push(value),
                None => return Ok(Json::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        self.check_depth()?;
        let (mut members, mut names) = (Vec::new(), HashSet::new());
        while let Some(name) = entries.next_key::<String>()? {
            let place = Place::Key(&self.place, &name);
            if !names.insert(name.clone()) {
                return Err(self.refuse(self.place, format!("the key {:?} stands twice", shown(&name))));
            }
            let value = entries.next_value_seed(Reader { place, depth: self.depth + 1, ..self })?;
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }
}
