//! The progress of something that takes more than two seconds, on a terminal.
//!
//! Nothing is shown if standard error is not a terminal, or one without cursor movement (`TERM=dumb`), in CI, or if the command was
//! asked to be silent or to print JSON.

use crate::printable;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::env;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What takes less time is not shown.
const SHOWN_AFTER: Duration = Duration::from_secs(2);
/// The time after which the line is drawn again.
const TICK: Duration = Duration::from_millis(100);
/// The line for something whose end is unknown.
const SPINNER: &str = "{spinner} {msg} ({elapsed})";
/// The line for a known number of things.
const COUNTED: &str = "{bar:24} {pos}/{len} {msg} ({elapsed})";

/// A line on standard error that says what the command does. It is removed when the value is dropped: drop it before anything else
/// is printed.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Ends the wait for [`SHOWN_AFTER`] when it is dropped.
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Something whose end is unknown. `is_silent` shows nothing.
    pub(crate) fn of(text: &str, is_silent: bool) -> Self {
        let progress = Self::new(ProgressBar::hidden(), SPINNER, is_silent);
        progress.say(text);
        progress
    }

    /// `total` things, one after the other. `is_silent` shows nothing.
    pub(crate) fn counted(total: usize, is_silent: bool) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        Self::new(ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden()), COUNTED, is_silent)
    }

    fn new(bar: ProgressBar, line: &str, is_silent: bool) -> Self {
        if let Ok(style) = ProgressStyle::with_template(line) {
            bar.set_style(style);
        }
        let waiting = (!is_silent && is_useful()).then(|| {
            let ((waiting, dropped), shown) = (channel::<()>(), bar.clone());
            let thread = thread::spawn(move || {
                if dropped.recv_timeout(SHOWN_AFTER) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(TICK);
                }
            });
            (waiting, thread)
        });
        Self { bar, waiting }
    }

    /// Says what is done now.
    pub(crate) fn say(&self, text: &str) {
        self.bar.set_message(printable::message(text).into_owned());
    }

    /// Counts one of the things.
    pub(crate) fn count(&self) {
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((waiting, thread)) = self.waiting.take() {
            drop(waiting);
            // It does nothing that panics, and nothing depends on it.
            let _ended = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

/// Whether somebody sees a line that is drawn again and again.
fn is_useful() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    super::err_is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb") && !is_set("CI")
}
