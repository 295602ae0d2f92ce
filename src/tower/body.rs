//! Bodies that are read up to a limit.

use super::budget::{BodyBudget, HeldRoom};
use super::clock::TimeLimit;
use crate::error::Error;
#[cfg(feature = "http-body")]
use crate::stream::body::error as body_error;
use bytes::{Buf, Bytes};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::Body;
use http_body_util::BodyExt;
use std::error::Error as StdError;
use std::fmt;
use std::pin::{Pin, pin};

/// The default limit of a body: 10 MiB, API Gateway's limit.
///
/// Source: "Amazon API Gateway quotas", payload size; the refusals name 10,485,760 bytes.
pub const DEFAULT_BODY_LIMIT: usize = 10 * 1024 * 1024;

/// The size of the segments that hold a body of several pieces until it is complete.
const SEGMENT: usize = 32 * 1024;

/// Errors of any kind, as tower's services give them.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// An error from reading a body.
#[derive(Debug)]
#[non_exhaustive]
pub enum BodyError {
    /// The body is longer than the limit.
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The bodies of other requests fill the [budget](BodyBudget).
    #[non_exhaustive]
    NoRoom {
        /// The budget, in bytes.
        limit: usize,
    },
    /// The body broke off.
    Broken(BoxError),
    /// The body did not arrive in time.
    TimedOut,
    /// The body is not the signed body: a signature, a hash, a length or the framing is wrong.
    Unverified(Error),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { limit } => write!(f, "the body is longer than {limit} bytes"),
            Self::NoRoom { limit } => {
                write!(f, "the bodies of other requests fill the {limit} bytes of the server's body budget")
            }
            Self::Broken(error) => write!(f, "the body broke off: {error}"),
            Self::TimedOut => f.write_str("the body did not arrive in time"),
            Self::Unverified(error) => error.fmt(f),
        }
    }
}

impl StdError for BodyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::TooLong { .. } | Self::NoRoom { .. } | Self::TimedOut => None,
            Self::Broken(error) => Some(&**error),
            Self::Unverified(error) => Some(error),
        }
    }
}

#[cfg(feature = "http-body")]
impl From<body_error::BodyError> for BodyError {
    #[cold]
    fn from(error: body_error::BodyError) -> Self {
        match error {
            body_error::BodyError::Broken(error) => Self::Broken(error),
            body_error::BodyError::Invalid(error) => Self::Unverified(error),
        }
    }
}

#[cfg(feature = "http-body")]
impl BodyError {
    /// The error of a body of the crate's own, which is read as any other.
    pub(crate) fn of_stream(self) -> Self {
        match self {
            Self::Broken(error) => match error.downcast::<body_error::BodyError>() {
                Ok(error) => (*error).into(),
                Err(error) => Self::Broken(error),
            },
            other => other,
        }
    }

    /// The error that a body gives that is read again after `self`.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::TooLong { limit } => Self::TooLong { limit: *limit },
            Self::NoRoom { limit } => Self::NoRoom { limit: *limit },
            Self::TimedOut => Self::TimedOut,
            Self::Broken(error) => Self::Broken(error.to_string().into()),
            Self::Unverified(error) => Self::Unverified(error.clone()),
        }
    }
}

/// Reads bodies into memory, within a limit for each, a budget for all and a time limit.
///
/// ```
/// use http::HeaderMap;
/// use bytes::Bytes;
/// use http_body_util::Full;
/// use sig4::tower::{BodyError, BodyReader};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let reader = BodyReader::new().with_limit(5);
/// assert_eq!(reader.read(&HeaderMap::new(), Full::<Bytes>::from("short")).await?, "short");
/// let error = reader.read(&HeaderMap::new(), Full::<Bytes>::from("too long")).await.unwrap_err();
/// assert!(matches!(error, BodyError::TooLong { limit: 5, .. }));
/// # Ok::<(), BodyError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BodyReader {
    limit: usize,
    budget: Option<BodyBudget>,
    time_limit: Option<TimeLimit>,
}

impl BodyReader {
    /// A reader with the limit [`DEFAULT_BODY_LIMIT`], without a budget and without a time limit.
    #[must_use]
    pub const fn new() -> Self {
        Self { limit: DEFAULT_BODY_LIMIT, budget: None, time_limit: None }
    }

