//! What is wrong with a document, and where.

use crate::error::{Error, ErrorKind};
use crate::iam::json::locate::locate;
use std::borrow::Cow;
use std::fmt::Write;

/// The longest name that an error shows, in characters.
const MAX_SHOWN: usize = 100;

/// A step from a value to one within it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// Where a value stands in its document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'p> {
    Root,
    Key(&'p Self, &'p str),
    Index(&'p Self, usize),
}

impl Place<'_> {
    /// Something is wrong here.
    #[cold]
    pub(crate) fn fault(&self, words: impl Into<Cow<'static, str>>) -> Fault {
        Fault { steps: self.steps(), words: words.into(), position: None }
    }

    /// The way to it, in words.
    pub(crate) fn path(&self) -> String {
        path(&self.steps())
    }

    fn steps(&self) -> Vec<Step> {
        let (mut steps, mut place) = (Vec::new(), self);
        loop {
            place = match place {
                Place::Root => break,
                Place::Key(parent, key) => {
                    steps.push(Step::Key((*key).to_owned()));
                    parent
                }
                Place::Index(parent, index) => {
                    steps.push(Step::Index(*index));
                    parent
                }
            };
        }
        steps.reverse();
        steps
    }
}

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Fault {
    steps: Vec<Step>,
    words: Cow<'static, str>,
    position: Option<(usize, usize)>,
}

impl Fault {
    /// The same at a line and column, both counted from one.
    pub(crate) fn at(mut self, line: usize, column: usize) -> Self {
        self.position = Some((line, column));
        self
    }

    /// The error. With the text that was read it tells the line and the column.
    #[cold]
    pub(crate) fn into_error(self, kind: ErrorKind, text: Option<&str>) -> Error {
        let position = self.position.or_else(|| text.and_then(|text| locate(text, &self.steps)));
        let mut detail = String::new();
        // Writing to a `String` cannot fail.
        if !self.steps.is_empty() {
            let _ = write!(detail, "at {}, ", path(&self.steps));
        }
        if let Some((line, column)) = position {
            let _ = write!(detail, "line {line}, column {column}, ");
        }
        let place = detail.trim_end_matches(", ").to_owned();
        let colon = if place.is_empty() { "" } else { ": " };
        Error::new(kind, format!("{place}{colon}{}", self.words))
    }
}

/// `Statement[0].Condition.StringEquals["aws:username"]`
fn path(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        let _ = match step {
            Step::Index(index) => write!(path, "[{index}]"),
            Step::Key(key) if !is_plain(key) => write!(path, "[{:?}]", shown(key)),
            Step::Key(key) if path.is_empty() => write!(path, "{}", shown(key)),
            Step::Key(key) => write!(path, ".{}", shown(key)),
        };
    }
    path
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// A text of the document, as much of it as an error shows.
pub(crate) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
