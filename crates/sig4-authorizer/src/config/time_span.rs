//! A time in the configuration: a number and its unit.
//!
//! ```text
//! time = 1*DIGIT ( "ms" / "s" / "m" / "h" )
//! ```

use core::str::FromStr;
use core::time::Duration;
use serde::{Deserialize, Deserializer, de};

/// The longest time in a configuration: a week, which no presigned URL outlives.
const MAX_TIME_SPAN: Duration = Duration::from_secs(604_800);

/// A time such as `250ms`, `5s`, `10m` or `1h`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct TimeSpan(pub(super) Duration);

impl FromStr for TimeSpan {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected a time such as \"250ms\", \"5s\", \"10m\" or \"1h\", of at most 7 days";
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at_checked(end).ok_or(EXPECTED)?;
        let millis = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(EXPECTED),
        };
        let number: u64 = digits.parse().map_err(|_| EXPECTED)?;
        let time = Duration::from_millis(number.checked_mul(millis).ok_or(EXPECTED)?);
        if time > MAX_TIME_SPAN { Err(EXPECTED) } else { Ok(Self(time)) }
    }
}

impl<'de> Deserialize<'de> for TimeSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::TimeSpan;
    use core::time::Duration;

    #[test]
    fn a_time_is_a_number_and_a_unit() {
        for (text, millis) in [("250ms", 250), ("5s", 5000), ("10m", 600_000), ("168h", 604_800_000), ("0s", 0)] {
            assert_eq!(text.parse(), Ok(TimeSpan(Duration::from_millis(millis))), "{text}");
        }
        for text in
            ["", "5", "s", "-5s", "5 s", "5S", "1.5s", "169h", "99999999999999999999s", "18446744073709551615h", "5é"]
        {
            assert!(text.parse::<TimeSpan>().is_err(), "{text}");
        }
    }
}
