//! Exact decimal numbers.
//!
//! ```text
//! number = ["-" / "+"] 1*DIGIT ["." 1*DIGIT]
//! ```
//!
//! Source: "IAM JSON policy elements: Condition operators", numeric condition operators: integers or decimals.

use crate::limits::MAX_NUMBER_LEN;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A decimal number, as digits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Decimal<'t> {
    is_negative: bool,
    /// The digits before the point, without leading zeros.
    whole: Cow<'t, str>,
    /// The digits after the point, without trailing zeros.
    part: Cow<'t, str>,
}

impl<'t> Decimal<'t> {
    /// Reads `-12`, `3.50` or `+0.1`: an optional sign, digits, and optionally a point and digits, at most [`MAX_NUMBER_LEN`] of
    /// each.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, part) = match unsigned.split_once('.') {
            Some((whole, part)) => (digits(whole)?, digits(part)?),
            None => (digits(unsigned)?, ""),
        };
        let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
        let is_negative = text.starts_with('-') && !(whole.is_empty() && part.is_empty());
        Some(Self { is_negative, whole: Cow::Borrowed(whole), part: Cow::Borrowed(part) })
    }

    pub(crate) fn into_owned(self) -> Decimal<'static> {
        Decimal {
            is_negative: self.is_negative,
            whole: Cow::Owned(self.whole.into_owned()),
            part: Cow::Owned(self.part.into_owned()),
        }
    }

    /// The number of digits.
    pub(crate) fn len(&self) -> usize {
        self.whole.len() + self.part.len()
    }

    pub(crate) fn cmp(&self, other: &Decimal<'_>) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.cmp_size(other),
            (true, true) => other.cmp_size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    /// Compares without the signs: first the number of digits before the point, then the digits.
    fn cmp_size(&self, other: &Decimal<'_>) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(&other.whole));
        whole.then_with(|| self.part.cmp(&other.part))
    }
}

impl From<i64> for Decimal<'_> {
    fn from(number: i64) -> Self {
        let size = if number == 0 { String::new() } else { number.unsigned_abs().to_string() };
        Self { is_negative: number < 0, whole: Cow::Owned(size), part: Cow::Borrowed("") }
    }
}

fn digits(text: &str) -> Option<&str> {
    let fits = (1..=MAX_NUMBER_LEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{Decimal, MAX_NUMBER_LEN};
    use std::cmp::Ordering::{Equal, Less};

    #[test]
    fn numbers_are_exact() {
        let of = |text: &'static str| Decimal::parse(text).unwrap();
        for (one, other, ordering) in [
            ("999999999999999998", "999999999999999999", Less),
            ("-0.1", "-0.09", Less),
            ("9", "10", Less),
            ("-10", "-9", Less),
            ("-1", "0", Less),
            ("0.5", "0.51", Less),
            ("0.09", "0.1", Less),
            ("0", "0.000000000000000000000000000001", Less),
            ("1.50", "+1.5", Equal),
            ("-0", "0", Equal),
            ("-0.00", "+0", Equal),
            ("007", "7", Equal),
        ] {
            assert_eq!(of(one).cmp(&of(other)), ordering, "{one} {other}");
            assert_eq!(of(other).cmp(&of(one)), ordering.reverse(), "{one} {other}");
            assert_eq!(of(one).into_owned() == of(other), ordering == Equal, "{one} {other}");
        }
        for number in [0, 7, -7, i64::MAX, i64::MIN] {
            assert_eq!(Decimal::parse(&number.to_string()).unwrap(), Decimal::from(number));
        }
        let long = "1".repeat(MAX_NUMBER_LEN);
        assert!(Decimal::parse(&long).is_some() && Decimal::parse(&format!("{long}1")).is_none());
        for bad in ["", "-", ".5", "5.", "1e3", " 1", "1 ", "--1", "+-1", "1.2.3", "٣", "NaN", "0x1"] {
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
    }
}
