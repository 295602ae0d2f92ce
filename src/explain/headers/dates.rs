//! Dates in headers, in the formats of HTTP and of AWS.

use crate::time::Timestamp;

/// The months as HTTP writes them.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The same moment in other formats. Empty if the value is no date.
pub(crate) fn formats(value: &[u8]) -> Vec<Vec<u8>> {
    let text = str::from_utf8(value).unwrap_or_default();
    let Some(moment) = of_http(text).or_else(|| of_iso(text)) else { return Vec::new() };
    let basic = moment.as_str();
    let part = |from: usize, to: usize| basic.get(from..to).unwrap_or_default();
    let (year, month, day) = (part(0, 4), part(4, 6), part(6, 8));
    let (hour, minute, second) = (part(9, 11), part(11, 13), part(13, 15));
    let extended = format!("{year}-{month}-{day}T{hour}:{minute}:{second}");
    let date = moment.to_datetime();
    let weekday: String = date.weekday().to_string().chars().take(3).collect();
    let name = MONTHS.get(usize::from(u8::from(date.month())).saturating_sub(1)).copied().unwrap_or_default();
    let clock = format!("{hour}:{minute}:{second}");
    let http = |day: &str, zone: &str| format!("{weekday}, {day} {name} {year} {clock} {zone}");
    let short = day.trim_start_matches('0');
    [
        http(day, "GMT"),
        basic.to_owned(),
        format!("{extended}Z"),
        format!("{extended}.000Z"),
        http(short, "GMT"),
        http(day, "+0000"),
        http(day, "UTC"),
        http(short, "+0000"),
    ]
    .map(String::into_bytes)
    .into()
}

/// A date as HTTP writes it, with any name of UTC at its end.
fn of_http(text: &str) -> Option<Timestamp> {
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    let [_, day, month, year, clock, "GMT" | "UTC" | "+0000" | "Z"] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| name == month)? + 1;
    Timestamp::parse_any_year(&format!("{year}{month:02}{day:0>2}T{}Z", clock.replace(':', ""))).ok()
}

/// A date as ISO 8601 writes it, basic or extended, with or without a fraction of a second.
fn of_iso(text: &str) -> Option<Timestamp> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole).trim_end_matches('Z');
    let basic: String = whole.chars().filter(|c| !matches!(c, '-' | ':')).take(32).collect();
    Timestamp::parse_any_year(&format!("{basic}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::formats;

    #[test]
    fn one_moment_in_every_format() {
        for text in ["Sun, 05 Aug 2015 12:36:00 GMT", "20150805T123600Z", "2015-08-05T12:36:00.000Z"] {
            let found: Vec<_> = formats(text.as_bytes()).into_iter().map(|f| String::from_utf8(f).unwrap()).collect();
            for expected in ["Wed, 05 Aug 2015 12:36:00 GMT", "20150805T123600Z", "2015-08-05T12:36:00Z"] {
                assert!(found.iter().any(|format| format == expected), "{text}: {expected} in {found:?}");
            }
        }
        for text in ["", "today", "Sun, 31 Feb 2015 12:36:00 GMT", "1.1.2015"] {
            assert!(formats(text.as_bytes()).is_empty(), "{text}");
        }
    }
}
