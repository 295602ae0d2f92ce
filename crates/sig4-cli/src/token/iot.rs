//! `sig4 token iot`.

use super::output;
use super::signing::SigningArgs;
use crate::failure::Failure;
use clap::Args;
use sig4::Expires;
use sig4::token::IotMqtt;

/// The arguments of `sig4 token iot`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  sig4 token iot --endpoint abc-ats.iot.eu-west-1.amazonaws.com

The URL is one for a client of MQTT over WebSocket, with the subprotocol `mqtt`.")]
pub(super) struct IotArgs {
    /// The device endpoint, as `aws iot describe-endpoint --endpoint-type iot:Data-ATS` prints it
    #[arg(long, visible_alias = "hostname", value_name = "HOST")]
    endpoint: String,
    /// How long the URL opens a connection, in seconds, 1 to 86400
    #[arg(long, visible_alias = "expires-in", value_name = "SECONDS", value_parser = Expires::parse, default_value = "900")]
    expires: Expires,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl IotArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(Some(&self.endpoint))?;
        let endpoint = IotMqtt::new(&*signing.region, &self.endpoint)?.with_expires(self.expires)?;
        output::print(&self.common, &signing, &endpoint.token(&signing.credentials, signing.now)?)
    }
}
