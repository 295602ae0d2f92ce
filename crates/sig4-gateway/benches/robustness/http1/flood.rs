//! Clients that all send a body of the maximum length at the same time.

use sig4::{Credentials, Signer};
use sig4_test_support::load::requests::{credentials, signed_at};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The length of a body: API Gateway's limit.
const LEN: usize = 10 * 1024 * 1024;

/// The head that all clients send, and the possible statuses; 0 is a connection that was closed while they wrote.
pub struct Flood {
    pub name: &'static str,
    head: String,
    pub statuses: &'static [u16],
}

/// Clients without a signature, clients with a foreign access key, and clients of an open route.
pub fn all() -> [Flood; 3] {
    let unsigned = "POST /orders/1 HTTP/1.1\r\nhost: x\r\n".to_owned();
    let open = "POST /open HTTP/1.1\r\nhost: x\r\n".to_owned();
    [
        Flood { name: "without a signature", head: unsigned, statuses: &[403, 0] },
        Flood { name: "with a forged signature", head: forged_head(), statuses: &[403, 503, 0] },
        Flood { name: "to an open route", head: open, statuses: &[200, 503, 0] },
    ]
}

/// The number of statuses received by `count` connections, each with a body.
pub async fn send(addr: SocketAddr, flood: &Flood, count: usize) -> BTreeMap<u16, usize> {
    let head = format!("{}content-length: {LEN}\r\n\r\n", flood.head);
    let clients: Vec<_> = (0..count).map(|_| tokio::spawn(one(addr, head.clone()))).collect();
    let mut heard = BTreeMap::new();
    for client in clients {
        *heard.entry(client.await.expect("it does not panic")).or_default() += 1;
    }
    heard
}

async fn one(addr: SocketAddr, head: String) -> u16 {
    static PIECE: [u8; 64 * 1024] = [b'b'; 64 * 1024];
    let mut stream = TcpStream::connect(addr).await.expect("it listens");
    let (mut reader, mut writer) = stream.split();
    let write = async {
        writer.write_all(head.as_bytes()).await?;
        for _ in 0..LEN / PIECE.len() {
            writer.write_all(&PIECE).await?;
        }
        Ok::<_, std::io::Error>(())
    };
    let read = async {
        let mut line = [0; 12];
        reader.read_exact(&mut line).await.ok()?;
        let status = str::from_utf8(&line[9..]).ok()?.parse().ok()?;
        // The rest of a response is read and discarded.
        let mut rest = vec![0; 64 * 1024];
        let mut left = if status == 200 { LEN } else { 0 };
        while left > 0 {
            left = left.saturating_sub(reader.read(&mut rest).await.ok().filter(|read| *read > 0)?);
        }
        Some(status)
    };
    // The response may come before the whole body is read.
    tokio::join!(write, read).1.unwrap_or_default()
}

/// The head of a request with a known access key and a signature that was made with another secret.
fn forged_head() -> String {
    let by = Credentials::new(credentials().access_key_id(), "a guess").expect("they are valid");
    let mut request = http::Request::post("http://x/orders/1").body("").expect("it is one");
    Signer::new("us-east-1", "execute-api")
        .expect("they are valid")
        .sign(&mut request, &by, signed_at())
        .expect("it can be signed");
    let lines = request.headers().iter();
    let lines = lines.map(|(name, value)| format!("{name}: {}\r\n", value.to_str().expect("it is text")));
    format!("POST /orders/1 HTTP/1.1\r\nhost: x\r\n{}", lines.collect::<String>())
}
