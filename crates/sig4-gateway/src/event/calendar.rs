//! The times of events and access logs: the common log format, `12/Mar/2020:19:03:58 +0000`, and milliseconds.
//!
//! Source: "Create AWS Lambda proxy integrations for HTTP APIs", `time` and `timeEpoch`.

use time::{Month, OffsetDateTime, UtcOffset};

/// Returns `moment` in UTC in the common log format.
pub(crate) fn common_log(moment: OffsetDateTime) -> String {
    let utc = moment.to_offset(UtcOffset::UTC);
    let (year, month, day) = utc.to_calendar_date();
    let (hour, minute, second) = utc.to_hms();
    format!("{day:02}/{}/{year:04}:{hour:02}:{minute:02}:{second:02} +0000", abbreviated(month))
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

/// Returns `moment` in milliseconds since 1970.
pub(crate) fn epoch_millis(moment: OffsetDateTime) -> i64 {
    moment.unix_timestamp() * 1000 + i64::from(moment.millisecond())
}

#[cfg(test)]
mod tests {
    use super::{common_log, epoch_millis};
    use time::OffsetDateTime;

    /// The time of the documented event.
    #[test]
    fn the_documented_time() {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(1_583_348_638_390_000_000).unwrap();
        assert_eq!(common_log(moment), "04/Mar/2020:19:03:58 +0000");
        assert_eq!(epoch_millis(moment), 1_583_348_638_390);
    }
}
