//! The first difference between two canonical requests.

use crate::printable;
use crate::redact::Redactor;
use std::fmt;

/// The number of bytes shown before and after the first difference.
const BEFORE: usize = 24;
const AFTER: usize = 40;

/// The first difference between the canonical request that the service computes and the one that was signed.
///
/// ```
/// use sig4::explain::{AwsResponse, Part};
///
/// let body = "<Message>m</Message><CanonicalRequest>GET\n/\n\nhost:h\n\nhost\ne3b0</CanonicalRequest>";
/// let response = AwsResponse::parse(body).expect("it is a refusal");
/// let report = response.report(Some("GET\n/\n\nhost:other\n\nhost\ne3b0"));
/// let difference = report.difference().expect("they differ");
/// assert_eq!((difference.line(), difference.byte(), difference.part()), (4, 6, &Part::Header("host".to_owned())));
/// assert_eq!((difference.computed(), difference.signed()), ("host:h", "host:other"));
/// ```
#[derive(Clone, Debug)]
pub struct Difference {
    line: usize,
    byte: usize,
    part: Part,
    computed: String,
    signed: String,
}

/// A part of the canonical request.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// The first line.
    Method,
    /// The second line.
    Path,
    /// The third line.
    Query,
    /// The line of the header of this name.
    Header(String),
    /// The list of signed headers, or the empty line before it.
    SignedHeaders,
    /// The last line.
    Payload,
}

impl Difference {
    /// The first difference, with secrets overwritten. `None` if the texts are equal.
    pub(crate) fn find(computed: &[u8], signed: &[u8], redactor: &Redactor) -> Option<Self> {
        let (ours, theirs) = (lines(computed), lines(signed));
        let most = ours.len().max(theirs.len());
        let at = (0..most).find(|n| ours.get(*n) != theirs.get(*n))?;
        let line = |lines: &[&'_ [u8]]| lines.get(at).copied().unwrap_or_default().to_vec();
        let (our_line, their_line) = (line(&ours), line(&theirs));
        let byte = our_line.iter().zip(&their_line).take_while(|(a, b)| a == b).count();
        let excerpt = |text: &[u8]| {
            let mut hidden = text.to_vec();
            redactor.redact_in_place(&mut hidden);
            let of_line = lines(&hidden).get(at).map(|line| line.to_vec());
            around(&of_line.unwrap_or_default(), byte)
        };
        Some(Self {
            line: at + 1,
            byte: byte + 1,
            part: part(at, &ours, &theirs),
            computed: excerpt(computed),
            signed: excerpt(signed),
        })
    }

    /// Overwrites secrets in its texts.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        let name = match &mut self.part {
            Part::Header(name) => Some(name),
            _ => None,
        };
        for text in [&mut self.computed, &mut self.signed].into_iter().chain(name) {
            *text = redactor.redact_same_length(text);
        }
    }

    /// The number of the line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The number of the first differing byte of the line, from 1.
    #[must_use]
    pub const fn byte(&self) -> usize {
        self.byte
    }

    /// The part of the canonical request that the line belongs to.
    #[must_use]
    pub const fn part(&self) -> &Part {
        &self.part
    }

    /// The computed line around the difference: up to 24 bytes before it and 40 bytes from it on. Asterisks replace secrets.
    #[must_use]
    pub fn computed(&self) -> &str {
        &self.computed
    }

    /// The signed line around the difference: up to 24 bytes before it and 40 bytes from it on. Asterisks replace secrets.
    #[must_use]
    pub fn signed(&self) -> &str {
        &self.signed
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, byte, part, computed, signed } = self;
        write!(f, "line {line} ({part}), byte {byte}: computed `{computed}`, signed `{signed}`")
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Path => f.write_str("path"),
            Self::Query => f.write_str("query"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::SignedHeaders => f.write_str("signed headers"),
            Self::Payload => f.write_str("payload hash"),
        }
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|b| *b == b'\n').collect()
}

