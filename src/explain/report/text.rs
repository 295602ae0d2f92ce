//! The report for people.
//!
//! ```text
//! SUMMARY
//!   cause              NAME (CERTAINTY): PROOF
//!   differs in         PART, line N of the canonical request, byte N
//!   service expects    LINE
//!   client signed      LINE
//!                      MARKS
//!   fix in the signer  REMEDY
//!   or as its user     WORKAROUND
//!   versions           VERSIONS
//!   could equally be   NAME: SUMMARY
//!   next               STEP
//! ```

use crate::explain::cause::Cause;
use crate::explain::report::diff::Difference;
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::report::parts::MAX_DIFFERENCES;
use crate::explain::report::{Report, Verdict};
use crate::printable;
use std::fmt::{self, Write};

/// The width of a label, with the blanks after it.
const LABEL: usize = 19;
/// The width of texts. Lines of the canonical request are not broken.
const WIDTH: usize = 100;

/// The escape sequences for colours.
struct Palette {
    good: &'static str,
    bad: &'static str,
    strong: &'static str,
    dim: &'static str,
    end: &'static str,
}

impl Palette {
    const PLAIN: Self = Self { good: "", bad: "", strong: "", dim: "", end: "" };
    const ANSI: Self = Self { good: "\x1b[32m", bad: "\x1b[31m", strong: "\x1b[1m", dim: "\x1b[2m", end: "\x1b[0m" };
}

impl Report {
    /// The report for people, with colours for a terminal.
    #[must_use]
    pub fn to_ansi(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = Page { out: &mut text, colours: &Palette::ANSI }.report(self);
        text
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Page { out: f, colours: &Palette::PLAIN }.report(self)
    }
}

/// A report being written.
struct Page<'p> {
    out: &'p mut dyn Write,
    colours: &'p Palette,
}

impl Page<'_> {
    fn report(&mut self, report: &Report) -> fmt::Result {
        let is_explained = match report.verdict() {
            Verdict::NothingWrong => {
                return self.headline("Nothing is wrong: the request verifies.", self.colours.good);
            }
            Verdict::Explained => true,
            Verdict::Unexplained => false,
        };
        if !is_explained {
            self.headline(unexplained(report), self.colours.bad)?;
            self.next(report)?;
        }
        let shown: Vec<_> = report.findings().iter().filter(|finding| !is_part(finding, report)).collect();
        let proven = shown.iter().position(|finding| finding.proof() == Some(Proof::Signature));
        for (n, finding) in shown.into_iter().enumerate() {
            let differences = if n == proven.unwrap_or(0) { report.differences() } else { &[] };
            match is_explained && finding.certainty() < Certainty::Possible {
                true => self.finding(finding, differences, n > 0)?,
                false => self.possible_finding(finding, differences, n == 0)?,
            }
        }
        if report.findings().is_empty() {
            self.differences(report.differences())?;
        }
        if let Some(left_out) = report.left_out() {
            self.labelled("not examined", left_out)?;
        }
        if is_explained { self.next(report) } else { Ok(()) }
    }

    fn next(&mut self, report: &Report) -> fmt::Result {
        report.next_step().map_or(Ok(()), |next| self.labelled("next", next))
    }

    /// The first line, in a colour.
    fn headline(&mut self, text: &str, colour: &str) -> fmt::Result {
        let end = if colour.is_empty() { "" } else { self.colours.end };
        writeln!(self.out, "{colour}{}{end}", printable::line(text))
    }

    fn finding(&mut self, finding: &Finding, differences: &[Difference], is_another: bool) -> fmt::Result {
        if is_another {
            writeln!(self.out)?;
        }
        self.headline(&headline(finding), self.colours.strong)?;
        let label = if finding.causes().len() > 1 { "causes" } else { "cause" };
        self.labelled(label, &format!("{} ({}): {}", finding.name(), finding.certainty().as_str(), proof(finding)))?;
        if let Some(detail) = finding.long_detail() {
            self.labelled("detail", detail)?;
        }
        self.differences(differences)?;
        self.remedies(finding)
    }

    /// A finding that is only possible, under a headline that says so. The remedies of the first one are shown.
    fn possible_finding(&mut self, finding: &Finding, differences: &[Difference], is_first: bool) -> fmt::Result {
        let text =
            format!("{} ({}): {}", finding.name(), finding.certainty().as_str(), finding.clauses().join("; and "));
        self.labelled("perhaps", &text)?;
        self.differences(differences)?;
        if is_first { self.remedies(finding) } else { Ok(()) }
    }

    fn remedies(&mut self, finding: &Finding) -> fmt::Result {
        match finding.causes() {
            [cause] => self.remedy(*cause)?,
            causes => {
                for (n, (cause, clause)) in causes.iter().zip(finding.clauses()).enumerate() {
                    self.labelled(&format!("{}.", n + 1), &format!("{}: {clause}", cause.name()))?;
                    self.remedy(*cause)?;
                }
            }
        }
        for other in finding.alternatives() {
            self.labelled("could equally be", &format!("{}: {}", other.name(), other.summary()))?;
        }
        Ok(())
    }

    fn remedy(&mut self, cause: Cause) -> fmt::Result {
        match cause.workaround() {
            Some(workaround) => {
                self.labelled("fix in the signer", cause.remedy())?;
                self.labelled("or as its user", workaround)?;
            }
            None => self.labelled("fix", cause.remedy())?,
        }
        cause.versions().map_or(Ok(()), |versions| self.labelled("versions", versions))
    }

    fn differences(&mut self, differences: &[Difference]) -> fmt::Result {
        for difference in differences {
            self.difference(difference)?;
        }
        match differences.len() == MAX_DIFFERENCES {
            true => self.labelled("differs in", "perhaps in more parts, which are not shown"),
            false => Ok(()),
        }
    }

    fn difference(&mut self, difference: &Difference) -> fmt::Result {
        let (line, byte) = (difference.line(), difference.byte());
        self.labelled(
            "differs in",
            &format!("{}: line {line} of the canonical request, byte {byte}", difference.part()),
        )?;
        let (computed, signed) = (difference.computed_parts(), difference.signed_parts());
        let (good, bad) = (self.colours.good, self.colours.bad);
        self.marked("service expects", computed, good)?;
        self.marked("client signed", signed, bad)?;
        let columns = |text: &str| text.chars().count();
        let start = computed.or(signed).map_or(0, |(before, ..)| columns(before));
        let width = [computed, signed].into_iter().flatten().map(|(_, differing, _)| columns(differing)).max();
        let marks = "^".repeat(width.unwrap_or_default().max(1));
        let blanks = 2 + LABEL + start;
        let Palette { dim, end, .. } = self.colours;
        writeln!(self.out, "{:blanks$}{dim}{marks}{end}", "")
    }

    /// A line of a canonical request, with its difference in a colour.
    fn marked(&mut self, label: &str, parts: Option<(&str, &str, &str)>, colour: &str) -> fmt::Result {
        let Palette { dim, end, .. } = self.colours;
        write!(self.out, "  {dim}{label:LABEL$}{end}")?;
        match parts {
            None => writeln!(self.out, "{dim}(no such line){end}"),
            Some(("", "", "")) => writeln!(self.out, "{dim}(an empty line){end}"),
            Some((before, differing, after)) => writeln!(self.out, "{before}{colour}{differing}{end}{after}"),
        }
    }

    /// A label and a text, which is broken into lines.
    fn labelled(&mut self, label: &str, text: &str) -> fmt::Result {
        let Palette { dim, end, .. } = self.colours;
        let text = printable::line(text);
        for (n, line) in broken(&text, WIDTH - LABEL).enumerate() {
            let label = if n == 0 { label } else { "" };
            writeln!(self.out, "  {dim}{label:LABEL$}{end}{line}")?;
        }
        Ok(())
    }
}

