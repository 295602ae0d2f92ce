//! The cause that a server on this machine tells.

use crate::url::is_this_machine;
use http::{HeaderMap, HeaderName};
use sig4_gateway::{CAUSE_HEADER, REMEDY_HEADER};
use std::fmt;

/// What the server says.
#[derive(Debug)]
pub(crate) struct ToldCause {
    pub(crate) cause: String,
    pub(crate) remedy: Option<String>,
}

/// Whether a request to `host` asks for the cause. Other hosts than this machine are not asked.
pub(crate) fn asks(host: &str) -> bool {
    is_this_machine(host)
}

impl ToldCause {
    /// Reads the headers of a response of this machine.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Some(Self { cause: text(CAUSE_HEADER)?, remedy: text(REMEDY_HEADER) })
    }

    /// The name of the cause, if the server's text begins with one.
    pub(crate) fn name(&self) -> Option<&str> {
        let (name, _) = self.cause.split_once(": ")?;
        name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'+')).then_some(name)
    }
}

impl fmt::Display for ToldCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n  {}", self.cause)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n  remedy: {remedy}"),
            None => Ok(()),
        }
    }
}
