//! Errors of event streams.

use crate::error::{Error, ErrorKind};
use std::borrow::Cow;

/// A message is malformed, or longer than a limit.
#[cold]
pub(super) fn invalid(detail: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidEvent, detail)
}

/// The stream ended too early.
#[cold]
pub(super) fn truncated(detail: &'static str) -> Error {
    Error::new(ErrorKind::TruncatedStream, detail)
}
