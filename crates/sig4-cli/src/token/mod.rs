//! `sig4 token`: prints a token made of a signature, such as the password of a database user.

mod bedrock;
mod caches;
mod databases;
mod eks;
mod iot;
mod msk;
mod output;
mod redshift;
mod signing;
mod vault;
mod websocket;

use crate::failure::Failure;
use clap::{Args, Subcommand};

/// The arguments of `sig4 token`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 token eks --cluster-name my-cluster --format json
  PGPASSWORD=\"$(sig4 token rds --hostname \"$PGHOST\" --port 5432 --username jane)\" psql -U jane
  export AWS_BEARER_TOKEN_BEDROCK=\"$(sig4 token bedrock --region us-east-1)\"

Standard output has the token and a line break, or a JSON object that says when it ends. Nothing is
sent, except to Redshift. Everyone who has a token can use it until it ends. docs/tokens.md has more
about each service.")]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    service: Service,
}

#[derive(Debug, Subcommand)]
enum Service {
    /// Print the password of a database user of RDS or Aurora.
    Rds(Box<databases::RdsArgs>),
    /// Print the password of a database role of Aurora DSQL.
    Dsql(Box<databases::DsqlArgs>),
    /// Print the password of a user of ElastiCache.
    Elasticache(Box<caches::ElastiCacheArgs>),
    /// Print the password of a user of MemoryDB.
    Memorydb(Box<caches::MemoryDbArgs>),
    /// Ask Redshift for the password of a database user, and print it.
    Redshift(Box<redshift::RedshiftArgs>),
    /// Print the bearer token of SASL/OAUTHBEARER for the brokers of MSK.
    Msk(Box<msk::MskArgs>),
    /// Print the bearer token of a cluster of EKS, or what kubectl reads.
    Eks(Box<eks::EksArgs>),
    /// Print the URL of MQTT over WebSocket with IoT Core.
    Iot(Box<iot::IotArgs>),
    /// Print the URL that opens a WebSocket API of API Gateway.
    Websocket(Box<websocket::WebSocketArgs>),
    /// Print a short-term API key of Bedrock.
    Bedrock(Box<bedrock::BedrockArgs>),
    /// Print the body of a login to HashiCorp Vault.
    Vault(Box<vault::VaultArgs>),
}

/// Prints the token.
pub(crate) fn run(args: &TokenArgs) -> Result<(), Failure> {
    match &args.service {
        Service::Rds(args) => args.run(),
        Service::Dsql(args) => args.run(),
        Service::Elasticache(args) => args.run(),
        Service::Memorydb(args) => args.run(),
        Service::Redshift(args) => args.run(),
        Service::Msk(args) => args.run(),
        Service::Eks(args) => args.run(),
        Service::Iot(args) => args.run(),
        Service::Websocket(args) => args.run(),
        Service::Bedrock(args) => args.run(),
        Service::Vault(args) => args.run(),
    }
}

impl TokenArgs {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        let common = match &self.service {
            Service::Rds(args) => &args.common,
            Service::Dsql(args) => &args.common,
            Service::Elasticache(args) => &args.common,
            Service::Memorydb(args) => &args.common,
            Service::Redshift(args) => &args.common,
            Service::Msk(args) => &args.common,
            Service::Eks(args) => &args.common,
            Service::Iot(args) => &args.common,
            Service::Websocket(args) => &args.common,
            Service::Bedrock(args) => &args.common,
            Service::Vault(args) => &args.common,
        };
        common.is_json()
    }
}
