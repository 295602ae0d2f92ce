//! The access log: a line for each decision, written by a thread of its own.
//!
//! A decision does not wait for the disk. If the thread falls behind, lines are dropped and counted, and a line says how many.

use super::log_line::log_line;
use crate::check::record::{CheckRecord, Observe};
use crate::error::{Error, ErrorKind};
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Instant;
use time::OffsetDateTime;

/// The pause between looks at a full queue, at the end.
const FLUSH_PAUSE: Duration = Duration::from_millis(5);

/// The most bytes of lines that wait.
const MAX_QUEUED_LEN: usize = 33_554_432;

/// Where the access log is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum AccessLogTarget {
    /// Standard output.
    Stdout,
    /// A file, to whose end lines are added.
    File(PathBuf),
}

/// The access log. Clones write to the same queue.
#[derive(Clone, Debug)]
pub(crate) struct AccessLog(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: SyncSender<Entry>,
    counts: Arc<Counts>,
}

/// What the callers and the thread tell each other beside the queue.
#[derive(Debug, Default)]
struct Counts {
    /// The bytes of the lines that wait.
    waiting: AtomicUsize,
    dropped: AtomicU64,
    failed: AtomicU64,
    reopen: AtomicBool,
}

#[derive(Debug)]
enum Entry {
    Line(String),
    /// Everything before it is written, then the sender is dropped.
    Flush(SyncSender<()>),
}

impl AccessLog {
    /// Opens the access log, with room for `queue` lines that wait.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the file cannot be written.
    pub(crate) fn open(target: AccessLogTarget, queue: usize) -> Result<Self, Error> {
        let unusable = |error: io::Error| {
            Error::new(ErrorKind::InvalidConfig, format!("the access log {}: {error}", shown(&target)))
                .with_source(error)
        };
        let output = Output::open(&target).map_err(unusable)?;
        let (sender, entries) = sync_channel(queue);
        let counts = Arc::new(Counts::default());
        let writer = Writer { target: target.clone(), output, counts: Arc::clone(&counts), told: 0 };
        thread::Builder::new().name("access-log".to_owned()).spawn(move || writer.run(&entries)).map_err(unusable)?;
        Ok(Self(Arc::new(Shared { queue: sender, counts })))
    }

