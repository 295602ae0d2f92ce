//! `sig4 token bedrock`.

use super::output;
use super::signing::SigningArgs;
use crate::failure::Failure;
use clap::Args;
use sig4::Expires;
use sig4::token::Bedrock;

/// The arguments of `sig4 token bedrock`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  export AWS_BEARER_TOKEN_BEDROCK=\"$(sig4 token bedrock --region us-east-1)\"")]
pub(super) struct BedrockArgs {
    /// How long the key is valid, in seconds, 1 to 43200
    #[arg(long, visible_alias = "expires-in", value_name = "SECONDS", value_parser = Expires::parse, default_value = "43200")]
    expires: Expires,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl BedrockArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let bedrock = Bedrock::new(&*signing.region)?.with_expires(self.expires)?;
        output::print(&self.common, &signing, &bedrock.token(&signing.credentials, signing.now)?)
    }
}
