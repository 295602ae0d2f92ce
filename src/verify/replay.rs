//! Signatures that were used before.
//!
//! A signature is good for as many requests as fit into its lifetime: whoever records one can send it again. Remembering
//! signatures closes that. The cost is a client's own retries: it has to sign each of them anew. Requests signed in the same
//! second with the same content have the same signature, too.
//!
//! A store is asked last: once the signature matched, the body is the one that was signed, and, in
//! `AuthorizeLayer` of the crate `sig4-iam`, the policies allowed the request. A key that may do nothing fills no store.
//!
//! [`SeenSignatures`](super::seen::SeenSignatures) is a store in memory, which answers at once: [`Verifier::with_seen_signatures`] asks it at the end of a
//! verification. A store that several servers share is a [`ReplayStore`], which answers later: the layer asks it, or you do, with
//! [`Caller::signature_use`].
//!
//! [`Verifier::with_seen_signatures`]: crate::Verifier::with_seen_signatures
//! [`Caller::signature_use`]: crate::Caller::signature_use

use crate::signature::Signature;
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// The use of a signature that verified: what a store of signatures is asked with.
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
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SignatureUse<'u> {
    access_key_id: &'u str,
    signature: &'u Signature,
    end: OffsetDateTime,
}

impl<'u> SignatureUse<'u> {
    /// The use of a `signature` by `access_key_id`. The signature is valid until `end`.
    #[must_use]
    pub const fn new(access_key_id: &'u str, signature: &'u Signature, end: OffsetDateTime) -> Self {
        Self { access_key_id, signature, end }
    }

    /// The access key id, for a quota.
    #[must_use]
    pub const fn access_key_id(&self) -> &'u str {
        self.access_key_id
    }

    /// The signature. No two requests of different content share one.
    #[must_use]
    pub const fn signature(&self) -> &'u Signature {
        self.signature
    }

    /// The last second in which the signature is valid. A store that forgets it then forgets too soon: it remembers it longer by as
    /// much as clocks differ and its own answer takes, such as a minute.
    #[must_use]
    pub const fn end(&self) -> OffsetDateTime {
        self.end
    }

    /// How long the signature is still valid at `now`; negative if it is no longer.
    #[must_use]
    pub fn remaining(&self, now: OffsetDateTime) -> Duration {
        self.end - now
    }
}

/// An error of a [`ReplayStore`]. The request is refused.
pub type ReplayStoreError = Box<dyn Error + Send + Sync>;

/// The future answer of a [`ReplayStore`].
pub type ReplayFuture<'s> = Pin<Box<dyn Future<Output = Result<Remembered, ReplayStoreError>> + Send + 's>>;

/// Remembers signatures for as long as they are valid, for one server or for several that share it.
///
/// Asking and remembering is one step: of two uses of a signature at the same time one is the first. An implementation bounds
/// what it holds: the number of signatures, how many of them one access key id has, and how long they last.
///
/// ```
/// use sig4::signature::Signature;
/// use sig4::verify::{Remembered, ReplayFuture, ReplayStore, SignatureUse};
/// use std::collections::HashSet;
/// use std::sync::Mutex;
/// use time::OffsetDateTime;
///
/// /// Stands for a table with a unique column, or for `SET signature 1 NX EXAT end+60`.
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
    /// Remembers a signature until it is no longer valid. `now` is the time at which the store is asked, when the body is there,
    /// and not the one at which the request began: a request whose signature has ended since is not the first, as the signature
    /// may be forgotten. `AuthorizeLayer` of the crate `sig4-iam` refuses it without asking. Other callers refuse it with [`Remembered::Full`].
    ///
    /// # Errors
    ///
    /// If the store cannot answer. The request is refused: a store that fails must not open the way to replays.
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s>;
}

impl<R: ReplayStore + ?Sized> ReplayStore for Arc<R> {
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s> {
        (**self).remember(used, now)
    }
}

/// What a store says of the use of a signature. All but the first refuse the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Remembered {
    /// It was not used before, and is recognised from now on.
    First,
    /// It was used before.
    Again,
    /// The access key id has as many signatures remembered as one may have.
    OverQuota,
    /// It is valid for longer than the store remembers signatures.
    TooLong,
    /// It cannot be remembered: there is no room, or signatures that end at the same time are forgotten already, as with a
    /// body that takes longer to arrive than its signature lasts.
    Full,
}
