//! The differences between two canonical requests.

use crate::explain::report::excerpt::{Common, Excerpt};
use crate::explain::report::part::Part;
use crate::explain::report::parts::{DifferingPart, Span, differing};
use crate::redact::Redactor;
use std::fmt;

/// A line that differs between the canonical request that the service computes and the one that was signed.
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
/// assert_eq!(difference.signed_parts(), Some(("host:", "other", "")));
/// ```
#[derive(Clone, Debug)]
pub struct Difference {
    line: usize,
    byte: usize,
    part: Part,
    computed: Excerpt,
    signed: Excerpt,
}

impl Difference {
    /// The differences, in the order of the canonical request, with secrets overwritten.
    pub(crate) fn find(computed: &[u8], signed: &[u8], redactor: &Redactor) -> Vec<Self> {
        let found = differing(computed, signed);
        if found.is_empty() {
            return Vec::new();
        }
        let [ours, theirs] = [computed, signed].map(|text| {
            let mut hidden = text.to_vec();
            redactor.redact_in_place(&mut hidden);
            hidden
        });
        found.into_iter().map(|found| Self::of(found, &ours, &theirs)).collect()
    }

    fn of(found: DifferingPart<'_>, ours: &[u8], theirs: &[u8]) -> Self {
        let common = Common::of(bytes_of(found.ours), bytes_of(found.theirs));
        let excerpt = |text, span: Option<_>| span.map_or_else(Excerpt::absent, |span| Excerpt::of(text, span, common));
        Self {
            line: found.line + 1,
            byte: common.byte + 1,
            part: found.part,
            computed: excerpt(ours, found.ours),
            signed: excerpt(theirs, found.theirs),
        }
    }

    /// Overwrites secrets in its texts.
    pub(crate) fn redact(&mut self, redactor: &Redactor) {
        if let Part::Header(name) = &mut self.part {
            *name = redactor.redact_same_length(name);
        }
        self.computed.redact(redactor);
        self.signed.redact(redactor);
    }

    /// The number of the line in the computed canonical request, from 1. Of a line that only the client signed, its number in
    /// the signed one.
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

    /// The computed line. Of a line of more than 80 bytes, 24 bytes before the difference and 56 bytes from it on. Asterisks
    /// replace secrets. Empty if there is no such line.
    #[must_use]
    pub fn computed(&self) -> &str {
        self.computed.text()
    }

    /// The signed line, in the form of [`computed`](Self::computed).
    #[must_use]
    pub fn signed(&self) -> &str {
        self.signed.text()
    }

    /// The computed line in three parts: what is before the difference, what differs, and what is after it. `None` if there is no
    /// such line.
    #[must_use]
    pub fn computed_parts(&self) -> Option<(&str, &str, &str)> {
        self.computed.parts()
    }

    /// The signed line in three parts, as [`computed_parts`](Self::computed_parts).
    #[must_use]
    pub fn signed_parts(&self) -> Option<(&str, &str, &str)> {
        self.signed.parts()
    }
}

const fn bytes_of<'t>(span: Option<Span<'t>>) -> &'t [u8] {
    match span {
        Some(span) => span.bytes,
        None => b"",
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, byte, part, computed, signed } = self;
        let (computed, signed) = (computed.text(), signed.text());
        write!(f, "line {line} ({part}), byte {byte}: computed `{computed}`, signed `{signed}`")
    }
}

#[cfg(test)]
mod tests {
    use super::Difference;
    use crate::explain::report::part::Part;
    use crate::redact::Redactor;

    const RIGHT: &str = "GET\n/a%2520b\nx=1\nhost:h\nx-amz-date:d\nx-amz-security-token:SECRET\n\n\
     host;x-amz-date;x-amz-security-token\nhash";

    fn found(signed: &str) -> Vec<Difference> {
        Difference::find(RIGHT.as_bytes(), signed.as_bytes(), &Redactor::new())
    }

