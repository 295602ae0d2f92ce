//! The `sig4` command: signs requests from the command line, or as a signer that other programs drive.

mod body;
mod conformance;
mod curl;
mod endpoint;
mod given_header;
mod jsonl;
mod place;
mod profile;
mod raw_request;
mod service_names;
mod show;
mod sign;
mod stages;
mod url;

use clap::{Parser, Subcommand};
use std::io::{self, Write};
use std::process::ExitCode;

/// What went wrong, in one line.
type Failure = Box<dyn std::error::Error>;

/// AWS Signature Version 4 from the command line.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sign a request; nothing is sent.
    Sign(Box<sign::SignArgs>),
    /// Check another signer against the suites.
    Conformance(Box<conformance::ConformanceArgs>),
}

fn main() -> ExitCode {
    let (outcome, on_failure) = match Cli::parse().command {
        Command::Sign(args) => (sign::run(&args).map(|()| ExitCode::SUCCESS), ExitCode::FAILURE),
        // 1 says that the signer does not conform.
        Command::Conformance(args) => (conformance::run(&args), ExitCode::from(2)),
    };
    outcome.unwrap_or_else(|failure| {
        // Without a standard error there is nobody to tell.
        let _unheard = writeln!(io::stderr(), "sig4: {failure}");
        on_failure
    })
}
