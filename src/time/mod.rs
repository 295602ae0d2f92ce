//! Times and days of a signature.
//!
//! ```text
//! timestamp = day "T" 2DIGIT 2DIGIT 2DIGIT "Z"     ; hour, minute, second, always UTC
//! day       = 4DIGIT 2DIGIT 2DIGIT                 ; year, month, day
//! ```
//!
//! Source: "Elements of an AWS API request signature"; ISO 8601 basic format.

mod access_log;

pub use access_log::{common_log, epoch_millis};

use crate::bytes::decimal::two_digits;
use crate::bytes::from_text::from_text;
use crate::error::{Error, ErrorKind};
use std::fmt;
use std::ops::RangeInclusive;
use std::time::SystemTime;
use time::{Month, OffsetDateTime, UtcOffset};

/// A moment: a type that signing and verifying accept as `now`.
///
/// `SystemTime::now()` panics on `wasm32-unknown-unknown`, which has no clock. There, add JavaScript's `Date.now()` to `SystemTime::UNIX_EPOCH`.
///
/// ```
/// use sig4::time::{Moment, Timestamp};
/// use std::time::{Duration, SystemTime};
///
/// let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
/// assert_eq!(Timestamp::new(moment)?.as_str(), "20150830T123600Z");
/// assert_eq!(moment.into_datetime()?, Timestamp::parse("20150830T123600Z")?.into_datetime()?);
/// # Ok::<(), sig4::Error>(())
/// ```
pub trait Moment {
    /// The moment as a date and time, to the fraction of a second.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] if the value is outside the range of [`OffsetDateTime`].
    fn into_datetime(self) -> Result<OffsetDateTime, Error>;
}

impl Moment for OffsetDateTime {
    #[inline]
    fn into_datetime(self) -> Result<OffsetDateTime, Error> {
        Ok(self)
    }
}

impl Moment for Timestamp {
    fn into_datetime(self) -> Result<OffsetDateTime, Error> {
        Ok(self.to_datetime())
    }
}

impl Moment for SystemTime {
    fn into_datetime(self) -> Result<OffsetDateTime, Error> {
        let nanos = match self.duration_since(Self::UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()),
            Err(before) => i128::try_from(before.duration().as_nanos()).map(|nanos| -nanos),
        };
        let moment = nanos.ok().and_then(|nanos| OffsetDateTime::from_unix_timestamp_nanos(nanos).ok());
        moment.ok_or_else(outside)
    }
}

#[cold]
fn outside() -> Error {
    Error::new(ErrorKind::InvalidTime, "the year in UTC is not within 2000 to 2100: check the clock")
}

/// The years, in UTC, in which requests are signed. A clock outside them is not set: AWS did not exist before, and no signature is
/// needed so far ahead.
const YEARS: RangeInclusive<u16> = 2000..=2100;

/// The years that four digits can hold. A verifier reads them in requests.
const FOUR_DIGITS: RangeInclusive<u16> = 0..=9999;

/// The days from the last of February of the year -400 to the first of 1970.
const DAYS_TO_1970: i64 = 719_469 + 146_097;

