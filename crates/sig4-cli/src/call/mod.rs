//! `sig4 call`: signs one request, sends it, prints the answer, and explains a refusal. Without a URL it shows all of that on an API
//! of its own.

mod answer;
mod client;
mod date;
mod refusal;
mod request;
mod tour;

use crate::credentials;
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::print::{self, note};
use crate::url::Url;
use answer::Answer;
use clap::Args;
use request::Prepared;
use sig4::Expires;
use std::path::PathBuf;
use std::time::Duration;

/// What `sig4 call` is told.
#[derive(Args, Debug)]
pub(crate) struct CallArgs {
    /// The URL, which goes over the wire as it stands; without one, an API on this machine is called
    url: Option<String>,
    /// The method; by default GET, or POST if there is a body
    #[arg(short = 'X', long = "request", value_name = "METHOD", requires = "url")]
    method: Option<String>,
    /// A header to send and sign; `name;` sends it empty
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = GivenHeader::parse, requires = "url")]
    headers: Vec<GivenHeader>,
    /// The body: text, @FILE, or - for standard input. JSON gets the content type of JSON, if none is given
    #[arg(short, long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true, requires = "url")]
    data: Option<String>,
    /// The region; by default the host's, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, or us-east-1 on this machine
    #[arg(long, requires = "url")]
    region: Option<String>,
    /// The service; by default the host's, or execute-api on this machine
    #[arg(long, requires = "url")]
    service: Option<String>,
    /// A profile of the shared AWS files, in place of the environment's credentials
    #[arg(long, value_name = "NAME", requires = "url")]
    profile: Option<String>,
    /// Sign in the URL, which lasts this long, 1 to 604800 s
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "300",
        value_parser = Expires::parse, requires = "url")]
    presign: Option<Expires>,
    /// Show the stages of the signature, and what is sent and received, on the standard error
    #[arg(short, long, requires = "url")]
    verbose: bool,
    /// Print the head of the answer as well
    #[arg(short, long, requires = "url")]
    include: bool,
    /// Write the answer to this file
    #[arg(short, long, value_name = "FILE", requires = "url")]
    output: Option<PathBuf>,
    /// Trust the certificates in this PEM file, and no others
    #[arg(long, value_name = "FILE", requires = "url")]
    cacert: Option<PathBuf>,
    /// How long the answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
}

/// Calls what `args` name; the outcome is good if the status of the answer is below 400.
pub(crate) fn run(args: &CallArgs) -> Result<bool, Failure> {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tokio.block_on(async {
        match &args.url {
            None => tour::run().await,
            Some(url) => call(args, url).await,
        }
    })
}

async fn call(args: &CallArgs, url: &str) -> Result<bool, Failure> {
    let files = credentials::config_files(args.profile.as_deref())?;
    let prepared = Prepared::new(args, url, &files)?;
    // The query may be what signs a URL.
    let url = Url::cut(url).map(|url| url.with_target(url.path))?;
    if args.verbose {
        print::verbose(&prepared.verbose_text());
    }
    let client = client::client(args.cacert.as_deref())?;
    let exchange = async {
        let response = client.request(prepared.to_http()?).await.map_err(|error| client::described(&error, &url))?;
        Answer::receive(response, args).await
    };
    let answer = tokio::time::timeout(Duration::from_secs(args.timeout), exchange).await;
    let answer = answer.map_err(|_| format!("{url} did not answer within {} s", args.timeout))??;
    if answer.is_redirect() {
        note("a redirect is not followed: the signature holds for this host and path alone");
    }
    if answer.is_refusal() {
        note(&refusal::explained(&prepared, &answer));
    }
    Ok(answer.is_good())
}
