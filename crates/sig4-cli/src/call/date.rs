//! The `date` of an answer, in the one form that servers send.
//!
//! ```text
//! IMF-fixdate = day-name "," SP 2DIGIT SP month SP 4DIGIT SP 2DIGIT ":" 2DIGIT ":" 2DIGIT SP "GMT"
//! ```
//!
//! Source: RFC 9110 section 5.6.7.

use time::{Date, Month, OffsetDateTime, Time};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The moment that a text names.
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    let (_, rest) = text.split_once(", ")?;
    let parts: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, clock, "GMT"] = parts.as_slice() else { return None };
    let month = u8::try_from(MONTHS.iter().position(|name| name == month)? + 1).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, Month::try_from(month).ok()?, day.parse().ok()?).ok()?;
    let clock: Vec<u8> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hour, minute, second] = clock.as_slice() else { return None };
    Some(date.with_time(Time::from_hms(*hour, *minute, *second).ok()?).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_form_of_servers_is_read_and_no_other() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT").map(|t| t.unix_timestamp()), Some(784_111_777));
        for text in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 31 Feb 1994 08:49:37 GMT"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
