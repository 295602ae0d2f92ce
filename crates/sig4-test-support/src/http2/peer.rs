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

/// A frame that was received.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Received {
    /// The head of a response.
    Head { stream: u32, status: u16, ends: bool },
    /// A part of its body.
    Data { stream: u32, len: usize, ends: bool },
    /// The server resets a stream, for this reason.
    Reset { stream: u32, code: u32 },
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
}

impl Peer {
    /// Connects, and sends these settings.
    pub async fn connect(certified: &Certified, address: SocketAddr, settings: &[(u16, u32)]) -> Self {
        let stream = certified.connect(address, &["h2"]).await.expect("it listens");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut peer = Self { stream, unread: Vec::new(), begun: BTreeMap::new() };
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
            frames::RST_STREAM => Received::Reset { stream, code: code(payload) },
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
