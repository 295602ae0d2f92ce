//! All output of the command. A test of the source (`layering`) finds prints elsewhere.
//!
//! | output | function | hidden characters | secrets |
//! |---|---|---|---|
//! | the product: a signed request, the body of a response in a pipe | [`product`] | unchanged | unchanged |
//! | reports, on standard output | [`text`], [`json`] | escaped | secrets given to the process are redacted |
//! | notes, failures and stages, on standard error | [`note`], [`remark`], [`fail`], [`verbose`] | escaped | all are redacted |
//! | the body of a response, on a terminal | [`Body`] | escaped | unchanged |
//! | progress, on a terminal | [`Progress`] | escaped | none are in it |
//! | the output of functions and the access log | [`log_out`], [`log_err`], [`log_out_escaped`], [`log_err_escaped`] | escaped | unchanged |
//!
//! A failure to write to standard error is ignored, because it cannot be reported.

mod body;
mod progress;
mod secrets;

pub(crate) use body::Body;
pub(crate) use progress::Progress;
pub(crate) use secrets::{
    are_shown as secrets_are_shown, in_environment as secrets_in_environment, keep as keep_secret, keep_environment,
    keep_header, keep_those_in as keep_secrets_in, kept, redact, redact_but, show as show_secrets,
};

use crate::failure::Failure;
use crate::printable;
use std::env;
use std::io::{self, IsTerminal, StdoutLock, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

/// The prefix of lines on standard error.
const PREFIX: &str = "sig4: ";
/// The note after text with redacted secrets.
const LIFT: &str = "secrets are not shown; --show-secrets shows them";

/// Whether notes are left out.
static NOTES_OFF: AtomicBool = AtomicBool::new(false);
/// Whether errors are left out.
static ERRORS_OFF: AtomicBool = AtomicBool::new(false);

/// Leaves out notes from now on, and errors too unless `errors` is set, as curl's `-s` and `-S` do.
pub(crate) fn silence(errors: bool) {
    NOTES_OFF.store(true, Ordering::Relaxed);
    ERRORS_OFF.store(!errors, Ordering::Relaxed);
}

/// A text of several lines with its hidden characters escaped.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(printable::line).collect::<Vec<_>>().join("\n")
}

/// Prints bytes unchanged.
pub(crate) fn product(bytes: &[u8]) -> Result<(), Failure> {
    written(io::stdout().lock().write_all(bytes))
}

/// Prints a text for people.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    product(lines(&secrets::redact_given(text)).as_bytes())
}

/// Prints a text for people that has colours, and whose other hidden characters are escaped already.
pub(crate) fn coloured(text: &str) -> Result<(), Failure> {
    product(secrets::redact_given(text).as_bytes())
}

/// Prints JSON and a line break.
pub(crate) fn json(json: &str) -> Result<(), Failure> {
    product((printable::json(&secrets::redact_given(json)).into_owned() + "\n").as_bytes())
}

/// Standard output, for a protocol.
pub(crate) fn protocol() -> StdoutLock<'static> {
    io::stdout().lock()
}

/// Prints a note.
pub(crate) fn note(text: &str) {
    if NOTES_OFF.load(Ordering::Relaxed) {
        return;
    }
    err(&[PREFIX, &lines(&redact(&printable::excerpt(text))), "\n"].concat());
}

/// Prints a note on one line: a line break in a name of a foreign file must not look like the end of the note.
pub(crate) fn remark(text: &str) {
    if NOTES_OFF.load(Ordering::Relaxed) {
        return;
    }
    err(&[PREFIX, &printable::message(&redact(&printable::excerpt(text))), "\n"].concat());
}

/// Prints an error of the command on one line.
pub(crate) fn fail(text: &str) {
    if ERRORS_OFF.load(Ordering::Relaxed) {
        return;
    }
    err(&[PREFIX, &printable::message(&redact(&printable::excerpt(text))), "\n"].concat());
}

