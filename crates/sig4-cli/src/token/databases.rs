//! `sig4 token rds` and `sig4 token dsql`.

use super::output;
use super::signing::SigningArgs;
use crate::failure::Failure;
use clap::Args;
use sig4::Expires;
use sig4::token::{Dsql, Rds};

/// The arguments of `sig4 token rds`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  PGPASSWORD=\"$(sig4 token rds --hostname \"$PGHOST\" --port 5432 --username jane)\" psql -U jane
  MYSQL_PWD=\"$(sig4 token rds --hostname \"$DB\" --port 3306 --username jane)\" \\
    mysql -h \"$DB\" -u jane --enable-cleartext-plugin

The token lasts 15 minutes, and opens connections with TLS alone.")]
pub(super) struct RdsArgs {
    /// The endpoint of the instance, the cluster or the proxy
    #[arg(long, visible_alias = "host", value_name = "HOST")]
    hostname: String,
    /// The port of the database
    #[arg(long)]
    port: u16,
    /// The database user
    #[arg(long, visible_alias = "db-user", value_name = "NAME")]
    username: String,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl RdsArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(Some(&self.hostname))?;
        let database = Rds::new(&*signing.region, &self.hostname, self.port, &self.username)?;
        output::print(&self.common, &signing, &database.token(&signing.credentials, signing.now)?)
    }
}

/// The arguments of `sig4 token dsql`.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  PGSSLMODE=require PGPASSWORD=\"$(sig4 token dsql --hostname \"$PGHOST\" --admin)\" psql -U admin postgres")]
pub(super) struct DsqlArgs {
    /// The endpoint of the cluster
    #[arg(long, visible_alias = "host", value_name = "HOST")]
    hostname: String,
    /// Make a token for the role `admin`
    #[arg(long)]
    admin: bool,
    /// How long the token is valid, in seconds, 1 to 604800
    #[arg(long, visible_alias = "expires-in", value_name = "SECONDS", value_parser = Expires::parse, default_value = "900")]
    expires: Expires,
    #[command(flatten)]
    pub(super) common: SigningArgs,
}

impl DsqlArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let signing = self.common.signing(Some(&self.hostname))?;
        let cluster = Dsql::new(&*signing.region, &self.hostname)?.with_admin(self.admin).with_expires(self.expires);
        output::print(&self.common, &signing, &cluster.token(&signing.credentials, signing.now)?)
    }
}
