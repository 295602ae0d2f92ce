//! The lines of a request for people.
//!
//! ```text
//! TIME STATUS METHOD PATH DURATION CALLER [ROUTE] DECISION id=REQUEST-ID
//!     CAUSE
//!     remedy: REMEDY
//! ```

use crate::printable::line;
use sig4_gateway::{AccessRecord, AuthDecision};
use std::fmt;
use std::time::Duration;
use time::OffsetDateTime;

/// The lines. Hidden characters are escaped.
pub(crate) struct LogLine<'r> {
    pub(crate) record: &'r AccessRecord,
    pub(crate) has_colour: bool,
}

const DIM: &str = "2";
const GREEN: &str = "32";
const CYAN: &str = "36";
const YELLOW: &str = "33";
const RED: &str = "31";

impl LogLine<'_> {
    fn put(&self, f: &mut fmt::Formatter<'_>, colour: &str, text: &str) -> fmt::Result {
        match self.has_colour {
            true => write!(f, "\x1b[{colour}m{text}\x1b[0m"),
            false => f.write_str(text),
        }
    }

    fn caller(&self) -> String {
        let record = self.record;
        let Some(caller) = record.caller_arn().or_else(|| record.access_key_id()) else { return "-".to_owned() };
        let claimed = if record.is_caller_authenticated() { "" } else { "claimed:" };
        format!("{claimed}{}", line(caller))
    }
}

impl fmt::Display for LogLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record;
        self.put(f, DIM, &rfc3339(record.time()))?;
        f.write_str(" ")?;
        let colour = match record.status() {
            ..300 => GREEN,
            300..400 => CYAN,
            400..500 => YELLOW,
            _ => RED,
        };
        self.put(f, colour, &record.status().to_string())?;
        write!(f, " {} {} ", line(record.method()), line(record.path()))?;
        self.put(f, DIM, &shown(record.latency()))?;
        write!(f, " {} [{}] {} ", self.caller(), record.route_key().unwrap_or("-"), record.decision().as_str())?;
        self.put(f, DIM, &format!("id={}", record.request_id()))?;
        if let Some(cause) = record.cause() {
            f.write_str("\n    ")?;
            self.put(f, colour, &line(cause))?;
        }
        if let Some(remedy) = record.remedy().filter(|_| record.decision() == AuthDecision::Refused) {
            write!(f, "\n    remedy: {}", line(remedy))?;
        }
        match record.dropped() {
            0 => Ok(()),
            dropped => write!(f, "\n    {dropped} records were dropped before this one"),
        }
    }
}

/// The time in UTC with milliseconds. Source: RFC 3339, section 5.6.
fn rfc3339(time: OffsetDateTime) -> String {
    let time = time.to_utc();
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    let (hour, minute, second, millis) = (time.hour(), time.minute(), time.second(), time.millisecond());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// A duration in milliseconds, or from a second in seconds.
fn shown(duration: Duration) -> String {
    match duration.as_millis() {
        0..10 => format!("{:.1}ms", duration.as_secs_f64() * 1000.0),
        millis @ 10..1000 => format!("{millis}ms"),
        _ => format!("{:.2}s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;
    use std::time::Duration;

    #[test]
    fn durations_are_short() {
        for (micros, text) in
            [(0, "0.0ms"), (1_240, "1.2ms"), (12_900, "12ms"), (999_999, "999ms"), (1_005_000, "1.00s")]
        {
            assert_eq!(shown(Duration::from_micros(micros)), text);
        }
    }
}
