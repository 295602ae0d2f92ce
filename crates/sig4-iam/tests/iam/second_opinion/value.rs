//! What condition operators compare: numbers, dates, addresses and bytes.
//!
//! Source: "IAM JSON policy elements: Condition operators"; "Date and Time Formats" (W3C NOTE-datetime).

use std::cmp::Ordering;
use std::net::IpAddr;

/// An integer or decimal number of any length.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Number {
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Some(Self { negative, whole, fraction })
    }

    pub fn compare(&self, other: &Self) -> Ordering {
        let size =
            (self.whole.len(), &self.whole, &self.fraction).cmp(&(other.whole.len(), &other.whole, &other.fraction));
        match (self.negative, other.negative) {
            (false, false) => size,
            (true, true) => size.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

/// `true` or `false`, in any case.
pub fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") { Some(true) } else { text.eq_ignore_ascii_case("false").then_some(false) }
}

/// Seconds since 1970, and the digits of the fraction.
pub type Moment = (i64, String);

/// Reads a date in one of the W3C's formats, or seconds since 1970 with at most eleven digits.
pub fn moment(text: &str) -> Option<Moment> {
    let number = text.strip_prefix('-').unwrap_or(text);
    if text.len() != 4 && !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit()) {
        let seconds = text.parse().ok().filter(|_| number.len() <= 11 && !is_basic_date(text))?;
        return Some((seconds, String::new()));
    }
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut fields = date.split('-');
    let year = digits(fields.next()?, 4)?;
    let month = fields.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = fields.next().map_or(Some(1), |day| digits(day, 2))?;
    if fields.next().is_some() || !(1..=12).contains(&month) || day < 1 || day > days_of(year, month) {
        return None;
    }
    let days = days_before(year, month) + day - 1;
    let (within, fraction) = match time {
        // A time follows a complete date.
        Some(time) if date.len() == 10 => time_of_day(time)?,
        Some(_) => return None,
        None => (0, String::new()),
    };
    Some((days * 86_400 + within, fraction))
}

/// `YYYYMMDD` or `YYYYDDD`: a date in ISO 8601, but not in the W3C's profile.
fn is_basic_date(text: &str) -> bool {
    let number =
        |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i64>().ok()).unwrap_or_default();
    match text.len() {
        6 => (1..=12).contains(&number(4, 6)),
        7 => (1..=if is_leap(number(0, 4)) { 366 } else { 365 }).contains(&number(4, 7)),
        8 => (1..=12).contains(&number(4, 6)) && (1..=days_of(number(0, 4), number(4, 6))).contains(&number(6, 8)),
        _ => false,
    }
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, and a zone.
fn time_of_day(text: &str) -> Option<Moment> {
    let zone_at = text.find(['Z', '+', '-'])?;
    let (clock, zone) = text.split_at(zone_at);
    let fields: Vec<_> = clock.split(':').collect();
    let (hour, minute) = (digits(fields.first()?, 2)?, digits(fields.get(1)?, 2)?);
    let (second, fraction) = match fields.get(2) {
        Some(second) => {
            let (whole, fraction) = second.split_once('.').unwrap_or((second, "0"));
            if fraction.is_empty() || !fraction.chars().all(|digit| digit.is_ascii_digit()) {
                return None;
            }
            (digits(whole, 2)?, fraction.trim_end_matches('0'))
        }
        None => (0, ""),
    };
    if fields.len() > 3 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = match zone.strip_prefix(['+', '-']) {
        None if zone == "Z" => 0,
        None => return None,
        Some(offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if zone.starts_with('-') { -60 } else { 60 }
        }
    };
    Some(((hour * 60 + minute) * 60 + second - offset, fraction.to_owned()))
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let right = text.len() == count && text.chars().all(|digit| digit.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to the first of the month.
fn days_before(year: i64, month: i64) -> i64 {
    let of_year = |year| if is_leap(year) { 366 } else { 365 };
    let years: i64 =
        if year >= 1970 { (1970..year).map(of_year).sum() } else { -(year..1970).map(of_year).sum::<i64>() };
    years + (1..month).map(|month| days_of(year, month)).sum::<i64>()
}

/// The bits of an address, and the length of the network's prefix.
pub fn network(text: &str) -> Option<(Vec<bool>, usize)> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let length = if address.is_ipv4() { 32 } else { 128 };
    let prefix: usize = match prefix {
        None => length,
        Some(digits) if !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit()) => {
            digits.parse().ok()?
        }
        Some(_) => return None,
    };
    let bits = bits(address);
    // An IPv4-mapped IPv6 address counts as IPv4: its first 96 bits do not count.
    let mapped = length - bits.len();
    (mapped <= prefix && prefix <= length).then(|| (bits, prefix - mapped))
}

pub fn bits(address: IpAddr) -> Vec<bool> {
    let bytes = match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
}

/// Decodes base64.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let body = text.trim_end_matches('=');
    if text.len() - body.len() > 2 {
        return None;
    }
    let mut bits = Vec::new();
    for character in body.chars() {
        let place = ALPHABET.find(character)?;
        bits.extend((0..6).rev().map(|bit| place >> bit & 1 == 1));
    }
    // Bits that do not fill a byte must be zero (RFC 4648, section 3.5).
    if bits[bits.len() / 8 * 8..].contains(&true) {
        return None;
    }
    Some(bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | u8::from(*bit))).collect())
}

/// Formats seconds since 1970 as a date.
pub fn date_of(seconds: i64) -> String {
    let (mut days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += if is_leap(year) { 366 } else { 365 };
    }
    while days >= if is_leap(year) { 366 } else { 365 } {
        days -= if is_leap(year) { 366 } else { 365 };
        year += 1;
    }
    let mut month = 1;
    while days >= days_of(year, month) {
        days -= days_of(year, month);
        month += 1;
    }
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", days + 1)
}
