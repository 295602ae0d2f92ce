//! `sig4 keys`: derives keys for processes that must not have secrets.

mod days;
mod derive;
mod key_file;

use crate::failure::Failure;
use clap::{Args, Subcommand};

/// The arguments of `sig4 keys`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 keys derive users.json --region eu-west-1 --out day-keys.txt
  sig4 keys derive users.json --region eu-west-1 --service execute-api --from 20261130 --days 2

docs/authorizer.md describes how replicas of `sig4 authorize` hold these keys.")]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Print signing keys, each of one access key, day, region and service.
    Derive(Box<derive::DeriveArgs>),
}

/// Does the task.
pub(crate) fn run(args: &KeysArgs) -> Result<(), Failure> {
    match &args.task {
        Task::Derive(args) => args.run(),
    }
}
