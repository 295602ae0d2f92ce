//! Where something stands in a document, for errors.

use crate::gateway::error::{Error, ErrorKind};
use std::fmt;

/// A place: the steps from the document's root. It borrows the steps above it, so that to go down costs nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    above: Option<&'p Self>,
    step: Step<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Name(&'p str),
    Index(usize),
}

impl<'p> Place<'p> {
    /// A member of the document itself.
    pub(crate) const fn root(name: &'p str) -> Self {
        Self { above: None, step: Step::Name(name) }
    }

    /// The member `name` of what stands here.
    pub(crate) const fn member(&'p self, name: &'p str) -> Self {
        Self { above: Some(self), step: Step::Name(name) }
    }

    /// The element `index` of what stands here.
    pub(crate) const fn element(&'p self, index: usize) -> Self {
        Self { above: Some(self), step: Step::Index(index) }
    }

    /// Whether it is in this part of the document.
    pub(crate) fn is_in(&self, part: &str) -> bool {
        match (self.above, self.step) {
            (Some(above), _) => above.is_in(part),
            (None, Step::Name(name)) => name == part,
            (None, Step::Index(_)) => false,
        }
    }

    /// An error about what stands here.
    #[cold]
    pub(crate) fn error(&self, what: impl fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidTemplate, format!("{self}: {what}"))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match (self.step, self.above) {
            (Step::Name(name), None) => f.write_str(name),
            (Step::Name(name), Some(_)) => write!(f, ".{name}"),
            (Step::Index(index), _) => write!(f, "[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_reads_as_a_path() {
        let resources = Place::root("Resources");
        let api = resources.member("Api");
        assert_eq!(api.member("Origins").element(2).to_string(), "Resources.Api.Origins[2]");
    }
}
