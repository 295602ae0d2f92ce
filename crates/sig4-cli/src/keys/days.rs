//! Days in a row.

use crate::failure::Failure;
use sig4::Timestamp;
use sig4::time::Day;
use time::Duration;

/// Parses `YYYYMMDD` or `YYYY-MM-DD`.
pub(super) fn parse(text: &str) -> Result<Day, sig4::Error> {
    match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => Day::parse(&text.replace('-', "")),
        _ => Day::parse(text),
    }
}

/// The first day of keys without `--from`, if it is `now`: a presigned URL of that day may still be valid.
pub(super) fn first(now: Timestamp, before: u16) -> Result<Day, Failure> {
    after(now, -i64::from(before))
}

/// `count` days from `first` on.
pub(super) fn from(first: Day, count: u16) -> Result<Vec<Day>, Failure> {
    let midnight = Timestamp::parse(&format!("{first}T000000Z"))?;
    (0..count).map(|days| after(midnight, days.into())).collect()
}

fn after(time: Timestamp, days: i64) -> Result<Day, Failure> {
    let moved = time.to_datetime().checked_add(Duration::days(days));
    let moved = moved.ok_or("the days are beyond the calendar")?;
    Ok(Timestamp::new(moved)?.day())
}

#[cfg(test)]
mod tests {
    use super::{first, from, parse};
    use sig4::Timestamp;

    #[test]
    fn days_go_on_over_months_and_years() {
        let days = |text: &str, count| {
            let days = from(parse(text).unwrap(), count).unwrap();
            days.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(days("20240228", 3), ["20240228", "20240229", "20240301"]);
        assert_eq!(days("2026-12-31", 2), ["20261231", "20270101"]);
        assert!(parse("2026-1-31").is_err() && parse("20261301").is_err() && parse("2026-11-31").is_err());
        assert!(from(parse("99991231").unwrap(), 2).is_err());
        let now = Timestamp::parse("20260103T120000Z").unwrap();
        assert_eq!(first(now, 7).unwrap().to_string(), "20251227");
    }
}
