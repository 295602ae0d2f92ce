//! The log of requests: a line for people each, and with `--access-log` one of JSON.

use crate::failure::Failure;
use crate::print::{self, note};
use sig4_gateway::AccessRecord;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// The destinations of the lines.
#[derive(Debug)]
pub(crate) struct Log {
    people: Output,
    json: Option<Output>,
}

#[derive(Debug)]
enum Output {
    Stdout,
    Stderr,
    File(Mutex<File>),
}

impl Log {
    /// A log whose JSON goes to the file `name`, to standard output if `name` is `-`, or nowhere. If JSON goes to standard output,
    /// the lines for people go to standard error.
    pub(crate) fn open(name: Option<&str>) -> Result<Self, Failure> {
        Ok(match name {
            None => Self { people: Output::Stdout, json: None },
            Some("-") => Self { people: Output::Stderr, json: Some(Output::Stdout) },
            Some(name) => {
                let file = OpenOptions::new().create(true).append(true).open(name);
                let file = file.map_err(|error| format!("cannot write to `{name}`: {error}"))?;
                Self { people: Output::Stdout, json: Some(Output::File(Mutex::new(file))) }
            }
        })
    }

    /// Writes a line that belongs to no request.
    pub(crate) fn say(&self, text: &str) {
        self.people.put(text);
    }

    /// Writes the lines of a request.
    pub(crate) fn record(&self, record: &AccessRecord) {
        // The JSON comes first, so that a reader of the line finds the object in the file.
        if let Some(json) = &self.json {
            json.put(&record.to_json());
        }
        self.people.put(&record.to_string());
    }
}

impl Output {
    /// Writes a line in one call.
    fn put(&self, line: &str) {
        let file = match self {
            Self::Stdout => return print::log_out(line),
            Self::Stderr => return print::log_err(line),
            Self::File(file) => file,
        };
        let written = file.lock().unwrap_or_else(PoisonError::into_inner).write_all([line, "\n"].concat().as_bytes());
        if let Err(error) = written {
            note(&format!("cannot write the access log: {error}"));
        }
    }
}
