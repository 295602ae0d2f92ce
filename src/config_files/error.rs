//! The error from reading credentials or a region.

use super::searched::Searched;
use crate::error::Error as SigningError;
use crate::printable;
use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

/// The variable that decides between the environment and the files.
pub(super) const ID_VARIABLE: &str = "AWS_ACCESS_KEY_ID";

/// The most characters of a profile's name that a message shows.
const SHOWN: usize = 100;

/// An error from reading credentials or a region. It never holds a key or another setting's value.
#[derive(Debug)]
pub struct Error {
    problem: Box<Problem>,
    searched: Option<Box<Searched>>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file cannot be read.
    Unreadable,
    /// A line of a file is not valid. [`Error::line`] has its number.
    InvalidLine,
    /// Neither file has the profile, and there are no credentials in the environment.
    MissingProfile,
    /// The access key id or the secret access key is not set.
    MissingKey,
    /// The profile or the environment says how to fetch credentials. Only static keys are read.
    FetchedCredentials,
    /// A variable or a setting has a value that is not valid.
    InvalidValue,
}

/// The facts of an error.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("cannot read {}: {error}", .path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("cannot read {}: line {line}: {why}", .path.display())]
    InvalidLine { path: PathBuf, line: usize, why: &'static str },
    #[error("no credentials: {}neither {} nor {} has the profile `{}`", reason(*.variable, *.named), .credentials.display(), .config.display(), shown(.profile))]
    MissingProfile {
        profile: String,
        named: bool,
        variable: Option<&'static str>,
        credentials: PathBuf,
        config: PathBuf,
    },
    #[error("{present} is set, but {name} is not")]
    MissingVariable { present: &'static str, name: &'static str },
    #[error("the profile `{}` has {present}, but not {name}", shown(.profile))]
    MissingSetting { profile: String, present: &'static str, name: &'static str },
    #[error("the profile `{}` has neither {name} nor {other}", shown(.profile))]
    NoKeys { profile: String, name: &'static str, other: &'static str },
    #[error("{name} is set, and only static keys are read")]
    FetchedOfEnvironment { name: &'static str },
    #[error("the profile `{}` gets its keys by `{name}`, and only static keys are read", shown(.profile))]
    Fetched { profile: String, name: &'static str },
    #[error("{name} {why}")]
    InvalidVariable { name: &'static str, why: &'static str },
    #[error("`{name}` is not a time such as 2015-08-30T12:36:00Z")]
    InvalidTime { name: &'static str },
    #[error("the profile `{}` has an empty {name}", shown(.profile))]
    EmptySetting { profile: String, name: &'static str },
    #[error("the profile `{}` has a key of several lines: an indented line belongs to the line above it", shown(.profile))]
    SeveralLines { profile: String },
    #[error(transparent)]
    Credentials(#[from] SigningError),
}

impl Error {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &*self.problem {
            Problem::Unreadable { .. } => ErrorKind::Unreadable,
            Problem::InvalidLine { .. } => ErrorKind::InvalidLine,
            Problem::MissingProfile { .. } => ErrorKind::MissingProfile,
            Problem::MissingVariable { .. } | Problem::MissingSetting { .. } | Problem::NoKeys { .. } => {
                ErrorKind::MissingKey
            }
            Problem::FetchedOfEnvironment { .. } | Problem::Fetched { .. } => ErrorKind::FetchedCredentials,
            Problem::InvalidVariable { .. }
            | Problem::InvalidTime { .. }
            | Problem::EmptySetting { .. }
            | Problem::SeveralLines { .. }
            | Problem::Credentials(_) => ErrorKind::InvalidValue,
        }
    }

    /// The file that cannot be read, or that has the invalid line.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &*self.problem {
            Problem::Unreadable { path, .. } | Problem::InvalidLine { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The number of the line in the file, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match &*self.problem {
            Problem::InvalidLine { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// The profile that the error is about, unchanged: escape it for a terminal.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        match &*self.problem {
            Problem::MissingProfile { profile, .. }
            | Problem::MissingSetting { profile, .. }
            | Problem::NoKeys { profile, .. }
            | Problem::Fetched { profile, .. }
            | Problem::EmptySetting { profile, .. }
            | Problem::SeveralLines { profile } => Some(profile),
            _ => None,
        }
    }

    /// The name of the variable or the setting that the error is about.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        match &*self.problem {
            Problem::MissingProfile { variable, .. } => *variable,
            Problem::MissingVariable { name, .. }
            | Problem::MissingSetting { name, .. }
            | Problem::NoKeys { name, .. }
            | Problem::FetchedOfEnvironment { name }
            | Problem::Fetched { name, .. }
            | Problem::InvalidVariable { name, .. }
            | Problem::InvalidTime { name }
            | Problem::EmptySetting { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl Error {
    /// Where credentials were looked for, if none were found: its [kind](Self::kind) is
    /// [`ErrorKind::MissingProfile`], [`ErrorKind::MissingKey`] or [`ErrorKind::FetchedCredentials`].
    #[must_use]
    pub fn searched(&self) -> Option<&Searched> {
        self.searched.as_deref()
    }

    /// Adds the facts of the search.
    pub(super) fn with_searched(mut self, searched: impl FnOnce() -> Searched) -> Self {
        if matches!(self.kind(), ErrorKind::MissingProfile | ErrorKind::MissingKey | ErrorKind::FetchedCredentials) {
            self.searched = Some(Box::new(searched()));
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.problem.source()
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), searched: None }
    }
}

impl From<SigningError> for Error {
    fn from(error: SigningError) -> Self {
        Problem::Credentials(error).into()
    }
}

/// The reason why the profile is needed, for the beginning of the message.
fn reason(variable: Option<&'static str>, named: bool) -> Cow<'static, str> {
    match variable {
        Some(variable) => format!("{variable} is set, but ").into(),
        None if named => "".into(),
        None => format!("{} is not set, and ", ID_VARIABLE).into(),
    }
}

/// A profile's name for a message.
fn shown(name: &str) -> String {
    let start: String = name.chars().take(SHOWN).collect();
    printable::line(&start).into_owned()
}
