//! A stream whose reader is recorded: the heads of a client's requests, in the letter case that they came in.

use super::head_recorder::HeadRecorder;
use crate::received_names::ReceivedNames;
use http::HeaderMap;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The record of a connection, shared by its stream and by the service of its requests.
#[derive(Clone, Debug, Default)]
pub(super) struct HeadRecord(Arc<Mutex<HeadRecorder>>);

impl HeadRecord {
    /// Takes the names of the next request, whose parsed headers are `parsed`. `None` if they are not known.
    pub(super) fn take(&self, parsed: &HeaderMap) -> Option<ReceivedNames> {
        self.0.lock().ok()?.take(parsed)
    }

    /// Leaves out the next request.
    pub(super) fn skip(&self) {
        if let Ok(mut recorder) = self.0.lock() {
            recorder.skip();
        }
    }

    fn read(&self, bytes: &[u8]) {
        if let Ok(mut recorder) = self.0.lock() {
            recorder.read(bytes);
        }
    }
}

/// A stream that hands what is read from it to a record.
#[derive(Debug)]
pub(super) struct RecordedStream<S> {
    stream: S,
    record: HeadRecord,
}

impl<S> RecordedStream<S> {
    pub(super) const fn new(stream: S, record: HeadRecord) -> Self {
        Self { stream, record }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for RecordedStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.record.read(buf.filled().get(before..).unwrap_or(&[]));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for RecordedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
