//! The output of a function, passed on as lines to standard error of the server.
//!
//! A function may log data of callers, so hidden characters are escaped.

use crate::print;
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The longest line that is passed on whole, in bytes.
const LONGEST_LINE: u64 = 64 << 10;
/// How long to wait for the last lines of a function. A process that it left behind may hold the pipe open.
const LAST_LINES: Duration = Duration::from_millis(500);
/// How often the end of the pipe is checked.
const LOOK: Duration = Duration::from_millis(5);

/// The lines of one process.
#[derive(Debug)]
pub(crate) struct FunctionLog(JoinHandle<()>);

impl FunctionLog {
    /// A log, and the pipe for the process to write to.
    pub(crate) fn open() -> io::Result<(Self, PipeWriter)> {
        let (reader, writer) = io::pipe()?;
        // Standard error may block if it is not read. With a thread per function, no other function waits.
        Ok((Self(thread::Builder::new().spawn(move || pass_on(reader))?), writer))
    }

    /// Waits until the last lines of a process that has ended are written.
    pub(crate) async fn finish(self) {
        let deadline = Instant::now() + LAST_LINES;
        while !self.0.is_finished() && Instant::now() < deadline {
            sleep(LOOK).await;
        }
    }
}

fn pass_on(reader: PipeReader) {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while matches!(reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line), Ok(1..)) {
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        print::log_err(&shown(&String::from_utf8_lossy(text.strip_suffix(b"\r").unwrap_or(text))));
        line.clear();
    }
}

/// A line with its tabs as spaces. `awslambdaric` ends the lines of a traceback with carriage returns, so that they are one record.
fn shown(line: &str) -> String {
    line.replace('\t', "    ").replace('\r', "\n    ")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn the_lines_of_a_traceback_in_one_record_are_below_one_another() {
        assert_eq!(shown("[ERROR] E\rTraceback:\r\tFile"), "[ERROR] E\n    Traceback:\n        File");
    }
}