/// Whether another finding has the causes of this one and more.
fn is_part(finding: &Finding, report: &Report) -> bool {
    let has_all = |other: &Finding| finding.causes().iter().all(|cause| other.causes().contains(cause));
    report.findings().iter().any(|other| other.causes().len() > finding.causes().len() && has_all(other))
}

fn headline(finding: &Finding) -> String {
    let is_certain = finding.certainty() == Certainty::Certain;
    let text = match finding.clauses() {
        [clause] if is_certain => clause.clone(),
        [clause] => format!("probably {clause}"),
        clauses if is_certain => format!("{} mistakes were made together", clauses.len()),
        clauses => format!("probably {} mistakes were made together", clauses.len()),
    };
    let note = finding.added_note().map_or_else(String::new, |note| format!("; {note}"));
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{note}.", letters.as_str())
}

const fn proof(finding: &Finding) -> &'static str {
    match (finding.proof(), finding.certainty()) {
        (Some(Proof::Signature), _) => "proven by the signature",
        (Some(Proof::Request), _) => "shown by the request",
        (Some(Proof::Answer), _) => "shown by the service's answer",
        (None, Certainty::Possible) => "a suspicion, not proven",
        (None, _) => "not proven",
    }
}

const fn unexplained(report: &Report) -> &'static str {
    match report.candidates() {
        0 => "Unexplained: what was given does not show the cause.",
        _ => "Unexplained: no known mistake gives this signature.",
    }
}

/// The lines of a text. It is broken at blanks that are not in backticks, so that a command stays in one piece.
fn broken(text: &str, width: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, after) = match place_of_break(text, width) {
            Some(at) => (text.get(..at).unwrap_or(text), text.get(at + 1..)),
            None => (text, None),
        };
        rest = after;
        Some(line)
    })
}

/// The last blank within the width, or the first one after it. `None` if the text is short enough or has no blank.
fn place_of_break(text: &str, width: usize) -> Option<usize> {
    let mut in_backticks = false;
    let mut last = None;
    for (column, (at, c)) in text.char_indices().enumerate() {
        in_backticks ^= c == '`';
        if column >= width && last.is_some() {
            return last;
        }
        if c == ' ' && !in_backticks {
            last = Some(at);
        }
    }
    last.filter(|_| text.chars().count() > width)
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn a_text_is_broken_at_blanks_outside_of_backticks() {
        for (text, lines) in [
            ("", &[""][..]),
            ("one two", &["one two"]),
            ("one two three", &["one two", "three"]),
            ("seventeen-letters-long two", &["seventeen-letters-long", "two"]),
            ("run `a b c d` now", &["run", "`a b c d`", "now"]),
            ("an `open tick goes on", &["an", "`open tick goes on"]),
        ] {
            assert_eq!(broken(text, 8).collect::<Vec<_>>(), lines, "{text}");
        }
    }
}
