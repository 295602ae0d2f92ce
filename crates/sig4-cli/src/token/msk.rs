//! `sig4 token msk`.

use super::output;
use super::signing::SigningArgs;
use crate::failure::Failure;
use clap::Args;
use sig4::token::Msk;

/// The arguments of `sig4 token msk`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  sig4 token msk --region eu-west-1 --format json

The token lasts 15 minutes. It is the value of a callback of OAUTHBEARER, with the port 9098 of the brokers.")]
pub(super) struct MskArgs {
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl MskArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let token = Msk::new(&*signing.region)?.token(&signing.credentials, signing.now)?;
        output::print(&self.common, &signing, &token)
    }
}
