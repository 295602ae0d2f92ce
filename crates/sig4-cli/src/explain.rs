//! `sig4 explain`: explains why a raw HTTP request does not verify, or what the response of AWS says about it.

use crate::failure::Failure;
use crate::print::{self, Progress, note};
use crate::receiver::{CheckedAt, ReceiverArgs, read_file};
use crate::report_format::ReportArgs;
use clap::Args;
use sig4::explain::{AwsResponse, ClientLog, Explainer, LoggedSigning, Report, Verdict};

/// The arguments of `sig4 explain`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 explain -f request.http --at 20150830T123600Z
  sig4 explain POST https://api.example.com/orders -d '{\"id\":7}' -H \"$AUTHORIZATION\" -H \"$DATE\"
  sig4 explain -f request.http --aws-response answer.xml
  sig4 explain --aws-response answer.json --canonical-request debug.log

docs/explaining.md explains the findings, docs/output.md the fields of --json.")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    receiver: ReceiverArgs,
    #[command(flatten)]
    known: KnownArgs,
    #[command(flatten)]
    report: ReportArgs,
}

/// The arguments about what is known beside the request.
#[derive(Args, Debug)]
#[command(next_help_heading = "What else is known")]
struct KnownArgs {
    /// The client's canonical request, or its debug log, to compare
    #[arg(long, value_name = "FILE")]
    canonical_request: Option<String>,
    /// The client's string to sign, or its debug log, to compare
    #[arg(long, value_name = "FILE")]
    string_to_sign: Option<String>,
    /// The body as the client meant to send it
    #[arg(long, value_name = "FILE")]
    original_body: Option<String>,
    /// A host that the client may have called, such as the host of a proxy. May be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Show the correct signature and its stages. Keep it secret: with it anyone can send the request
    #[arg(long)]
    show_signature: bool,
    /// The response of AWS, to the request or instead of it. Alone, it needs no credentials
    #[arg(long, value_name = "FILE")]
    aws_response: Option<String>,
}

/// Prints the report, and returns whether nothing is wrong.
pub(crate) fn run(args: &ExplainArgs) -> Result<bool, Failure> {
    let progress = Progress::of("reading and explaining the request", args.is_json() || print::in_is_terminal());
    let explained = args.explained();
    drop(progress);
    let explained = explained?;
    let report = &explained.report;
    // The only secret of a report is the signature, which it has only with `--show-signature`.
    if args.is_json() {
        print::product((report.to_json() + "\n").as_bytes())?;
    } else {
        if print::out_has_colour() {
            print::coloured(&report.to_ansi())?;
        } else {
            print::text(&report.to_string())?;
        }
        print::product(print::lines(&explained.stages()).as_bytes())?;
    }
    Ok(report.nothing_wrong())
}

impl ExplainArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.report.is_json()
    }

    fn explained(&self) -> Result<Explained, Failure> {
        let logs = self.known.logs()?;
        let answer = self.known.aws_response.as_deref().map(read_answer).transpose()?;
        match answer {
            Some(answer) if !self.receiver.has_request() => self.answer(&answer, logs.canonical_request.as_ref()),
            answer => self.request(answer.as_ref(), &logs),
        }
    }

    /// Explains a request, with the answer to it if there is one.
    fn request(&self, answer: Option<&AwsResponse>, logs: &Logs) -> Result<Explained, Failure> {
        let original_body = self.known.original_body.as_deref().map(read_file).transpose()?;
        let received = self.receiver.receive(CheckedAt::RequestTime)?;
        let mut explainer = Explainer::new(&received.verifier, &received.credentials)
            .with_hosts(&self.known.hosts)
            .with_secrets_shown(print::secrets_are_shown())
            .with_signature_shown(self.known.show_signature);
        let log = logs.canonical_request.as_ref();
        let signing = log.and_then(|log| chosen(log, log.signing_of(&received.view())));
        if let Some(text) = signing.and_then(LoggedSigning::canonical_request) {
            explainer = explainer.with_client_canonical_request(text);
        }
        let to_sign = logs.string_to_sign.as_ref().or(log).and_then(|log| log.signing_of(&received.view()));
        match to_sign.and_then(LoggedSigning::string_to_sign) {
            Some(text) => explainer = explainer.with_client_string_to_sign(text),
            None if logs.string_to_sign.is_some() => note("the log has no string to sign"),
            None => {}
        }
        if let Some(body) = &original_body {
            explainer = explainer.with_original_body(body);
        }
        let report = received.explain(&explainer);
        let report = match answer {
            Some(answer) => answer.report_on(&received.view(), &explainer, report),
            None => report,
        };
        Ok(Explained { report, shows_canonical_request: false })
    }

    /// Explains an answer of AWS, with the search if the secret of its access key is at hand.
    fn answer(&self, answer: &AwsResponse, log: Option<&ClientLog>) -> Result<Explained, Failure> {
        if self.known.string_to_sign.is_some()
            || self.known.original_body.is_some()
            || !self.known.hosts.is_empty()
            || self.known.show_signature
        {
            return Err(
                "--string-to-sign, --original-body, --host and --show-signature belong to a request: give it, too (-f FILE)".into()
            );
        }
        let signing = log.and_then(|log| chosen(log, answer.signing_in(log)));
        let client = signing.and_then(LoggedSigning::canonical_request);
        let is_searchable = answer.canonical_request().is_some() && answer.signature_provided().is_some();
        let credentials = if is_searchable { self.receiver.credentials_at_hand()? } else { None };
        let report = match &credentials {
            Some(credentials) => answer.report_with(credentials, client),
            None => answer.report(client),
        };
        let is_open = report.verdict() == Verdict::Unexplained && client.is_none();
        Ok(Explained { shows_canonical_request: is_open, report })
    }
}

