//! The rest of a body whose request has its response, such as that of a refused request.
//!
//! Over HTTP/2 a server may reset a stream whose body it does not need, with `NO_ERROR` and after the whole response (RFC 9113, section
//! 8.1). curl 7.88 fails with code 92 then, if it is still sending. The rest is therefore read and dropped; the stream is reset only
//! for a client that sends too much or for too long.
//!
//! Over HTTP/1.1 the connection ends after a body that was not read. The response says so, for Go, Node and Python would send a further
//! request on it. What comes at once is read and dropped, so that a short body ends no connection.

use super::open::LINGER;
use crate::limits::MAX_BODY_LEN;
use bytes::Buf;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::time::Duration;
use tokio::time::timeout;

/// The bytes that a client may go on sending of a body after the response: as many as a body that is taken may have.
const UNREAD_LEN: usize = MAX_BODY_LEN;
/// The bytes that a frame counts apart from its data, so that empty frames have a limit.
const FRAME_HEAD_LEN: usize = 9;
/// How long a response of HTTP/1.1 waits for the rest of the body.
const AT_ONCE: Duration = Duration::from_millis(20);

/// Reads the rest of a body, as far as the limits allow. The stream is reset afterwards if the body has not ended.
pub(super) async fn discard(rest: Option<Incoming>) {
    let Some(mut rest) = rest else { return };
    let _ = timeout(LINGER, is_read(&mut rest)).await;
}

/// Reads the rest of a body that comes at once. Returns whether that is all of it.
pub(super) async fn comes_at_once(rest: &mut Incoming) -> bool {
    matches!(timeout(AT_ONCE, is_read(rest)).await, Ok(true))
}

/// Reads a body, as far as its length allows. Returns whether that is all of it.
async fn is_read(rest: &mut Incoming) -> bool {
    let mut len = 0_usize;
    while len < UNREAD_LEN {
        match rest.frame().await {
            None => return true,
            Some(Err(_)) => return false,
            Some(Ok(frame)) => {
                len = len.saturating_add(frame.data_ref().map_or(0, Buf::remaining)).saturating_add(FRAME_HEAD_LEN);
            }
        }
    }
    false
}
