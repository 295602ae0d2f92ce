//! The path of a value in a template, for errors.

use crate::error::{Error, ErrorKind};
use sig4_iam::{JsonPath, JsonStep};
use std::fmt;

/// The path of a template itself.
static ROOT: JsonPath<'static> = JsonPath::root();

/// A part of the template, such as its `Resources`.
pub(crate) const fn part(name: &str) -> JsonPath<'_> {
    ROOT.key(name)
}

/// The use of a path in a template.
pub(crate) trait TemplatePath {
    /// An error about the value at this path.
    fn error(&self, message: impl fmt::Display) -> Error;

    /// Whether it is in this part of the template.
    fn is_in(&self, part: &str) -> bool;
}

impl TemplatePath for JsonPath<'_> {
    #[cold]
    fn error(&self, message: impl fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidTemplate, message.to_string()).at_path(self.to_buf())
    }

    fn is_in(&self, part: &str) -> bool {
        self.to_buf().steps().next() == Some(JsonStep::Key(part))
    }
}
