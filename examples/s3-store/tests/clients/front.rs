//! What stands between a client and the store: it ends TLS, and may change one byte of the data, or hang up.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, split};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How much of each connection is kept for a message.
const KEPT: usize = 4_000;

/// A text that is replaced by another of the same length wherever it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub from: &'static [u8],
    pub to: &'static [u8],
}

/// What is wrong with a front.
#[derive(Clone, Debug)]
pub enum Fault {
    None,
    Change(Change),
    /// It hangs up on both sides at the first text of this kind, at the third, and so on. `seen` counts the texts.
    Cut {
        at: &'static [u8],
        seen: Arc<AtomicUsize>,
    },
}

#[derive(Clone)]
pub struct Front {
    pub upstream: SocketAddr,
    pub tls: Option<TlsAcceptor>,
    pub fault: Fault,
    /// The beginnings of what clients sent, a connection each.
    pub seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Front {
    /// Starts it on a free port of loopback. It ends with the runtime.
    pub async fn start(self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let front = self.clone();
                // A client that hangs up in the middle is no fault of the front.
                tokio::spawn(async move { front.connection(client).await });
            }
        });
        address
    }

    async fn connection(self, client: TcpStream) -> io::Result<()> {
        match &self.tls {
            Some(tls) => self.forward(tls.accept(client).await?).await,
            None => self.forward(client).await,
        }
    }

    async fn forward(&self, client: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        let (mut from_client, mut to_client) = split(client);
        let (mut from_store, mut to_store) = TcpStream::connect(self.upstream).await?.into_split();
        let requests = self.requests(&mut from_client, &mut to_store);
        let answers = async {
            copy(&mut from_store, &mut to_client).await?;
            to_client.shutdown().await
        };
        tokio::try_join!(requests, answers).map(|_| ())
    }

    async fn requests(
        &self,
        client: &mut (impl AsyncRead + Unpin),
        store: &mut (impl AsyncWrite + Unpin),
    ) -> io::Result<()> {
        let index = self.open();
        let mut waiting = Vec::new();
        loop {
            let is_end = client.read_buf(&mut waiting).await? == 0;
            self.keep(index, &waiting);
            let passed = if is_end { waiting.len() } else { self.fault.apply(&mut waiting)? };
            store.write_all(&waiting[..passed]).await?;
            waiting.drain(..passed);
            if is_end {
                return store.shutdown().await;
            }
        }
    }

    fn open(&self) -> usize {
        let mut seen = self.seen.lock().unwrap();
        seen.push(Vec::new());
        seen.len() - 1
    }

    fn keep(&self, index: usize, bytes: &[u8]) {
        let mut seen = self.seen.lock().unwrap();
        let room = KEPT.saturating_sub(seen[index].len()).min(bytes.len());
        seen[index].extend_from_slice(&bytes[..room]);
    }
}

impl Fault {
    /// Says how many bytes may pass now.
    fn apply(&self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::None => Ok(bytes.len()),
            Self::Change(change) => Ok(change.apply(bytes)),
            Self::Cut { at, seen } => {
                let is_here = bytes.windows(at.len()).any(|window| window == *at);
                if is_here && seen.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                Ok(bytes.len() - begun(bytes, at))
            }
        }
    }
}

/// How many bytes at the end are the beginning of a text.
fn begun(bytes: &[u8], text: &[u8]) -> usize {
    (1..text.len()).rev().find(|&len| bytes.ends_with(&text[..len])).unwrap_or(0)
}

impl Change {
    /// Changes the text wherever it is complete, and says how many bytes may pass: all but its beginning at the end.
    fn apply(self, bytes: &mut [u8]) -> usize {
        let Self { from, to } = self;
        let starts = (0..bytes.len()).filter(|&start| bytes[start] == from[0] && bytes[start..].starts_with(from));
        for start in starts.collect::<Vec<_>>() {
            bytes[start..start + from.len()].copy_from_slice(to);
        }
        bytes.len() - begun(bytes, from)
    }
}

#[test]
fn a_text_is_changed_however_it_is_cut() {
    let text = b"an CHANGE-ME, and CHANGE-M";
    for cut in 0..text.len() {
        let (mut waiting, mut passed) = (Vec::new(), Vec::new());
        for piece in [&text[..cut], &text[cut..]] {
            waiting.extend_from_slice(piece);
            let n = Change { from: b"CHANGE-ME", to: b"CHANGE-MF" }.apply(&mut waiting);
            passed.extend(waiting.drain(..n));
        }
        passed.extend(waiting);
        assert_eq!(passed, b"an CHANGE-MF, and CHANGE-M", "{cut}");
    }
}