    /// Hands a line to the thread, or drops it.
    fn queue(&self, line: String) {
        let (counts, len) = (&self.0.counts, line.len());
        let before = counts.waiting.fetch_add(len, Ordering::Relaxed);
        let fits = before.saturating_add(len) <= MAX_QUEUED_LEN;
        if !fits || self.0.queue.try_send(Entry::Line(line)).is_err() {
            counts.waiting.fetch_sub(len, Ordering::Relaxed);
            counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Lines that were dropped, because the queue was full.
    pub(crate) fn dropped(&self) -> u64 {
        self.0.counts.dropped.load(Ordering::Relaxed)
    }

    /// Writes that failed.
    pub(crate) fn failed(&self) -> u64 {
        self.0.counts.failed.load(Ordering::Relaxed)
    }

    /// Opens the file again before the next line, for a program that rotates logs.
    pub(crate) fn reopen(&self) {
        self.0.counts.reopen.store(true, Ordering::Relaxed);
    }

    /// Waits until the lines so far are written, for `patience` at most. It blocks.
    pub(crate) fn flush(&self, patience: Duration) {
        let end = Instant::now().checked_add(patience);
        let is_over = || end.is_none_or(|end| Instant::now() >= end);
        let (sender, done) = sync_channel(0);
        let mut entry = Entry::Flush(sender);
        while let Err(TrySendError::Full(back)) = self.0.queue.try_send(entry) {
            if is_over() {
                return;
            }
            entry = back;
            thread::sleep(FLUSH_PAUSE);
        }
        // The answer is that the sender is gone.
        let _written = done.recv_timeout(patience);
    }
}

impl Observe for AccessLog {
    fn observe(&self, record: &CheckRecord) {
        self.queue(log_line(record, OffsetDateTime::now_utc()));
    }
}

/// The thread that writes.
struct Writer {
    target: AccessLogTarget,
    output: Output,
    counts: Arc<Counts>,
    /// The number of dropped lines that the log tells already.
    told: u64,
}

enum Output {
    Stdout(BufWriter<io::Stdout>),
    File(BufWriter<File>),
}

impl Writer {
    fn run(mut self, entries: &Receiver<Entry>) {
        while let Ok(entry) = entries.recv() {
            let mut next = Some(entry);
            // Lines that wait are written together.
            while let Some(entry) = next {
                self.take(entry);
                next = entries.try_recv().ok();
            }
            self.tell_dropped();
            let flushed = self.output.get().flush();
            self.count(flushed);
        }
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Line(line) => {
                self.put(&line);
                self.counts.waiting.fetch_sub(line.len(), Ordering::Relaxed);
            }
            Entry::Flush(done) => {
                let flushed = self.output.get().flush();
                self.count(flushed);
                drop(done);
            }
        }
    }

    fn put(&mut self, line: &str) {
        if self.counts.reopen.swap(false, Ordering::Relaxed) {
            let opened = Output::open(&self.target).map(|output| self.output = output);
            self.count(opened);
        }
        let written = writeln!(self.output.get(), "{line}");
        self.count(written);
    }

    fn tell_dropped(&mut self) {
        let dropped = self.counts.dropped.load(Ordering::Relaxed);
        if dropped > self.told {
            let line = format!("{{\"droppedRecords\":{}}}", dropped.saturating_sub(self.told));
            self.told = dropped;
            self.put(&line);
        }
    }

    fn count(&self, written: io::Result<()>) {
        if written.is_err() {
            self.counts.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Output {
    fn open(target: &AccessLogTarget) -> io::Result<Self> {
        match target {
            AccessLogTarget::Stdout => Ok(Self::Stdout(BufWriter::new(io::stdout()))),
            AccessLogTarget::File(path) => Ok(Self::File(BufWriter::new(appended(path)?))),
        }
    }

    fn get(&mut self) -> &mut dyn Write {
        match self {
            Self::Stdout(output) => output,
            Self::File(output) => output,
        }
    }
}

fn appended(path: &PathBuf) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn shown(target: &AccessLogTarget) -> String {
    match target {
        AccessLogTarget::Stdout => "on standard output".to_owned(),
        AccessLogTarget::File(path) => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessLog, AccessLogTarget, Counts, Entry, MAX_QUEUED_LEN, Output, Shared, Writer};
    use std::fs;
    use std::sync::Arc;
    use std::sync::atomic::Ordering;
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    fn put(log: &AccessLog, line: &str) {
        log.queue(line.to_owned());
    }

    #[test]
    fn a_full_queue_drops_lines_and_the_log_says_how_many() {
        let folder = tempfile::tempdir().unwrap();
        let target = AccessLogTarget::File(folder.path().join("log"));
        let (sender, entries) = sync_channel(2);
        let counts = Arc::new(Counts::default());
        let log = AccessLog(Arc::new(Shared { queue: sender, counts: Arc::clone(&counts) }));
        ["{}", "{}", "{}", "{}", "{}"].iter().for_each(|line| put(&log, line));
        assert_eq!(log.dropped(), 3);
        drop(log);
        let output = Output::open(&target).unwrap();
        Writer { target, output, counts, told: 0 }.run(&entries);
        let text = fs::read_to_string(folder.path().join("log")).unwrap();
        assert_eq!(text, "{}\n{}\n{\"droppedRecords\":3}\n");
    }

    /// A client chooses the length of the path, and so of its line.
    #[test]
    fn long_lines_that_wait_hold_no_more_bytes_than_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let target = AccessLogTarget::File(folder.path().join("log"));
        let (sender, entries) = sync_channel(1000);
        let counts = Arc::new(Counts::default());
        let log = AccessLog(Arc::new(Shared { queue: sender, counts: Arc::clone(&counts) }));
        let line = "x".repeat(MAX_QUEUED_LEN / 8);
        (0..10).for_each(|_| put(&log, &line));
        assert_eq!(log.dropped(), 2);
        // What is written makes room.
        let output = Output::open(&target).unwrap();
        let mut writer = Writer { target, output, counts, told: 0 };
        writer.take(entries.recv().unwrap());
        put(&log, &line);
        put(&log, &line);
        assert_eq!(log.dropped(), 3);
    }

    #[test]
    fn a_flush_waits_for_the_lines_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = AccessLog::open(AccessLogTarget::File(path.clone()), 4).unwrap();
        for number in 0..4 {
            put(&log, &number.to_string());
        }
        log.flush(Duration::from_secs(20));
        let written = fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(written, 4);
        assert_eq!(log.failed(), 0);
    }

    #[test]
    fn a_writer_that_is_stuck_holds_a_flush_no_longer_than_its_patience() {
        let (sender, _entries) = sync_channel::<Entry>(1);
        let log = AccessLog(Arc::new(Shared { queue: sender, counts: Arc::default() }));
        put(&log, "{}");
        log.flush(Duration::from_millis(20));
        assert_eq!(log.0.counts.dropped.load(Ordering::Relaxed), 0);
    }
}
