//! JSON that is read strictly: no key stands twice in one object, and every mistake is told with its place.

pub(crate) mod fault;
mod locate;
pub(crate) mod node;
mod read;

pub(crate) use read::read;

use zeroize::Zeroizing;

/// A JSON value. Its texts, which may be secrets, are wiped when it is dropped.
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(String),
    Text(Zeroizing<String>),
    List(Vec<Self>),
    /// The members in their order; no name stands twice.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// What it is, in words.
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
}

#[cfg(feature = "gateway")]
impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(Zeroizing::new(text)),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}