    /// Sets the most bytes of a body.
    #[must_use]
    pub const fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the budget that the bodies share. A body in several pieces takes twice its length until it is complete.
    #[must_use]
    pub fn with_budget(mut self, budget: BodyBudget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Sets the time limit for a body.
    #[must_use]
    pub fn with_time_limit(mut self, limit: TimeLimit) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// Reads the body of a message with these headers. Trailers are ignored, because no signature covers them.
    ///
    /// The bytes keep their room in the budget until their last clone is dropped.
    ///
    /// # Errors
    ///
    /// If the body or its `content-length` is longer than the limit, if there is no room for the body, or if the body breaks off or
    /// takes too long.
    pub async fn read<B>(&self, headers: &HeaderMap, body: B) -> Result<Bytes, BodyError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        self.check_declared(headers, &body)?;
        self.read_each(body, |_| ()).await
    }

    /// Refuses a body whose declared length is over the limit.
    pub(crate) fn check_declared<B: Body>(&self, headers: &HeaderMap, body: &B) -> Result<(), BodyError> {
        Self::check_len(self.most(), headers, body)
    }

    /// Refuses a body whose declared length is over `limit`.
    pub(crate) fn check_len<B: Body>(limit: usize, headers: &HeaderMap, body: &B) -> Result<(), BodyError> {
        let declared = headers.get(CONTENT_LENGTH).and_then(|value| number(value.as_bytes().trim_ascii()));
        Self::check_least(limit, declared, body)
    }

    /// The same for a body whose `content-length`, if any, was read before.
    pub(crate) fn check_least<B: Body>(limit: usize, declared: Option<u64>, body: &B) -> Result<(), BodyError> {
        let least = body.size_hint().lower().max(declared.unwrap_or_default());
        let fits = usize::try_from(least).is_ok_and(|least| least <= limit);
        if fits { Ok(()) } else { Err(BodyError::TooLong { limit }) }
    }

    /// Reads a body, and passes each piece to `each` as it arrives.
    pub(crate) async fn read_each<B>(&self, body: B, each: impl FnMut(&[u8])) -> Result<Bytes, BodyError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        self.read_beside(body, 0, each).await
    }

    /// The same for a body that is decoded as it arrives. Up to `beside` bytes of it are held until they come out.
    pub(crate) async fn read_beside<B>(
        &self,
        body: B,
        beside: usize,
        each: impl FnMut(&[u8]),
    ) -> Result<Bytes, BodyError>
    where
        B: Body,
        B::Error: Into<BoxError>,
    {
        let mut deadline = self.time_limit.as_ref().map(TimeLimit::start).unwrap_or_default();
        let read = read(body, self.most(), self.budget.as_ref(), beside, each);
        deadline.within(read).await.unwrap_or(Err(BodyError::TimedOut))
    }

    /// The limit of a body that is not held in memory.
    #[cfg(feature = "http-body")]
    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// Takes room in the budget for bytes that are held besides those of a body.
    #[cfg(feature = "http-body")]
    pub(crate) async fn hold(&self, len: usize) -> Result<Option<HeldRoom>, BodyError> {
        let Some(budget) = &self.budget else { return Ok(None) };
        let mut held = budget.begin();
        match budget.grow(&mut held, len.min(budget.limit())).await {
            true => Ok(Some(held)),
            false => Err(BodyError::NoRoom { limit: budget.limit() }),
        }
    }

    /// The most bytes of a body that is held in memory.
    pub(crate) fn most(&self) -> usize {
        self.budget.as_ref().map_or(self.limit, |budget| self.limit.min(budget.limit()))
    }
}

impl Default for BodyReader {
    fn default() -> Self {
        Self::new()
    }
}

/// A number in decimal digits that fits 64 bits.
fn number(digits: &[u8]) -> Option<u64> {
    let more = |number: u64, digit: &u8| match digit {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    };
    digits.iter().try_fold(0, more)
}

/// Reads a body, and passes each piece to `each` as it arrives. The bytes keep their room in the budget: twice their length for a
/// body of several pieces until it is complete.
async fn read<B>(
    body: B,
    limit: usize,
    budget: Option<&BodyBudget>,
    beside: usize,
    mut each: impl FnMut(&[u8]),
) -> Result<Bytes, BodyError>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let mut body = pin!(body);
    // Declared first, so that the bytes are dropped before their room.
    let mut held = budget.map(BodyBudget::begin);
    let mut collected = Collected::default();
    take(budget, held.as_mut(), beside).await?;
    while let Some(piece) = next(body.as_mut(), limit.saturating_sub(collected.len())).await {
        let piece = piece?.ok_or(BodyError::TooLong { limit })?;
        take(budget, held.as_mut(), collected.room_with(&piece, beside)).await?;
        each(&piece);
        collected.push(piece);
    }
    let bytes = collected.into_bytes();
    Ok(match held {
        Some(held) => held.holding(bytes),
        None => bytes,
    })
}

