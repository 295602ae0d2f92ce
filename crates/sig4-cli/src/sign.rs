//! `sig4 sign`: signs one request from the command line.

use crate::curl::{self, Sendable};
use crate::curl_command;
use crate::failure::Failure;
use crate::jsonl;
use crate::outgoing::{Outgoing, note_replaced};
use crate::print::{self, note};
use crate::request::ContentType;
use crate::show::{FinalStage, Show};
use crate::sign_output;
use crate::signing_input::{SigningArgs, SigningInput, shown};
use clap::{Args, ValueEnum};
use sig4::Expires;
use std::io;

/// The arguments of `sig4 sign`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 sign https://abc.execute-api.eu-west-1.amazonaws.com/orders
  sig4 sign POST https://sqs.eu-west-1.amazonaws.com/ -d Action=ListQueues --format curl
  sig4 sign localhost:3000/orders --json '{\"id\":7}' --format http | sig4 verify
  sig4 sign :3000/orders | curl -H @- http://localhost:3000/orders

docs/signing.md explains what is signed, docs/output.md the fields of --format json.")]
pub(crate) struct SignArgs {
    #[command(flatten)]
    signing: SigningArgs,
    /// Print a presigned URL that is valid for this many seconds, 1 to 604800, as sig4 presign does
    #[arg(long, value_name = "SECONDS", value_parser = Expires::parse, conflicts_with = "format", help_heading = "Signature")]
    presign: Option<Expires>,
    /// Print stages of the signature instead
    #[arg(long, value_name = "STAGE", conflicts_with = "format", help_heading = "Output")]
    show: Option<Show>,
    /// The output
    #[arg(long, default_value = "headers", help_heading = "Output")]
    format: Format,
    /// Read requests to sign from standard input, one JSON object per line, and answer each with one line
    #[arg(long, exclusive = true, help_heading = "Output")]
    jsonl: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    /// Header lines for `curl -H @-`
    Headers,
    /// A command line of curl that can be pasted into a shell
    Curl,
    /// A configuration for `curl -K -`
    CurlConfig,
    /// The HTTP request, which sig4 verify and sig4 explain read
    Http,
    /// A JSON object
    Json,
}

/// Signs the request and prints the result.
pub(crate) fn run(args: &SignArgs) -> Result<(), Failure> {
    if args.jsonl {
        return jsonl::run(&mut io::stdin().lock(), &mut print::protocol());
    }
    let Some(expires) = args.presign else {
        return print::product(&args.sign(&args.signing.input(ContentType::ByBody)?)?);
    };
    let url = args.signing.input(ContentType::AsGiven)?.presign(expires, args.show)?;
    print::product(url.stages.unwrap_or_else(|| url.presigned.url() + "\n").as_bytes())
}

impl SignArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    fn sign(&self, input: &SigningInput) -> Result<Vec<u8>, Failure> {
        let job = input.job(false)?;
        let (stages, signed) = job.sign()?;
        let signature = signed.signature().to_string();
        let outgoing = Outgoing::signed(&signed, &input.request.headers, &input.url()?);
        note_replaced(&input.request.headers, &outgoing.headers, &input.credentials);
        let sendable = Sendable { method: &input.request.method, outgoing: &outgoing, body: &input.request.body };
        let text = match self.format {
            Format::Curl => curl_command::text(&sendable)?,
            Format::CurlConfig => sendable.config()?,
            Format::Http => return Ok(sign_output::http(&sendable)),
            Format::Json => sign_output::signed_json(input, &sendable, &stages, &signature) + "\n",
            Format::Headers => {
                if signed.target().is_some() {
                    note(&format!("the path is signed in its canonical form: send to {}", outgoing.url));
                }
                let lines: String = outgoing.headers.iter().map(|h| curl::header_line(h) + "\n").collect();
                let last = FinalStage { signature, title: "headers", content: &lines };
                self.show.map_or_else(|| lines.clone(), |show| shown(&show.text(&stages, &last), &last.signature))
            }
        };
        Ok(text.into_bytes())
    }
}
