//! The simulated clock. It counts seconds from midnight UTC of the first day.

use sig4::scope::Scope;
use time::OffsetDateTime;

/// Seconds.
pub type Seconds = i64;

pub const MINUTE: Seconds = 60;
pub const HOUR: Seconds = 60 * MINUTE;
pub const DAY: Seconds = 24 * HOUR;

/// The midnight that begins the first day: 2026-11-30.
const FIRST_MIDNIGHT: Seconds = 1_796_083_200;

/// The date and time of a moment.
pub fn datetime(at: Seconds) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(FIRST_MIDNIGHT + at).expect("it is in range")
}

/// The scope of the API on the day with a number, which is 0 for the first day.
pub fn scope(day: i64) -> Scope {
    let date = datetime(day * DAY).date();
    let text = format!("{:04}{:02}{:02}", date.year(), u8::from(date.month()), date.day());
    Scope::parse(&format!("{text}/us-east-1/execute-api/aws4_request")).expect("it is one")
}
