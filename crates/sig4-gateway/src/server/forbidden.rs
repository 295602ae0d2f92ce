//! The refusal of a connection: with 403, before a request is read.

use super::guard::Guard;
use super::peer;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The response to a connection that is not admitted, and how long and how many bytes its client may go on sending until it has
/// read the response.
const FORBIDDEN: &[u8] = b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const LINGER: Duration = Duration::from_secs(1);
const LINGER_LEN: u64 = 64 * 1024;

/// Refuses the connection of another user, unless the guard admits others; the guard tells why. Returns every other connection.
pub(super) async fn admit(stream: TcpStream, peer: SocketAddr, guard: &Guard) -> Option<TcpStream> {
    let checked = if guard.admits_others() { Ok(()) } else { peer::check(&stream, peer).await };
    let Err(why) = checked else { return Some(stream) };
    guard.tell(&format!("a connection: {why}"));
    refuse(stream).await;
    None
}

/// Responds with 403, and reads the rest until the other side has received it.
async fn refuse(mut stream: TcpStream) {
    let ended = async {
        stream.write_all(FORBIDDEN).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LINGER_LEN), &mut tokio::io::sink()).await
    };
    // The client may be gone; if it stays, it is cut off.
    let _ = tokio::time::timeout(LINGER, ended).await;
}
