//! Dates and times in conditions.
//!
//! ```text
//! date     = YYYY ["-" MM ["-" DD ["T" hh ":" mm [":" ss ["." 1*9s]] zone]]]    ; what is left out is the first
//! zone     = "Z" / ("+" / "-") hh ":" mm                                        ; hh up to 23, mm up to 59
//! seconds  = ["-"] 1*11DIGIT                                                    ; since 1970; four digits are a year
//! ```
//!
//! `20231114` is a date in ISO 8601 but not in the W3C profile that AWS names, and could also be read as seconds. As seconds it
//! would be a day in 1970, and a deny until then would never apply. Such values and those like `202311` are rejected.
//!
//! Source: "IAM JSON policy elements: Condition operators", date condition operators; W3C NOTE-datetime.

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

/// Reads a date, or seconds since 1970.
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let seconds = (1..=11).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if is_basic(text) {
        return None;
    }
    if seconds && (digits.len() != 4 || text.starts_with('-')) {
        return OffsetDateTime::from_unix_timestamp(text.parse().ok()?).ok();
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) if date.len() == 10 => (date, Some(time)),
        Some(_) => return None,
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = i32::try_from(number(parts.next()?, 4)?).ok()?;
    let (month, day) = (parts.next().unwrap_or("01"), parts.next().unwrap_or("01"));
    if parts.next().is_some() {
        return None;
    }
    let date = calendar_date(year, month, day)?;
    let (time, zone) = time.map_or(Some((Time::MIDNIGHT, UtcOffset::UTC)), time_of_day)?;
    date.with_time(time).assume_offset(zone).checked_to_offset(UtcOffset::UTC)
}

/// Whether the text could be a date without hyphens: six to eight digits.
pub(crate) fn is_basic(text: &str) -> bool {
    let Some((year, rest)) = text.split_at_checked(4).filter(|_| text.bytes().all(|b| b.is_ascii_digit())) else {
        return false;
    };
    let Some(year) = number(year, 4).and_then(|year| i32::try_from(year).ok()) else { return false };
    match (rest.len(), rest.split_at_checked(2)) {
        (2 | 4, Some((month, day))) => calendar_date(year, month, if day.is_empty() { "01" } else { day }).is_some(),
        _ => number(rest, 3).and_then(|day| Date::from_ordinal_date(year, u16::try_from(day).ok()?).ok()).is_some(),
    }
}

fn calendar_date(year: i32, month: &str, day: &str) -> Option<Date> {
    let month = Month::try_from(u8::try_from(number(month, 2)?).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(number(day, 2)?).ok()?).ok()
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, and the zone.
fn time_of_day(text: &str) -> Option<(Time, UtcOffset)> {
    let (time, zone) = text.split_at_checked(text.find(['Z', '+', '-'])?)?;
    let mut parts = time.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let (second, nanosecond) = parts.next().map_or(Some((0, 0)), seconds)?;
    let byte = |n: u32| u8::try_from(n).ok();
    let time = Time::from_hms_nano(byte(hour)?, byte(minute)?, byte(second)?, nanosecond).ok()?;
    parts.next().is_none().then_some((time, offset(zone)?))
}

fn seconds(text: &str) -> Option<(u32, u32)> {
    let Some((seconds, part)) = text.split_once('.') else { return Some((number(text, 2)?, 0)) };
    let nanoseconds = if part.is_empty() { None } else { number(&format!("{part:0<9}"), 9) };
    Some((number(seconds, 2)?, nanoseconds?))
}

fn offset(zone: &str) -> Option<UtcOffset> {
    if zone == "Z" {
        return Some(UtcOffset::UTC);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let (hours, minutes) = (i8::try_from(hours).ok()?, i8::try_from(minutes).ok()?);
    let (hours, minutes) = if zone.starts_with('-') { (-hours, -minutes) } else { (hours, minutes) };
    UtcOffset::from_hms(hours, minutes, 0).ok()
}

/// A number of exactly that many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_form_is_read() {
        for (text, seconds) in [
            ("2015", 1_420_070_400),
            ("2015-08", 1_438_387_200),
            ("2015-08-30", 1_440_892_800),
            ("2015-08-30T12:36Z", 1_440_938_160),
            ("2015-08-30T12:36:00Z", 1_440_938_160),
            ("2015-08-30T14:36:00+02:00", 1_440_938_160),
            ("2015-08-30T05:06-07:30", 1_440_938_160),
            ("2015-08-30T12:36:00.25Z", 1_440_938_160),
            ("1440938160", 1_440_938_160),
            ("0", 0),
            ("-1", -1),
            ("20231314", 20_231_314),
            ("202313", 202_313),
            ("-20231114", -20_231_114),
            ("2015-08-30T12:36+23:59", 1_440_851_820),
        ] {
            assert_eq!(parse(text).map(|moment| moment.unix_timestamp()), Some(seconds), "{text}");
        }
        assert!(parse("2015-08-30T12:36:00.25Z") > parse("2015-08-30T12:36:00Z"));
    }

    #[test]
    fn other_forms_are_not() {
        for bad in [
            "",
            "-",
            "20x5",
            "2015-8",
            "2015-13",
            "2015-02-30",
            "2015-08-30T",
            "2015-08-30T12:36",
            "2015-08-30T12:36:00",
            "2015-08-30T24:00Z",
            "2015-08-30T12:60Z",
            "2015-08-30T12:36:60Z",
            "2015-08-30T12:36:00.Z",
            "2015-08-30T12:36Z ",
            "2015-08-30T12:36z",
            "2015-08-30T12:36+2:00",
            "2015-08-30T12:36+02:00Z",
            "2015-08T12:36Z",
            "2015-08-30-01",
            "2015-08-*",
            "1e9",
            "123456789012",
            "20231114",
            "2023318",
            "202311",
            "2015-08-30T12:36+24:00",
            "2015-08-30T12:36-25:59",
            "2015-08-30T12:36+01:60",
            "20150830T123600Z",
            "é015",
            "2015-08-30T12:36+é1:00",
            "2015-08-30T12:36+99:00",
            "9999-12-31T23:59-23:59",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
