//! The arguments of `sig4 call`.

use crate::report_format::ReportFormat;
use crate::request::{RequestArgs, RequestKeyArgs, ScopeArgs};
use clap::Args;
use sig4::Expires;
use std::path::PathBuf;
use std::time::Duration;

/// The longest time limit, in seconds.
const MAX_TIME: f64 = 86_400.0;

/// The arguments of `sig4 call`.
#[derive(Args, Debug)]
#[command(after_help = "\
Without a URL, the command starts an API on this machine, calls it signed, unsigned and denied,
and shows each stage.

Examples:
  sig4 call
  sig4 call :3000/orders -d '{\"id\":7}'
  sig4 call PUT https://bucket.s3.eu-west-1.amazonaws.com/a.txt --data-binary @a.txt
  sig4 call -i --aws-sigv4 aws:amz:eu-west-1:execute-api https://api.example.com/orders
  sig4 call --format json https://abc.execute-api.eu-west-1.amazonaws.com/orders | jq .status

Exit status: 0 if the status of the response is below 400, 1 otherwise, 2 for a mistake in the
arguments or missing credentials, 3 without a response. A refusal is explained on standard error
(docs/explaining.md).")]
pub(crate) struct CallArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs<true>,
    #[command(flatten)]
    pub(crate) scope: ScopeArgs,
    /// Presign the URL for this many seconds, 1 to 604800 [default without a value: 300]
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "300",
        value_parser = Expires::parse, help_heading = "Signature")]
    pub(crate) presign: Option<Expires>,
    #[command(flatten)]
    pub(crate) keys: RequestKeyArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// The arguments about what is printed.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Show the stages of the signature, and the heads of the request and the response, on standard error
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Also print the head of the response
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Write the response to this file; `-` is standard output
    #[arg(short = 'o', long = "output", value_name = "FILE", conflicts_with = "format")]
    pub(crate) file: Option<PathBuf>,
    /// The output: the response, or a JSON object with status, headers, body, time and explanation
    #[arg(long, default_value = "text", value_name = "text|json", hide_possible_values = true)]
    pub(crate) format: ReportFormat,
    /// Print no notes, no explanation and no errors
    #[arg(short, long)]
    pub(crate) silent: bool,
    /// With -s: print errors
    #[arg(short = 'S', long)]
    show_error: bool,
    /// Has no effect: the exit status is 1 for a status of 400 and above, and the body is printed
    #[arg(long)]
    fail_with_body: bool,
}

/// The arguments about the connection.
#[derive(Args, Debug)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// Follow up to 10 redirects. To the same scheme, host and port the request is signed again; elsewhere it goes without
    /// signature and credentials
    #[arg(short = 'L', long)]
    pub(crate) location: bool,
    /// Trust only the certificates in this PEM file [default: those of this machine, and for its own hosts that of
    /// `sig4 serve --tls`]
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub(crate) cacert: Option<PathBuf>,
    /// Do not check the server's certificate. Anyone on the way can then read and change the request
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,
    /// Speak HTTP/1.1 over TLS as well, where the server may offer HTTP/2
    #[arg(long = "http1.1")]
    pub(crate) http1: bool,
    /// The time limit for the whole call, in seconds
    #[arg(short = 'm', long = "max-time", visible_alias = "timeout", value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// The time limit for the connection, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) connect_timeout: Option<Duration>,
    /// Have no effect: the path and the query are always sent as they are given
    #[arg(short = 'g', long = "globoff", hide = true)]
    _globoff: bool,
    #[arg(long = "path-as-is", hide = true)]
    _path_as_is: bool,
}

impl CallArgs {
    /// Whether no argument is given.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { request, scope, presign, keys, output, connection } = self;
        let ConnectionArgs { location, cacert, insecure, http1, connect_timeout, .. } = connection;
        request.is_empty()
            && scope.is_empty()
            && keys.is_empty()
            && presign.is_none()
            && output.is_empty()
            && cacert.is_none()
            && connect_timeout.is_none()
            && !(*location || *insecure || *http1)
    }

    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.output.is_json()
    }

    /// Whether no progress is shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_json() || self.output.silent
    }

    /// Whether the head of the response is printed with its body.
    pub(crate) fn prints_head(&self) -> bool {
        self.output.include || self.request.asks_for_head()
    }
}

impl OutputArgs {
    /// The file of `-o`. `None` for standard output, which curl calls `-`.
    pub(super) fn written_file(&self) -> Option<&PathBuf> {
        self.file.as_ref().filter(|file| file.as_os_str() != "-")
    }

    /// Whether nothing is given.
    fn is_empty(&self) -> bool {
        let Self { verbose, include, file, silent, show_error, fail_with_body, .. } = self;
        file.is_none()
            && !self.is_json()
            && ![verbose, include, silent, show_error, fail_with_body].into_iter().any(|is| *is)
    }

    /// Whether JSON is asked for.
    fn is_json(&self) -> bool {
        self.format == ReportFormat::Json
    }

    /// Whether errors are printed although `-s` is given.
    pub(crate) fn shows_errors(&self) -> bool {
        self.show_error
    }
}

/// Reads a time limit, which may have decimals as with curl.
fn seconds(text: &str) -> Result<Duration, String> {
    let parsed = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0 && *seconds <= MAX_TIME);
    let duration = parsed.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| format!("expected a number of seconds above 0, up to {MAX_TIME}"))
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use std::time::Duration;

    #[test]
    fn time_limits_have_decimals() {
        for (text, millis) in [("1", 1000), ("0.25", 250), ("86400", 86_400_000)] {
            assert_eq!(seconds(text), Ok(Duration::from_millis(millis)));
        }
        for text in ["0", "-1", "86401", "NaN", "inf", "", "x"] {
            assert!(seconds(text).unwrap_err().contains("86400"), "{text}");
        }
    }
}
