//! A large body that exists nowhere as a whole, and the memory of this process, for the examples of uploads.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use sig4::tower::BoxError;
use sig4::{Credentials, Error};
use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pub fn alice() -> Result<Credentials, Error> {
    Credentials::new("AKIDALICE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

/// A store with Alice's key.
pub fn keys() -> Result<HashMap<String, Arc<Credentials>>, Error> {
    let alice = alice()?;
    Ok(HashMap::from([(alice.access_key_id().to_owned(), Arc::new(alice))]))
}

/// The length of the upload: as many MiB as the first argument says, or 1 GiB.
pub fn len() -> Result<u64, BoxError> {
    let mebibytes: u64 = std::env::args().nth(1).map_or(Ok(1024), |text| text.parse())?;
    Ok(mebibytes << 20)
}

/// A body that makes its bytes while it is sent.
pub struct Made {
    left: u64,
    piece: Bytes,
}

impl Made {
    pub fn new(len: u64) -> Self {
        Self { left: len, piece: Bytes::from_iter((0..=255).cycle().take(48 * 1024)) }
    }
}

impl Body for Made {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.piece.slice(..self.piece.len().min(usize::try_from(self.left).unwrap_or(usize::MAX)));
        self.left = self.left.saturating_sub(piece.len().try_into().unwrap_or(u64::MAX));
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Reads a body piece by piece, and keeps nothing of it. An error is not the end: the upload is not complete then.
pub async fn count<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin>(mut body: B) -> Result<u64, BoxError> {
    let mut len = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(Into::into)?;
        len += frame.data_ref().map_or(Ok(0), |data| u64::try_from(data.len()))?;
    }
    Ok(len)
}

/// The most memory that client and server took together, in MiB: a fraction of the upload.
const MOST: u64 = 64;

/// Checks the most memory that this process has taken.
pub fn check_memory() -> Result<(), BoxError> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        println!("this system does not tell the memory of the process");
        return Ok(());
    };
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("there is no VmHWM")?;
    let kibibytes: u64 = peak.trim().trim_end_matches("kB").trim().parse()?;
    println!("at most {} MiB of memory", kibibytes >> 10);
    assert!(kibibytes >> 10 < MOST, "client and server are to take less than {MOST} MiB");
    Ok(())
}
