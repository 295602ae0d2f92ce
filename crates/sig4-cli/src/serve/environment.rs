//! The environment of a function's process: Lambda's variables, and of the server's own only those listed here or passed by name.
//!
//! Tokens and keys in the server's environment stay hidden from functions. On Lambda they do not exist either.

use crate::failure::Failure;
use crate::print::remark;
use std::env::{self, VarError};
use std::ffi::OsString;

/// What the interpreter of Python is told: the folder of the code is not written to, as on Lambda, and the log comes at once.
const OF_PYTHON: [(&str, &str); 2] = [("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONUNBUFFERED", "1")];

/// The variables of the server that every function gets. Lambda sets the same names to its own values. `TZ` is always Lambda's
/// `:UTC`.
const INHERITED: [&str; 3] = ["PATH", "HOME", "LANG"];

/// Variables that programs on this system need for sockets, random numbers, temporary files, the home and commands.
#[cfg(windows)]
const OF_SYSTEM: [&str; 6] = ["SystemRoot", "TEMP", "TMP", "USERPROFILE", "PATHEXT", "ComSpec"];
#[cfg(not(windows))]
const OF_SYSTEM: [&str; 0] = [];

/// Variables that only the server may set, and the prefix of further ones.
const OF_RUNTIME: [&str; 4] = ["_HANDLER", "_X_AMZN_TRACE_ID", "LAMBDA_TASK_ROOT", "AWS_EXECUTION_ENV"];
const OF_LAMBDA: &str = "AWS_LAMBDA_";

/// The server's variables that every function gets.
pub(crate) fn inherited() -> impl Iterator<Item = (&'static str, OsString)> {
    INHERITED.into_iter().chain(OF_SYSTEM).filter_map(|name| Some((name, env::var_os(name)?)))
}

/// Variables for the interpreter of a runtime.
pub(crate) fn of_interpreter(runtime: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    OF_PYTHON.into_iter().filter(|_| runtime.starts_with("python"))
}

/// Reads the name of a variable that functions are to get.
pub(crate) fn parse_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(['=', '\0']) {
        // The text after `=` may be a secret, so the message does not repeat it.
        return Err("it is not the name of a variable; its value is the server's own".to_owned());
    }
    if OF_RUNTIME.contains(&text) || text.starts_with(OF_LAMBDA) {
        return Err(format!("{text} is the server's to set, for the function would not run with another value"));
    }
    Ok(text.to_owned())
}

/// The variables of these names with their values. A note names each variable that is not set.
pub(crate) fn passed(names: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let mut variables = Vec::new();
    for name in names {
        match env::var(name) {
            Ok(value) => variables.push((name.clone(), value)),
            Err(VarError::NotPresent) => remark(&format!("--pass-env {name}: it is not set, and no function gets it")),
            Err(VarError::NotUnicode(_)) => return Err(format!("--pass-env {name}: its value is not UTF-8").into()),
        }
    }
    Ok(variables)
}
