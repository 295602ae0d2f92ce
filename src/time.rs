//! The two spellings of time in a signature.
//!
//! ```text
//! timestamp = day "T" 2DIGIT 2DIGIT 2DIGIT "Z"     ; hour, minute, second, always UTC
//! day       = 4DIGIT 2DIGIT 2DIGIT                 ; year, month, day
//! ```
//!
//! Source: "Elements of an AWS API request signature"; ISO 8601 basic format.

use crate::bytes::from_text::from_text;
use crate::error::{Error, ErrorKind};
use std::fmt;
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

/// A moment to the second, in UTC, as `x-amz-date` has it.
///
/// ```
/// use sig4::Timestamp;
///
/// let timestamp = Timestamp::parse("20150830T123600Z")?;
/// assert_eq!(timestamp.day().to_string(), "20150830");
/// assert_eq!(Timestamp::new(timestamp.to_datetime())?, timestamp);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp {
    text: [u8; 16],
}

impl Timestamp {
    /// The second in which `moment` lies, in UTC.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] if the year, in UTC, is not within 0 to 9999.
    #[inline(always)]
    pub fn new(moment: OffsetDateTime) -> Result<Self, Error> {
        let outside = || Error::new(ErrorKind::InvalidTime, "the year in UTC is not within 0 to 9999");
        let utc = moment.checked_to_offset(UtcOffset::UTC).ok_or_else(outside)?;
        let (year, month, day) = utc.to_calendar_date();
        let year = u16::try_from(year).ok().filter(|y| *y <= 9999).ok_or_else(outside)?;
        let (hour, minute, second) = utc.to_hms();
        let [century, year] = [year / 100, year % 100].map(|n| u8::try_from(n).unwrap_or_default());
        let fields = [century, year, month.into(), day, hour, minute, second].map(two_digits);
        let [[y1, y2], [y3, y4], [m1, m2], [d1, d2], [h1, h2], [n1, n2], [s1, s2]] = fields;
        let text = [y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'];
        Ok(Self { text })
    }

    /// Reads `YYYYMMDDTHHMMSSZ`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] for any other form, or a date or time of day that does not exist.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_datetime(text).map(|(parsed, _)| parsed)
    }

    /// [`parse`](Self::parse), and [`to_datetime`](Self::to_datetime) at once.
    #[inline]
    pub(crate) fn parse_datetime(text: &str) -> Result<(Self, OffsetDateTime), Error> {
        let invalid = || Error::new(ErrorKind::InvalidTime, "expected YYYYMMDDTHHMMSSZ");
        let text: [u8; 16] = text.as_bytes().try_into().map_err(|_| invalid())?;
        let parsed = Self { text };
        Ok((parsed, parsed.checked_datetime().ok_or_else(invalid)?))
    }

    /// The same moment as a date and time.
    #[must_use]
    pub fn to_datetime(self) -> OffsetDateTime {
        // Both constructors checked that it exists.
        self.checked_datetime().unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn checked_datetime(&self) -> Option<OffsetDateTime> {
        let [y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'] = self.text else {
            return None;
        };
        let pair = |tens: u8, ones: u8| {
            let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
            digits.then(|| (tens - b'0') * 10 + (ones - b'0'))
        };
        let year = i32::from(pair(y1, y2)?) * 100 + i32::from(pair(y3, y4)?);
        let month = Month::try_from(pair(m1, m2)?).ok()?;
        let date = Date::from_calendar_date(year, month, pair(d1, d2)?).ok()?;
        let time = Time::from_hms(pair(h1, h2)?, pair(n1, n2)?, pair(s1, s2)?).ok()?;
        Some(OffsetDateTime::new_utc(date, time))
    }

    /// The day, in UTC, for which the signing key is derived.
    #[must_use]
    pub fn day(&self) -> Day {
        let mut text = [0; 8];
        text.copy_from_slice(self.text.first_chunk::<8>().unwrap_or(&[b'0'; 8]));
        Day { text }
    }

    #[inline]
    pub(crate) const fn as_bytes(&self) -> &[u8; 16] {
        &self.text
    }

    /// `YYYYMMDDTHHMMSSZ`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

/// A day in UTC, as the credential scope has it.
///
/// ```
/// let day = sig4::time::Day::parse("20150830")?;
/// assert_eq!(day.to_string(), "20150830");
/// assert!(day < sig4::time::Day::parse("20150901")?);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Day {
    text: [u8; 8],
}

impl Day {
    /// The first day there is.
    pub(crate) const FIRST: Self = Self { text: *b"00000101" };

