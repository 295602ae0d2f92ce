//! Whether a signal asks the run to end.

use crate::failure::Failure;
use crate::stop::Stop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use tokio::runtime::Builder;

/// Set by SIGINT and SIGTERM, which end nothing by themselves any more.
#[derive(Debug)]
pub(super) struct Stopped(Arc<AtomicBool>);

impl Stopped {
    /// Listens from now on, in a thread of its own.
    pub(super) fn listen() -> Result<Self, Failure> {
        let asked = Arc::new(AtomicBool::new(false));
        let (ready, is_ready) = channel();
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let by_signal = Arc::clone(&asked);
        thread::spawn(move || {
            runtime.block_on(async {
                match Stop::new() {
                    Ok(mut stop) => {
                        // Whoever waits is there until it has heard.
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
