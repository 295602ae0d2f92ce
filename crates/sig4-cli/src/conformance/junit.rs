//! The verdicts as JUnit XML, which CI services show. Known failures count as skipped, unexpected passes as failures.
//!
//! Source: the schema of the Apache Ant JUnit task's reports, as CI services read it.

use crate::printable;
use sig4_conformance::{CaseVerdict, JudgedCase, RunReport};
use std::fmt::{self, Write};

/// The document.
pub(super) fn text(outcome: &RunReport) -> String {
    let mut xml = String::new();
    // Writing to a text does not fail.
    let _written = write_all(&mut xml, outcome);
    xml
}

fn write_all(xml: &mut String, outcome: &RunReport) -> fmt::Result {
    let stale: Vec<_> = outcome.stale().collect();
    let tests = outcome.judged().len() + stale.len();
    let failures = outcome.count("fail") + outcome.count("unexpected-pass") + stale.len();
    let skipped = outcome.count("skipped") + outcome.count("known");
    writeln!(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"");
    writeln!(xml, "<testsuites {counts}>\n<testsuite name=\"sig4 conformance\" {counts}>")?;
    outcome.judged().iter().try_for_each(|judged| write_case(xml, judged))?;
    for entry in stale {
        write!(xml, "<testcase classname=\"ledger\" name=\"{}\">", Escaped(entry))?;
        writeln!(xml, "<failure type=\"stale\" message=\"no case is so\"/></testcase>")?;
    }
    writeln!(xml, "</testsuite>\n</testsuites>")
}

fn write_case(xml: &mut String, judged: &JudgedCase) -> fmt::Result {
    let (suite, kind, id) = (judged.source(), judged.kind(), judged.id());
    write!(xml, "<testcase classname=\"{}.{kind}\" name=\"{}\"", Escaped(suite), Escaped(id))?;
    let (tag, class, message) = match judged.verdict() {
        CaseVerdict::Fail(failure) => {
            let causes: Vec<_> = failure.causes().map(ToString::to_string).collect();
            ("failure", causes.join(","), failure.difference().to_owned())
        }
        CaseVerdict::UnexpectedPass(reason) => ("failure", "unexpected-pass".to_owned(), reason.clone()),
        CaseVerdict::Skipped(reason) => ("skipped", "skipped".to_owned(), reason.clone()),
        CaseVerdict::Known(reason, failure) => ("skipped", "known".to_owned(), format!("{reason} ({failure})")),
        _ => return writeln!(xml, "/>"),
    };
    let (class, message) = (Escaped(&class), Escaped(&message));
    writeln!(xml, "><{tag} type=\"{class}\" message=\"{message}\"/></testcase>")
}

/// Text in an attribute; what XML 1.0 cannot hold, and what a terminal would act on, is written as `\u{…}`.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\t' | '\n' | '\r' => write!(f, "&#{};", u32::from(c))?,
                other if printable::is_hidden(other) || matches!(other, '\u{fffe}' | '\u{ffff}') => {
                    write!(f, "{}", other.escape_unicode())?;
                }
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn what_an_attribute_cannot_hold_is_escaped() {
        let escaped = Escaped("a<b>&\"c\"\n\u{1}é").to_string();
        assert_eq!(escaped, "a&lt;b&gt;&amp;&quot;c&quot;&#10;\\u{1}é");
    }
}