/// A moment to the second, in UTC: the value of `x-amz-date`.
///
/// The year is within 2000 to 2100. Only the time of a received request, as in [`Claim::timestamp`](crate::Claim::timestamp) and
/// [`parse_any_year`](Self::parse_any_year), has any year of four digits.
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
    /// The second of `moment`, in UTC.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] if the year, in UTC, is not within 2000 to 2100. Such a clock is not set.
    #[inline]
    pub fn new(moment: impl Moment) -> Result<Self, Error> {
        Self::of_datetime(moment.into_datetime()?, &YEARS)
    }

    /// [`new`](Self::new) for any year of four digits: for the times of others.
    pub(crate) fn of_any_year(moment: OffsetDateTime) -> Result<Self, Error> {
        Self::of_datetime(moment, &FOUR_DIGITS)
    }

    #[inline(always)]
    fn of_datetime(moment: OffsetDateTime, years: &RangeInclusive<u16>) -> Result<Self, Error> {
        let utc = moment.checked_to_offset(UtcOffset::UTC).ok_or_else(outside)?;
        let (year, month, day) = utc.to_calendar_date();
        let year = u16::try_from(year).ok().filter(|y| years.contains(y)).ok_or_else(outside)?;
        let (hour, minute, second) = utc.to_hms();
        // Both are below 100: their high byte is zero.
        let [[century, _], [year, _]] = [year / 100, year % 100].map(u16::to_le_bytes);
        let [[y1, y2], [y3, y4]] = [two_digits(century), two_digits(year)];
        let [[m1, m2], [d1, d2]] = [two_digits(month.into()), two_digits(day)];
        let [[h1, h2], [n1, n2], [s1, s2]] = [two_digits(hour), two_digits(minute), two_digits(second)];
        let text = [y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'];
        Ok(Self { text })
    }

    /// Reads `YYYYMMDDTHHMMSSZ`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] for any other form, a date or time of day that does not exist, or a year that is not within 2000 to
    /// 2100.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::new(Self::parse_any_year(text)?)
    }

    /// [`parse`](Self::parse) for any year of four digits: for the times of others, such as those of a received request or of a test
    /// suite.
    ///
    /// ```
    /// use sig4::Timestamp;
    ///
    /// assert_eq!(Timestamp::parse_any_year("19700101T000001Z")?.to_datetime().unix_timestamp(), 1);
    /// assert!(Timestamp::parse("19700101T000001Z").is_err());
    /// # Ok::<(), sig4::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] for any other form, or a date or time of day that does not exist.
    pub fn parse_any_year(text: &str) -> Result<Self, Error> {
        Self::parse_secs(text).map(|(parsed, _)| parsed)
    }

    /// [`parse_any_year`](Self::parse_any_year), and the seconds since 1970 at once.
    #[inline]
    pub(crate) fn parse_secs(text: &str) -> Result<(Self, i64), Error> {
        let invalid = || Error::new(ErrorKind::InvalidTime, "expected YYYYMMDDTHHMMSSZ");
        let text: [u8; 16] = text.as_bytes().try_into().map_err(|_| invalid())?;
        let parsed = Self { text };
        Ok((parsed, parsed.checked_secs().ok_or_else(invalid)?))
    }

    /// Reads a time as documents write it: `2026-11-29T22:06:38Z`, with or without a fraction of a second, which is dropped.
    pub(crate) fn parse_extended(text: &str) -> Result<Self, Error> {
        let invalid = || Error::new(ErrorKind::InvalidTime, "expected YYYY-MM-DDTHH:MM:SSZ");
        let text = text.strip_suffix('Z').ok_or_else(invalid)?;
        let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let marks = [(4, '-'), (7, '-'), (10, 'T'), (13, ':'), (16, ':')];
        let is_mark = |at| marks.iter().any(|(mark, _)| *mark == at);
        let form = |(at, c): (usize, char)| if is_mark(at) { marks.contains(&(at, c)) } else { c.is_ascii_digit() };
        let is_number = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
        if !(is_number && text.len() == 19 && text.char_indices().all(form)) {
            return Err(invalid());
        }
        Self::parse_any_year(&(text.replace(['-', ':'], "") + "Z"))
    }

    /// The same moment as a date and time.
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "the constructors checked the text")]
    pub fn to_datetime(self) -> OffsetDateTime {
        let moment = self.checked_secs().and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
        moment.expect("the constructors checked that the moment exists")
    }

    /// The seconds since 1970, if the moment exists. Counting them takes half as long as a date of `time` (row `verify-post`).
    #[inline]
    fn checked_secs(&self) -> Option<i64> {
        let [date, [b'T', h1, h2, n1, n2, s1, s2, b'Z']] = self.text.as_chunks().0 else { return None };
        let [century, year, month, day] = pairs_of_digits(*date)?;
        let [hour, minute, second, _] = pairs_of_digits([*h1, *h2, *n1, *n2, *s1, *s2, b'0', b'0'])?;
        let year = 100 * u16::from(century) + u16::from(year);
        let days_in_month = Month::try_from(month).ok()?.length(year.into());
        if day == 0 || day > days_in_month || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        // A year that begins in March has its leap day at its end. 400 years more leave no year below zero.
        let year = u32::from(year);
        let (year, month) = if month > 2 { (year + 400, month - 3) } else { (year + 399, month + 9) };
        let before = 365 * year + year / 4 - year / 100 + year / 400 + (153 * u32::from(month) + 2) / 5;
        let days = i64::from(before + u32::from(day)) - DAYS_TO_1970;
        Some(((days * 24 + i64::from(hour)) * 60 + i64::from(minute)) * 60 + i64::from(second))
    }

    /// The day, in UTC, for which the signing key is derived.
    #[must_use]
    pub const fn day(&self) -> Day {
        let [y1, y2, y3, y4, m1, m2, d1, d2, ..] = self.text;
        Day { text: [y1, y2, y3, y4, m1, m2, d1, d2] }
    }

    #[inline]
    pub(crate) const fn as_bytes(&self) -> &[u8; 16] {
        &self.text
    }

    /// `YYYYMMDDTHHMMSSZ`.
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "the constructors checked the text")]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text).expect("the constructors checked that the text is digits")
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

