//! A client of frames.

use super::certified::Certified;
use super::{fields, frames};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Longer than a server may need for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// The window of a stream and of a connection at first.
const FIRST_WINDOW: usize = 65_535;
/// A part of a body.
const PART: &[u8] = &[b'x'; 16_384];

/// A frame that was received.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Received {
    /// The head of a response.
    Head { stream: u32, status: u16, ends: bool },
    /// A part of its body.
    Data { stream: u32, len: usize, ends: bool },
    /// The server resets a stream, for this reason.
    Reset { stream: u32, code: u32 },
    /// The server takes so many more bytes of a stream. Stream 0 is the whole connection.
    Window { stream: u32, increment: usize },
    /// The server ends the connection, for this reason.
    GoAway { code: u32 },
    /// A frame of another type.
    Other,
    /// The connection is closed.
    Closed,
}

/// The end of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// A response.
    Status(u16),
    /// The stream was reset.
    Reset(u32),
    /// The server ends the connection, for this reason.
    GoAway(u32),
    /// The connection is closed.
    Closed,
}

impl Outcome {
    /// Whether the request was refused, by a status or an error of HTTP/2.
    pub fn is_refused(self) -> bool {
        !matches!(self, Self::Status(200..=399))
    }
}

/// A connection that has been opened: both sides have sent their settings.
#[derive(Debug)]
pub struct Peer {
    stream: TlsStream<TcpStream>,
    unread: Vec<u8>,
    /// The statuses of streams whose body is not there yet.
    begun: BTreeMap<u32, u16>,
    /// The streams that the server has reset, and why.
    resets: BTreeMap<u32, u32>,
}

impl Peer {
    /// Connects, and sends these settings.
    pub async fn connect(certified: &Certified, address: SocketAddr, settings: &[(u16, u32)]) -> Self {
        let stream = certified.connect(address, &["h2"]).await.expect("it listens");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut peer = Self { stream, unread: Vec::new(), begun: BTreeMap::new(), resets: BTreeMap::new() };
        // Without a dynamic table a response's status can be read by itself.
        let settings = [&[(frames::HEADER_TABLE_SIZE, 0)], settings].concat();
        let begin =
            [frames::PREFACE, &frames::settings(&settings), &frames::frame(frames::SETTINGS, frames::ACK, 0, &[])];
        peer.send(&begin.concat()).await.expect("it is taken");
        peer
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        tokio::time::timeout(PATIENCE, written).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Sends bytes until the server does not take them any more, at most `times` times. Reads nothing meanwhile. Returns how
    /// often they were sent.
    pub async fn flood(&mut self, bytes: &[u8], times: usize) -> usize {
        for n in 0..times {
            if self.send(bytes).await.is_err() {
                return n;
            }
        }
        times
    }

    /// The next frame. Panics if nothing comes for half a minute.
    async fn next(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("the server says something")
    }

    async fn read(&mut self) -> Received {
        loop {
            if let Some((kind, flags, stream, payload)) = self.take() {
                return self.received(kind, flags, stream, &payload);
            }
            match self.stream.read_buf(&mut self.unread).await {
                Ok(0) | Err(_) => return Received::Closed,
                Ok(_) => {}
            }
        }
    }

    /// Removes the first frame from what was read.
    fn take(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let [a, b, c, kind, flags, d, e, f, g] = *self.unread.first_chunk()?;
        let len = usize::try_from(u32::from_be_bytes([0, a, b, c])).expect("it has 24 bits");
        let payload = self.unread.get(9..9 + len)?.to_vec();
        self.unread.drain(..9 + len);
        Some((kind, flags, u32::from_be_bytes([d & 0x7f, e, f, g]), payload))
    }

    fn received(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Received {
        let ends = flags & frames::END_STREAM != 0;
        let code = |bytes: &[u8]| bytes.first_chunk().map_or(u32::MAX, |code| u32::from_be_bytes(*code));
        match kind {
            frames::HEADERS => {
                Received::Head { stream, status: fields::status(payload).expect("a response has a status"), ends }
            }
            frames::DATA => Received::Data { stream, len: payload.len(), ends },
            frames::RST_STREAM => {
                self.resets.insert(stream, code(payload));
                Received::Reset { stream, code: code(payload) }
            }
            frames::WINDOW_UPDATE => {
                Received::Window { stream, increment: usize::try_from(code(payload)).expect("it has 31 bits") }
            }
            frames::GOAWAY => Received::GoAway { code: code(payload.get(4..).unwrap_or_default()) },
            _ => Received::Other,
        }
    }

    /// What becomes of a stream. The streams before it are read as well.
    pub async fn outcome(&mut self, wanted: u32) -> Outcome {
        loop {
            match self.next().await {
                Received::Head { stream, status, ends } if ends && stream == wanted => return Outcome::Status(status),
                Received::Head { stream, status, .. } => {
                    self.begun.insert(stream, status);
                }
                Received::Data { stream, ends: true, .. } if stream == wanted => {
                    return Outcome::Status(self.begun[&stream]);
                }
                Received::Reset { stream, code } if stream == wanted => {
                    // A server may reset the rest of a body that it does not need, after its response (RFC 9113, section 8.1).
                    return self.begun.get(&stream).map_or(Outcome::Reset(code), |status| Outcome::Status(*status));
                }
                Received::GoAway { code } if code != 0 => return Outcome::GoAway(code),
                Received::Closed => return Outcome::Closed,
                _ => {}
            }
        }
    }

    /// Sends a head and its body, if there is one, and waits for the end of the stream.
    pub async fn request(&mut self, stream: u32, block: &[u8], body: &[u8]) -> Outcome {
        let mut bytes = frames::headers(stream, block, body.is_empty());
        if !body.is_empty() {
            bytes.extend(frames::data(stream, body, true));
        }
        // The response may come although not all was taken.
        let _ = self.send(&bytes).await;
        self.outcome(stream).await
    }

    /// Why the server has reset a stream, as far as was read.
    pub fn reset_of(&self, stream: u32) -> Option<u32> {
        self.resets.get(&stream).copied()
    }

    /// Waits until the server resets a stream.
    pub async fn reset(&mut self, stream: u32) -> u32 {
        loop {
            if let Some(code) = self.reset_of(stream) {
                return code;
            }
            assert_ne!(self.next().await, Received::Closed, "the server closes the connection");
        }
    }

    /// Sends a body that does not end, as fast as the server takes it, until the server resets its stream. Returns how many
    /// bytes it was. No other stream may have a body, and the server's first windows are of 65,535 bytes or more.
    pub async fn endless_body(&mut self, stream: u32) -> usize {
        let (mut of_stream, mut of_connection, mut len) = (FIRST_WINDOW, FIRST_WINDOW, 0);
        while self.reset_of(stream).is_none() {
            let part = of_stream.min(of_connection).min(PART.len());
            if part > 0 && self.send(&frames::data(stream, &PART[..part], false)).await.is_ok() {
                (of_stream, of_connection, len) = (of_stream - part, of_connection - part, len + part);
                continue;
            }
            match self.next().await {
                Received::Window { stream: 0, increment } => of_connection += increment,
                Received::Window { stream: of, increment } if of == stream => of_stream += increment,
                Received::Closed => panic!("the server closes the connection"),
                _ => {}
            }
        }
        len
    }

    /// Reads until the server ends the connection. Returns the code of its reason; `None` if it gave no reason.
    pub async fn end(&mut self) -> Option<u32> {
        let mut reason = None;
        loop {
            match self.next().await {
                Received::Closed => return reason,
                Received::GoAway { code } => reason = Some(code),
                _ => {}
            }
        }
    }
}
