//! JSON values that are wiped when they are dropped.

use crate::error::{Error, ErrorKind};
use crate::json_path::JsonPath;
use crate::limits::MAX_NESTING;
use serde_json::Value;
use zeroize::Zeroizing;

/// A JSON value. Its texts, which may be secrets, are wiped when it is dropped.
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(String),
    Text(Zeroizing<String>),
    List(Vec<Self>),
    /// The members in order, without duplicate keys.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// The type, in words.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// Converts a value of `serde_json`. The nesting limit applies as for a text.
    pub(crate) fn from_value(value: Value, errors: ErrorKind) -> Result<Self, Error> {
        Self::from_nested(value, JsonPath::root(), 0, errors)
    }

    fn from_nested(value: Value, path: JsonPath<'_>, depth: usize, errors: ErrorKind) -> Result<Self, Error> {
        if depth >= MAX_NESTING && matches!(value, Value::Array(_) | Value::Object(_)) {
            return Err(too_deep(path, errors));
        }
        Ok(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(Zeroizing::new(text)),
            Value::Array(items) => {
                let item = |(index, item)| Self::from_nested(item, path.index(index), depth + 1, errors);
                Self::List(items.into_iter().enumerate().map(item).collect::<Result<_, _>>()?)
            }
            Value::Object(members) => {
                let member = |(key, value): (String, Value)| {
                    let value = Self::from_nested(value, path.key(&key), depth + 1, errors)?;
                    Ok((key, value))
                };
                Self::Object(members.into_iter().map(member).collect::<Result<_, Error>>()?)
            }
        })
    }
}

/// The error for a value that is nested too deeply.
#[cold]
pub(crate) fn too_deep(path: JsonPath<'_>, errors: ErrorKind) -> Error {
    Error::new(errors, format!("it stands deeper than {MAX_NESTING} levels")).with_path(path)
}
