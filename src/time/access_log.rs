//! The forms of a time in access logs and in the events of functions.
//!
//! ```text
//! common = 2DIGIT "/" month "/" 4DIGIT ":" 2DIGIT ":" 2DIGIT ":" 2DIGIT " +0000"     ; day, year, hour, minute, second
//! ```
//!
//! Source: "Create AWS Lambda proxy integrations for HTTP APIs", `time` and `timeEpoch`; "Log Files" of Apache HTTP Server, `%t`.

use time::{Month, OffsetDateTime, UtcOffset};

/// Returns `moment` in UTC in the common log format.
///
/// ```
/// let moment = sig4::Timestamp::parse("20200304T190358Z")?.to_datetime();
/// assert_eq!(sig4::time::common_log(moment), "04/Mar/2020:19:03:58 +0000");
/// # Ok::<(), sig4::Error>(())
/// ```
#[must_use]
pub fn common_log(moment: OffsetDateTime) -> String {
    let utc = moment.to_offset(UtcOffset::UTC);
    let (year, month, day) = utc.to_calendar_date();
    let (hour, minute, second) = utc.to_hms();
    format!("{day:02}/{}/{year:04}:{hour:02}:{minute:02}:{second:02} +0000", abbreviated(month))
}

/// Returns `moment` in milliseconds since 1970. Before 1970 it is negative.
///
/// ```
/// let moment = sig4::Timestamp::parse("20200304T190358Z")?.to_datetime();
/// assert_eq!(sig4::time::epoch_millis(moment), 1_583_348_638_000);
/// # Ok::<(), sig4::Error>(())
/// ```
#[must_use]
pub fn epoch_millis(moment: OffsetDateTime) -> i64 {
    moment.unix_timestamp() * 1000 + i64::from(moment.millisecond())
}

const fn abbreviated(month: Month) -> &'static str {
    match month {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    }
}

#[cfg(test)]
mod tests {
    use super::{common_log, epoch_millis};
    use time::{OffsetDateTime, UtcOffset};

    /// The time of the documented event.
    #[test]
    fn the_documented_time() {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(1_583_348_638_390_000_000).unwrap();
        for moment in [moment, moment.to_offset(UtcOffset::from_hms(9, 30, 0).unwrap())] {
            assert_eq!(common_log(moment), "04/Mar/2020:19:03:58 +0000");
            assert_eq!(epoch_millis(moment), 1_583_348_638_390);
        }
    }
}
