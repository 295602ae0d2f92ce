//! One connection with a client, from its first byte to its last.
//!
//! A client that has closed its side may still read: its requests are answered. One whose connection is reset does not, and
//! what is done for it is dropped.

use super::handler::Live;
use super::idle_timeout::{Activity, Answering, Wire};
use super::phase::{Phase, Watch};
use super::unparsed::Unread;
use crate::gateway::limits::MAX_HEAD_LEN;
use bytes::Bytes;
use http::header::{CONNECTION, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;

/// The most bytes of a request's head that are read. One that is longer than API Gateway takes is still answered with its
/// words up to here, and without a body beyond.
pub(super) const MAX_READ_HEAD: usize = 32 * 1024;
/// The most header lines of a request: as many as there can be, of a name of one letter and no value each, in a head of API Gateway's
/// length. The HTTP parser answers one more with 431.
const MAX_HEADER_LINES: usize = MAX_HEAD_LEN / "n:\r\n".len();
/// How long, and how many bytes, a client may go on sending what nobody wants any more. If the connection were closed at
/// once, the client would lose the answer.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_LEN: u64 = 64 * 1024 * 1024;
/// The same when the server ends.
const LAST_LINGER: Duration = Duration::from_millis(100);
/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, live: Arc<Live>, mut phase: Watch) {
    let (stream, activity) = (Arc::new(stream), Arc::new(Activity::default()));
    let timeouts = *live.timeouts();
    // A client of IPv4 has its own address on a socket of both versions, too.
    let (client, port) = (peer.ip().to_canonical(), stream.local_addr().map_or(0, |addr| addr.port()));
    let wire = Wire::new(&stream, &activity, &phase, timeouts.write);
    let (served, closing) = (Arc::clone(&activity), phase.clone());
    let serving = Arc::clone(&live);
    let service = service_fn(move |request: Request<Incoming>| {
        let (live, answering, closing) = (Arc::clone(&serving), served.begin(), closing.clone());
        Box::pin(async move {
            let response = live.answer(request, client, port).await;
            Ok::<_, Infallible>(
                last_if(closing.has_reached(Phase::Closing), response)
                    .map(|body| Counted { body, _answering: answering }),
            )
        })
    });
    let mut connection = http1::Builder::new()
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.head)
        .max_buf_size(MAX_READ_HEAD)
        .max_headers(MAX_HEADER_LINES)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(wire), service);
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
            () = phase.changed() => {}
            () = reset(&stream) => return,
        }
    };
    let wire = connection.into_parts().io.into_inner();
    let unread = match ended {
        Err(error) if error.is_parse() => Some((wire.withheld().unwrap_or(StatusCode::BAD_REQUEST), error.to_string())),
        _ if !activity.has_begun() => None,
        Err(error) if error.is_timeout() => {
            Some((StatusCode::REQUEST_TIMEOUT, "the head did not come in time".to_owned()))
        }
        // Half a request is none that was accepted.
        _ if phase.has_reached(Phase::Quiet) => {
            Some((StatusCode::SERVICE_UNAVAILABLE, "the server is ending".to_owned()))
        }
        _ => None,
    };
    let last_words =
        unread.map(|(status, cause)| live.last_words(Unread { status, first: wire.first(), cause }, client));
    drop(wire);
    if let Some(stream) = Arc::into_inner(stream) {
        let patience = if phase.has_reached(Phase::Closing) { LAST_LINGER } else { LINGER };
        end(stream, &last_words.unwrap_or_default(), patience).await;
    }
}

/// Answers a connection that is one too many.
pub(super) async fn refuse(stream: TcpStream, peer: SocketAddr, live: Arc<Live>) {
    let cause = "there are as many connections as the server holds".to_owned();
    let unread = Unread { status: StatusCode::SERVICE_UNAVAILABLE, first: b"", cause };
    let last_words = live.last_words(unread, peer.ip().to_canonical());
    end(stream, &last_words, LINGER).await;
}

fn last_if(is_last: bool, mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    if is_last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Waits until the client has broken the connection off.
async fn reset(stream: &TcpStream) {
    if stream.ready(Interest::ERROR).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Says the last words, and reads what still comes until the client has heard them.
async fn end(mut stream: TcpStream, last_words: &[u8], patience: Duration) {
    let ended = async {
        stream.write_all(last_words).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LINGER_LEN), &mut tokio::io::sink()).await
    };
    // Whatever happens here happens to a client that is gone.
    let _ = tokio::time::timeout(patience, ended).await;
}

/// The body of an answer, which is being given until it is dropped.
struct Counted {
    body: Full<Bytes>,
    _answering: Answering,
}

impl Body for Counted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
