//! The service behind the proxy. It records each request that it gets.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use sig4::tower::BodyCheckLayer;
use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tower::{Layer, ServiceExt, service_fn};

/// A request that reached the service.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Received {
    /// The values of a header, in any case and with `_` for `-`.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        let of_name = |(n, _): &&(String, String)| n.replace('_', "-").eq_ignore_ascii_case(name);
        self.headers.iter().filter(of_name).map(|(_, value)| value.as_str()).collect()
    }
}

/// A running service.
pub(super) struct Service {
    pub(super) port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Service {
    /// Starts it. Its threads end with the process. If it `checks` bodies, it records the requests that its `BodyCheckLayer` passes on.
    pub(super) fn start(checks: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let record = Arc::clone(&record);
                thread::spawn(move || serve(stream.unwrap(), &record, checks));
            }
        });
        Self { port, received }
    }

    /// The requests since the last call.
    pub(super) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }
}

/// Serves one connection.
fn serve(stream: TcpStream, record: &Mutex<Vec<Received>>, checks: bool) {
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(received) = read(&mut reader) {
        let status = if checks { checked(&received) } else { StatusCode::OK };
        if status == StatusCode::OK {
            record.lock().unwrap().push(received);
        }
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nx-from: service\r\n\r\nok");
        if reader.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The answer of a service behind `BodyCheckLayer`.
fn checked(received: &Received) -> StatusCode {
    let mut request = Request::builder().method(received.method.as_str()).uri(received.target.as_str());
    for (name, value) in &received.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(received.body.clone()))).unwrap();
    let inner = service_fn(async |_: Request<Full<Bytes>>| Ok::<_, Infallible>(Response::new(Full::new(Bytes::new()))));
    let service = BodyCheckLayer::new().layer(inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(service.oneshot(request)).unwrap().status()
}

fn line(reader: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).ok()?;
    let text = String::from_utf8_lossy(&line).into_owned();
    text.ends_with('\n').then(|| text.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(reader: &mut impl BufRead) -> Option<Received> {
    let first = line(reader)?;
    let (method, rest) = first.split_once(' ')?;
    let (target, _) = rest.rsplit_once(' ')?;
    let (method, target) = (method.to_owned(), target.to_owned());
    let lines = std::iter::from_fn(|| line(reader).filter(|line| !line.is_empty()));
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':').map(|(n, v)| (n.to_owned(), v.trim().to_owned()))).collect();
    let mut received = Received { method, target, headers, body: Vec::new() };
    received.body = match (received.values("transfer-encoding").first(), received.values("content-length").first()) {
        (Some(_), _) => chunks(reader)?,
        (None, Some(length)) => bytes(reader, length.parse().ok()?)?,
        (None, None) => Vec::new(),
    };
    Some(received)
}

fn bytes(reader: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn chunks(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(line(reader)?.split(';').next()?.trim(), 16).ok()?;
        body.extend(bytes(reader, size)?);
        line(reader)?;
        if size == 0 {
            return Some(body);
        }
    }
}
