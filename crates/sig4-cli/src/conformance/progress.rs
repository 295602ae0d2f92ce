//! The progress of a run, on a terminal.

use crate::print;
use sig4_conformance::{CaseVerdict, JudgedCase};

/// A line on standard error that is replaced after each case, if standard error is a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    total: usize,
    done: usize,
    wrong: usize,
}

impl Progress {
    pub(super) fn new(total: usize) -> Self {
        Self { is_shown: print::err_is_terminal(), total, done: 0, wrong: 0 }
    }

    /// Counts a case, and shows the progress.
    pub(super) fn show(&mut self, judged: &JudgedCase) {
        self.done += 1;
        self.wrong += usize::from(!CaseVerdict::is_as_expected(judged.verdict()));
        if self.is_shown {
            let Self { done, total, wrong, .. } = self;
            print::progress(&format!("{done}/{total}, {wrong} wrong: {}", judged.id()));
        }
    }

    /// Removes the line.
    pub(super) fn clear(&self) {
        if self.is_shown {
            print::progress("");
        }
    }
}