/// The logs of the client.
#[derive(Default)]
struct Logs {
    canonical_request: Option<ClientLog>,
    string_to_sign: Option<ClientLog>,
}

impl KnownArgs {
    /// Reads the logs. Both may be one file, or the standard input.
    fn logs(&self) -> Result<Logs, Failure> {
        let canonical_request = self.canonical_request.as_deref().map(read_log).transpose()?;
        let is_one = self.canonical_request == self.string_to_sign;
        let other = self.string_to_sign.as_deref().filter(|_| !is_one);
        let string_to_sign = if is_one { canonical_request.clone() } else { other.map(read_log).transpose()? };
        Ok(Logs { canonical_request, string_to_sign })
    }
}

/// A report, and what is printed below it.
struct Explained {
    report: Report,
    /// Whether the canonical request that AWS computed is shown, to be compared by the reader.
    shows_canonical_request: bool,
}

impl Explained {
    /// The stages of the correct signature, if `--show-signature` asks for it, or AWS's canonical request.
    fn stages(&self) -> String {
        let report = &self.report;
        match (report.canonical_request(), report.string_to_sign(), report.signature()) {
            (Some(canonical_request), Some(string_to_sign), Some(signature)) => format!(
                "--- canonical request ---\n{canonical_request}\n--- string to sign ---\n{string_to_sign}\n\
                 --- signature ---\n{signature}\n"
            ),
            (Some(canonical_request), _, None) if self.shows_canonical_request => format!(
                "--- AWS's canonical request: compare each line with the client's (--canonical-request FILE does so) \
                 ---\n{canonical_request}\n"
            ),
            _ => String::new(),
        }
    }
}

/// Reads an answer of AWS.
fn read_answer(name: &str) -> Result<AwsResponse, Failure> {
    let bytes = read_file(name)?;
    let answer = AwsResponse::parse(&String::from_utf8_lossy(&bytes));
    let answer = answer.ok_or_else(|| format!("`{name}` is not an error response of AWS"))?;
    Ok(answer.with_secrets_shown(print::secrets_are_shown()))
}

/// Reads a client's debug log, or its canonical request alone.
fn read_log(name: &str) -> Result<ClientLog, Failure> {
    Ok(ClientLog::parse(&String::from_utf8_lossy(&read_file(name)?)))
}

/// The signing that is compared. Says which of several it is, or what the log lacks.
fn chosen<'l>(log: &'l ClientLog, signing: Option<&'l LoggedSigning>) -> Option<&'l LoggedSigning> {
    if let Some(missing) = log.missing() {
        note(&missing);
    }
    let all = log.signings();
    let number = signing.and_then(|signing| all.iter().position(|other| std::ptr::eq(other, signing)));
    if let (Some(number), 2..) = (number, all.len()) {
        note(&format!("the log has {} signings; number {} fits best and is compared", all.len(), number + 1));
    }
    signing
}
