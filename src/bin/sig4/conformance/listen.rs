//! A server on loopback, and the client that is started for each case and talks to it.

use super::placeholders::Told;
use super::process::{PAUSE, Process, without_secrets};
use crate::Failure;
use crate::incoming::Limits;
use crate::raw_request::RawRequest;
use crate::sign::now;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};
use sig4::conformance::{Answer, Case, Subject};
use std::fs;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

/// The longest request that is read, in bytes.
const LONGEST_HEAD: usize = 1 << 20;
const LONGEST_BODY: usize = 64 << 20;

/// A client that is started anew for each case.
#[derive(Debug)]
pub(super) struct Listener<'a> {
    command: &'a [String],
    timeout: Duration,
    socket: TcpListener,
    host: String,
    body_file: BodyFile,
}

impl<'a> Listener<'a> {
    pub(super) fn new(command: &'a [String], timeout: Duration) -> Result<Self, Failure> {
        let socket = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("cannot listen on loopback: {e}"))?;
        socket.set_nonblocking(true)?;
        let host = socket.local_addr()?.to_string();
        let body_file = BodyFile::new(socket.local_addr()?.port());
        Ok(Self { command, timeout, socket, host, body_file })
    }

    fn start(&self, case: &Case) -> Result<Process, Failure> {
        let body_file = self.body_file.0.to_str().ok_or("the name of the temporary folder is not UTF-8")?;
        fs::write(body_file, case.body()).map_err(|e| format!("cannot write `{body_file}`: {e}"))?;
        let told = Told { case, host: &self.host, body_file, headers: headers(case) };
        let mut words = self.command.iter().flat_map(|argument| told.expand(argument));
        let mut command = without_secrets(words.next().ok_or("there is no command")?);
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null());
        told.put_into(&mut command);
        Process::start(&mut command)
    }

    /// What the client sends for the case.
    fn receive(&self, case: &Case) -> Result<Answer, Failure> {
        self.forget_connections();
        let deadline = Instant::now() + self.timeout;
        let mut client = self.start(case)?;
        let mut stream = self.accept(&mut client, deadline)?;
        stream.set_nonblocking(false)?;
        let time = deadline.saturating_duration_since(Instant::now());
        let request = RawRequest::read(&mut stream, Limits { head: LONGEST_HEAD, body: LONGEST_BODY, time })?;
        let received = now()?.to_datetime();
        // A client that is gone by now has said all it had to say.
        let _gone = answer(&mut stream, &request.method);
        drop(stream);
        client.wait(deadline);
        let RawRequest { method, path, query, headers, body, .. } = request;
        Ok(Answer::sent(&method, &path, query.as_deref(), headers, &body).at(received))
    }

    /// Closes what an earlier client opened and did not use.
    fn forget_connections(&self) {
        while self.socket.accept().is_ok() {}
    }

    /// The client's connection.
    fn accept(&self, client: &mut Process, deadline: Instant) -> Result<TcpStream, Failure> {
        loop {
            let ended = client.child.try_wait()?;
            match self.socket.accept() {
                Ok((stream, _)) => return Ok(stream),
                Err(e) if e.kind() != io::ErrorKind::WouldBlock => return Err(e.into()),
                Err(_) if ended.is_some() => {
                    return Err(format!("the client sent nothing{}", client.last_words()).into());
                }
                Err(_) if Instant::now() >= deadline => {
                    let seconds = self.timeout.as_secs();
                    return Err(format!("the client sent nothing within {seconds} s{}", client.last_words()).into());
                }
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }
}

impl Subject for Listener<'_> {
    fn sign(&mut self, case: &Case) -> Answer {
        match unsendable(case) {
            Some(reason) => Answer::unsupported(reason),
            None => self.receive(case).unwrap_or_else(|failure| Answer::failed(failure.to_string())),
        }
    }
}

/// Why a client cannot be asked to send the request of `case`.
fn unsendable(case: &Case) -> Option<&'static str> {
    let is = |name: &str, header: &http::HeaderName| name.eq_ignore_ascii_case(header.as_str());
    let has = |header, test: &dyn Fn(&[u8]) -> bool| case.headers().iter().any(|(n, v)| is(n, header) && test(v));
    let length = case.body().len().to_string();
    if !case.has_service_settings() {
        Some("its settings are not the service's own, and a client is not told of settings")
    } else if has(&HOST, &|value| value.trim_ascii() != case.host().as_bytes()) {
        Some("its Host header is not the host of its URL")
    } else if has(&AUTHORIZATION, &|_| true) {
        Some("it brings an Authorization header along")
    } else if has(&CONTENT_LENGTH, &|value| value.trim_ascii() != length.as_bytes()) {
        Some("its Content-Length is not that of its body")
    } else if case.target().chars().any(|c| !c.is_ascii_graphic()) {
        Some("its path or query holds what a URL cannot")
    } else {
        None
    }
}

/// The headers to send, but for those that a client makes for itself.
fn headers(case: &Case) -> Vec<(&str, &str)> {
    let own = [HOST, CONTENT_LENGTH];
    let given = case.headers().iter().filter(|(name, _)| !own.iter().any(|o| name.eq_ignore_ascii_case(o.as_str())));
    given.map(|(name, value)| (name.as_str(), str::from_utf8(value).unwrap_or_default())).collect()
}

/// Thanks the client.
fn answer(stream: &mut TcpStream, method: &str) -> io::Result<()> {
    let body = if method == Method::HEAD.as_str() { "" } else { "{}" };
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n")?;
    write!(stream, "Connection: close\r\n\r\n{body}")?;
    stream.flush()
}

/// A file for the body, removed in the end.
#[derive(Debug)]
struct BodyFile(PathBuf);

impl BodyFile {
    fn new(port: u16) -> Self {
        Self(std::env::temp_dir().join(format!("sig4-body-{}-{port}", std::process::id())))
    }
}

impl Drop for BodyFile {
    fn drop(&mut self) {
        // It may never have been written.
        let _removed = fs::remove_file(&self.0);
    }
}
