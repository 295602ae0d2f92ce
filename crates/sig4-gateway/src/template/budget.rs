//! The limits on the work of resolving a template.

use super::path::TemplatePath;
use crate::error::Error;
use sig4_iam::JsonPath;
use std::cell::Cell;

/// The maximum number of steps. Every value, function, condition and comparison is a step, each time it is read.
pub const MAX_RESOLVED_VALUES: usize = 200_000;

/// The most bytes of text that functions make, in total.
pub const MAX_RESOLVED_BYTES: usize = 4 * 1024 * 1024;

/// The maximum nesting of values, conditions and references.
const MAX_DEPTH: usize = 200;

/// The work done so far.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    steps: Cell<usize>,
    bytes: Cell<usize>,
    depth: Cell<usize>,
}

impl Budget {
    /// Counts steps. Called before the work is done.
    pub(crate) fn steps(&self, more: usize, place: &JsonPath<'_>) -> Result<(), Error> {
        count(&self.steps, more, MAX_RESOLVED_VALUES, "steps", place)
    }

    /// Counts bytes of text. Called before the text is made, or once per copy.
    pub(crate) fn bytes(&self, more: usize, place: &JsonPath<'_>) -> Result<(), Error> {
        count(&self.bytes, more, MAX_RESOLVED_BYTES, "bytes of text", place)
    }

    /// Runs a function one level deeper.
    pub(crate) fn deeper<T>(&self, place: &JsonPath<'_>, run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Err(place.error(format_args!("more than {MAX_DEPTH} values lie in one another")));
        }
        self.depth.set(depth + 1);
        let result = run();
        self.depth.set(depth);
        result
    }

    /// Whether a limit was exceeded. Values that were skipped since are unknown.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.steps.get() > MAX_RESOLVED_VALUES || self.bytes.get() > MAX_RESOLVED_BYTES
    }

    /// The steps so far.
    #[cfg(test)]
    pub(crate) fn spent(&self) -> (usize, usize) {
        (self.steps.get(), self.bytes.get())
    }
}

fn count(counter: &Cell<usize>, more: usize, most: usize, of: &str, place: &JsonPath<'_>) -> Result<(), Error> {
    counter.set(counter.get().saturating_add(more));
    if counter.get() > most {
        return Err(place.error(format_args!("the template's functions make too much of it: more than {most} {of}")));
    }
    Ok(())
}