/// The part of the line at this index.
fn part(at: usize, ours: &[&[u8]], theirs: &[&[u8]]) -> Part {
    let blank = ours.iter().skip(3).position(|line| line.is_empty()).map_or(usize::MAX, |n| n + 3);
    match at {
        0 => Part::Method,
        1 => Part::Path,
        2 => Part::Query,
        at if at > blank.saturating_add(1) => Part::Payload,
        at if at == blank.saturating_add(1) => Part::SignedHeaders,
        at => {
            let name = |lines: &[&[u8]]| lines.get(at).map(|line| header_name(line)).filter(|name| !name.is_empty());
            let (our_name, their_name) = (name(ours), name(theirs));
            let is_theirs = |name: &String| theirs.iter().skip(3).any(|line| header_name(line) == *name);
            let only_ours = our_name.clone().filter(|name| !is_theirs(name));
            only_ours.or(their_name).or(our_name).map_or(Part::SignedHeaders, Part::Header)
        }
    }
}

fn header_name(line: &[u8]) -> String {
    let name = line.split_at(line.iter().position(|b| *b == b':').unwrap_or(0)).0;
    printable::line(&String::from_utf8_lossy(name.get(..64).unwrap_or(name))).into_owned()
}

/// The bytes around an index, escaped to fit one line of text.
fn around(line: &[u8], at: usize) -> String {
    let start = at.saturating_sub(BEFORE);
    let end = at.saturating_add(AFTER).min(line.len());
    let dots = |there: bool| if there { "…" } else { "" };
    let inner = String::from_utf8_lossy(line.get(start..end).unwrap_or_default());
    let inner = printable::line(&inner);
    format!("{}{inner}{}", dots(start > 0), dots(end < line.len()))
}

#[cfg(test)]
mod tests {
    use super::{Difference, Part};
    use crate::redact::Redactor;

    const RIGHT: &str = "GET\n/a%2520b\nx=1\nhost:h\nx-amz-date:d\nx-amz-security-token:SECRET\n\n\
     host;x-amz-date;x-amz-security-token\nhash";

    fn of(signed: &str) -> Option<(usize, usize, Part)> {
        let found = Difference::find(RIGHT.as_bytes(), signed.as_bytes(), &Redactor::new())?;
        Some((found.line(), found.byte(), found.part().clone()))
    }

    #[test]
    fn line_byte_and_part_of_the_first_difference() {
        let header = |name: &str| Part::Header(name.to_owned());
        for (from, to, expected) in [
            ("GET", "POST", (1, 1, Part::Method)),
            ("%2520", "%20", (2, 5, Part::Path)),
            ("x=1", "", (3, 1, Part::Query)),
            ("host:h\n", "host:h:80\n", (4, 7, header("host"))),
            ("x-amz-date:d\n", "", (5, 7, header("x-amz-date"))),
            ("host:h\n", "host:h\nrange:x\n", (5, 1, header("range"))),
            ("TOKEN", "TOKEN", (0, 0, Part::Method)),
            ("SECRET", "OTHER", (6, 22, header("x-amz-security-token"))),
            ("host;", "", (8, 1, Part::SignedHeaders)),
            ("hash", "other", (9, 1, Part::Payload)),
            ("\nhash", "", (9, 1, Part::Payload)),
        ] {
            let signed = RIGHT.replacen(from, to, 1);
            assert_eq!(of(&signed), (signed != RIGHT).then_some(expected), "{from} to {to}");
        }
    }

    #[test]
    fn a_token_is_never_shown_and_neither_is_a_control_character() {
        let signed = RIGHT.replace("SECRET", "OTHER").replace("/a%25", "/a\u{1b}%25");
        for text in [signed.as_str(), &RIGHT.replace("SECRET", "OTHER")] {
            let shown = Difference::find(RIGHT.as_bytes(), text.as_bytes(), &Redactor::new()).unwrap().to_string();
            assert!(!shown.contains("SECRET") && !shown.contains("OTHER") && !shown.contains('\u{1b}'), "{shown}");
        }
    }
}
