//! Signatures, and their uses.

use sig4::signature::Signature;
use sig4::verify::{Remembered, ReplayStore, SignatureUse};
use sig4_authorizer::replay::{ReplayError, ReplayErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};
use time::{Duration, OffsetDateTime};

/// A signature, with its key and the time in which it is valid.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) key: String,
    signature: Signature,
    start: OffsetDateTime,
    pub(super) end: OffsetDateTime,
}

impl Signed {
    /// A signature of a request that was signed just now: it is valid since five minutes, and for five minutes.
    pub(super) fn now() -> Self {
        Self::valid_since(Duration::minutes(-5))
    }

    /// A signature that is valid since some time from now, for ten minutes.
    pub(super) fn valid_since(start: Duration) -> Self {
        let start = OffsetDateTime::now_utc() + start;
        Self { key: "AKIDEXAMPLE".to_owned(), signature: next(), start, end: start + Duration::minutes(10) }
    }

    pub(super) fn of(self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self }
    }

    pub(super) fn for_millis(self, millis: i64) -> Self {
        Self { end: OffsetDateTime::now_utc() + Duration::milliseconds(millis), ..self }
    }

    /// Uses it.
    pub(super) async fn asked(&self, store: &impl ReplayStore) -> Result<Remembered, ReplayErrorKind> {
        let used = SignatureUse::new(&self.key, &self.signature, self.end).with_start(self.start);
        let answer = store.remember(used, OffsetDateTime::now_utc()).await;
        answer.map_err(|error| error.downcast_ref::<ReplayError>().expect("it is the store's own error").kind())
    }
}

/// Another signature each time, in another bucket.
fn next() -> Signature {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&spread);
    bytes[24..].copy_from_slice(&number.to_be_bytes());
    // Bytes that a key keeps differ as well.
    bytes[8..16].copy_from_slice(&number.to_be_bytes());
    Signature::from(bytes)
}
