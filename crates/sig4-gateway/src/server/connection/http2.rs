//! The requests of a connection of HTTP/2, many at a time.
//!
//! A client could make the server hold much for little. These limits are against that:
//!
//! | Attack | Limit |
//! |---|---|
//! | many requests at a time | [`MAX_STREAMS`] a connection, and the requests of the server |
//! | requests that are reset at once (CVE-2023-44487) | [`MAX_RESET_STREAMS`] that were not looked at |
//! | frames that make the server reset a stream (CVE-2025-8671) | [`MAX_ERROR_STREAMS`] |
//! | heads without an end (`CONTINUATION`), or that decompress to much | [`MAX_READ_HEAD`] |
//! | bodies that nothing reads | [`STREAM_WINDOW`] and [`CONNECTION_WINDOW`] |
//! | bodies after their response | [`super::unread_body`] |
//! | responses that the client does not take | [`super::stream_progress`] |
//! | connections without a request | the time of a head |

use super::open::{Connection, LAST_LINGER, LINGER};
use super::stream_progress::{StreamExecutor, StreamedBody};
use crate::limits::MAX_READ_HEAD;
use crate::server::phase::Phase;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// The most requests of a connection at a time. RFC 9113, section 6.5.2, recommends no fewer.
const MAX_STREAMS: u32 = 100;
/// The most requests that a client has reset before the server looked at them.
const MAX_RESET_STREAMS: usize = 20;
/// The most streams that the server has reset for errors of the client.
const MAX_ERROR_STREAMS: usize = 128;
/// The bytes of one body, and of all bodies of a connection, that a client may send before they are read.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 128 * 1024;
/// The bytes of a response that the server holds for a client, apart from its body.
const SEND_LEN: usize = 64 * 1024;
/// The largest frame of a client, which is the smallest limit that HTTP/2 allows.
const MAX_FRAME_LEN: u32 = 16 * 1024;
/// How often a client that is silent is asked whether it is there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(20);

/// Serves the requests of a connection. Returns whether the client may still read.
pub(super) async fn serve<S>(io: S, connection: &Arc<Connection>) -> bool
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut phase, executor) = (connection.phase.clone(), StreamExecutor::new(connection.timeouts.write));
    let mut serving = pin!(builder(executor.clone()).serve_connection(TokioIo::new(io), {
        let served = Arc::clone(connection);
        service_fn(move |request: Request<Incoming>| {
            let (progress, served) = (served.begin(), Arc::clone(&served));
            let is_head = request.method() == Method::HEAD;
            Box::pin(async move {
                let (head, mut rest) = request.into_parts();
                let response = served.respond(served.current(), Request::from_parts(head, &mut rest), &progress).await;
                let (head, body) = sent(is_head, response).await.into_parts();
                Ok::<_, Infallible>(Response::from_parts(head, StreamedBody::new(body, progress, rest)))
            })
        })
    }));
    let mut idle = pin!(connection.activity.idle_for(connection.timeouts.head));
    let mut is_ending = phase.has_reached(Phase::Closing);
    if is_ending {
        serving.as_mut().graceful_shutdown();
    }
    loop {
        tokio::select! {
            ended = serving.as_mut() => return ended.is_ok(),
            () = phase.changed() => {
                is_ending = true;
                serving.as_mut().graceful_shutdown();
                if phase.has_reached(Phase::Quiet) {
                    idle.set(connection.activity.idle_for(LAST_LINGER));
                }
            }
            () = idle.as_mut() => {
                if is_ending {
                    return true;
                }
                is_ending = true;
                serving.as_mut().graceful_shutdown();
                idle.set(connection.activity.idle_for(LINGER));
            }
            () = executor.stalled() => return false,
            () = connection.reset() => return false,
        }
    }
}

fn builder(executor: StreamExecutor) -> http2::Builder<StreamExecutor> {
    let mut builder = http2::Builder::new(executor);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_pending_accept_reset_streams(MAX_RESET_STREAMS)
        .max_local_error_reset_streams(MAX_ERROR_STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_frame_size(MAX_FRAME_LEN)
        .max_send_buf_size(SEND_LEN)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    if let Ok(len) = u32::try_from(MAX_READ_HEAD) {
        builder.max_header_list_size(len);
    }
    builder
}

/// The response as it is sent. A response to `HEAD` has the length of its body, and no body (RFC 9110, section 9.3.2).
async fn sent(is_head: bool, response: Response<Full<Bytes>>) -> Response<Bytes> {
    let (mut head, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never {},
    };
    if !is_head {
        return Response::from_parts(head, body);
    }
    if !body.is_empty() && !head.headers.contains_key(CONTENT_LENGTH) {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    Response::from_parts(head, Bytes::new())
}
