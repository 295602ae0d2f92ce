//! `sig4 token msk`, `iot`, `websocket`, `bedrock` and `vault`.

use super::common::CommonArgs;
use super::output;
use crate::failure::Failure;
use crate::url::Url;
use clap::Args;
use sig4::Expires;
use sig4::token::{Bedrock, IotMqtt, Msk, VaultLogin, WebSocketConnect};

/// The arguments of `sig4 token msk`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  sig4 token msk --region eu-west-1 --format json

The token lasts 15 minutes. It is the value of a callback of OAUTHBEARER, with the port 9098 of the brokers.")]
pub(super) struct MskArgs {
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

impl MskArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let token = Msk::new(&*signing.region)?.token(&signing.credentials, signing.now)?;
        output::print(&self.common, &signing, &token)
    }
}

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
    pub(super) common: CommonArgs,
}

impl IotArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(Some(&self.endpoint))?;
        let endpoint = IotMqtt::new(&*signing.region, &self.endpoint)?.with_expires(self.expires)?;
        output::print(&self.common, &signing, &endpoint.token(&signing.credentials, signing.now)?)
    }
}

/// The arguments of `sig4 token websocket`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  websocat \"$(sig4 token websocket wss://abc.execute-api.eu-west-1.amazonaws.com/prod)\"

To send a message to a connected client:
  sig4 call POST https://abc.execute-api.eu-west-1.amazonaws.com/prod/@connections/L0SM9cOFvHcCIhw%3D -d hello")]
pub(super) struct WebSocketArgs {
    /// The URL of the API, with its stage and a query for `$connect`
    #[arg(value_name = "URL")]
    url: String,
    /// How long the URL opens a connection, in seconds, 1 to 604800
    #[arg(long, visible_alias = "expires-in", value_name = "SECONDS", value_parser = Expires::parse, default_value = "300")]
    expires: Expires,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

impl WebSocketArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let Some(rest) = self.url.strip_prefix("wss://") else {
            return Err("the URL of a WebSocket API begins with `wss://`".into());
        };
        let https = ["https://", rest].concat();
        let url = Url::split(&https)?;
        let signing = self.common.signing(url.host().split(':').next())?;
        let mut api = WebSocketConnect::new(&*signing.region, url.authority, url.path)?.with_expires(self.expires);
        if let Some(query) = url.query {
            api = api.with_query(query);
        }
        output::print(&self.common, &signing, &api.token(&signing.credentials, signing.now)?)
    }
}

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
    pub(super) common: CommonArgs,
}

impl BedrockArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let bedrock = Bedrock::new(&*signing.region)?.with_expires(self.expires)?;
        output::print(&self.common, &signing, &bedrock.token(&signing.credentials, signing.now)?)
    }
}

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
    pub(super) common: CommonArgs,
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
