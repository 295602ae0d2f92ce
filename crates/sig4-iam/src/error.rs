//! The error of policies, principals and directories.

use crate::json_path::{JsonPath, JsonPathBuf};
use sig4::printable;
use std::borrow::Cow;
use std::fmt;

/// An error from reading a policy, a principal, a directory or day keys.
///
/// Match on [`kind`](Self::kind). [`file`](Self::file), [`path`](Self::path), [`line`](Self::line) and [`column`](Self::column)
/// give the place, as far as it is known. `Display` is one line with the place and the reason; it never contains a secret or a
/// session token.
///
/// ```
/// use sig4_iam::{ErrorKind, Policy};
///
/// let error = Policy::parse("read", "{\"Statement\":\n [{\"Effect\": \"Alow\", \"Action\": \"*\", \"Resource\": \"*\"}]}").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidPolicy);
/// assert_eq!(error.path().to_string(), "Statement[0].Effect");
/// assert_eq!((error.line(), error.column()), (Some(2), Some(14)));
/// assert_eq!(
///     error.to_string(),
///     r#"invalid policy: at Statement[0].Effect, line 2, column 14: it is neither "Allow" nor "Deny": "Alow""#,
/// );
/// ```
#[derive(Clone)]
pub struct Error(Box<Facts>);

#[derive(Clone)]
struct Facts {
    kind: ErrorKind,
    file: Option<String>,
    path: JsonPathBuf,
    position: Option<Position>,
    reason: Reason,
}

/// A line and a column, both counted from one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    /// In characters.
    pub(crate) column: usize,
}

/// What is wrong.
#[derive(Clone, Debug)]
enum Reason {
    /// The text is not JSON. `serde_json` reports the line and the column.
    Syntax(String),
    /// A value of an unexpected type.
    Type {
        expected: &'static str,
        found: &'static str,
    },
    Other(Cow<'static, str>),
}

/// What an [`Error`] is about.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not an IAM policy document.
    InvalidPolicy,
    /// An account, a partition, a name, a path or a unique id that IAM does not accept.
    InvalidPrincipal,
    /// The users, roles or access keys of a directory are malformed or inconsistent, or one of its files cannot be read.
    InvalidDirectory,
    /// The text of day keys is malformed, cut off or too long, or a key stands twice.
    InvalidDayKeys,
}

impl ErrorKind {
    const fn words(self) -> &'static str {
        match self {
            Self::InvalidPolicy => "invalid policy",
            Self::InvalidPrincipal => "invalid principal",
            Self::InvalidDirectory => "invalid directory",
            Self::InvalidDayKeys => "invalid day keys",
        }
    }
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::with_reason(kind, Reason::Other(reason.into()))
    }

    /// The text is not JSON.
    #[cold]
    pub(crate) fn syntax(kind: ErrorKind, error: &serde_json::Error) -> Self {
        Self::with_reason(kind, Reason::Syntax(error.to_string()))
            .with_position(Position { line: error.line(), column: error.column() })
    }

    /// A value of an unexpected type.
    #[cold]
    pub(crate) fn unexpected(kind: ErrorKind, expected: &'static str, found: &'static str) -> Self {
        Self::with_reason(kind, Reason::Type { expected, found })
    }

    fn with_reason(kind: ErrorKind, reason: Reason) -> Self {
        Self(Box::new(Facts { kind, file: None, path: JsonPathBuf::default(), position: None, reason }))
    }

    #[cold]
    pub(crate) fn with_path(mut self, path: JsonPath<'_>) -> Self {
        self.0.path = path.to_buf();
        self
    }

    #[cold]
    pub(crate) fn with_position(mut self, position: Position) -> Self {
        self.0.position = Some(position);
        self
    }

    #[cold]
    pub(crate) fn with_file(mut self, file: &str) -> Self {
        self.0.file = Some(file.to_owned());
        self
    }

    /// What the error is about.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The policy file with the mistake, as the directory names it. `None` if the mistake is in the text itself.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The path to the value, from the root of its document. It is the root if the document as a whole is wrong.
    #[must_use]
    pub const fn path(&self) -> &JsonPathBuf {
        &self.0.path
    }

    /// The line of the value, from one. `None` without a text, or if the error is about the whole text.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.position.map(|position| position.line)
    }

    /// The column of the value in characters, counted from one. `None` where [`line`](Self::line) is.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.position.map(|position| position.column)
    }

    /// The reason on one line, without the kind and the place.
    #[must_use]
    pub fn reason(&self) -> String {
        printable::message(&self.0.reason.to_string()).into_owned()
    }

    /// The place and the reason on one line: `Display` without the kind.
    #[must_use]
    pub fn detail(&self) -> String {
        printable::message(&self.0.detail()).into_owned()
    }
}

impl Facts {
    fn detail(&self) -> String {
        let Self { file, path, position, reason, .. } = self;
        let mut place = Vec::new();
        if let Some(file) = file {
            place.push(format!("in {file:?}"));
        }
        if !path.is_root() {
            place.push(format!("at {path}"));
        }
        if let (Some(Position { line, column }), Reason::Type { .. } | Reason::Other(_)) = (position, reason) {
            place.push(format!("line {line}, column {column}"));
        }
        match place.as_slice() {
            [] => reason.to_string(),
            place => format!("{}: {reason}", place.join(", ")),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(message) => f.write_str(message),
            Self::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.words(), self.detail())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { kind, file, path, position, reason } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("file", file)
            .field("path", &path.to_string())
            .field("position", position)
            .field("reason", reason)
            .finish()
    }
}

impl std::error::Error for Error {}
