//! `sig4 token elasticache` and `sig4 token memorydb`.

use super::output;
use super::signing::SigningArgs;
use crate::failure::Failure;
use clap::Args;
use sig4::token::{ElastiCache, MemoryDb};

/// The arguments of `sig4 token elasticache`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  REDISCLI_AUTH=\"$(sig4 token elasticache --cache my-cache --username jane)\" \\
    redis-cli --tls -h \"$ENDPOINT\" --user jane

The token lasts 15 minutes, and opens connections with TLS alone. ElastiCache closes them after 12 hours.")]
pub(super) struct ElastiCacheArgs {
    /// The name of the replication group or of the serverless cache, not its endpoint
    #[arg(long, visible_alias = "replication-group", value_name = "NAME")]
    cache: String,
    /// The user, whose id and name are the same
    #[arg(long, value_name = "NAME")]
    username: String,
    /// The cache is serverless
    #[arg(long)]
    serverless: bool,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl ElastiCacheArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let user = ElastiCache::new(&*signing.region, &self.cache, &self.username)?.with_serverless(self.serverless);
        output::print(&self.common, &signing, &user.token(&signing.credentials, signing.now)?)
    }
}

/// The arguments of `sig4 token memorydb`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  REDISCLI_AUTH=\"$(sig4 token memorydb --cluster-name my-cluster --username jane)\" \\
    redis-cli -c --tls -h \"$ENDPOINT\" --user jane

The token lasts 15 minutes, and opens connections with TLS alone. MemoryDB closes them after 12 hours.")]
pub(super) struct MemoryDbArgs {
    /// The name of the cluster, not its endpoint
    #[arg(long, visible_alias = "cluster", value_name = "NAME")]
    cluster_name: String,
    /// The user
    #[arg(long, value_name = "NAME")]
    username: String,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl MemoryDbArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(None)?;
        let user = MemoryDb::new(&*signing.region, &self.cluster_name, &self.username)?;
        output::print(&self.common, &signing, &user.token(&signing.credentials, signing.now)?)
    }
}
