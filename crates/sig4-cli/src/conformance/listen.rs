//! A server on loopback, and the client that is started for each case and talks to it.
//!
//! On Linux only a request of the client's own processes counts. The file with the body is in a private folder of this run, which
//! is removed at the end of the run, also after SIGINT and SIGTERM. The next run removes the folder of a killed run.

use super::connections::{Connections, ReadRequest};
use super::owner;
use super::placeholders::CaseValues;
use super::process::{PAUSE, Process, without_secrets};
use super::stopped::Stopped;
use crate::clock::now;
use crate::failure::Failure;
use crate::raw_request::RawRequest;
use crate::scratch::{self, Scratch};
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};
use sig4_conformance::{CaseKind, SignerAnswer, SigningCase, Subject};
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

/// The name of the file with the body.
const BODY: &str = "body";
/// How long to read from connections after the client has ended.
const TO_FINISH: Duration = Duration::from_secs(2);
/// How many connections are accepted before the client is checked again.
const MAX_ACCEPTED: usize = 64;

/// A client that is started anew for each case.
#[derive(Debug)]
pub(super) struct Listener<'a> {
    command: &'a [String],
    timeout: Duration,
    /// Whether requests of other processes also count.
    any_process: bool,
    socket: TcpListener,
    address: SocketAddr,
    host: String,
    folder: Scratch,
    stopped: Stopped,
}

