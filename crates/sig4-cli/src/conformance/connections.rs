//! The connections of a client. The first connection with a request counts.
//!
//! A client may open connections without using them, so several are read in parallel, each until the deadline.

use crate::incoming::Limits;
use crate::raw_request::RawRequest;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;
use std::time::Instant;

/// How many connections are read at a time.
const MAX_CONNECTIONS: usize = 16;
/// The longest request that is read, in bytes.
const LONGEST_HEAD: usize = 1 << 20;
const LONGEST_BODY: usize = 64 << 20;

/// A request, and the connection that waits for the answer.
pub(super) type ReadRequest = (RawRequest, TcpStream);

/// The request of a connection, or `None` if the connection was closed unused.
type Brought = Result<Option<ReadRequest>, String>;

/// The connections that are read.
pub(super) struct Connections<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    deadline: Instant,
    open: Vec<TcpStream>,
    reading: usize,
    sender: Sender<Brought>,
    brought: Receiver<Brought>,
    /// The error of the first request that could not be read.
    pub(super) wrong: Option<String>,
}

impl<'scope, 'env> Connections<'scope, 'env> {
    pub(super) fn new(scope: &'scope Scope<'scope, 'env>, deadline: Instant) -> Self {
        let (sender, brought) = channel();
        Self { scope, deadline, open: Vec::new(), reading: 0, sender, brought, wrong: None }
    }

    /// Reads another connection, or closes it if too many are open.
    pub(super) fn add(&mut self, stream: TcpStream) -> io::Result<()> {
        if self.reading == MAX_CONNECTIONS {
            return Ok(());
        }
        stream.set_nonblocking(false)?;
        self.open.push(stream.try_clone()?);
        let (sender, deadline) = (self.sender.clone(), self.deadline);
        // The send fails only if the result is no longer needed.
        self.scope.spawn(move || drop(sender.send(read(stream, deadline))));
        self.reading += 1;
        Ok(())
    }

    /// The first complete request.
    pub(super) fn received(&mut self) -> Option<ReadRequest> {
        while let Ok(brought) = self.brought.try_recv() {
            self.reading -= 1;
            match brought {
                Ok(Some(received)) => return Some(received),
                Ok(None) => {}
                Err(wrong) => drop(self.wrong.get_or_insert(wrong)),
            }
        }
        None
    }

    /// Whether a connection may still bring a request.
    pub(super) fn is_reading(&self) -> bool {
        self.reading > 0
    }
}

impl Drop for Connections<'_, '_> {
    /// Ends every read.
    fn drop(&mut self) {
        for stream in &self.open {
            // The peer may have closed the connection.
            let _closed = stream.shutdown(Shutdown::Read);
        }
    }
}

fn read(mut stream: TcpStream, deadline: Instant) -> Brought {
    let left = || deadline.saturating_duration_since(Instant::now());
    let begins = || -> io::Result<bool> {
        stream.set_read_timeout(Some(left()).filter(|left| !left.is_zero()))?;
        Ok(stream.peek(&mut [0])? > 0)
    };
    // An unused connection ends by a close, a reset or the deadline.
    if !begins().unwrap_or(false) {
        return Ok(None);
    }
    let limits = Limits { head: LONGEST_HEAD, body: LONGEST_BODY, time: left() };
    match RawRequest::read(&mut stream, limits) {
        Ok(request) => Ok(Some((request, stream))),
        Err(error) => {
            // Otherwise the client would wait for a response.
            let _closed = stream.shutdown(Shutdown::Both);
            Err(error.to_string())
        }
    }
}
