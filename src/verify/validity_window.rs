//! Whether the time of a signature is valid.
//!
//! A [`Claim`](super::claim::Claim) has one time: the time in the string to sign is the time that is checked.

use super::options::VerifyOptions;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::printable::is_hidden;
use crate::time::Timestamp;
#[cfg(feature = "stream")]
use std::time::Duration;
use time::OffsetDateTime;

/// Reads the time of signing, and counts its seconds since 1970.
#[inline]
pub(crate) fn parse_date(text: &str, options: &VerifyOptions) -> Result<(Timestamp, i64), Error> {
    let parsed = if options.extended_date && is_extended(text) {
        Timestamp::parse_secs(&text.replace(['-', ':'], ""))
    } else {
        Timestamp::parse_secs(text)
    };
    parsed.map_err(|_| malformed(text))
}

/// `YYYY-MM-DDTHH:MM:SSZ`.
fn is_extended(text: &str) -> bool {
    let at = |n: usize, expected: u8| text.as_bytes().get(n) == Some(&expected);
    text.len() == 20 && [4, 7].iter().all(|n| at(*n, b'-')) && [13, 16].iter().all(|n| at(*n, b':'))
}

#[cold]
fn malformed(text: &str) -> Error {
    let text: String = text.chars().take(64).map(|c| if is_hidden(c) { '?' } else { c }).collect();
    let detail =
        format!("Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601");
    Error::new(ErrorKind::MalformedDate, detail)
}

/// How long a signature is valid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ValidityWindow {
    signed_at: Timestamp,
    /// The time of signing in seconds since 1970.
    start: i64,
    /// How long after the time of signing, in seconds.
    after: i64,
    /// How long before the time of signing, in seconds, because clocks differ.
    before: i64,
}

impl ValidityWindow {
    /// The lifetime of a presigned URL, or else the window of `options`.
    #[inline]
    pub(crate) fn new((signed_at, start): (Timestamp, i64), expires: Option<Expires>, options: &VerifyOptions) -> Self {
        let window = i64::try_from(options.window.as_secs()).unwrap_or(i64::MAX);
        let after = expires.map_or(window, |expires| expires.as_secs().into());
        Self { signed_at, start, after, before: window }
    }

    /// Sets how long after the time of signing the signature is valid.
    pub(crate) fn set_lifetime(&mut self, lifetime: Expires) {
        self.after = lifetime.as_secs().into();
    }

    /// This long before and after a time of signing.
    #[cfg(feature = "stream")]
    pub(crate) fn around(signed_at: Timestamp, window: Duration) -> Self {
        let window = i64::try_from(window.as_secs()).unwrap_or(i64::MAX);
        Self { signed_at, start: signed_at.to_datetime().unix_timestamp(), after: window, before: window }
    }

    /// The first moment at which the signature was valid.
    pub(crate) fn start(&self) -> OffsetDateTime {
        self.signed_at.to_datetime().saturating_sub(time::Duration::seconds(self.before))
    }

    /// The last moment at which the signature is valid.
    pub(crate) fn end(&self) -> OffsetDateTime {
        self.signed_at.to_datetime().saturating_add(time::Duration::seconds(self.after))
    }

    /// Refuses a signature that is not valid at `now`. Both bounds are valid.
    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<(), Error> {
        let seconds = now.unix_timestamp();
        let earliest = seconds.saturating_sub(self.after);
        let latest = seconds.saturating_add(self.before);
        if self.start < earliest {
            Err(self.expired(now, earliest))
        } else if self.start > latest {
            Err(self.not_yet_current(now, latest))
        } else {
            Ok(())
        }
    }

    #[cold]
    fn expired(&self, now: OffsetDateTime, earliest: i64) -> Error {
        let (signed_at, bound, now, length) = (self.signed_at, shown(earliest), shown_moment(now), words(self.after));
        let detail = format!("Signature expired: {signed_at} is now earlier than {bound} ({now} - {length})");
        Error::new(ErrorKind::Expired, detail)
    }

    #[cold]
    fn not_yet_current(&self, now: OffsetDateTime, latest: i64) -> Error {
        let (signed_at, bound, now, length) = (self.signed_at, shown(latest), shown_moment(now), words(self.before));
        let detail = format!("Signature not yet current: {signed_at} is still later than {bound} ({now} + {length})");
        Error::new(ErrorKind::NotYetCurrent, detail)
    }
}

fn shown(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds).map_or_else(|_| format!("{seconds} s"), shown_moment)
}

fn shown_moment(moment: OffsetDateTime) -> String {
    Timestamp::of_any_year(moment)
        .map_or_else(|_| moment.unix_timestamp().to_string(), |timestamp| timestamp.to_string())
}

fn words(seconds: i64) -> String {
    if seconds % 60 == 0 { format!("{} min.", seconds / 60) } else { format!("{seconds} sec.") }
}
