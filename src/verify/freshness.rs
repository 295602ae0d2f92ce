//! Whether a signature is neither too old nor from the future.
//!
//! The time that is checked is the one in the string to sign, and there is no other in a [`Claim`](super::claim::Claim).

use super::policy::Policy;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::time::Timestamp;
use std::time::Duration;
use time::OffsetDateTime;

/// Reads the time of signing.
pub(crate) fn parse_date(text: &str, policy: &Policy) -> Result<Timestamp, Error> {
    let basic = || text.chars().filter(|c| !matches!(c, '-' | ':')).collect::<String>();
    let parsed = Timestamp::parse(text);
    let parsed = if policy.extended_date && is_extended(text) { Timestamp::parse(&basic()) } else { parsed };
    parsed.map_err(|_| malformed(text))
}

/// `YYYY-MM-DDTHH:MM:SSZ`.
fn is_extended(text: &str) -> bool {
    let at = |n: usize, expected: u8| text.as_bytes().get(n) == Some(&expected);
    text.len() == 20 && [4, 7].iter().all(|n| at(*n, b'-')) && [13, 16].iter().all(|n| at(*n, b':'))
}

#[cold]
fn malformed(text: &str) -> Error {
    let text: String = text.chars().take(64).map(|c| if c.is_control() { '?' } else { c }).collect();
    let detail =
        format!("Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601");
    Error::new(ErrorKind::MalformedDate, detail)
}

/// How long a signature is valid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    signed_at: Timestamp,
    /// How long after it was made.
    after: Duration,
    /// How long before: clocks differ.
    before: Duration,
}

impl Lifetime {
    /// The lifetime of a presigned URL, or the window.
    pub(crate) fn new(signed_at: Timestamp, expires: Option<Expires>, policy: &Policy) -> Self {
        let after = expires.map_or(policy.window, |expires| Duration::from_secs(expires.seconds().into()));
        Self { signed_at, after, before: policy.window }
    }

    /// The last moment at which the signature is valid.
    pub(crate) fn end(&self) -> OffsetDateTime {
        self.signed_at.to_datetime().saturating_add(self.after.try_into().unwrap_or(time::Duration::MAX))
    }

    /// Refuses a signature that is not valid at `now`; both bounds belong to the window.
    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Error> {
        let now = Timestamp::new(now)?;
        let signed_at = self.signed_at.to_datetime();
        let span = |length: Duration| time::Duration::try_from(length).unwrap_or(time::Duration::MAX);
        let earliest = now.to_datetime().saturating_sub(span(self.after));
        let latest = now.to_datetime().saturating_add(span(self.before));
        if signed_at < earliest {
            Err(self.expired(now, earliest))
        } else if signed_at > latest {
            Err(self.not_yet_current(now, latest))
        } else {
            Ok(())
        }
    }

    #[cold]
    fn expired(&self, now: Timestamp, earliest: OffsetDateTime) -> Error {
        let (signed_at, bound, length) = (self.signed_at, shown(earliest), words(self.after));
        let detail = format!("Signature expired: {signed_at} is now earlier than {bound} ({now} - {length})");
        Error::new(ErrorKind::Expired, detail)
    }

    #[cold]
    fn not_yet_current(&self, now: Timestamp, latest: OffsetDateTime) -> Error {
        let (signed_at, bound, length) = (self.signed_at, shown(latest), words(self.before));
        let detail = format!("Signature not yet current: {signed_at} is still later than {bound} ({now} + {length})");
        Error::new(ErrorKind::NotYetCurrent, detail)
    }
}

fn shown(moment: OffsetDateTime) -> String {
    Timestamp::new(moment).map_or_else(|_| "the year 0".to_owned(), |timestamp| timestamp.to_string())
}

fn words(length: Duration) -> String {
    match length.as_secs() {
        seconds if seconds % 60 == 0 => format!("{} min.", seconds / 60),
        seconds => format!("{seconds} sec."),
    }
}
