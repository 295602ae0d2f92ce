//! The `sig4` command: signs requests from the command line, or as a signer that other programs drive.

mod body;
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
}

fn main() -> ExitCode {
    let Command::Sign(args) = Cli::parse().command;
    match sign::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Without a standard error there is nobody to tell.
            let _unheard = writeln!(io::stderr(), "sig4: {failure}");
            ExitCode::FAILURE
        }
    }
}