/// A day in UTC: a part of the credential scope.
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
    /// The first day of the year 0.
    pub(crate) const FIRST: Self = Self { text: *b"00000101" };

    /// Reads `YYYYMMDD`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] for any other form, or a day that does not exist.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = || Error::new(ErrorKind::InvalidTime, "expected YYYYMMDD");
        let text: [u8; 8] = text.as_bytes().try_into().map_err(|_| invalid())?;
        let parsed = Self { text };
        parsed.midnight().checked_secs().ok_or_else(invalid)?;
        Ok(parsed)
    }

    #[inline]
    pub(crate) const fn as_bytes(&self) -> &[u8; 8] {
        &self.text
    }

    /// The day's number. The number of the next day is greater by one.
    #[expect(clippy::expect_used, reason = "the constructors checked the text")]
    pub(crate) fn number(self) -> i64 {
        self.midnight().checked_secs().expect("the constructors checked that the day exists") / 86_400
    }

    pub(crate) fn midnight(self) -> Timestamp {
        let [y1, y2, y3, y4, m1, m2, d1, d2] = self.text;
        Timestamp { text: [y1, y2, y3, y4, m1, m2, d1, d2, b'T', b'0', b'0', b'0', b'0', b'0', b'0', b'Z'] }
    }

    /// `YYYYMMDD`.
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "the constructors checked the text")]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text).expect("the constructors checked that the text is digits")
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

impl TryFrom<OffsetDateTime> for Timestamp {
    type Error = Error;

