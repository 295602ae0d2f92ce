//! The arguments of `sig4 call`.

use crate::given_header::GivenHeader;
use clap::Args;
use sig4::Expires;
use std::path::PathBuf;

/// What `sig4 call` is told.
#[derive(Args, Debug)]
pub(crate) struct CallArgs {
    /// The URL, which goes over the wire as it stands; without one, an API on this machine is called
    pub(crate) url: Option<String>,
    /// The method; by default GET, or POST if there is a body
    #[arg(short = 'X', long = "request", value_name = "METHOD", requires = "url")]
    pub(crate) method: Option<String>,
    /// A header to send and sign; `name;` sends it empty
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = GivenHeader::parse, requires = "url")]
    pub(crate) headers: Vec<GivenHeader>,
    /// The body: text, @FILE, or - for standard input. JSON gets the content type of JSON, if none is given
    #[arg(short, long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true, requires = "url")]
    pub(crate) data: Option<String>,
    /// The region; by default the host's, else AWS_REGION, AWS_DEFAULT_REGION, the profile's, or us-east-1 on this machine
    #[arg(long, requires = "url")]
    pub(crate) region: Option<String>,
    /// The service; by default the host's, or execute-api on this machine
    #[arg(long, requires = "url")]
    pub(crate) service: Option<String>,
    /// A profile of the shared AWS files, in place of the environment's credentials
    #[arg(long, value_name = "NAME", requires = "url")]
    pub(crate) profile: Option<String>,
    /// Sign in the URL, which lasts this long, 1 to 604800 s
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "300",
        value_parser = Expires::parse, requires = "url")]
    pub(crate) presign: Option<Expires>,
    /// Show the stages of the signature, and what is sent and received, on the standard error
    #[arg(short, long, requires = "url")]
    pub(crate) verbose: bool,
    /// Print the head of the answer as well
    #[arg(short, long, requires = "url")]
    pub(crate) include: bool,
    /// Write the answer to this file
    #[arg(short, long, value_name = "FILE", requires = "url")]
    pub(crate) output: Option<PathBuf>,
    /// Trust the certificates in this PEM file, and no others
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(crate) cacert: Option<PathBuf>,
    /// How long the answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,
}
