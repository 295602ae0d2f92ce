//! `sig4 explain`: explains why a raw HTTP request does not verify, or what the response of AWS says about it.

use crate::failure::Failure;
use crate::print::{self, Progress};
use crate::receiver::{CheckedAt, ReceiverArgs, read_file};
use crate::report_format::ReportArgs;
use clap::Args;
use sig4::explain::{AwsResponse, Explainer, Report};

/// The arguments of `sig4 explain`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 explain -f request.http --at 20150830T123600Z
  sig4 explain POST https://api.example.com/orders -d '{\"id\":7}' -H \"$AUTHORIZATION\" -H \"$DATE\"
  sig4 explain --aws-response answer.json --canonical-request canonical.txt

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
    /// The client's canonical request, to compare
    #[arg(long, value_name = "FILE")]
    canonical_request: Option<String>,
    /// The body as the client meant to send it
    #[arg(long, value_name = "FILE")]
    original_body: Option<String>,
    /// A host that the client may have called, such as the host of a proxy. May be repeated
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Show the correct signature and its stages. Keep it secret: with it anyone can send the request
    #[arg(long)]
    show_signature: bool,
    /// The response of AWS, instead of a request. Needs no credentials
    #[arg(long, value_name = "FILE", conflicts_with_all = ["original_body", "hosts", "show_signature"])]
    aws_response: Option<String>,
}

/// Prints the report, and returns whether nothing is wrong.
pub(crate) fn run(args: &ExplainArgs) -> Result<bool, Failure> {
    let progress = Progress::of("reading and explaining the request", args.is_json() || print::in_is_terminal());
    let explained = args.explained();
    drop(progress);
    let report = explained?;
    // The only secret of a report is the signature, which it has only with `--show-signature`.
    if args.is_json() {
        print::product((report.to_json() + "\n").as_bytes())?;
    } else {
        if print::out_has_colour() {
            print::coloured(&report.to_ansi())?;
        } else {
            print::text(&report.to_string())?;
        }
        print::product(print::lines(&stages(&report)).as_bytes())?;
    }
    Ok(report.nothing_wrong())
}

/// The stages of the correct signature, if `--show-signature` asks for it.
fn stages(report: &Report) -> String {
    let (Some(canonical_request), Some(string_to_sign), Some(signature)) =
        (report.canonical_request(), report.string_to_sign(), report.signature())
    else {
        return String::new();
    };
    format!(
        "--- canonical request ---\n{canonical_request}\n--- string to sign ---\n{string_to_sign}\n\
         --- signature ---\n{signature}\n"
    )
}

impl ExplainArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.report.is_json()
    }

    fn explained(&self) -> Result<Report, Failure> {
        let canonical_request = self.known.canonical_request.as_deref().map(read_text).transpose()?;
        match &self.known.aws_response {
            Some(_) if self.receiver.has_request() => {
                Err("give either a request or the response of AWS, not both".into())
            }
            Some(name) => answer(name, canonical_request.as_deref()),
            None => self.request(canonical_request.as_deref()),
        }
    }

    /// Explains a request.
    fn request(&self, canonical_request: Option<&str>) -> Result<Report, Failure> {
        let original_body = self.known.original_body.as_deref().map(read_file).transpose()?;
        let received = self.receiver.receive(CheckedAt::RequestTime)?;
        let mut explainer = Explainer::new(&received.verifier, &received.credentials)
            .with_hosts(&self.known.hosts)
            .with_secrets_shown(print::secrets_are_shown())
            .with_signature_shown(self.known.show_signature);
        if let Some(text) = canonical_request {
            explainer = explainer.with_client_canonical_request(text);
        }
        if let Some(body) = &original_body {
            explainer = explainer.with_original_body(body);
        }
        Ok(received.explain(&explainer))
    }
}

/// Explains the response of AWS.
fn answer(name: &str, canonical_request: Option<&str>) -> Result<Report, Failure> {
    let bytes = read_file(name)?;
    let response = AwsResponse::parse(&String::from_utf8_lossy(&bytes));
    let response = response.ok_or_else(|| format!("`{name}` is not an error response of AWS"))?;
    Ok(response.with_secrets_shown(print::secrets_are_shown()).report(canonical_request))
}

/// The content of a text file.
fn read_text(name: &str) -> Result<String, Failure> {
    String::from_utf8(read_file(name)?).map_err(|_| format!("`{name}` is not UTF-8").into())
}
