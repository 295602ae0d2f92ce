//! The cases of this crate.

use crate::case::{CaseKind, SigningCase};
use crate::judge;
use crate::ledger::Ledger;
use crate::line;
use crate::report::{JudgedCase, RunReport};
use crate::subject::Subject;
use flate2::read::GzDecoder;
use std::io::{BufRead, BufReader};

/// AWS's two published suites and the corpus, one case a line; `tests/conformance_cases.rs` writes it.
const CASES: &[u8] = include_bytes!("cases.jsonl.gz");

/// The cases, in order: AWS's classic suite, the suite of AWS's Common Runtime, and the corpus of requests, bodies in chunks and streams of
/// events that real signers sign with identical bytes.
///
/// ```
/// use sig4_conformance::{CaseKind, Suite};
///
/// let suite = Suite::all();
/// assert_eq!((suite.cases().len(), suite.of_kind(CaseKind::Query).cases().len()), (1147, 361));
/// ```
#[derive(Clone, Debug)]
pub struct Suite {
    cases: Vec<SigningCase>,
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
    pub fn of_kind(self, kind: CaseKind) -> Self {
        self.of_kinds([kind])
    }

    /// The cases of some kinds, for a signer that has no others.
    ///
    /// ```
    /// use sig4_conformance::{CaseKind, Suite};
    ///
    /// let requests = Suite::all().of_kinds([CaseKind::Header, CaseKind::Query]);
    /// assert_eq!(requests.cases().len(), 1046);
    /// ```
    #[must_use]
    pub fn of_kinds<const N: usize>(self, kinds: [CaseKind; N]) -> Self {
        self.filtered(|case| kinds.contains(&case.kind()))
    }

    /// The cases for which `keep` is true.
    #[must_use]
    pub fn filtered(mut self, keep: impl Fn(&SigningCase) -> bool) -> Self {
        self.cases.retain(keep);
        self.is_whole = false;
        self
    }

    /// The cases.
    #[must_use]
    pub fn cases(&self) -> &[SigningCase] {
        &self.cases
    }

    /// Runs every case: `subject` signs it, and the answer is judged. Failures with an entry in `ledger` are expected.
    pub fn run(&self, subject: &mut dyn Subject, ledger: &Ledger) -> RunReport {
        self.run_watched(subject, ledger, &mut |_judged| {})
    }

    /// Runs every case, and calls `watch` with each verdict.
    pub fn run_watched(
        &self,
        subject: &mut dyn Subject,
        ledger: &Ledger,
        watch: &mut dyn FnMut(&JudgedCase),
    ) -> RunReport {
        let mut outcome = RunReport::default();
        for case in &self.cases {
            let verdict = ledger.applied(case, judge::judge(case, &subject.sign(case)), &mut outcome.used);
            let judged = JudgedCase::new(case, verdict);
            watch(&judged);
            outcome.judged.push(judged);
        }
        if self.is_whole {
            outcome.stale = ledger.unused(&outcome.used);
        }
        outcome
    }
}
