//! Whether a signal ends the run.

use crate::failure::Failure;
use crate::stop::Stop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use tokio::runtime::Builder;

/// Set by SIGINT and SIGTERM, which no longer end the process by themselves.
#[derive(Debug)]
pub(super) struct Stopped(Arc<AtomicBool>);

impl Stopped {
    /// Catches the signals from now on, in a separate thread.
    pub(super) fn listen() -> Result<Self, Failure> {
        let asked = Arc::new(AtomicBool::new(false));
        let (ready, is_ready) = channel();
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let by_signal = Arc::clone(&asked);
        thread::spawn(move || {
            runtime.block_on(async {
                match Stop::new() {
                    Ok(mut stop) => {
                        // The receiver waits for this message.
                        let _heard = ready.send(Ok(()));
                        stop.asked().await;
                        by_signal.store(true, Ordering::Relaxed);
                    }
                    Err(error) => drop(ready.send(Err(error))),
                }
            });
        });
        is_ready.recv()??;
        Ok(Self(asked))
    }

    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
