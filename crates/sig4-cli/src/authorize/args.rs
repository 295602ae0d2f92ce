//! The arguments of `sig4 authorize`.

use clap::Args;
use std::path::PathBuf;

/// The arguments of `sig4 authorize`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 authorize --config authorizer.toml
  sig4 authorize --config authorizer.toml --check
  sig4 authorize --config authorizer.toml --init-replay-store

SIGHUP loads keys, policies and certificates again. SIGTERM ends the authorizer: it first reports
that it is not ready, then answers the checks in flight. A second signal ends it at once.
docs/authorizer.md describes the proxies, examples/authorizer/authorizer.toml every key of the file.")]
pub(crate) struct AuthorizeArgs {
    /// The configuration file. Relative paths in it are relative to its folder
    #[arg(long, value_name = "authorizer.toml")]
    pub(crate) config: PathBuf,
    /// Read the configuration and every file that it names, say what is wrong, and exit. It opens no port and connects to nothing
    #[arg(long, conflicts_with = "init_replay_store")]
    pub(crate) check: bool,
    /// Prepare a new, empty Valkey or Redis for remembering used signatures, and exit. Without this, replicas refuse requests until
    /// every signature from before their start has expired
    #[arg(long)]
    pub(crate) init_replay_store: bool,
}
