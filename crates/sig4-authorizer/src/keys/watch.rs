//! A task that reloads keys when their files change.
//!
//! Files are looked at again and again. That works on every system and on network drives, where notifications of the system do not
//! arrive, and it sees the replacement of a file or a link by another.

use crate::error::Error;
use core::time::Duration;
use std::sync::Arc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

/// A task that reloads keys when their files change. It ends when the value is dropped.
#[derive(Debug)]
#[must_use = "the task ends when the value is dropped"]
pub struct KeyWatch(JoinHandle<()>);

impl KeyWatch {
    /// Calls `reload` once an interval. It returns whether the files were read.
    pub(super) fn spawn(
        interval: Duration,
        reload: impl Fn() -> Result<bool, Error> + Send + Sync + 'static,
        observe: impl Fn(&Result<(), Error>) + Send + 'static,
    ) -> Self {
        let reload = Arc::new(reload);
        Self(tokio::spawn(async move {
            let mut told = None;
            loop {
                sleep(interval).await;
                let reload = Arc::clone(&reload);
                // A panic is the end of one look, and not of the task.
                let Ok(outcome) = spawn_blocking(move || reload()).await else { continue };
                let message = outcome.as_ref().err().map(ToString::to_string);
                let is_news = match &outcome {
                    Ok(has_read) => *has_read || told.is_some(),
                    Err(_) => told != message,
                };
                if is_news {
                    observe(&outcome.map(drop));
                }
                told = message;
            }
        }))
    }
}

impl Drop for KeyWatch {
    fn drop(&mut self) {
        self.0.abort();
    }
}
