//! The notes of a replica, written by a thread of their own.
//!
//! A program that reads standard error may stop reading. A replica that waited for it would answer neither checks nor signals.

use crate::print::note;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Notes that wait to be written. More are left out.
const MAX_WAITING_NOTES: usize = 256;
/// How long the last notes may take.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// The notes of a replica. Clones write to the same queue.
#[derive(Clone, Debug)]
pub(super) struct Notes(SyncSender<Entry>);

#[derive(Debug)]
enum Entry {
    Note(String),
    /// Everything before it is written, then the sender is dropped.
    Flush(SyncSender<()>),
}

impl Notes {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, entries) = sync_channel(MAX_WAITING_NOTES);
        thread::Builder::new().name("notes".to_owned()).spawn(move || write(&entries))?;
        Ok(Self(sender))
    }

    /// Hands a note to the thread, or leaves it out if too many wait.
    pub(super) fn tell(&self, text: &str) {
        let _left_out = self.0.try_send(Entry::Note(text.to_owned()));
    }

    /// Waits a moment until the notes so far are written.
    pub(super) fn flush(&self) {
        let (sender, done) = sync_channel(0);
        if self.0.try_send(Entry::Flush(sender)).is_ok() {
            // The answer is that the sender is gone.
            let _written = done.recv_timeout(FLUSH_TIMEOUT);
        }
    }
}

fn write(entries: &Receiver<Entry>) {
    for entry in entries {
        match entry {
            Entry::Note(text) => note(&text),
            Entry::Flush(done) => drop(done),
        }
    }
}
