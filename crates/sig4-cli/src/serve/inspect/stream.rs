//! The rows of a page as server-sent events.
//!
//! Source: the HTML standard, section 9.2, "Server-sent events".

use super::history::{Row, Watch};
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

/// The body of an answer: bytes, or rows that follow one another until the page is closed.
pub(super) enum PageBody {
    Bytes(Bytes),
    Rows(mpsc::Receiver<Bytes>),
}

/// Sends a page its rows until it is closed.
pub(super) fn rows(watch: Watch) -> PageBody {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(send(watch, sender));
    PageBody::Rows(receiver)
}

/// Waits for the page before each row, so that no more than one row is ahead of it.
async fn send(mut watch: Watch, page: mpsc::Sender<Bytes>) {
    let kept = std::mem::take(&mut watch.kept);
    // A comment opens the stream before there is a row.
    let begin = [Bytes::from_static(b":\n\n"), dropped(watch.missed)];
    let begin = begin.into_iter().filter(|message| !message.is_empty());
    for message in begin.chain(kept.iter().map(message)) {
        if page.send(message).await.is_err() {
            return;
        }
    }
    loop {
        let next = tokio::select! {
            next = watch.live.recv() => next,
            () = page.closed() => return,
        };
        let message = match next {
            Ok(row) => message(&row),
            Err(RecvError::Lagged(count)) => dropped(count),
            Err(RecvError::Closed) => return,
        };
        if page.send(message).await.is_err() {
            return;
        }
    }
}

/// A row. JSON has no line break outside of strings, and strings escape theirs.
fn message(row: &Row) -> Bytes {
    format!("id: {}\ndata: {}\n\n", row.id, row.json).into()
}

/// The number of rows that the page has lost. Nothing if it has lost none.
fn dropped(count: u64) -> Bytes {
    if count == 0 { Bytes::new() } else { format!("event: dropped\ndata: {count}\n\n").into() }
}

impl Body for PageBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Self::Rows(rows) => rows.poll_recv(cx).map(|row| row.map(|row| Ok(Frame::data(row)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Self::Rows(_) => SizeHint::default(),
        }
    }
}
