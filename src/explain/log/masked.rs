//! Header values that a log hides.
//!
//! Sources: the crate aws-sigv4 from 1.6 on, which writes `** redacted (length=7) **` for the session token; people, who put
//! `***` or `<redacted>` in its place.

use std::borrow::Cow;
use std::collections::HashMap;

/// The canonical request with the right values in place of the hidden ones, so that the rest of it is compared. A header that
/// has no right value stays as it is.
pub(crate) fn unmasked<'t>(signed: &'t str, right: &[u8]) -> Cow<'t, str> {
    if !signed.lines().any(|line| header(line).is_some_and(|(_, value)| is_masked(value))) {
        return Cow::Borrowed(signed);
    }
    let right = String::from_utf8_lossy(right);
    let values: HashMap<&str, &str> = right.lines().skip(3).filter_map(header).collect();
    let shown = |line: &str| {
        let (name, value) = header(line.trim_end()).filter(|(_, value)| is_masked(value))?;
        let right = values.get(name)?;
        Some([name, ":", right, line.get(name.len() + 1 + value.len()..)?].concat())
    };
    Cow::Owned(signed.split_inclusive('\n').map(|line| shown(line).map_or(Cow::Borrowed(line), Cow::Owned)).collect())
}

fn header(line: &str) -> Option<(&str, &str)> {
    line.split_once(':')
}

/// Whether a value only stands in place of the right value.
fn is_masked(value: &str) -> bool {
    const WORDS: [&str; 5] = ["redacted", "masked", "hidden", "not shown", "removed"];
    const MOST: usize = 64;
    let value = value.trim();
    let is_filler = |c: char| matches!(c, '*' | 'x' | 'X' | '.' | '…' | '#');
    let word = value.trim_matches(['*', ' ', '<', '>', '[', ']', '(', ')', '{', '}']).to_ascii_lowercase();
    let has_word = value.len() <= MOST && word.len() < value.len() && WORDS.iter().any(|mask| word.starts_with(mask));
    has_word || value == "REDACTED" || (value.chars().count() >= 3 && value.chars().all(is_filler))
}

#[cfg(test)]
mod tests {
    use super::unmasked;

    #[test]
    fn a_hidden_value_is_the_right_one() {
        let text = |token: &str| {
            format!("GET\n/\n\nhost:h\nx-amz-security-token:{token}\n\nhost;x-amz-security-token\ne3b0\n")
        };
        let right = text("IQoJb3Jp");
        for token in [
            "** redacted (length=8) **",
            "***",
            "<redacted>",
            "[REDACTED]",
            "REDACTED",
            "xxxxxxxx",
            "(not shown)",
            "…….",
        ] {
            assert_eq!(unmasked(&text(token), right.as_bytes()), right, "{token}");
        }
        for token in ["IQoJ", "redacted", "**", "a***", ""] {
            assert_eq!(unmasked(&text(token), right.as_bytes()), text(token), "{token}");
        }
        let other = right.replace("security-token", "other");
        assert_eq!(unmasked(&text("***"), other.as_bytes()), text("***"));
        assert_eq!(unmasked(&text("***").replace('\n', "\r\n"), right.as_bytes()), right.replace('\n', "\r\n"));
    }
}
