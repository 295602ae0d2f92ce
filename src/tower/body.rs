//! A body that is read no further than it may be long.

use super::budget::BodyBudget;
use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::Body;
use http_body_util::BodyExt;
use std::error::Error as StdError;
use std::fmt;
use std::pin::{Pin, pin};

/// How long a body may be unless it is set otherwise: 10 MiB, API Gateway's limit.
///
/// Source: "Amazon API Gateway quotas", payload size; the refusals name 10,485,760 bytes.
pub const DEFAULT_BODY_LIMIT: usize = 10 * 1024 * 1024;

/// Errors of any kind, as tower's services give them.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Why there is no body.
#[derive(Debug)]
pub(crate) enum BodyFailure {
    /// It is longer than it may be.
    TooLong { limit: usize },
    /// There is no room for it among the bodies that the server holds, of `limit` bytes in all.
    NoRoom { limit: usize },
    /// It broke off.
    Broken(BoxError),
}

impl fmt::Display for BodyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit } => write!(f, "the body is longer than {limit} bytes"),
            Self::NoRoom { limit } => {
                write!(f, "the bodies of other requests fill the {limit} bytes of the server's body budget")
            }
            Self::Broken(error) => write!(f, "the body broke off: {error}"),
        }
    }
}

impl StdError for BodyFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::TooLong { .. } | Self::NoRoom { .. } => None,
            Self::Broken(error) => Some(&**error),
        }
    }
}

/// Refuses a body that says of itself that it is too long.
pub(crate) fn check_declared<B: Body>(headers: &HeaderMap, body: &B, limit: usize) -> Result<(), BodyFailure> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
    let least = body.size_hint().lower().max(declared.unwrap_or_default());
    if usize::try_from(least).is_ok_and(|least| least <= limit) { Ok(()) } else { Err(BodyFailure::TooLong { limit }) }
}

/// Reads a body, and shows each piece to `each` as it comes. Trailers are passed over: nothing has signed them. The bytes
/// keep their room in the budget.
pub(crate) async fn read<B>(
    body: B,
    limit: usize,
    budget: Option<&BodyBudget>,
    mut each: impl FnMut(&[u8]),
) -> Result<Bytes, BodyFailure>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let mut body = pin!(body);
    let limit = budget.map_or(limit, |budget| limit.min(budget.limit()));
    let mut collected = Collected::default();
    let mut held = budget.map(BodyBudget::none);
    while let Some(piece) = next(body.as_mut(), limit.saturating_sub(collected.len())).await {
        let piece = piece?.ok_or(BodyFailure::TooLong { limit })?;
        if let (Some(budget), Some(held)) = (budget, &mut held) {
            held.add(budget.take(piece.len()).await.ok_or(BodyFailure::NoRoom { limit: budget.limit() })?);
        }
        each(&piece);
        collected.push(piece);
    }
    let bytes = collected.into_bytes();
    Ok(match held {
        Some(held) => held.holding(bytes),
        None => bytes,
    })
}

/// The next piece of a body, which is nothing if it has more than `limit` bytes.
async fn next<B>(mut body: Pin<&mut B>, limit: usize) -> Option<Result<Option<Bytes>, BodyFailure>>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    loop {
        let frame = match body.frame().await? {
            Ok(frame) => frame,
            Err(error) => return Some(Err(BodyFailure::Broken(error.into()))),
        };
        if let Ok(mut data) = frame.into_data() {
            let len = data.remaining();
            return Some(Ok((len <= limit).then(|| data.copy_to_bytes(len))));
        }
    }
}

/// The pieces so far: a body of one piece, which most are, is not copied.
#[derive(Default)]
enum Collected {
    #[default]
    Nothing,
    One(Bytes),
    Many(BytesMut),
}

impl Collected {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(piece) => piece.len(),
            Self::Many(pieces) => pieces.len(),
        }
    }

    fn push(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        *self = match std::mem::take(self) {
            Self::Nothing => Self::One(piece),
            Self::One(first) => {
                let mut pieces = BytesMut::from(first);
                pieces.extend_from_slice(&piece);
                Self::Many(pieces)
            }
            Self::Many(mut pieces) => {
                pieces.extend_from_slice(&piece);
                Self::Many(pieces)
            }
        };
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::One(piece) => piece,
            Self::Many(pieces) => pieces.freeze(),
        }
    }
}
