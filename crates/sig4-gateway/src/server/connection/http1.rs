//! The requests of a connection of HTTP/1.1, one after the other.

use super::http1_stream::Http1Stream;
use super::open::{Connection, RequestInProgress};
use super::recorded_stream::{HeadRecord, RecordedStream};
use super::unread_body;
use crate::limits::{MAX_HEAD_LEN, MAX_READ_HEAD};
use crate::server::phase::Phase;
use crate::server::unparsed::UnparsedRequest;
use bytes::Bytes;
use http::header::{CONNECTION, EXPECT, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};

/// The most header lines of a request: as many as fit in a head of API Gateway's length, with a name of one letter and no value
/// each. The HTTP parser rejects more with 431.
const MAX_HEADER_LINES: usize = MAX_HEAD_LEN / "n:\r\n".len();

/// Serves the requests of a connection. Returns whether the client may still read.
pub(super) async fn serve<S>(io: S, connection: &Arc<Connection>) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut phase, served) = (connection.phase.clone(), Arc::clone(connection));
    // Also for an HTTP API, which a REST API may replace while the connection is open.
    let record = HeadRecord::default();
    let names = record.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let (mut head, mut body) = request.into_parts();
        let api = served.current();
        if !api.is_rest() {
            names.skip();
        } else if let Some(names) = names.take(&head.headers) {
            head.extensions.insert(names);
        }
        let (progress, served) = (served.begin(), Arc::clone(&served));
        // A client that waits for `100 Continue` would get it if the body were read.
        let waits = head.headers.contains_key(EXPECT);
        Box::pin(async move {
            let response = served.respond(api, Request::from_parts(head, &mut body), &progress).await;
            let is_read = body.is_end_stream() || !waits && unread_body::comes_at_once(&mut body).await;
            let response = last_if(!is_read || served.phase.has_reached(Phase::Closing), response);
            Ok::<_, Infallible>(response.map(|body| GuardedBody { body, _progress: progress }))
        })
    });
    let io = Http1Stream::new(io, &connection.socket, &connection.activity, &phase);
    let io = RecordedStream::new(io, record);
    let mut serving = http1::Builder::new()
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(connection.timeouts.head)
        .max_buf_size(MAX_READ_HEAD)
        .max_headers(MAX_HEADER_LINES)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(io), service);
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|cx| serving.poll_without_shutdown(cx)) => break ended,
            () = phase.changed() => {}
            () = connection.reset() => return false,
        }
    };
    let io = serving.into_parts().io.into_inner().into_inner();
    let last = unparsed(ended, &io, connection).map(|(status, cause)| {
        connection.respond_to_unparsed(UnparsedRequest { status, first: io.first(), cause, tells: false })
    });
    connection.write_last(io.into_inner(), &last.unwrap_or_else(Vec::new)).await;
    true
}

/// Returns the status and the cause for bytes that did not become a request, if the connection ended with such.
fn unparsed<S>(ended: hyper::Result<()>, io: &Http1Stream<S>, connection: &Connection) -> Option<(StatusCode, String)> {
    match ended {
        Err(error) if error.is_parse() => Some((io.withheld().unwrap_or(StatusCode::BAD_REQUEST), error.to_string())),
        _ if !connection.activity.has_begun() => None,
        Err(error) if error.is_timeout() => {
            Some((StatusCode::REQUEST_TIMEOUT, "the head did not come in time".to_owned()))
        }
        // Half a request was not accepted.
        _ if connection.phase.has_reached(Phase::Quiet) => {
            Some((StatusCode::SERVICE_UNAVAILABLE, "the server is ending".to_owned()))
        }
        _ => None,
    }
}

fn last_if(is_last: bool, mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    if is_last {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The body of a response. Its request is in progress until it is dropped.
struct GuardedBody {
    body: Full<Bytes>,
    _progress: RequestInProgress,
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
