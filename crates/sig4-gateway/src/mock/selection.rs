//! The selection patterns of integration responses.
//!
//! API Gateway takes any regular expression. Patterns of the three digits of a status can be read: `200`, `4\d{2}`, `2..|304`.
//!
//! Source: "IntegrationResponse", selection pattern: for a MOCK integration, the status code is matched.

/// A selection pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SelectionPattern(Vec<[Digit; 3]>);

/// One character of a status.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Digit {
    Any,
    Only(u8),
}

impl SelectionPattern {
    /// Reads a pattern. `None` for one that cannot be read.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.split('|').map(alternative).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether the pattern matches a whole status.
    pub(crate) fn matches(&self, status: u16) -> bool {
        let status = status.to_string();
        let digits = status.as_bytes();
        let fits = |(digit, byte): (&Digit, &u8)| matches!(digit, Digit::Any) || *digit == Digit::Only(*byte);
        self.0.iter().any(|alternative| digits.len() == 3 && alternative.iter().zip(digits).all(fits))
    }
}

fn alternative(text: &str) -> Option<[Digit; 3]> {
    let text = text.strip_prefix('^').unwrap_or(text);
    let text = text.strip_suffix('$').unwrap_or(text);
    let text = text.replace("[0-9]", ".").replace("\\d", ".").replace(".{2}", "..").replace(".{3}", "...");
    let digits: Vec<Digit> = text.bytes().map(digit).collect::<Option<_>>()?;
    digits.try_into().ok()
}

const fn digit(byte: u8) -> Option<Digit> {
    match byte {
        b'.' => Some(Digit::Any),
        b'0'..=b'9' => Some(Digit::Only(byte)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::SelectionPattern;

    #[test]
    fn patterns_of_a_status() {
        for (pattern, yes, no) in [
            ("200", 200, 201),
            ("4\\d{2}", 404, 500),
            ("4[0-9]{2}", 404, 500),
            ("5..", 503, 403),
            ("200|404", 404, 400),
            ("^2\\d\\d$", 204, 304),
            ("\\d{3}", 204, 999),
        ] {
            let read = SelectionPattern::parse(pattern).unwrap();
            assert!(read.matches(yes), "{pattern}");
            assert!(no == 999 || !read.matches(no), "{pattern}");
        }
        for pattern in ["", "20", "2000", ".*", "(200)", "2\\d+", "200||", ".*not found.*"] {
            assert!(SelectionPattern::parse(pattern).is_none(), "{pattern}");
        }
    }
}
