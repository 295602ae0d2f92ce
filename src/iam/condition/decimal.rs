//! Exact decimal numbers.

/// How many digits may stand before the point, and how many after it.
const MAX_DIGITS: usize = 18;

const SCALE: i128 = 1_000_000_000_000_000_000;

/// A decimal number, as a multiple of 10⁻¹⁸.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Decimal(i128);

impl Decimal {
    /// Reads `-12`, `3.50` or `+0.1`: a sign if any, digits, and a point and digits if any.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, part) = match unsigned.split_once('.') {
            Some((whole, part)) => (whole, Some(part)),
            None => (unsigned, None),
        };
        let whole = digits(whole)?.checked_mul(SCALE)?;
        let part = part.map_or(Some(0), |part| digits(&format!("{part:0<18}")).filter(|_| !part.is_empty()))?;
        let size = whole.checked_add(part)?;
        Some(Self(if text.starts_with('-') { -size } else { size }))
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self(i128::from(number) * SCALE)
    }
}

fn digits(text: &str) -> Option<i128> {
    let fits = (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn numbers_are_exact() {
        let of = |text: &str| Decimal::parse(text).unwrap();
        assert!(of("999999999999999998") < of("999999999999999999") && of("-0.1") < of("-0.09"));
        assert!(of("1.50") == of("+1.5") && of("-0") == of("0") && of("007") == Decimal::from(7));
        assert!(of("0.000000000000000001") > of("0"));
        for bad in
            ["", "-", ".5", "5.", "1e3", " 1", "1 ", "--1", "+-1", "1.2.3", "٣", "1234567890123456789", "NaN", "0x1"]
        {
            assert!(Decimal::parse(bad).is_none(), "{bad}");
        }
    }
}
