//! The arguments of `sig4 call`.

use crate::given_header::GivenHeader;
use clap::Args;
use sig4::Expires;
use std::path::PathBuf;

/// The arguments of `sig4 call`.
#[derive(Args, Debug)]
pub(crate) struct CallArgs {
    /// The URL, sent byte for byte as given. Without a URL, the command calls an API that it starts on this machine
    pub(crate) url: Option<String>,
    /// The method [default: GET, or POST with a body]
    #[arg(short = 'X', long = "request", value_name = "METHOD", requires = "url")]
    pub(crate) method: Option<String>,
    /// A header to send and sign. `name;` sends an empty header. May be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = GivenHeader::parse, requires = "url")]
    pub(crate) headers: Vec<GivenHeader>,
    /// The body: text, @FILE, or - for standard input. A JSON body without a content type gets application/json
    #[arg(short, long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true, requires = "url")]
    pub(crate) data: Option<String>,
    /// The region [default: from the host, else AWS_REGION, AWS_DEFAULT_REGION or the profile; us-east-1 for this machine]
    #[arg(long, requires = "url")]
    pub(crate) region: Option<String>,
    /// The service [default: from the host; execute-api for this machine]
    #[arg(long, requires = "url")]
    pub(crate) service: Option<String>,
    /// A profile of the shared AWS files, instead of the credentials in the environment
    #[arg(long, value_name = "NAME", requires = "url")]
    pub(crate) profile: Option<String>,
    /// Presign the URL for this many seconds, 1 to 604800 [default without a value: 300]
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "300",
        value_parser = Expires::parse, requires = "url")]
    pub(crate) presign: Option<Expires>,
    /// Show the stages of the signature, and the heads of the request and the response, on standard error
    #[arg(short, long, requires = "url")]
    pub(crate) verbose: bool,
    /// Also print the head of the response
    #[arg(short, long, requires = "url")]
    pub(crate) include: bool,
    /// Write the response to this file
    #[arg(short, long, value_name = "FILE", requires = "url")]
    pub(crate) output: Option<PathBuf>,
    /// Trust only the certificates in this PEM file
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(crate) cacert: Option<PathBuf>,
    /// The time limit for the response, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,
}
