//! The lifetime of a presigned URL.

use crate::bytes::decimal::two_digits;
use crate::bytes::from_text::from_text;
use crate::bytes::inline::InlineText;
use crate::credentials::{self, Credentials};
use crate::error::{Error, ErrorKind};
use crate::time::Timestamp;
use std::fmt;
use std::time::Duration;

/// The lifetime of a presigned URL: 1 s to 604,800 s (7 days), whole seconds.
///
/// Source: "Authenticating Requests: Using Query Parameters", `X-Amz-Expires`.
///
/// ```
/// use sig4::Expires;
/// use std::time::Duration;
///
/// assert_eq!(Expires::new(Duration::from_secs(900))?.as_secs(), 900);
/// assert!(Expires::from_secs(604_801).is_err());
/// assert_eq!(Expires::parse("86400")?.to_string(), "86400");
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Expires(u32);

impl Expires {
    /// The longest lifetime, 7 days.
    pub const MAX: Self = Self(604_800);
    /// The shortest lifetime, 1 s.
    pub const MIN: Self = Self(1);

    /// A lifetime. A fraction of a second is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidExpires`] if it is not within 1 s to 604,800 s.
    pub fn new(lifetime: Duration) -> Result<Self, Error> {
        Self::from_secs(lifetime.as_secs())
    }

    /// A lifetime in seconds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidExpires`] if it is not within 1 s to 604,800 s.
    pub fn from_secs(seconds: u64) -> Result<Self, Error> {
        let in_range = u32::try_from(seconds).map(Self);
        in_range.ok().filter(|e| (Self::MIN..=Self::MAX).contains(e)).ok_or_else(|| {
            let detail = format!("{seconds} s is not within 1 s to 604800 s (7 days)");
            Error::new(ErrorKind::InvalidExpires, detail)
        })
    }

    /// Reads a decimal number of seconds without sign and leading zeros.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidExpires`] if it is not such a number, or not within 1 s to 604,800 s.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // `u64::from_str` takes 80 instructions more (row `verify-url`).
        let append = |seconds: u64, b: u8| {
            let digit = b.is_ascii_digit().then(|| u64::from(b - b'0'))?;
            seconds.checked_mul(10)?.checked_add(digit)
        };
        let begins = text.starts_with(|first| matches!(first, '1'..='9'));
        let seconds = if begins { text.bytes().try_fold(0, append) } else { None };
        let invalid = || Error::new(ErrorKind::InvalidExpires, "expected a number of seconds, 1 to 604800");
        Self::from_secs(seconds.ok_or_else(invalid)?)
    }

    /// The lifetime of a URL that is presigned with `credentials` at `now`: this one, or the whole seconds until the
    /// [expiration](Credentials::expiration) of the credentials if they are fewer.
    ///
    /// Services check the session token of a presigned URL as well as its lifetime, so no URL outlives temporary credentials.
    /// [`Presigned::expires`](crate::sign::Presigned::expires) is the lifetime of a URL.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ExpiredCredentials`] if less than 1 s is left.
    ///
    /// ```
    /// use sig4::{Credentials, Expires, Timestamp};
    ///
    /// let now = Timestamp::parse("20150830T123600Z")?;
    /// let end = Timestamp::parse("20150830T124600Z")?.to_datetime();
    /// let credentials = Credentials::new("ASIAEXAMPLE", "wJalrXUtnFEMI")?.with_session_token("token")?.with_expiration(end);
    /// assert_eq!(Expires::from_secs(86_400)?.within(&credentials, now)?.as_secs(), 600);
    /// assert_eq!(Expires::from_secs(60)?.within(&credentials, now)?.as_secs(), 60);
    /// # Ok::<(), sig4::Error>(())
    /// ```
    pub fn within(self, credentials: &Credentials, now: Timestamp) -> Result<Self, Error> {
        let Some(end) = credentials.expiration() else { return Ok(self) };
        credentials.check_end(now.to_datetime())?;
        match (end - now.to_datetime()).whole_seconds() {
            left if left < 1 => Err(credentials::ends_too_soon(end)),
            left => Ok(u32::try_from(left).map_or(self, |left| self.min(Self(left)))),
        }
    }

    /// The decimal digits.
    #[inline]
    pub(crate) fn digits(self) -> InlineText<6> {
        let pair = |unit: u32| {
            let [low, ..] = (self.0 / unit % 100).to_le_bytes();
            two_digits(low)
        };
        let text = [pair(10_000), pair(100), pair(1)];
        let zeros = text.as_flattened().iter().take_while(|digit| **digit == b'0').count();
        let mut digits = InlineText::new();
        digits.push(text.as_flattened().split_at(zeros).1);
        digits
    }

    /// The lifetime in seconds.
    #[must_use]
    pub const fn as_secs(self) -> u32 {
        self.0
    }
}

from_text!(Error: Expires);

impl fmt::Display for Expires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Expires;

    #[test]
    fn it_is_written_as_it_displays() {
        for seconds in [1, 9, 10, 900, 86_400, 100_000, 604_800] {
            let expires = Expires::from_secs(seconds).unwrap();
            assert_eq!(expires.digits().as_str(), expires.to_string());
        }
    }

    #[test]
    fn only_one_second_to_seven_days() {
        for good in ["1", "604800"] {
            assert_eq!(Expires::parse(good).unwrap().to_string(), good);
        }
        for bad in ["", "0", "604801", "-1", "+1", "01", "1.5", " 1", "99999999999999999999"] {
            assert!(Expires::parse(bad).is_err(), "{bad}");
        }
    }
}
