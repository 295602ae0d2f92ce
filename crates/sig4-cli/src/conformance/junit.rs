//! The verdicts as JUnit XML, which CI services show. Known failures count as skipped, unexpected passes as failures.

use crate::failure::Failure;
use crate::printable;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use sig4_conformance::{CaseVerdict, JudgedCase, RunReport};

const NAME: &str = "sig4 conformance";

/// The document.
pub(super) fn text(run: &RunReport) -> Result<String, Failure> {
    let mut suite = TestSuite::new(NAME);
    suite.add_test_cases(run.judged().iter().map(judged_case));
    suite.add_test_cases(run.stale().map(stale_entry));
    let mut report = Report::new(NAME);
    report.add_test_suite(suite);
    report.to_string().map_err(|error| format!("cannot write the JUnit report: {error}").into())
}

fn judged_case(judged: &JudgedCase) -> TestCase {
    let class = format!("{}.{}", judged.source(), judged.kind());
    test_case(&class, judged.id(), status(judged.verdict()))
}

/// An entry of the ledger that matches no case.
fn stale_entry(entry: &str) -> TestCase {
    test_case("ledger", entry, failure("stale", "stale ledger entry: matches no case"))
}

fn test_case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(visible(name), status);
    case.set_classname(visible(class));
    case
}

fn status(verdict: &CaseVerdict) -> TestCaseStatus {
    match verdict {
        CaseVerdict::Fail(failed) => {
            let causes: Vec<_> = failed.causes().map(ToString::to_string).collect();
            failure(&causes.join(","), failed.difference())
        }
        CaseVerdict::UnexpectedPass(reason) => failure("unexpected-pass", reason),
        CaseVerdict::Skipped(reason) => skipped("skipped", reason),
        CaseVerdict::Known(reason, failed) => skipped("known", &format!("{reason} ({failed})")),
        _ => TestCaseStatus::success(),
    }
}

fn failure(kind: &str, message: &str) -> TestCaseStatus {
    described(TestCaseStatus::non_success(NonSuccessKind::Failure), kind, message)
}

fn skipped(kind: &str, message: &str) -> TestCaseStatus {
    described(TestCaseStatus::skipped(), kind, message)
}

fn described(mut status: TestCaseStatus, kind: &str, message: &str) -> TestCaseStatus {
    status.set_type(visible(kind)).set_message(visible(message));
    status
}

/// `text` with `\u{…}` for each character that XML 1.0 cannot hold or that a terminal acts on. The crate would drop them.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_hidden = printable::is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
        if is_hidden { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{failure, test_case};
    use quick_junit::{Report, TestSuite};

    #[test]
    fn what_an_attribute_cannot_hold_is_escaped() {
        let mut suite = TestSuite::new("suite");
        suite.add_test_case(test_case("class", "a<b>&\"c\"\n\u{1}é\u{ffff}\u{1b}[0m", failure("kind", "")));
        let mut report = Report::new("report");
        report.add_test_suite(suite);
        let xml = report.to_string().unwrap();
        let name = r#"name="a&lt;b&gt;&amp;&quot;c&quot;\u{a}\u{1}é\u{ffff}\u{1b}[0m""#;
        assert!(xml.contains(name), "{xml}");
    }
}
