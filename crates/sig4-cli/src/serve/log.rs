//! The log of requests: lines for people, and with `--access-log` or `--json` one of JSON each.

use super::args::ServeArgs;
use super::banner::Banner;
use super::inspect::{self, Inspector};
use super::log_line::LogLine;
use crate::failure::Failure;
use crate::print::{self, remark};
use sig4_gateway::AccessRecord;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Standard output in the place of a file.
const STDOUT: &str = "-";

/// The destinations of the lines.
#[derive(Debug)]
pub(crate) struct Log {
    /// Lines for people, and whether they have colours. `None` with `--json`.
    people: Option<(Stream, bool)>,
    json: Vec<Output>,
    /// The page that shows the requests, with `--inspect`.
    inspector: Option<Inspector>,
}

#[derive(Clone, Copy, Debug)]
enum Stream {
    Stdout,
    Stderr,
}

#[derive(Debug)]
enum Output {
    Stream(Stream),
    File(Mutex<File>),
}

impl Log {
    /// The log that the arguments ask for. If JSON goes to standard output, the lines for people go to standard error, or with
    /// `--json` nowhere.
    pub(crate) fn open(args: &ServeArgs) -> Result<Self, Failure> {
        let name = args.access_log.as_deref();
        // A file comes first, so that a reader of standard output finds the object in the file.
        let mut json = Vec::new();
        if let Some(name) = name.filter(|name| *name != STDOUT) {
            let file = OpenOptions::new().create(true).append(true).open(name);
            json.push(Output::File(Mutex::new(file.map_err(|error| format!("cannot write to `{name}`: {error}"))?)));
        }
        if args.json || name == Some(STDOUT) {
            json.push(Output::Stream(Stream::Stdout));
        }
        let people = match (args.json, name) {
            (true, _) => None,
            (false, Some(STDOUT)) => Some((Stream::Stderr, print::err_has_colour())),
            (false, _) => Some((Stream::Stdout, print::out_has_colour())),
        };
        Ok(Self { people, json, inspector: args.inspect.map(|_| Inspector::new()) })
    }

    /// The page that shows the requests, if there is one.
    pub(crate) const fn inspector(&self) -> Option<&Inspector> {
        self.inspector.as_ref()
    }

    /// Shows the page at its address, and returns its URL.
    pub(crate) async fn listen(&self, args: &ServeArgs) -> Result<Option<String>, Failure> {
        match (&self.inspector, args.inspect) {
            (Some(inspector), Some(address)) => inspect::listen(inspector, address).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Writes the banner.
    pub(crate) fn start(&self, banner: &Banner<'_>) {
        match self.people {
            Some((stream, _)) => stream.put(&banner.to_string()),
            None => Stream::Stdout.put(&banner.to_json()),
        }
    }

    /// Writes the lines of a request.
    pub(crate) fn record(&self, record: &AccessRecord) {
        // The JSON comes first, so that a reader of the line finds the object in the file.
        if !self.json.is_empty() {
            let json = record.to_json();
            self.json.iter().for_each(|output| output.put(&json));
        }
        if let Some((stream, has_colour)) = self.people {
            let text = LogLine { record, has_colour }.to_string();
            match stream {
                Stream::Stdout => print::log_out_escaped(&text),
                Stream::Stderr => print::log_err_escaped(&text),
            }
        }
        if let Some(inspector) = &self.inspector {
            inspector.record(record);
        }
    }
}

impl Stream {
    fn put(self, line: &str) {
        match self {
            Self::Stdout => print::log_out(line),
            Self::Stderr => print::log_err(line),
        }
    }
}

impl Output {
    /// Writes a line in one call.
    fn put(&self, line: &str) {
        let file = match self {
            Self::Stream(stream) => return stream.put(line),
            Self::File(file) => file,
        };
        let written = file.lock().unwrap_or_else(PoisonError::into_inner).write_all([line, "\n"].concat().as_bytes());
        if let Err(error) = written {
            remark(&format!("cannot write the access log: {error}"));
        }
    }
}
