//! The cases that the crate brings along.

use super::case::{Case, Kind};
use super::judge;
use super::ledger::Ledger;
use super::line;
use super::outcome::{Judged, Outcome};
use super::subject::Subject;
use flate2::read::GzDecoder;
use std::io::{BufRead, BufReader};

/// AWS's two published suites and the corpus, one case a line; `tests/conformance_cases.rs` writes it.
const CASES: &[u8] = include_bytes!("cases.jsonl.gz");

/// Cases in their order: AWS's classic suite, the suite of AWS's Common Runtime, and the corpus of requests on which real
/// signers agree byte for byte.
///
/// ```
/// use sig4::conformance::{Kind, Suite};
///
/// let suite = Suite::all();
/// assert_eq!((suite.cases().len(), suite.of_kind(Kind::Query).cases().len()), (1046, 361));
/// ```
#[derive(Clone, Debug)]
pub struct Suite {
    cases: Vec<Case>,
    is_whole: bool,
}

impl Suite {
    /// Every case.
    #[must_use]
    pub fn all() -> Self {
        let lines = BufReader::new(GzDecoder::new(CASES)).lines();
        Self { cases: lines.map_while(Result::ok).filter_map(|text| line::read(&text)).collect(), is_whole: true }
    }

    /// The cases of one kind.
    #[must_use]
    pub fn of_kind(self, kind: Kind) -> Self {
        self.filtered(|case| case.kind() == kind)
    }

    /// The cases that `keep` says to keep.
    #[must_use]
    pub fn filtered(mut self, keep: impl Fn(&Case) -> bool) -> Self {
        self.cases.retain(keep);
        self.is_whole = false;
        self
    }

    /// The cases.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Has `subject` sign every case, and judges it. Failures that `ledger` knows are expected.
    pub fn run(&self, subject: &mut dyn Subject, ledger: &Ledger) -> Outcome {
        self.run_watched(subject, ledger, &mut |_judged| {})
    }

    /// The same; `watch` hears of each case as it is judged.
    pub fn run_watched(&self, subject: &mut dyn Subject, ledger: &Ledger, watch: &mut dyn FnMut(&Judged)) -> Outcome {
        let mut outcome = Outcome::default();
        for case in &self.cases {
            let verdict = ledger.applied(case, judge::judge(case, &subject.sign(case)), &mut outcome.used);
            let judged = Judged::new(case, verdict);
            watch(&judged);
            outcome.judged.push(judged);
        }
        if self.is_whole {
            outcome.stale = ledger.unused(&outcome.used);
        }
        outcome
    }
}