    /// Reads `YYYYMMDD`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] for any other form, or a day that does not exist.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::new(ErrorKind::InvalidTime, "expected YYYYMMDD");
        let text: [u8; 8] = text.as_bytes().try_into().map_err(|_| invalid())?;
        let mut midnight = *b"00000000T000000Z";
        for (place, digit) in midnight.iter_mut().zip(text) {
            *place = digit;
        }
        let midnight = Timestamp { text: midnight };
        midnight.checked_datetime().ok_or_else(invalid)?;
        Ok(Self { text })
    }

    #[inline]
    pub(crate) const fn as_bytes(&self) -> &[u8; 8] {
        &self.text
    }

    /// Counts days: the number of the next day is greater by one.
    pub(crate) fn number(self) -> i32 {
        let mut midnight = *b"00000000T000000Z";
        midnight.iter_mut().zip(self.text).for_each(|(place, digit)| *place = digit);
        Timestamp { text: midnight }.to_datetime().to_julian_day()
    }

    /// `YYYYMMDD`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Day({self})")
    }
}

from_text!(Error: Timestamp, Day);

/// `n` in two decimal digits; `n` is below 100.
#[inline]
const fn two_digits(n: u8) -> [u8; 2] {
    [b'0' + n / 10 % 10, b'0' + n % 10]
}

#[cfg(test)]
mod tests {
    use super::{Day, Timestamp};
    use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

    fn at(year: i32, offset: UtcOffset) -> OffsetDateTime {
        let date = Date::from_calendar_date(year, Month::December, 31).unwrap();
        let time = Time::from_hms(23, 59, 58).unwrap();
        OffsetDateTime::new_in_offset(date, time, offset)
    }

    #[test]
    fn a_moment_is_written_in_utc() {
        let tokyo = UtcOffset::from_hms(9, 0, 0).unwrap();
        let timestamp = Timestamp::new(at(2026, tokyo)).unwrap();
        assert_eq!(timestamp.to_string(), "20261231T145958Z");
        assert_eq!(timestamp.day().to_string(), "20261231");
    }

    #[test]
    fn years_outside_four_digits_are_refused() {
        let west = UtcOffset::from_hms(-1, 0, 0).unwrap();
        assert!(Timestamp::new(at(9999, west)).is_err());
        assert!(Timestamp::new(at(-1, UtcOffset::UTC)).is_err());
        assert_eq!(Timestamp::new(at(9999, UtcOffset::UTC)).unwrap().to_string(), "99991231T235958Z");
        assert_eq!(Timestamp::new(at(0, UtcOffset::UTC)).unwrap().to_string(), "00001231T235958Z");
    }

    #[test]
    fn only_the_one_form_is_read() {
        for bad in [
            "",
            "20150830",
            "20150830T123600",
            "20150830T123600z",
            "20150830t123600Z",
            "2015083 T123600Z",
            "20150230T123600Z",
            "20151330T123600Z",
            "20150830T243600Z",
            "20150830T126000Z",
            "20150830T123660Z",
            "2015-08-30T12:36Z",
            "+2150830T123600Z",
            "20150830T123600Z ",
        ] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
        for bad in ["", "2015083", "20150229", "20150830T", "2015083x"] {
            assert!(Day::parse(bad).is_err(), "{bad}");
        }
    }
}
