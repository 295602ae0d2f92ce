//! The error of a command.

use std::borrow::Cow;
use std::error::Error;

/// An error that ends a command. Its message is one line; [`lines`](Failure::lines) may follow it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line or its input lacks something or is not valid.
    #[error("{0}")]
    Message(Cow<'static, str>),
    /// A message, and lines about it.
    #[error("{message}")]
    Listed { message: String, lines: Vec<String> },
    /// The server did not answer.
    #[error("{0}")]
    NoAnswer(String),
    /// The service refused the request that a command made.
    #[error("{0}")]
    Refused(String),
    /// An error from one of sig4's libraries, whose facts are its fields.
    #[error(transparent)]
    Signing(#[from] sig4::Error),
    #[error(transparent)]
    ConfigFiles(#[from] sig4::config_files::Error),
    #[error(transparent)]
    Iam(#[from] sig4_iam::Error),
    #[error(transparent)]
    Conformance(#[from] sig4_conformance::Error),
    #[error(transparent)]
    Gateway(#[from] sig4_gateway::Error),
    #[error(transparent)]
    Authorizer(#[from] sig4_authorizer::Error),
    /// An error from the system or from another crate.
    #[error(transparent)]
    Other(Box<dyn Error>),
}

impl Failure {
    /// A message, and lines about it.
    pub(crate) const fn with_lines(message: String, lines: Vec<String>) -> Self {
        Self::Listed { message, lines }
    }

    /// The lines after the message.
    pub(crate) fn lines(&self) -> &[String] {
        match self {
            Self::Listed { lines, .. } => lines,
            _ => &[],
        }
    }

    /// The exit status: 1 if the service refused, 3 if the server did not answer, else 2.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::NoAnswer(_) => 3,
            _ => 2,
        }
    }

    /// The kind in JSON. `docs/output.md` lists the kinds.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "input",
            Self::Listed { .. } => "credentials",
            Self::NoAnswer(_) => "no-answer",
            Self::Refused(_) => "refused",
            Self::Signing(_) => "signing",
            Self::ConfigFiles(_) => "credentials",
            Self::Iam(_) => "policy",
            Self::Conformance(_) => "conformance",
            Self::Gateway(_) => "api",
            Self::Authorizer(_) => "authorizer",
            Self::Other(_) => "system",
        }
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Message(message.into())
    }
}

impl From<&'static str> for Failure {
    fn from(message: &'static str) -> Self {
        Self::Message(message.into())
    }
}

macro_rules! other {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Other(error.into())
            }
        })*
    };
}

other!(
    hmac::digest::InvalidLength,
    http::Error,
    http::header::InvalidHeaderName,
    http::header::InvalidHeaderValue,
    http::method::InvalidMethod,
    hyper::Error,
    rcgen::Error,
    rustls::Error,
    std::fmt::Error,
    std::io::Error,
    std::num::TryFromIntError,
    std::sync::mpsc::RecvError,
    std::time::SystemTimeError,
    time::error::ComponentRange,
);