impl<'a> Listener<'a> {
    pub(super) fn new(command: &'a [String], timeout: Duration, any_process: bool) -> Result<Self, Failure> {
        let socket = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("cannot listen on loopback: {e}"))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        // From here on a signal ends the run instead of the process, so that the folder is removed.
        let stopped = Stopped::listen()?;
        scratch::remove_left();
        let folder = Scratch::with_file(BODY, "")?;
        Ok(Self { command, timeout, any_process, socket, address, host: address.to_string(), folder, stopped })
    }

    /// Whether a signal has ended the run.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.is_asked()
    }

    fn body_file(&self) -> PathBuf {
        self.folder.code().join(BODY)
    }

    fn start(&self, case: &SigningCase) -> Result<Process, Failure> {
        let body_file = self.body_file();
        let body_file = body_file.to_str().ok_or("the name of the temporary folder is not UTF-8")?;
        self.folder.put(BODY, case.body()).map_err(|e| format!("cannot write `{body_file}`: {e}"))?;
        let values = CaseValues { case, host: &self.host, body_file, headers: headers(case) };
        let mut words = self.command.iter().flat_map(|argument| values.expand(argument));
        let mut command = without_secrets(words.next().ok_or("there is no command")?);
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null());
        values.put_into(&mut command);
        Process::start_group(&mut command)
    }

    /// The request that the client sends for the case.
    fn receive(&self, case: &SigningCase) -> Result<SignerAnswer, Failure> {
        self.forget_connections();
        let deadline = Instant::now() + self.timeout;
        let mut client = self.start(case)?;
        let (request, mut stream) = thread::scope(|scope| {
            let mut connections = Connections::new(scope, deadline);
            self.first_request(&mut client, &mut connections, deadline)
        })?;
        let received = now()?.to_datetime();
        // The client may have closed the connection after its request.
        let _gone = answer(&mut stream, &request.method);
        drop(stream);
        self.wait(&mut client, deadline)?;
        let RawRequest { method, path, query, headers, body, .. } = request;
        Ok(SignerAnswer::sent(&method, &path, query.as_deref(), headers, &body).at(received))
    }

    /// Closes pending connections.
    fn forget_connections(&self) {
        (0..MAX_ACCEPTED).take_while(|_| self.socket.accept().is_ok()).for_each(drop);
    }

    /// Waits until the client has ended. Its further requests get no response.
    fn wait(&self, client: &mut Process, deadline: Instant) -> io::Result<()> {
        while client.child.try_wait()?.is_none() && Instant::now() < deadline && !self.is_stopped() {
            self.forget_connections();
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The first request of the client.
    fn first_request(
        &self,
        client: &mut Process,
        connections: &mut Connections<'_, '_>,
        deadline: Instant,
    ) -> Result<ReadRequest, Failure> {
        let (mut others, mut ended) = (0, None);
        loop {
            if client.child.try_wait()?.is_some() {
                ended = ended.or_else(|| Some(Instant::now()));
            }
            self.accept(client, connections, &mut others)?;
            if let Some(received) = connections.received() {
                return Ok(received);
            }
            if self.is_stopped() {
                return Err("stopped".into());
            }
            let is_late = Instant::now() >= deadline;
            let is_over = ended.is_some_and(|at| !connections.is_reading() || at.elapsed() > TO_FINISH);
            if is_late || is_over {
                let time = if is_late { format!(" within {} s", self.timeout.as_secs()) } else { String::new() };
                let sent_nothing =
                    || format!("the client sent nothing{time}{}{}", refused(others), client.last_words());
                return Err(connections.wrong.take().unwrap_or_else(sent_nothing).into());
            }
            thread::sleep(PAUSE);
        }
    }

    /// Accepts pending connections, and closes and counts those of other processes.
    fn accept(&self, client: &Process, connections: &mut Connections<'_, '_>, others: &mut u64) -> io::Result<()> {
        for _ in 0..MAX_ACCEPTED {
            match self.socket.accept() {
                Ok((stream, peer)) if self.any_process || owner::is_clients(client.child.id(), peer, self.address) => {
                    connections.add(stream)?;
                }
                Ok(_) => *others += 1,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// The note about connections that were closed unread.
fn refused(others: u64) -> String {
    match others {
        0 => String::new(),
        _ => format!(" (connections of other processes, or closed before they were checked: {others})"),
    }
}

impl Subject for Listener<'_> {
    fn sign(&mut self, case: &SigningCase) -> SignerAnswer {
        if self.is_stopped() {
            return SignerAnswer::failed("stopped");
        }
        match unsendable(case) {
            Some(reason) => SignerAnswer::unsupported(reason),
            None => self.receive(case).unwrap_or_else(|failure| SignerAnswer::failed(failure.to_string())),
        }
    }
}

/// Why a client cannot be asked to send the request of `case`.
fn unsendable(case: &SigningCase) -> Option<&'static str> {
    let is = |name: &str, header: &http::HeaderName| name.eq_ignore_ascii_case(header.as_str());
    let has = |header, test: &dyn Fn(&[u8]) -> bool| case.headers().iter().any(|(n, v)| is(n, header) && test(v));
    let length = case.body().len().to_string();
    if !matches!(case.kind(), CaseKind::Header | CaseKind::Query) {
        Some("the bodies of clients are not judged piece by piece")
    } else if !case.has_service_settings() {
        Some("its settings differ from the service's, and a client cannot be told of settings")
    } else if has(&HOST, &|value| value.trim_ascii() != case.host().as_bytes()) {
        Some("its Host header is not the host of its URL")
    } else if has(&AUTHORIZATION, &|_| true) {
        Some("it has an Authorization header")
    } else if has(&CONTENT_LENGTH, &|value| value.trim_ascii() != length.as_bytes()) {
        Some("its Content-Length is not that of its body")
    } else if case.target().chars().any(|c| !c.is_ascii_graphic()) {
        Some("its path or query has characters that a URL cannot have")
    } else {
        None
    }
}

/// The headers to send, without those that a client makes itself.
fn headers(case: &SigningCase) -> Vec<(&str, &str)> {
    let own = [HOST, CONTENT_LENGTH];
    let given = case.headers().iter().filter(|(name, _)| !own.iter().any(|o| name.eq_ignore_ascii_case(o.as_str())));
    given.map(|(name, value)| (name.as_str(), str::from_utf8(value).unwrap_or_default())).collect()
}

/// Sends the response.
fn answer(stream: &mut TcpStream, method: &str) -> io::Result<()> {
    let body = if method == Method::HEAD.as_str() { "" } else { "{}" };
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n")?;
    write!(stream, "Connection: close\r\n\r\n{body}")?;
    stream.flush()
}