    #[test]
    fn line_byte_and_part_of_the_first_difference() {
        let header = |name: &str| Part::Header(name.to_owned());
        for (from, to, expected) in [
            ("GET", "POST", (1, 1, Part::Method)),
            ("%2520", "%20", (2, 5, Part::Path)),
            ("x=1", "", (3, 1, Part::Query)),
            ("host:h\n", "host:h:80\n", (4, 7, header("host"))),
            ("x-amz-date:d\n", "", (5, 1, header("x-amz-date"))),
            ("host:h\n", "host:h\nrange:x\n", (5, 1, header("range"))),
            ("host:h\n", "Host:h\n", (4, 1, header("host"))),
            ("x-amz-date:d\n", "x-amz-date;\n", (5, 11, header("x-amz-date"))),
            ("host:h\nx-amz-date:d\n", "x-amz-date:d\nhost:h\n", (4, 1, Part::HeaderOrder)),
            ("TOKEN", "TOKEN", (0, 0, Part::Method)),
            ("SECRET", "OTHER", (6, 22, header("x-amz-security-token"))),
            ("host;", "", (8, 1, Part::SignedHeaders)),
            ("hash", "other", (9, 1, Part::Payload)),
            ("\nhash", "", (9, 1, Part::Payload)),
            ("\n\nhost", "\nhost", (7, 1, Part::SignedHeaders)),
        ] {
            let signed = RIGHT.replacen(from, to, 1);
            let first = found(&signed).first().map(|found| (found.line(), found.byte(), found.part().clone()));
            assert_eq!(first, (signed != RIGHT).then_some(expected), "{from} to {to}");
        }
    }

    #[test]
    fn every_part_that_differs_is_found() {
        let signed = RIGHT.replace("%2520", "%20").replace("x=1", "x=2").replace("host:h\n", "");
        let parts: Vec<_> = found(&signed).iter().map(|found| found.part().to_string()).collect();
        assert_eq!(parts, ["path", "query", "header host"]);
        let host = found(&signed).pop().unwrap();
        assert_eq!((host.computed(), host.signed(), host.signed_parts()), ("host:h", "", None));
    }

    #[test]
    fn the_marks_begin_and_end_at_whole_characters_and_percent_sequences() {
        let right = "GET\n/caf%25C3%25A9/é\n\n\nhost\nhash";
        for (signed, computed_parts, signed_parts) in [
            ("/caf%C3%A9/é", ("/caf", "%25C3%25A9", "/é"), ("/caf", "%C3%A9", "/é")),
            ("/caf%25C3%25A9/è", ("/caf%25C3%25A9/", "é", ""), ("/caf%25C3%25A9/", "è", "")),
            ("/caf%25C3%25A9", ("/caf%25C3%25A9", "/é", ""), ("/caf%25C3%25A9", "", "")),
        ] {
            let found = Difference::find(
                right.as_bytes(),
                right.replace("/caf%25C3%25A9/é", signed).as_bytes(),
                &Redactor::new(),
            );
            let found = found.first().unwrap();
            assert_eq!((found.computed_parts(), found.signed_parts()), (Some(computed_parts), Some(signed_parts)));
        }
    }

    #[test]
    fn a_long_line_is_cut_around_its_difference() {
        let line = |end: &str| format!("GET\n/{}{end}{}\n\n\nhost\nhash", "a".repeat(200), "b".repeat(200));
        let found = Difference::find(line("x").as_bytes(), line("y").as_bytes(), &Redactor::new());
        let expected = format!("…{}x{}…", "a".repeat(24), "b".repeat(55));
        assert_eq!(found.first().map(Difference::computed), Some(expected.as_str()));
    }

    #[test]
    fn a_token_is_never_shown_and_neither_is_a_control_character() {
        let signed = RIGHT.replace("SECRET", "OTHER").replace("/a%25", "/a\u{1b}%25");
        for text in [signed.as_str(), &RIGHT.replace("SECRET", "OTHER")] {
            let shown: String = found(text).iter().map(|found| format!("{found} {found:?}")).collect();
            assert!(!shown.contains("SECRET") && !shown.contains("OTHER") && !shown.contains('\u{1b}'), "{shown}");
        }
    }
}
