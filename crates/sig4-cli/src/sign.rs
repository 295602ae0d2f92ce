//! `sig4 sign`: signs one request from the command line.

use crate::body::Body;
use crate::credentials;
use crate::curl::{self, Sendable};
use crate::expiry;
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::jsonl;
use crate::outgoing::{Outgoing, check_framing};
use crate::print::{self, note};
use crate::show::{FinalStage, Show};
use crate::signing_scope::SigningScope;
use crate::stages::Job;
use crate::url::{self, Url};
use clap::{Args, ValueEnum};
use http::header::HOST;
use sig4::request::RequestView;
use sig4::{Expires, Payload, Signer, Timestamp};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;

/// The arguments of `sig4 sign`.
#[derive(Args, Debug)]
pub(crate) struct SignArgs {
    /// The method
    #[arg(required_unless_present = "jsonl")]
    method: Option<String>,
    /// The URL, signed byte for byte as given
    #[arg(required_unless_present = "jsonl")]
    url: Option<String>,
    /// A header to send and sign. `name;` sends an empty header. May be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = GivenHeader::parse)]
    headers: Vec<GivenHeader>,
    /// The body: text, @FILE, or - for standard input
    #[arg(short, long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    data: Option<String>,
    /// The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile]
    #[arg(long)]
    region: Option<String>,
    /// The service [default: from the host]
    #[arg(long)]
    service: Option<String>,
    /// The time of signing [default: now]
    #[arg(long, value_name = "YYYYMMDDTHHMMSSZ", value_parser = Timestamp::parse)]
    at: Option<Timestamp>,
    /// Print a presigned URL that is valid for this many seconds, 1 to 604800
    #[arg(long, value_name = "SECONDS", value_parser = Expires::parse, conflicts_with = "format")]
    presign: Option<Expires>,
    /// Exclude the body from the signature
    #[arg(long)]
    unsigned_payload: bool,
    /// Print stages of the signature instead
    #[arg(long, value_name = "STAGE", conflicts_with = "format")]
    show: Option<Show>,
    /// A profile of the shared AWS files, instead of the credentials in the environment
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The output: header lines for `curl -H @-`, or a configuration for `curl -K -`
    #[arg(long, default_value = "headers")]
    format: Format,
    /// Read requests to sign from standard input, one JSON object per line, and answer each with one line
    #[arg(long, exclusive = true)]
    jsonl: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Headers,
    Curl,
}

/// Signs the request and prints the result.
pub(crate) fn run(args: &SignArgs) -> Result<(), Failure> {
    if args.jsonl {
        return jsonl::run(&mut io::stdin().lock(), &mut print::protocol());
    }
    let url = Url::split(args.url.as_deref().unwrap_or_default())?;
    url.check_spelling()?;
    let files = credentials::config_files(args.profile.as_deref())?;
    let (region, service) = (args.region.as_deref(), args.service.as_deref());
    let scope = SigningScope::find(region, service, args.host(&url), &files)?;
    let credentials = print::kept(credentials::credentials(&files)?);
    let body = Body::read(args.data.as_deref())?;
    check_framing(&args.headers, body.bytes())?;
    let headers: Vec<_> = args.headers.iter().map(|h| (h.name.clone(), h.value.clone().into_bytes())).collect();
    let signer = Signer::new(&scope.region, &scope.service)?;
    let job = Job {
        request: RequestView::new(args.method(), url.path, url.query, &headers)
            .with_authority(url.scheme, url.authority),
        payload: args.payload(&signer, &body),
        signer,
        credentials,
        timestamp: args.at.map_or_else(now, Ok)?,
    };
    let text = match args.presign {
        Some(expires) => args.presign(&job, &url, expires)?,
        None => args.sign(&job, &url, &body)?,
    };
    print::product(text.as_bytes())
}

impl SignArgs {
    fn method(&self) -> &str {
        self.method.as_deref().unwrap_or_default()
    }

    /// The host that the request is for.
    fn host<'a>(&'a self, url: &Url<'a>) -> &'a str {
        self.headers.iter().find(|h| h.is(HOST.as_str())).map_or(url.authority, |h| &h.value)
    }

    fn payload<'a>(&self, signer: &Signer, body: &'a Body) -> Payload<'a> {
        match (self.unsigned_payload, self.presign) {
            (true, _) => Payload::Unsigned,
            (false, Some(_)) => signer.presign_payload(body.bytes()),
            (false, None) => Payload::Bytes(body.bytes()),
        }
    }

    fn presign(&self, job: &Job<'_>, url: &Url<'_>, expires: Expires) -> Result<String, Failure> {
        let (stages, presigned) = job.presign(expires)?;
        let host = self.host(url);
        let is_sent = host == url.host() || !self.headers.iter().any(|h| h.is(HOST.as_str()));
        if stages.signed_headers != HOST.as_str() || !is_sent {
            note(&format!("the URL is valid only with these headers as they were signed: {}", stages.signed_headers));
        }
        let signed_path = stages.canonical_request.lines().nth(1).unwrap_or_default();
        if url::is_rewritten(presigned.target(), signed_path) {
            note("browsers rewrite this path before they send it: send the URL as it is, as `curl --path-as-is` does");
        }
        let notes = [expiry::shortened(&presigned, &job.credentials), expiry::unknown(&job.credentials)];
        notes.iter().flatten().for_each(|text| note(text));
        let line = presigned.url() + "\n";
        let last = FinalStage { signature: presigned.signature().to_string(), title: "url", content: &line };
        Ok(self.show.map_or_else(|| line.clone(), |show| shown(&show.text(&stages, &last), &last.signature)))
    }

    fn sign(&self, job: &Job<'_>, url: &Url<'_>, body: &Body) -> Result<String, Failure> {
        let (stages, signed) = job.sign()?;
        let outgoing = Outgoing::signed(&signed, &self.headers, url);
        if let Format::Curl = self.format {
            return Sendable { method: self.method(), outgoing: &outgoing, body }.config();
        }
        if signed.target().is_some() {
            note(&format!("the path is signed in its canonical form: send to {}", outgoing.url));
        }
        let lines: String = outgoing.headers.iter().map(|h| curl::header_line(h) + "\n").collect();
        let last = FinalStage { signature: signed.signature().to_string(), title: "headers", content: &lines };
        Ok(self.show.map_or_else(|| lines.clone(), |show| shown(&show.text(&stages, &last), &last.signature)))
    }
}

/// Stages without secrets, but with the signature.
fn shown(stages: &str, signature: &str) -> String {
    let redacted = print::redact_but(signature, stages);
    if redacted != stages {
        note("secrets are not shown, so this is not what was signed, byte for byte; --show-secrets shows them");
    }
    redacted
}

/// The clock's time.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(since.as_secs())?)?;
    Ok(Timestamp::new(moment)?)
}
