//! Signatures that were used before.
//!
//! A signature is valid for any number of requests within its lifetime, so a recorded request can be sent again. A store that
//! remembers signatures prevents that. The cost: a client has to sign each retry again, because requests with the same content
//! that are signed in the same second have the same signature.
//!
//! A store is asked last: after signature and body matched and, in a layer that authorizes, after the policies allowed the
//! request. A key without permissions therefore cannot fill the store.
//!
//! [`SeenSignatures`](super::seen::SeenSignatures) is a store in memory, which answers at once: [`Verifier::with_seen_signatures`]
//! asks it at the end of a verification. A [`ReplayStore`] that several servers share answers asynchronously: a layer asks it, or
//! your code with [`Caller::signature_use`].
//!
//! [`Verifier::with_seen_signatures`]: crate::Verifier::with_seen_signatures
//! [`Caller::signature_use`]: crate::Caller::signature_use

use crate::signature::Signature;
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// The use of a verified signature: the question for a store of signatures.
///
/// ```
/// use sig4::signature::Signature;
/// use sig4::verify::SignatureUse;
///
/// let signature = Signature::parse(&"5d".repeat(32))?;
/// let end = time::OffsetDateTime::UNIX_EPOCH + time::Duration::minutes(5);
/// let used = SignatureUse::new("AKIDEXAMPLE", &signature, end);
/// assert_eq!(used.remaining(time::OffsetDateTime::UNIX_EPOCH), time::Duration::minutes(5));
/// assert_eq!((used.access_key_id(), used.end()), ("AKIDEXAMPLE", end));
/// let used = used.with_start(end - time::Duration::minutes(10));
/// assert_eq!(used.start(), end - time::Duration::minutes(10));
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SignatureUse<'u> {
    access_key_id: &'u str,
    signature: Signature,
    start: OffsetDateTime,
    end: OffsetDateTime,
}

impl<'u> SignatureUse<'u> {
    /// The use of a `signature` by `access_key_id`. The signature is valid until `end`, and counts as valid since 1970 unless
    /// [`with_start`](Self::with_start) says since when.
    #[must_use]
    pub fn new(access_key_id: &'u str, signature: &Signature, end: OffsetDateTime) -> Self {
        Self { access_key_id, signature: signature.of_use(), start: OffsetDateTime::UNIX_EPOCH, end }
    }

    /// Sets the first moment at which the signature was valid.
    #[must_use]
    pub const fn with_start(self, start: OffsetDateTime) -> Self {
        Self { start, ..self }
    }

    /// The access key id, for a quota.
    #[must_use]
    pub const fn access_key_id(&self) -> &'u str {
        self.access_key_id
    }

    /// The signature. Of the two forms of a Signature Version 4a signature, which anybody can make the one from the other, it is the one with
    /// the lower `s`.
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The first second in which the signature was valid: some minutes before the time of signing, because clocks differ. A store that
    /// lost its memory at a later moment cannot tell whether the signature was used before.
    #[must_use]
    pub const fn start(&self) -> OffsetDateTime {
        self.start
    }

    /// 32 bytes that no other signature has, for a table of signatures: the signature itself, or the SHA-256 of a Signature Version 4a
    /// signature.
    #[must_use]
    pub fn identity(&self) -> [u8; 32] {
        self.signature.identity()
    }

    /// The last second in which the signature is valid. A store has to remember the signature longer, by the difference between clocks
    /// and the time of its own answer: a minute, for example.
    #[must_use]
    pub const fn end(&self) -> OffsetDateTime {
        self.end
    }

    /// How long the signature is still valid at `now`. Negative if it has ended.
    #[must_use]
    pub fn remaining(&self, now: OffsetDateTime) -> Duration {
        self.end - now
    }
}

/// An error of a [`ReplayStore`]. The request is refused.
pub type ReplayStoreError = Box<dyn Error + Send + Sync>;

/// The future answer of a [`ReplayStore`].
pub type ReplayFuture<'s> = Pin<Box<dyn Future<Output = Result<Remembered, ReplayStoreError>> + Send + 's>>;

/// Remembers signatures for as long as they are valid, for one or several servers.
///
/// Asking and remembering is one step: of two simultaneous uses of a signature, exactly one is the first. An implementation limits
/// the number of signatures, their number for each access key id, and their lifetime.
///
/// ```
/// use sig4::signature::Signature;
/// use sig4::verify::{Remembered, ReplayFuture, ReplayStore, SignatureUse};
/// use std::collections::HashSet;
/// use std::sync::Mutex;
/// use time::OffsetDateTime;
///
/// /// In place of a table with a unique column, or of `SET signature 1 NX EXAT end+60`.
/// #[derive(Default)]
/// struct Table(Mutex<HashSet<String>>);
///
/// impl ReplayStore for Table {
///     fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s> {
///         Box::pin(async move {
///             if used.remaining(now) > time::Duration::hours(1) {
///                 return Ok(Remembered::TooLong);
///             }
///             let is_new = self.0.lock().map_err(|_| "poisoned")?.insert(used.signature().to_string());
///             Ok(if is_new { Remembered::First } else { Remembered::Again })
///         })
///     }
/// }
///
/// let (table, now) = (Table::default(), OffsetDateTime::UNIX_EPOCH);
/// let signature = Signature::parse(&"5d".repeat(32))?;
/// let used = SignatureUse::new("AKIDEXAMPLE", &signature, now + time::Duration::minutes(5));
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let mut ask = || match table.remember(used, now).as_mut().poll(&mut context) {
/// #     std::task::Poll::Ready(answer) => answer.unwrap(),
/// #     std::task::Poll::Pending => unreachable!(),
/// # };
/// assert_eq!(ask(), Remembered::First); // `ask` awaits `table.remember(used, now)`
/// assert_eq!(ask(), Remembered::Again);
/// # Ok::<(), sig4::Error>(())
/// ```
pub trait ReplayStore: Send + Sync {
    /// Remembers a signature until it is no longer valid. `now` is the time of the question, after the body arrived, and not the start
    /// of the request. A request whose signature has ended by then must not count as the first, because the store may have
    /// forgotten the signature: answer [`Remembered::Full`]. `AuthorizeLayer` of the crate `sig4-iam` refuses such a
    /// request without asking.
    ///
    /// # Errors
    ///
    /// If the store cannot answer. The request is refused, because a failing store must not permit replays.
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s>;
}

impl<R: ReplayStore + ?Sized> ReplayStore for Arc<R> {
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s> {
        (**self).remember(used, now)
    }
}

/// A store's verdict on the use of a signature. All except `First` refuse the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Remembered {
    /// It was not used before. The store remembers it from now on.
    First,
    /// It was used before.
    Again,
    /// The access key id has the most remembered signatures that the store allows.
    OverQuota,
    /// It is valid for longer than the store remembers signatures.
    TooLong,
    /// It cannot be remembered: the store is full, or has already forgotten signatures that end at the same time. The latter happens
    /// if the body takes longer to arrive than the signature lasts.
    Full,
}
