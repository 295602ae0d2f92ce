//! The environment of a function's process: Lambda's, and of the server's own only what is listed here or passed by name.
//!
//! A function does not see the tokens and keys in the environment of the user who starts the server, as it would not on
//! Lambda.

use crate::failure::Failure;
use crate::print::note;
use std::env::{self, VarError};
use std::ffi::OsString;

/// The variables of the server that every function gets. Lambda sets the same ones to values of its own; `TZ` is set to
/// Lambda's `:UTC` in any case.
const INHERITED: [&str; 3] = ["PATH", "HOME", "LANG"];

/// What programs of this system do not run without: sockets and random numbers, temporary files, the home, and commands.
#[cfg(windows)]
const OF_SYSTEM: [&str; 6] = ["SystemRoot", "TEMP", "TMP", "USERPROFILE", "PATHEXT", "ComSpec"];
#[cfg(not(windows))]
const OF_SYSTEM: [&str; 0] = [];

/// Variables that a function does not run without, and what the names of others of them begin with.
const OF_RUNTIME: [&str; 4] = ["_HANDLER", "_X_AMZN_TRACE_ID", "LAMBDA_TASK_ROOT", "AWS_EXECUTION_ENV"];
const OF_LAMBDA: &str = "AWS_LAMBDA_";

/// The server's variables that every function gets.
pub(crate) fn inherited() -> impl Iterator<Item = (&'static str, OsString)> {
    INHERITED.into_iter().chain(OF_SYSTEM).filter_map(|name| Some((name, env::var_os(name)?)))
}

/// Reads the name of a variable that functions are to get.
pub(crate) fn parse_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(['=', '\0']) {
        // What follows a `=` may be a secret.
        return Err("it is not the name of a variable; its value is the server's own".to_owned());
    }
    if OF_RUNTIME.contains(&text) || text.starts_with(OF_LAMBDA) {
        return Err(format!("{text} is the server's to set, for the function would not run with another value"));
    }
    Ok(text.to_owned())
}

/// The variables of these names and their values. Those that are not set are said, and left out.
pub(crate) fn passed(names: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let mut variables = Vec::new();
    for name in names {
        match env::var(name) {
            Ok(value) => variables.push((name.clone(), value)),
            Err(VarError::NotPresent) => note(&format!("--pass-env {name}: it is not set, and no function gets it")),
            Err(VarError::NotUnicode(_)) => return Err(format!("--pass-env {name}: its value is not UTF-8").into()),
        }
    }
    Ok(variables)
}
