//! `sig4 token websocket`.

use super::output;
use super::signing::SigningArgs;
use crate::failure::Failure;
use crate::url::Url;
use clap::Args;
use sig4::Expires;
use sig4::token::WebSocketConnect;

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
    pub(super) common: SigningArgs,
}

impl WebSocketArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let Some(rest) = self.url.strip_prefix("wss://") else {
            return Err("the URL of a WebSocket API begins with `wss://`".into());
        };
        let https = ["https://", rest].concat();
        let url = Url::split(&https)?;
        url.check_spelling()?;
        let signing = self.common.signing(url.host().split(':').next())?;
        let mut api = WebSocketConnect::new(&*signing.region, url.authority, url.path)?.with_expires(self.expires);
        if let Some(query) = url.query {
            api = api.with_query(query);
        }
        output::print(&self.common, &signing, &api.token(&signing.credentials, signing.now)?)
    }
}
