//! `sig4 token vault`.

use super::output;
use super::signing::SigningArgs;
use crate::failure::Failure;
use clap::Args;
use sig4::token::VaultLogin;

/// The arguments of `sig4 token vault`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  sig4 token vault --role dev --global | vault write auth/aws/login -

Without --global the region's endpoint of STS authenticates, for which Vault has to be set up.")]
pub(super) struct VaultArgs {
    /// The role of Vault [default: the role with the caller's name]
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The value of X-Vault-AWS-IAM-Server-ID, if the server requires one
    #[arg(long, value_name = "VALUE")]
    server_id: Option<String>,
    /// Use the global endpoint of STS, which is Vault's default
    #[arg(long, conflicts_with = "region")]
    global: bool,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl VaultArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(self.global.then_some("us-east-1"))?;
        let mut login = if self.global { VaultLogin::global()? } else { VaultLogin::new(&*signing.region)? };
        if let Some(role) = &self.role {
            login = login.with_role(role)?;
        }
        if let Some(id) = &self.server_id {
            login = login.with_server_id(id)?;
        }
        output::print(&self.common, &signing, &login.token(&signing.credentials, signing.now)?)
    }
}
