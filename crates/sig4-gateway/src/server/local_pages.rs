//! Pages of this machine, for a browser of the server's own user.
//!
//! Four things keep others out, each by itself: the address is a loopback address, connections of other users are refused where the
//! system tells them, [the guard](super::guard) refuses other hosts and foreign pages, and paths begin with a token that only
//! the URL has.

use super::forbidden;
use super::guard::{Audience, Guard, RefusalLog};
use super::listener;
use crate::error::{Error, ErrorKind};
use crate::limits::MAX_READ_HEAD;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue};
use http::uri::{PathAndQuery, Uri};
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{Either, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The most connections with browsers at a time. Further ones are closed.
const MAX_CONNECTIONS: usize = 64;
/// The time for a head, and between two requests of a connection.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// The most bytes that the system holds for a browser that does not read. Linux doubles the number.
const MAX_UNREAD_LEN: usize = 128 * 1024;
/// The bytes of the token in the URL.
const TOKEN_LEN: usize = 16;

/// An address on this machine that shows pages to a browser of the server's own user.
///
/// A request gets 403 in these cases, and the [log](Self::with_refusal_log) is told why:
///
/// - Its connection is of another user, where the system tells this (Linux).
/// - Its `Host` is not exactly the address, or it is not HTTP/1.1. A page whose name is rebound to this machine has another host.
/// - Its `Sec-Fetch-Site`, `Origin` or `Referer` shows that another page sent it.
/// - Its path does not begin with the token of the [URL](Self::url).
///
/// ```no_run
/// use http::{Request, Response};
/// use sig4_gateway::LocalPages;
///
/// # async fn show() -> Result<(), sig4_gateway::Error> {
/// let pages = LocalPages::listen("127.0.0.1:0".parse().expect("it is an address")).await?;
/// println!("{}", pages.url());
/// pages.serve(|request: Request<_>| async move { Response::new(request.uri().path().to_owned()) }).await;
/// # Ok(())
/// # }
/// ```
pub struct LocalPages {
    listener: TcpListener,
    addr: SocketAddr,
    token: String,
    log: Option<RefusalLog>,
}

impl LocalPages {
    /// Listens at a loopback address. Port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotListening`] if the address is not a loopback address, if it cannot be listened at, or if the system gives
    /// no randomness.
    pub async fn listen(addr: SocketAddr) -> Result<Self, Error> {
        if !addr.ip().is_loopback() {
            let text = format!("{addr} is not a loopback address, and these pages are for this machine only");
            return Err(Error::new(ErrorKind::NotListening, text));
        }
        let mut token = [0; TOKEN_LEN];
        let no_token = |error| Error::new(ErrorKind::NotListening, format!("no token for the pages: {error}"));
        getrandom::fill(&mut token).map_err(no_token)?;
        let (listener, addr) = listener::bind(addr).await?;
        Ok(Self { listener, addr, token: hex::encode(token), log: None })
    }

    /// Sets the receiver of the reasons of refusals. Of a flood of refusals it gets a part.
    #[must_use]
    pub fn with_refusal_log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(log));
        self
    }

    /// The URL of the pages, with the token and a slash at its end. Anyone who has it can read the pages.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/{}/", self.addr, self.token)
    }

    /// Serves the pages until the future is dropped. The handler gets requests without the token: the path of the URL is `/`.
    pub async fn serve<H, F, B>(self, handler: H)
    where
        H: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data = Bytes, Error = Infallible> + Send + 'static,
    {
        let guard = Guard::new(self.addr, Audience::Pages, false, self.log);
        let door = Arc::new(Door { guard, token: self.token, handler });
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                (stream, peer) = listener::accept(&self.listener) => {
                    if connections.len() < MAX_CONNECTIONS {
                        connections.spawn(serve_connection(stream, peer, Arc::clone(&door)));
                    }
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }
}

/// The guard, and the handler behind it.
struct Door<H> {
    guard: Guard,
    token: String,
    handler: H,
}

impl<H> Door<H> {
    /// Returns the request without the token, or why it is refused.
    fn admit(&self, request: Request<Incoming>) -> Result<Request<Incoming>, String> {
        let (mut head, body) = request.into_parts();
        self.guard.check(&head)?;
        let target = head.uri.path_and_query().and_then(|target| below(target, &self.token));
        // The path may hold a token, so it is not shown.
        head.uri = target.ok_or("its path does not begin with the token of the URL that was printed")?;
        Ok(Request::from_parts(head, body))
    }
}

/// The target below `/TOKEN`.
fn below(target: &PathAndQuery, token: &str) -> Option<Uri> {
    let (given, rest) = target.as_str().strip_prefix('/')?.split_at_checked(token.len())?;
    let is_same = given.bytes().zip(token.bytes()).fold(0, |different, (a, b)| different | (a ^ b)) == 0;
    rest.parse().ok().filter(|_| is_same && rest.starts_with('/'))
}

async fn serve_connection<H, F, B>(stream: TcpStream, peer: SocketAddr, door: Arc<Door<H>>)
where
    H: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data = Bytes, Error = Infallible> + Send + 'static,
{
    let Some(stream) = forbidden::admit(stream, peer, &door.guard).await else { return };
    // Without it, a page that reads slowly has rows of the past before it learns that it lost some.
    let _ = SockRef::from(&stream).set_send_buffer_size(MAX_UNREAD_LEN);
    let service = service_fn(move |request| {
        let door = Arc::clone(&door);
        async move {
            Ok::<_, Infallible>(match door.admit(request) {
                Ok(request) => (door.handler)(request).await.map(Either::Left),
                Err(why) => {
                    door.guard.tell(&format!("a request: {why}"));
                    forbidden_response().map(Either::Right)
                }
            })
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(MAX_READ_HEAD);
    // An error here concerns a client that is gone or does not speak HTTP.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

fn forbidden_response() -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

impl fmt::Debug for LocalPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPages").field("addr", &self.addr).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn only_the_token_and_a_slash_lead_to_a_page() {
        let found = |target: &str| below(&target.parse().unwrap(), "0a1b").map(|uri| uri.to_string());
        for (target, page) in [("/0a1b/", "/"), ("/0a1b/page.js?x=1", "/page.js?x=1"), ("/0a1b//", "//")] {
            assert_eq!(found(target).as_deref(), Some(page), "{target}");
        }
        for target in ["/", "/0a1", "/0a1b", "/0a1b?", "/0a1bc/", "/0A1B/", "/x/0a1b/", "//0a1b/", "/0a1%62/", "/é/"] {
            assert_eq!(found(&target.replace('é', "%C3%A9")), None, "{target}");
        }
    }
}
