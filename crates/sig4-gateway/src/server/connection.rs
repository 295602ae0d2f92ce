//! One connection with a client, from its first byte to its last.
//!
//! A client that has closed its side may still read, so its requests are answered. If the connection is reset, work in
//! progress for it is dropped.

use super::client::Client;
use super::current_api::CurrentApi;
use super::idle_timeout::{ConnectionActivity, IdleTimeoutStream, RequestGuard};
use super::phase::{Phase, PhaseWatch};
use super::recorded_stream::{HeadRecord, RecordedStream};
use super::unparsed::UnparsedRequest;
use crate::limits::{MAX_HEAD_LEN, MAX_READ_HEAD};
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

/// The most header lines of a request: as many as fit in a head of API Gateway's length, with a name of one letter and no value
/// each. The HTTP parser rejects more with 431.
const MAX_HEADER_LINES: usize = MAX_HEAD_LEN / "n:\r\n".len();
/// How long, and how many bytes, a client may go on sending after the last response. If the connection were closed at once,
/// the client would lose that response.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_LEN: u64 = 64 * 1024 * 1024;
/// The same while the server ends.
const LAST_LINGER: Duration = Duration::from_millis(100);

/// Serves a connection to its end.
pub(super) async fn serve(stream: TcpStream, peer: SocketAddr, api: Arc<CurrentApi>, mut phase: PhaseWatch) {
    let (stream, activity) = (Arc::new(stream), Arc::new(ConnectionActivity::default()));
    let timeouts = *api.get().timeouts();
    let client = Arc::new(Client::new(Arc::clone(&stream), peer));
    let io = IdleTimeoutStream::new(&stream, &activity, &phase, timeouts.write);
    let record = HeadRecord::new(api.get().is_rest());
    let io = RecordedStream::new(io, record.clone());
    let (served, closing) = (Arc::clone(&activity), phase.clone());
    let serving = Arc::clone(&api);
    let service = service_fn(move |mut request: Request<Incoming>| {
        if let Some(names) = record.take(request.headers()) {
            request.extensions_mut().insert(names);
        }
        let (api, guard, closing) = (Arc::clone(&serving), served.begin(), closing.clone());
        let client = Arc::clone(&client);
        Box::pin(async move {
            // The request is answered by the definition that is current now, whatever replaces it meanwhile.
            let response = api.get().handle(request, &client).await;
            let response = last_if(closing.has_reached(Phase::Closing), response);
            Ok::<_, Infallible>(response.map(|body| GuardedBody { body, _guard: guard }))
        })
    });
    let mut connection = http1::Builder::new()
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(timeouts.head)
        .max_buf_size(MAX_READ_HEAD)
        .max_headers(MAX_HEADER_LINES)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(io), service);
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => break ended,
            () = phase.changed() => {}
            () = reset(&stream) => return,
        }
    };
    let io = connection.into_parts().io.into_inner().into_inner();
    let last = match unparsed(ended, &io, &activity, &phase) {
        Some((status, cause)) => api
            .get()
            .respond_to_unparsed(UnparsedRequest { status, first: io.first(), cause }, peer.ip().to_canonical()),
        None => Vec::new(),
    };
    drop(io);
    if let Some(stream) = Arc::into_inner(stream) {
        let linger = if phase.has_reached(Phase::Closing) { LAST_LINGER } else { LINGER };
        end(stream, &last, linger).await;
    }
}

/// Returns the status and the cause for bytes that did not become a request, if the connection ended with such.
fn unparsed(
    ended: hyper::Result<()>,
    io: &IdleTimeoutStream,
    activity: &ConnectionActivity,
    phase: &PhaseWatch,
) -> Option<(StatusCode, String)> {
    match ended {
        Err(error) if error.is_parse() => Some((io.withheld().unwrap_or(StatusCode::BAD_REQUEST), error.to_string())),
        _ if !activity.has_begun() => None,
        Err(error) if error.is_timeout() => {
            Some((StatusCode::REQUEST_TIMEOUT, "the head did not come in time".to_owned()))
        }
        // Half a request was not accepted.
        _ if phase.has_reached(Phase::Quiet) => {
            Some((StatusCode::SERVICE_UNAVAILABLE, "the server is ending".to_owned()))
        }
        _ => None,
    }
}

/// Refuses a connection beyond the limit.
pub(super) async fn refuse(stream: TcpStream, peer: SocketAddr, api: Arc<CurrentApi>) {
    let cause = "there are as many connections as the server holds".to_owned();
    let unparsed = UnparsedRequest { status: StatusCode::SERVICE_UNAVAILABLE, first: b"", cause };
    let last = api.get().respond_to_unparsed(unparsed, peer.ip().to_canonical());
    end(stream, &last, LINGER).await;
}

fn last_if(is_last: bool, mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    if is_last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Waits until the client has reset the connection.
async fn reset(stream: &TcpStream) {
    if stream.ready(Interest::ERROR).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Writes the last response, and reads the rest until the client has received it.
async fn end(mut stream: TcpStream, last: &[u8], linger: Duration) {
    let ended = async {
        stream.write_all(last).await?;
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LINGER_LEN), &mut tokio::io::sink()).await
    };
    // An error here concerns a client that is gone.
    let _ = tokio::time::timeout(linger, ended).await;
}

/// The body of a response. Its request is in progress until it is dropped.
struct GuardedBody {
    body: Full<Bytes>,
    _guard: RequestGuard,
}

impl Body for GuardedBody {
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
