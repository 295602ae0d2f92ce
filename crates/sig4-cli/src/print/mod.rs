//! The one way to the standard output and the standard error: `tests/it/layering.rs` finds any other.
//!
//! | what is printed | function | controls, and what does not show | secrets |
//! |---|---|---|---|
//! | what the command is for: a signed request, an answer's body in a pipe | [`product`] | as they are | as they are |
//! | reports, on the standard output | [`text`], [`json`] | escaped | those that the process was given are taken out |
//! | notes, failures and stages, on the standard error | [`note`], [`fail`], [`verbose`] | escaped | all are taken out |
//! | an answer's body, on a terminal | [`Body`] | escaped | as they are |
//! | what the functions of an API and the log of its calls say | [`log_out`], [`log_err`] | escaped | as they are |
//!
//! Without a standard error there is nobody to tell, so a failure to write there is none.

mod body;
mod secrets;

pub(crate) use body::Body;
pub(crate) use secrets::{
    are_shown as secrets_are_shown, in_environment as secrets_in_environment, keep as keep_secret, keep_environment,
    keep_header, keep_those_in as keep_secrets_in, kept, redact, redact_but, show as show_secrets,
};

use crate::failure::Failure;
use crate::printable;
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::panic;

/// What the lines of the standard error begin with.
const PREFIX: &str = "sig4: ";
/// What there is to say where secrets were taken out.
const LIFT: &str = "secrets are not shown; --show-secrets shows them";

/// A text of several lines, in which a terminal gets nothing but lines to show.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(printable::line).collect::<Vec<_>>().join("\n")
}

/// Prints bytes as they are.
pub(crate) fn product(bytes: &[u8]) -> Result<(), Failure> {
    written(io::stdout().lock().write_all(bytes))
}

/// Prints a text for people.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    product(lines(&secrets::redact_given(text)).as_bytes())
}

/// Prints a text for people that has colours of our own, and in which the rest is escaped already.
pub(crate) fn coloured(text: &str) -> Result<(), Failure> {
    product(secrets::redact_given(text).as_bytes())
}

/// Prints JSON, and ends the line.
pub(crate) fn json(json: &str) -> Result<(), Failure> {
    product((printable::json(&secrets::redact_given(json)).into_owned() + "\n").as_bytes())
}

/// The standard output, for a protocol.
pub(crate) fn protocol() -> StdoutLock<'static> {
    io::stdout().lock()
}

/// Says something besides the output.
pub(crate) fn note(text: &str) {
    err(&[PREFIX, &lines(&redact(&printable::excerpt(text))), "\n"].concat());
}

/// Says in a line why the command failed.
pub(crate) fn fail(text: &str) {
    err(&[PREFIX, &printable::message(&redact(&printable::excerpt(text))), "\n"].concat());
}

/// Says how the command is used.
pub(crate) fn usage(text: &str) {
    err(&lines(text));
}

/// Says the lines of `text` on the way, and whether secrets were taken out.
pub(crate) fn verbose(text: &str) {
    let redacted = redact(text);
    err(&lines(&redacted));
    if redacted != text {
        note(LIFT);
    }
}

/// Writes a line of a log to the standard output, in one piece.
pub(crate) fn log_out(line: &str) {
    let mut out = io::stdout().lock();
    let _unheard = out.write_all([lines(line).as_str(), "\n"].concat().as_bytes()).and_then(|()| out.flush());
}

/// Writes a line of a log to the standard error, in one piece.
pub(crate) fn log_err(line: &str) {
    err(&[lines(line).as_str(), "\n"].concat());
}

/// Writes over the line of a terminal on the standard error, or takes it away.
pub(crate) fn progress(text: &str) {
    err(&["\r\x1b[K", &printable::line(text)].concat());
}

/// Whether the standard output is a terminal.
pub(crate) fn out_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether the standard error is a terminal.
pub(crate) fn err_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Has panics say what happened in a line, as failures do.
pub(crate) fn panics_as_failures() {
    panic::set_hook(Box::new(|panic| fail(&format!("this is a mistake in sig4: {panic}"))));
}

fn err(text: &str) {
    let _unheard = io::stderr().lock().write_all(text.as_bytes());
}

fn written(outcome: io::Result<()>) -> Result<(), Failure> {
    outcome.map_err(|error| format!("cannot write standard output: {error}").into())
}
