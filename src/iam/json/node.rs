//! A JSON value together with its place, and the ways to read it.

use crate::iam::json::Json;
use crate::iam::json::fault::{Fault, Place};

/// A value and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Node<'n> {
    pub(crate) json: &'n Json,
    pub(crate) place: Place<'n>,
}

impl<'n> Node<'n> {
    pub(crate) const fn root(json: &'n Json) -> Self {
        Self { json, place: Place::Root }
    }

    /// Something is wrong here.
    #[cold]
    pub(crate) fn fault(&self, words: impl Into<String>) -> Fault {
        self.place.fault(words.into())
    }

    fn expected(&self, what: &str) -> Fault {
        self.fault(format!("expected {what}, found {}", self.json.kind()))
    }

    pub(crate) fn text(&self) -> Result<&'n str, Fault> {
        match self.json {
            Json::Text(text) => Ok(text),
            _ => Err(self.expected("a text")),
        }
    }

    /// A text, or a number or boolean as it would be written in one.
    pub(crate) fn scalar(&self) -> Result<&'n str, Fault> {
        match self.json {
            Json::Text(text) => Ok(text),
            Json::Number(number) => Ok(number),
            Json::Bool(true) => Ok("true"),
            Json::Bool(false) => Ok("false"),
            _ => Err(self.expected("a text, a number or a boolean")),
        }
    }

    /// The members of an object.
    pub(crate) fn members(&self) -> Result<&'n [(String, Json)], Fault> {
        match self.json {
            Json::Object(members) => Ok(members),
            _ => Err(self.expected("an object")),
        }
    }

    /// The members of an object, which may have these only.
    pub(crate) fn members_of(&self, known: &[&str]) -> Result<&'n [(String, Json)], Fault> {
        let members = self.members()?;
        match members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(Place::Key(&self.place, name).fault("there is no such element")),
            None => Ok(members),
        }
    }

    /// The member of that name.
    pub(crate) fn member<'s>(&'s self, name: &str) -> Option<Node<'s>> {
        let Json::Object(members) = self.json else { return None };
        let (name, json) = members.iter().find(|(own, _)| own == name)?;
        Some(Node { json, place: Place::Key(&self.place, name) })
    }

    /// Reads every item of a list.
    pub(crate) fn items<T>(&self, read: impl FnMut(Node<'_>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        match self.json {
            Json::List(_) => self.one_or_more(read),
            _ => Err(self.expected("a list")),
        }
    }

    /// Reads every item of a list, or the value itself if it is none.
    pub(crate) fn one_or_more<T>(&self, mut read: impl FnMut(Node<'_>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        match self.json {
            Json::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, json)| read(Node { json, place: Place::Index(&self.place, index) }))
                .collect(),
            _ => Ok(vec![read(*self)?]),
        }
    }

    /// The same, and there has to be one.
    pub(crate) fn at_least_one<T>(&self, read: impl FnMut(Node<'_>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        match self.one_or_more(read)? {
            none if none.is_empty() => Err(self.fault("the list is empty")),
            some => Ok(some),
        }
    }
}
