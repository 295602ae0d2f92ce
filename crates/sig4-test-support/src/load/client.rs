//! A client that sends prepared requests over open connections.

use crate::load::requests::Prepared;
use std::net::SocketAddr;
use std::ops::AddAssign;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The numbers of responses by kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// With 200.
    pub accepted: usize,
    /// With 403.
    pub refused: usize,
    /// A valid request was refused, or a forged one accepted.
    pub wrong: usize,
}

impl Tally {
    /// All of them.
    pub fn total(&self) -> usize {
        self.accepted + self.refused
    }

    pub(super) fn count(&mut self, status: u16, good: bool) {
        assert!(matches!(status, 200 | 403), "answered with {status}");
        self.accepted += usize::from(status == 200);
        self.refused += usize::from(status == 403);
        self.wrong += usize::from((status == 200) != good);
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.wrong += other.wrong;
    }
}

/// Sends `requests` of the prepared requests, distributed over the connections.
pub async fn run(address: SocketAddr, prepared: &Arc<[Prepared]>, requests: usize, connections: usize) -> Tally {
    let tasks: Vec<_> = (0..connections)
        .map(|n| {
            let share = requests / connections + usize::from(n < requests % connections);
            // Each connection begins elsewhere, so that they do not send the same requests in step.
            tokio::spawn(connection(address, Arc::clone(prepared), n * 61, share))
        })
        .collect();
    let mut sum = Tally::default();
    for task in tasks {
        sum += task.await.expect("it does not panic");
    }
    sum
}

async fn connection(address: SocketAddr, prepared: Arc<[Prepared]>, first: usize, share: usize) -> Tally {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.set_nodelay(true).expect("it can be set");
    let (mut tally, mut buffer) = (Tally::default(), Vec::with_capacity(4096));
    for n in 0..share {
        let request = &prepared[(first + n) % prepared.len()];
        stream.write_all(&request.bytes).await.expect("it is taken");
        tally.count(answer(&mut stream, &mut buffer).await, request.good);
    }
    tally
}

/// Reads a response to its end, and returns its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> u16 {
    buffer.clear();
    loop {
        let read = stream.read_buf(buffer).await.expect("it is answered");
        assert!(read > 0, "the connection was closed");
        let Some(head) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let text = str::from_utf8(&buffer[..head]).expect("a head is text");
        let body: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "))
            .map_or(0, |length| length.parse().expect("it is a number"));
        if buffer.len() >= head + 4 + body {
            return text[9..12].parse().expect("it is a status");
        }
    }
}
