//! The error of an HTTP API: of its definition, of its functions' responses, and of serving it.

use sig4::printable;
use sig4_iam::JsonPathBuf;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// An error from reading, checking or serving the definition of an HTTP API.
///
/// Match on [`kind`](Self::kind). The place and the facts are fields; `Display` puts them into one line. Neither ever holds a
/// secret. Text from a file is safe for a terminal: control and invisible characters are written as `\u{…}`, and text of more
/// than 4,096 bytes is cut.
///
/// ```
/// use sig4_gateway::{ApiDefinition, ErrorKind};
///
/// let text = "account = \"123456789012\"\nregion = 7";
/// let error = ApiDefinition::from_toml(text, &|name| std::fs::read_to_string(name)).unwrap_err();
/// assert_eq!((error.kind(), error.key()), (ErrorKind::InvalidConfig, Some("region")));
/// assert_eq!((error.line(), error.column()), (Some(2), Some(10)));
/// assert_eq!((error.expected(), error.found()), (Some("a string"), Some("integer")));
/// assert_eq!(error.to_string(), "invalid configuration: line 2, column 10: `region` is a string, not integer");
/// ```
#[derive(Clone, Debug)]
pub struct Error(Box<Facts>);

#[derive(Clone, Debug)]
struct Facts {
    kind: ErrorKind,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    path: Option<JsonPathBuf>,
    problem: Problem,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The problem at the place.
#[derive(Clone, Debug)]
enum Problem {
    /// A message.
    Message(Cow<'static, str>),
    /// A value is invalid for its key.
    Unexpected { key: String, expected: &'static str, found: String },
    /// An unknown key.
    UnknownKey { key: String, known: String },
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// API Gateway would not accept the API: its stages, its CORS configuration, or a route that requires signatures without a
    /// key store.
    InvalidApi,
    /// A configuration file has an unknown key or an invalid value.
    InvalidConfig,
    /// A configuration file's users, groups, roles or policies are invalid. The [`sig4_iam::Error`] is the
    /// [source](StdError::source).
    InvalidDirectory,
    /// The value that a Lambda function returned is not a valid response.
    InvalidReply,
    /// A route key is invalid or duplicate, or there are too many.
    InvalidRoute,
    /// A template cannot be read, or uses an unsupported feature.
    InvalidTemplate,
    /// The URL or a client header of an upstream is invalid.
    InvalidUpstream,
    /// The certificate or the private key of a server cannot be used.
    InvalidTls,
    /// The server cannot listen at the address, or cannot start.
    NotListening,
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(kind, Problem::Message(message.into()))
    }

    /// A value is invalid for its key.
    #[cold]
    pub(crate) fn unexpected(kind: ErrorKind, key: &str, expected: &'static str, found: impl Into<String>) -> Self {
        Self::of(kind, Problem::Unexpected { key: key.to_owned(), expected, found: found.into() })
    }

    /// A key is unknown.
    #[cold]
    pub(crate) fn unknown_key(kind: ErrorKind, key: &str, known: &[&str]) -> Self {
        Self::of(kind, Problem::UnknownKey { key: key.to_owned(), known: known.join(", ") })
    }

    fn of(kind: ErrorKind, problem: Problem) -> Self {
        Self(Box::new(Facts { kind, file: None, line: None, column: None, path: None, problem, source: None }))
    }

    /// The same error in a file.
    #[must_use]
    pub(crate) fn in_file(mut self, name: impl Into<String>) -> Self {
        self.0.file = Some(name.into());
        self
    }

    /// The same error at a line, counted from one.
    #[must_use]
    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.0.line = Some(line);
        self
    }

    /// The same error at a line and a column, both counted from one.
    #[must_use]
    pub(crate) fn at(mut self, (line, column): (usize, usize)) -> Self {
        (self.0.line, self.0.column) = (Some(line), Some(column));
        self
    }

    /// The same error at a value of a template.
    #[must_use]
    pub(crate) fn at_path(mut self, path: JsonPathBuf) -> Self {
        self.0.path = Some(path);
        self
    }

    /// The same error with its source.
    #[must_use]
    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// The kind of error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The file with the mistake: a configuration by its [name](crate::config::Configuration::with_name), a policy by its path from
    /// there, a template's file by its path below the template's folder.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The line in the file, counted from one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.line
    }

    /// The column in the line, in characters, counted from one.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.column
    }

    /// The path to the value in a template. In a stack other than the served one, it begins with the name of the stack.
    #[must_use]
    pub fn path(&self) -> Option<&JsonPathBuf> {
        self.0.path.as_ref()
    }

    /// The key whose value is invalid, or that is unknown.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match &self.0.problem {
            Problem::Message(_) => None,
            Problem::Unexpected { key, .. } | Problem::UnknownKey { key, .. } => Some(key),
        }
    }

    /// The valid values of the key, or the known keys.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        match &self.0.problem {
            Problem::Message(_) => None,
            Problem::Unexpected { expected, .. } => Some(expected),
            Problem::UnknownKey { known, .. } => Some(known),
        }
    }

    /// The type of the value that was found.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        match &self.0.problem {
            Problem::Unexpected { found, .. } => Some(found),
            Problem::Message(_) | Problem::UnknownKey { .. } => None,
        }
    }

    /// The place and the problem without the kind, for a note about something that is served nevertheless.
    pub(crate) fn detail(&self) -> String {
        printable::message(&self.0.to_string()).into_owned()
    }
}

impl ErrorKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidApi => "invalid API",
            Self::InvalidConfig => "invalid configuration",
            Self::InvalidDirectory => "invalid directory",
            Self::InvalidReply => "invalid reply",
            Self::InvalidRoute => "invalid route",
            Self::InvalidTemplate => "invalid template",
            Self::InvalidUpstream => "invalid upstream",
            Self::InvalidTls => "invalid certificate or key",
            Self::NotListening => "not listening",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.as_str(), self.detail())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = self.0.source.as_deref()?;
        Some(source)
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => write!(f, "{file}:{line}:{column}: ")?,
            (Some(file), Some(line), None) => write!(f, "{file}:{line}: ")?,
            (Some(file), None, _) => write!(f, "{file}: ")?,
            (None, Some(line), Some(column)) => write!(f, "line {line}, column {column}: ")?,
            (None, Some(line), None) => write!(f, "line {line}: ")?,
            (None, None, _) => {}
        }
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        match &self.problem {
            Problem::Message(message) => f.write_str(message),
            Problem::Unexpected { key, expected, found } => write!(f, "`{key}` is {expected}, not {found}"),
            Problem::UnknownKey { key, known } => write!(f, "the key `{key}` is not known here: {known}"),
        }
    }
}