    fn try_from(moment: OffsetDateTime) -> Result<Self, Error> {
        Self::new(moment)
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = Error;

    fn try_from(moment: SystemTime) -> Result<Self, Error> {
        Self::new(moment)
    }
}

/// The numbers of two decimal digits each; `None` if a byte is not a digit. It looks at all digits at once (row `verify-post`).
#[inline]
fn pairs_of_digits(digits: [u8; 8]) -> Option<[u8; 4]> {
    const ZEROS: u64 = u64::from_le_bytes(*b"00000000");
    const SIXES: u64 = u64::from_le_bytes([6; 8]);
    const UPPER_HALVES: u64 = u64::from_le_bytes([0xf0; 8]);
    let digits = u64::from_le_bytes(digits) ^ ZEROS;
    // Six more than 9 is still in the lower half of a byte, and six more than 10 is not.
    if (digits | digits.wrapping_add(SIXES)) & UPPER_HALVES != 0 {
        return None;
    }
    let [first, _, second, _, third, _, fourth, _] = (digits * 10 + (digits >> 8)).to_le_bytes();
    Some([first, second, third, fourth])
}

#[cfg(test)]
mod tests {
    use super::{Day, Moment, Timestamp};
    use crate::error::ErrorKind;
    use std::time::{Duration, SystemTime};
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
    fn a_system_time_is_a_moment_to_its_fraction() {
        let second = Duration::from_secs(1_440_938_160);
        let moment = SystemTime::UNIX_EPOCH + second + Duration::from_millis(1);
        assert_eq!(Timestamp::try_from(moment).unwrap().as_str(), "20150830T123600Z");
        assert_eq!(moment.into_datetime().unwrap().millisecond(), 1);
        let before = (SystemTime::UNIX_EPOCH - second).into_datetime().unwrap();
        assert_eq!(Timestamp::of_any_year(before).unwrap().as_str(), "19240504T112400Z");
        let far = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(1 << 40)).unwrap();
        assert_eq!(Timestamp::new(far).unwrap_err().kind(), ErrorKind::InvalidTime);
        assert_eq!(far.into_datetime().unwrap_err().kind(), ErrorKind::InvalidTime);
    }

    #[test]
    fn years_of_others_have_four_digits() {
        let west = UtcOffset::from_hms(-1, 0, 0).unwrap();
        assert!(Timestamp::of_any_year(at(9999, west)).is_err());
        assert!(Timestamp::of_any_year(at(-1, UtcOffset::UTC)).is_err());
        for (year, text) in [(9999, "99991231T235958Z"), (0, "00001231T235958Z")] {
            assert_eq!(Timestamp::of_any_year(at(year, UtcOffset::UTC)).unwrap().to_string(), text);
            assert_eq!(Timestamp::parse_any_year(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn own_years_are_within_2000_to_2100() {
        let west = UtcOffset::from_hms(-1, 0, 0).unwrap();
        for (year, offset) in [(2000, UtcOffset::UTC), (2100, UtcOffset::UTC), (1999, west)] {
            let timestamp = Timestamp::new(at(year, offset)).unwrap();
            assert_eq!(Timestamp::parse(timestamp.as_str()).unwrap(), timestamp);
        }
        for (year, offset) in
            [(-1, UtcOffset::UTC), (0, UtcOffset::UTC), (1999, UtcOffset::UTC), (2100, west), (9999, west)]
        {
            assert_eq!(Timestamp::new(at(year, offset)).unwrap_err().kind(), ErrorKind::InvalidTime, "{year}");
        }
        for text in ["19991231T235959Z", "21010101T000000Z", "19700101T000000Z", "00000101T000000Z"] {
            let error = Timestamp::parse(text).unwrap_err();
            assert_eq!(error.to_string(), "invalid time: the year in UTC is not within 2000 to 2100: check the clock");
        }
    }

    #[test]
    fn seconds_are_those_of_the_crate_time() {
        let mut date = Date::from_calendar_date(0, Month::January, 1).unwrap();
        while date.year() < 10_000 {
            let moment = OffsetDateTime::new_utc(date, Time::from_hms(1, 2, 3).unwrap());
            let timestamp = Timestamp::of_any_year(moment).unwrap();
            assert_eq!(timestamp.checked_secs(), Some(moment.unix_timestamp()), "{timestamp}");
            date = date.checked_add(time::Duration::days(if date.year() < 801 { 1 } else { 13 })).unwrap();
            if date > Date::from_calendar_date(9999, Month::December, 18).unwrap() {
                break;
            }
        }
        for text in ["20150229T000000Z", "21000229T000000Z", "20150431T000000Z", "20150001T000000Z", "20150100T000000Z"]
        {
            assert!(Timestamp::parse_any_year(text).is_err(), "{text}");
        }
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