/// Prints lines about the error before them.
pub(crate) fn details(lines: &[String]) {
    if ERRORS_OFF.load(Ordering::Relaxed) {
        return;
    }
    for line in lines {
        err(&["  ", &printable::message(&redact(&printable::excerpt(line))), "\n"].concat());
    }
}

/// JSON for people, without secrets.
pub(crate) fn redacted_json(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::String(text) => redact(text).into(),
        serde_json::Value::Array(items) => items.iter().map(redacted_json).collect(),
        serde_json::Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), redacted_json(value))).collect()
        }
        other => other.clone(),
    }
}

/// Prints an error as a JSON object, on standard output.
pub(crate) fn fail_json(text: &str, details: &[String], kind: &str) {
    let message = |text: &String| printable::message(&redact(&printable::excerpt(text))).into_owned();
    let details: Vec<_> = details.iter().map(message).collect();
    let object = serde_json::json!({"error": message(&text.to_owned()), "details": details, "kind": kind});
    // A failure to write cannot be reported better than the error itself.
    let _unheard = product((printable::json(&object.to_string()).into_owned() + "\n").as_bytes());
}

/// Prints an error about the arguments.
pub(crate) fn usage(text: &str) {
    err(&lines(text));
}

/// Prints the lines of `text`, and a note if secrets were redacted.
pub(crate) fn verbose(text: &str) {
    let redacted = redact(text);
    err(&lines(&redacted));
    if redacted != text {
        note(LIFT);
    }
}

/// Writes a line of a log to standard output in one call.
pub(crate) fn log_out(line: &str) {
    let mut out = io::stdout().lock();
    let _unheard = out.write_all([lines(line).as_str(), "\n"].concat().as_bytes()).and_then(|()| out.flush());
}

/// Writes a line of a log to standard error in one call.
pub(crate) fn log_err(line: &str) {
    err(&[lines(line).as_str(), "\n"].concat());
}

/// Writes lines of a log to standard output in one call. Their hidden characters are escaped already, except colours.
pub(crate) fn log_out_escaped(lines: &str) {
    let mut out = io::stdout().lock();
    let _unheard = out.write_all([lines, "\n"].concat().as_bytes()).and_then(|()| out.flush());
}

/// Writes lines of a log to standard error in one call. Their hidden characters are escaped already, except colours.
pub(crate) fn log_err_escaped(lines: &str) {
    err(&[lines, "\n"].concat());
}

/// Whether standard output is a terminal.
pub(crate) fn out_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether standard input is a terminal, where a person may still type.
pub(crate) fn in_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Whether standard error is a terminal.
pub(crate) fn err_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether standard output has colours.
pub(crate) fn out_has_colour() -> bool {
    has_colour(out_is_terminal())
}

/// Whether standard error has colours.
pub(crate) fn err_has_colour() -> bool {
    has_colour(err_is_terminal())
}

/// Whether a stream has colours. `NO_COLOR` forbids them, `CLICOLOR_FORCE` asks for them; else a terminal has them, unless it is
/// dumb or `CLICOLOR` is `0`.
///
/// Sources: no-color.org; bixense.com/clicolors.
fn has_colour(is_terminal: bool) -> bool {
    let given = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let is_forced = given("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let is_off =
        || given("CLICOLOR").is_some_and(|value| value == "0") || given("TERM").is_some_and(|term| term == "dumb");
    given("NO_COLOR").is_none() && (is_forced || (is_terminal && !is_off()))
}

/// Makes panics print one line, as failures do.
pub(crate) fn panics_as_failures() {
    panic::set_hook(Box::new(|panic| fail(&format!("this is a bug in sig4: {panic}"))));
}

fn err(text: &str) {
    let _unheard = io::stderr().lock().write_all(text.as_bytes());
}

fn written(outcome: io::Result<()>) -> Result<(), Failure> {
    outcome.map_err(|error| format!("cannot write standard output: {error}").into())
}