/// Takes room in the budget, if there is one, up to `room` bytes in all.
async fn take(budget: Option<&BodyBudget>, held: Option<&mut HeldRoom>, room: usize) -> Result<(), BodyError> {
    let Some((budget, held)) = budget.zip(held) else { return Ok(()) };
    if room > budget.limit() {
        return Err(BodyError::TooLong { limit: budget.limit() / 2 });
    }
    match budget.grow(held, room).await {
        true => Ok(()),
        false => Err(BodyError::NoRoom { limit: budget.limit() }),
    }
}

/// The next piece of a body: `Some(Ok(None))` if it has more than `limit` bytes.
async fn next<B>(mut body: Pin<&mut B>, limit: usize) -> Option<Result<Option<Bytes>, BodyError>>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    loop {
        let frame = match body.frame().await? {
            Ok(frame) => frame,
            Err(error) => return Some(Err(BodyError::Broken(error.into()))),
        };
        if let Ok(mut data) = frame.into_data() {
            let len = data.remaining();
            return Some(Ok((len <= limit).then(|| data.copy_to_bytes(len))));
        }
    }
}

/// The pieces so far. A body of a single piece, the usual case, is not copied. Other bodies are copied into segments, and a
/// second time when they are complete. A growing buffer would fragment the heap, and pieces of a single byte would cost many
/// times their length.
#[derive(Default)]
enum Collected {
    #[default]
    Nothing,
    One(Bytes),
    Many(Segments),
}

impl Collected {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(piece) => piece.len(),
            Self::Many(segments) => segments.len,
        }
    }

    /// The room that is needed once `piece` has been added. A body of several pieces exists twice while it is joined. The room for
    /// both is taken in advance, so that no complete body waits for room. `beside` bytes of the body are held where it is decoded: they
    /// are never more than the body, and need no room that the complete body does not.
    fn room_with(&self, piece: &[u8], beside: usize) -> usize {
        let len = self.len().saturating_add(piece.len());
        let joined = if self.len() == 0 { len } else { len.saturating_mul(2) };
        joined.max(len.saturating_add(beside))
    }

    fn push(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        match std::mem::take(self) {
            Self::Nothing => *self = Self::One(piece),
            Self::One(first) => {
                let mut segments = Segments::default();
                segments.push(&first);
                segments.push(&piece);
                *self = Self::Many(segments);
            }
            Self::Many(mut segments) => {
                segments.push(&piece);
                *self = Self::Many(segments);
            }
        }
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::One(piece) => piece,
            Self::Many(segments) => segments.joined(),
        }
    }
}

/// Bytes in segments of equal size; the first may be shorter.
#[derive(Default)]
struct Segments {
    full: Vec<Vec<u8>>,
    last: Vec<u8>,
    len: usize,
}

impl Segments {
    fn push(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            let room = self.last.capacity() - self.last.len();
            if room == 0 {
                let capacity = self.len.saturating_add(piece.len()).min(SEGMENT);
                let full = std::mem::replace(&mut self.last, Vec::with_capacity(capacity));
                self.full.push(full);
                continue;
            }
            let (now, rest) = piece.split_at(room.min(piece.len()));
            self.last.extend_from_slice(now);
            self.len = self.len.saturating_add(now.len());
            piece = rest;
        }
    }

    /// Joins the segments. Each segment is freed once it is copied.
    fn joined(self) -> Bytes {
        let mut whole = Vec::with_capacity(self.len);
        for segment in self.full.into_iter().chain([self.last]) {
            whole.extend_from_slice(&segment);
        }
        whole.into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Collected, SEGMENT};
    use bytes::Bytes;

    #[test]
    fn pieces_of_any_size_make_one_body() {
        for (size, count) in [(1, 3), (1, 100_000), (SEGMENT - 1, 3), (SEGMENT, 3), (SEGMENT + 1, 3), (300_000, 2)] {
            let mut collected = Collected::default();
            let pieces: Vec<_> = (0..count).map(|n: usize| Bytes::from(vec![n.to_le_bytes()[0]; size])).collect();
            pieces.iter().for_each(|piece| collected.push(piece.clone()));
            assert_eq!(collected.len(), size * count);
            assert_eq!(collected.into_bytes(), pieces.concat(), "{count} of {size}");
        }
    }
}
