//! A JSON value together with its path, and the ways to read it.

use crate::error::{Error, ErrorKind};
use crate::json::value::Json;
use crate::json_path::JsonPath;
use std::borrow::Cow;

/// A value and its path.
#[derive(Clone, Copy)]
pub(crate) struct Node<'n> {
    pub(crate) json: &'n Json,
    pub(crate) path: JsonPath<'n>,
    /// The kind of errors about the value.
    errors: ErrorKind,
}

impl<'n> Node<'n> {
    pub(crate) const fn root(json: &'n Json, errors: ErrorKind) -> Self {
        Self { json, path: JsonPath::root(), errors }
    }

    /// The member `key` of this object, whose value is `json`.
    pub(crate) const fn at_key<'s>(&'s self, key: &'s str, json: &'s Json) -> Node<'s> {
        Node { json, path: self.path.key(key), errors: self.errors }
    }

    /// The item `index` of this list, whose value is `json`.
    pub(crate) const fn at_index<'s>(&'s self, index: usize, json: &'s Json) -> Node<'s> {
        Node { json, path: self.path.index(index), errors: self.errors }
    }

    /// An error about this value.
    #[cold]
    pub(crate) fn error(&self, reason: impl Into<Cow<'static, str>>) -> Error {
        Error::new(self.errors, reason).with_path(self.path)
    }

    /// The error for a value of an unexpected type.
    #[cold]
    pub(crate) fn expected(&self, expected: &'static str) -> Error {
        Error::unexpected(self.errors, expected, self.json.kind()).with_path(self.path)
    }

    pub(crate) fn text(&self) -> Result<&'n str, Error> {
        match self.json {
            Json::Text(text) => Ok(text),
            _ => Err(self.expected("a text")),
        }
    }

    /// A text, or a number or boolean in its text form.
    pub(crate) fn scalar(&self) -> Result<&'n str, Error> {
        match self.json {
            Json::Text(text) => Ok(text),
            Json::Number(number) => Ok(number),
            Json::Bool(true) => Ok("true"),
            Json::Bool(false) => Ok("false"),
            _ => Err(self.expected("a text, a number or a boolean")),
        }
    }

    /// The members of an object.
    pub(crate) fn members(&self) -> Result<&'n [(String, Json)], Error> {
        match self.json {
            Json::Object(members) => Ok(members),
            _ => Err(self.expected("an object")),
        }
    }

    /// The members of an object. Other keys than these are errors.
    pub(crate) fn members_of(&self, known: &[&str]) -> Result<&'n [(String, Json)], Error> {
        let members = self.members()?;
        match members.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            Some((key, json)) => Err(self.at_key(key, json).error("there is no such element")),
            None => Ok(members),
        }
    }

    /// The member with this key.
    pub(crate) fn member<'s>(&'s self, key: &str) -> Option<Node<'s>> {
        let Json::Object(members) = self.json else { return None };
        let (key, json) = members.iter().find(|(own, _)| own == key)?;
        Some(self.at_key(key, json))
    }

    /// Reads every item of a list.
    pub(crate) fn items<T>(&self, read: impl FnMut(Node<'_>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        match self.json {
            Json::List(_) => self.one_or_more(read),
            _ => Err(self.expected("a list")),
        }
    }

    /// Reads every item of a list, or the value itself if it is not a list.
    pub(crate) fn one_or_more<T>(&self, mut read: impl FnMut(Node<'_>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        match self.json {
            Json::List(items) => {
                items.iter().enumerate().map(|(index, json)| read(self.at_index(index, json))).collect()
            }
            _ => Ok(vec![read(*self)?]),
        }
    }

    /// Reads every item of a list that is not empty, or the value itself if it is not a list.
    pub(crate) fn at_least_one<T>(&self, read: impl FnMut(Node<'_>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        let all = self.one_or_more(read)?;
        if all.is_empty() { Err(self.error("the list is empty")) } else { Ok(all) }
    }
}
