//! Clients that are slow, broken, or ask for too much.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes that are not a request.
const BROKEN: [&[u8]; 6] = [
    b"",
    b"GET /open HTTP/1.1\r\nhost: x\r\n",
    b"POST /open HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf",
    b"POST /open HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /orders/1 HTTP/1.1\r\nhost: x\r\nauthorization: AWS4-HMAC-SHA256 Credential=\r\n\r\n",
];

/// Opens slow and broken connections, a third of them half-closed.
pub async fn hold(addr: SocketAddr, count: usize) -> Vec<TcpStream> {
    let mut held = Vec::with_capacity(count);
    for n in 0..count {
        let mut stream = TcpStream::connect(addr).await.expect("it listens");
        stream.write_all(BROKEN[n % BROKEN.len()]).await.expect("it is taken");
        if n % 3 == 0 {
            stream.shutdown().await.expect("it can be");
        }
        held.push(stream);
    }
    held
}

/// An invalid request, and the status of its response.
pub struct Case {
    pub name: &'static str,
    head: &'static str,
    /// The number of bytes of a header or a body after it.
    len: usize,
    is_half_closed: bool,
    pub status: u16,
}

pub const CASES: &[Case] = &[
    Case {
        name: "header too long",
        head: "GET /open HTTP/1.1\r\nhost: x\r\na: ",
        len: 11_000,
        is_half_closed: false,
        status: 431,
    },
    Case {
        name: "header far too long",
        head: "GET /open HTTP/1.1\r\nhost: x\r\na: ",
        len: 1_000_000,
        is_half_closed: false,
        status: 431,
    },
    Case {
        name: "body too long",
        head: "POST /open HTTP/1.1\r\nhost: x\r\ncontent-length: 11000000\r\n\r\n",
        len: 11_000_000,
        is_half_closed: false,
        status: 413,
    },
    Case {
        name: "half-closed",
        head: "GET /open HTTP/1.1\r\nhost: x\r\n\r\n",
        len: 0,
        is_half_closed: true,
        status: 200,
    },
    Case {
        name: "body broken off",
        head: "POST /open HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n",
        len: 4,
        is_half_closed: true,
        status: 400,
    },
    Case {
        name: "integration that dies",
        head: "GET /dies HTTP/1.1\r\nhost: x\r\n\r\n",
        len: 0,
        is_half_closed: false,
        status: 500,
    },
    Case {
        name: "integration that hangs",
        head: "GET /hangs HTTP/1.1\r\nhost: x\r\n\r\n",
        len: 0,
        is_half_closed: false,
        status: 503,
    },
];

/// Sends an invalid request, and reads the status of the response.
pub async fn status(addr: SocketAddr, case: &Case) -> Option<u16> {
    let mut stream = TcpStream::connect(addr).await.expect("it listens");
    let mut request = [case.head.as_bytes(), &vec![b'x'; case.len]].concat();
    if !case.head.ends_with("\r\n\r\n") {
        request.extend_from_slice(b"\r\n\r\n");
    }
    // The response may come before the whole request is read.
    let _ = stream.write_all(&request).await;
    if case.is_half_closed {
        let _ = stream.shutdown().await;
    }
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.ok()?;
    str::from_utf8(&line[9..]).ok()?.parse().ok()
}

/// Sends requests one after the other, on connections that it keeps, until the server stops listening. Returns the number of
/// responses.
pub async fn until_refused(addr: SocketAddr) -> usize {
    let mut answered = 0;
    while let Ok(mut stream) = TcpStream::connect(addr).await {
        let mut buffer = Vec::new();
        while stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.is_ok() {
            buffer.clear();
            while !buffer.ends_with(b"\r\n\r\nok") && stream.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {}
            if !buffer.ends_with(b"ok") {
                break;
            }
            answered += 1;
        }
    }
    answered
}
