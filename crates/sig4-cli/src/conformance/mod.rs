//! `sig4 conformance`: checks any signer against the test suites.
//!
//! Without `--listen` the checked command speaks the signer protocol: it reads one JSON object per line and answers each with one
//! line. With `--listen` it is a client that is started for each case, and its request is judged.

mod connections;
mod driver;
mod json;
mod junit;
mod listen;
mod owner;
mod placeholders;
mod process;
mod restart;
mod stopped;

use crate::failure::Failure;
use crate::print::{self, Progress};
use crate::report_format::ReportFormat;
use clap::{Args, ValueEnum};
use listen::Listener;
use restart::Restarted;
use sig4_conformance::{CaseKind, CaseVerdict, JudgedCase, Ledger, RunReport, SigningCase, Suite};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// The arguments of `sig4 conformance`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 conformance -- python3 my_signer.py
  sig4 conformance --ledger known.ledger --junit verdicts.xml -- ./my_signer
  sig4 conformance --listen --filter get-vanilla -- curl -sS {headers} {token_header} {data} {url}

docs/conformance.md describes the protocol and the cases.")]
pub(crate) struct ConformanceArgs {
    /// Start COMMAND for each case as a client of a server on loopback, and judge the request that it sends. Its arguments may
    /// contain {url}, {method}, {host}, {path}, {query}, {region}, {service}, {access_key}, {secret_key}, {session_token} and
    /// {body_file}; {headers}, {token_header} and {data} become -H and --data-binary arguments. The environment has the same values
    /// in SIG4_URL, SIG4_METHOD, SIG4_REGION, SIG4_SERVICE, SIG4_BODY_FILE, SIG4_HEADERS (JSON), SIG4_CASE (the whole case as
    /// JSON) and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
    #[arg(long)]
    listen: bool,
    /// With --listen: accept requests of any process, such as one in a container. By default, on Linux, only requests of the
    /// client's own processes count. Other systems always accept any process
    #[arg(long, requires = "listen")]
    any_process: bool,
    /// Run only the cases of this kind [default with --listen: header]
    #[arg(long)]
    kind: Option<KindArg>,
    /// Run only cases with this text in their id or with this tag. May be repeated, which adds cases
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,
    /// Known failures, one per line: `SELECTOR… | REASON`. A selector is an id, a prefix followed by *, tag:TAG, cause:NAME or
    /// kind:KIND
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Show every failure instead of the first few
    #[arg(long)]
    all: bool,
    /// Print JSON instead of the table, as --format json does
    #[arg(long, conflicts_with = "all")]
    json: bool,
    /// The output: text, or a JSON object
    #[arg(long, default_value = "text", hide_possible_values = true, value_name = "text|json")]
    format: ReportFormat,
    /// Also write the verdicts as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// The time limit for an answer, or for a client
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// The signer or the client, with its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindArg {
    #[value(alias = "v4-header")]
    Header,
    #[value(alias = "v4-query")]
    Query,
    #[value(alias = "v4-chunked")]
    Chunked,
    #[value(alias = "v4-event-stream")]
    Events,
    V4a,
}

impl KindArg {
    const fn kind(self) -> CaseKind {
        match self {
            Self::Header => CaseKind::Header,
            Self::Query => CaseKind::Query,
            Self::Chunked => CaseKind::Chunked,
            Self::Events => CaseKind::Events,
            Self::V4a => CaseKind::Asymmetric,
        }
    }
}

/// Checks the command, and returns whether every verdict is as expected.
pub(crate) fn run(args: &ConformanceArgs) -> Result<bool, Failure> {
    let ledger = args.ledger()?;
    let suite = args.suite();
    if suite.cases().is_empty() {
        return Err("--kind and --filter match no case".into());
    }
    let progress = Progress::counted(suite.cases().len(), args.json);
    let mut wrong = 0_usize;
    let mut show = |judged: &JudgedCase| {
        wrong += usize::from(!CaseVerdict::is_as_expected(judged.verdict()));
        progress.count();
        progress.say(&format!("{wrong} wrong: {}", judged.id()));
    };
    let timeout = Duration::from_secs(args.timeout);
    let outcome = if args.listen {
        let mut listener = Listener::new(&args.command, timeout, args.any_process)?;
        let outcome = suite.run_watched(&mut listener, &ledger, &mut show);
        if listener.is_stopped() {
            return Err("stopped by a signal".into());
        }
        outcome
    } else {
        let mut driven = Restarted::new(&args.command, timeout)?;
        suite.run_watched(&mut driven, &ledger, &mut show)
    };
    drop(progress);
    args.report(&outcome)?;
    Ok(outcome.is_as_expected())
}

impl ConformanceArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.json || self.format == ReportFormat::Json
    }

    fn ledger(&self) -> Result<Ledger, Failure> {
        let Some(path) = &self.ledger else { return Ok(Ledger::empty()) };
        let text = fs::read_to_string(path).map_err(|e| format!("cannot read `{}`: {e}", path.display()))?;
        Ok(Ledger::parse(&text)?)
    }

    fn suite(&self) -> Suite {
        let suite = Suite::all();
        let suite = match (self.kind, self.listen) {
            (Some(kind), _) => suite.of_kind(kind.kind()),
            (None, true) => suite.of_kind(CaseKind::Header),
            (None, false) => suite,
        };
        if self.filter.is_empty() { suite } else { suite.filtered(|case| self.picks(case)) }
    }

    fn picks(&self, case: &SigningCase) -> bool {
        self.filter.iter().any(|text| case.id().contains(text.as_str()) || case.tags().any(|tag| tag == text))
    }

    fn report(&self, outcome: &RunReport) -> Result<(), Failure> {
        if let Some(path) = &self.junit {
            let written = fs::write(path, junit::text(outcome)?);
            written.map_err(|e| format!("cannot write `{}`: {e}", path.display()))?;
        }
        match (self.is_json(), self.all) {
            (true, _) => print::json(&json::value(outcome).to_string()),
            (false, true) => print::text(&format!("{outcome:#}")),
            (false, false) => print::text(&outcome.to_string()),
        }
    }
}
