//! A proxy between a client and the API that changes one thing of a request and leaves its `Host` as it was signed.
//!
//! So a request of any client can be tampered with after it was signed.

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, sink};
use tokio::net::{TcpListener, TcpStream};

/// What is replaced, in the request line or in the body, and by what. A preflight passes as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tamper {
    Nothing,
    /// The request is sent twice, and the second answer comes back.
    Again,
    Line(&'static str, &'static str),
    Body(&'static str, &'static str),
}

/// Starts a proxy on a free port of loopback. It ends with the runtime.
pub async fn proxy(upstream: SocketAddr, tamper: Tamper) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(async move {
                if let Err(error) = forward(client, upstream, tamper).await {
                    eprintln!("the proxy of {tamper:?}: {error}");
                }
            });
        }
    });
    address
}

/// One request a connection.
async fn forward(mut client: TcpStream, upstream: SocketAddr, tamper: Tamper) -> io::Result<()> {
    let Some((head, body)) = receive(&mut client).await? else { return Ok(()) };
    let (head, body) = if head.starts_with("OPTIONS ") { (head, body) } else { tamper.apply(&head, &body)? };
    if tamper == Tamper::Again {
        copy(&mut send(upstream, &head, &body).await?, &mut sink()).await?;
    }
    copy(&mut send(upstream, &head, &body).await?, &mut client).await?;
    client.shutdown().await
}

async fn send(upstream: SocketAddr, head: &str, body: &str) -> io::Result<TcpStream> {
    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(closing(head).as_bytes()).await?;
    server.write_all(body.as_bytes()).await?;
    Ok(server)
}

/// The head of a request with its last empty line, and the body. A browser opens connections that it may not use.
async fn receive(client: &mut TcpStream) -> io::Result<Option<(String, String)>> {
    let mut received = Vec::new();
    loop {
        if client.read_buf(&mut received).await? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&received);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if body.len() >= body_length(head) {
            return Ok(Some((format!("{head}\r\n\r\n"), body.to_owned())));
        }
    }
}

fn body_length(head: &str) -> usize {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().map_or(0, |(_, value)| value.trim().parse().unwrap())
}

/// Has the server close the connection, whose end is the end of the answer.
fn closing(head: &str) -> String {
    let lines = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let (first, rest): (Vec<_>, Vec<_>) = lines.enumerate().partition(|(n, _)| *n == 0);
    let line = |(_, line): &(usize, &str)| format!("{line}\r\n");
    let text = |lines: &[(usize, &str)]| lines.iter().map(line).collect::<String>();
    format!("{}Connection: close\r\n{}", text(&first), text(&rest))
}

impl Tamper {
    fn apply(self, head: &str, body: &str) -> io::Result<(String, String)> {
        let (changed, was) = match self {
            Self::Nothing | Self::Again => return Ok((head.to_owned(), body.to_owned())),
            Self::Line(from, to) => {
                let (line, rest) = head.split_once("\r\n").unwrap_or_default();
                ((format!("{}\r\n{rest}", line.replace(from, to)), body.to_owned()), head)
            }
            Self::Body(from, to) => ((head.to_owned(), body.replace(from, to)), body),
        };
        if changed.0 == was || changed.1 == was {
            return Err(io::Error::other("there was nothing to change"));
        }
        Ok(changed)
    }
}
