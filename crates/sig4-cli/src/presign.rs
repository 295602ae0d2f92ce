//! `sig4 presign`: prints a URL that everyone can use until it expires.

use crate::failure::Failure;
use crate::print;
use crate::report_format::ReportFormat;
use crate::request::ContentType;
use crate::sign_output;
use crate::signing_input::SigningArgs;
use clap::Args;
use sig4::Expires;

/// The lifetime without `--expires`, which is that of `aws s3 presign`.
const EXPIRES: &str = "3600";

/// The arguments of `sig4 presign`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 presign https://bucket.s3.eu-west-1.amazonaws.com/report.pdf
  sig4 presign PUT https://bucket.s3.eu-west-1.amazonaws.com/upload --expires 900
  curl \"$(sig4 presign https://abc.execute-api.eu-west-1.amazonaws.com/orders)\"

Everyone who has the URL can use it until it expires. It never outlives temporary credentials.
docs/presigning.md has more about presigned URLs.")]
pub(crate) struct PresignArgs {
    #[command(flatten)]
    signing: SigningArgs,
    /// How long the URL is valid, in seconds, 1 to 604800
    #[arg(long, visible_alias = "expires-in", value_name = "SECONDS", value_parser = Expires::parse, default_value = EXPIRES,
        help_heading = "Signature")]
    expires: Expires,
    /// The output: the URL, or a JSON object
    #[arg(long, default_value = "text", help_heading = "Output")]
    format: ReportFormat,
}

/// Prints the presigned URL.
pub(crate) fn run(args: &PresignArgs) -> Result<(), Failure> {
    let input = args.signing.input(ContentType::AsGiven)?;
    let url = input.presign(args.expires, None)?;
    let text = if args.is_json() { sign_output::presigned_json(&input, &url) } else { url.presigned.url() };
    print::product((text + "\n").as_bytes())
}

impl PresignArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.format == ReportFormat::Json
    }
}
