//! The `sig4` command: signs requests from the command line, or as a signer that other programs drive, verifies received
//! ones, explains why one does not verify, and checks other signers.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

mod body;
mod call;
mod conformance;
mod credentials;
mod curl;
mod demo;
mod expiry;
mod explain;
mod failure;
mod given_header;
mod incoming;
mod json_fields;
mod jsonl;
mod outgoing;
mod print;
mod raw_request;
mod receiver;
mod scratch;
mod serve;
mod shell;
mod show;
mod sign;
mod signing_scope;
mod stages;
mod stop;
mod url;
mod variable;
mod usage;
mod verify;

use crate::failure::Failure;
use clap::{Parser, Subcommand};
use sig4::{authority, printable};
use std::process::ExitCode;

/// AWS Signature Version 4 from the command line.
#[derive(Debug, Parser)]
#[command(name = "sig4", version)]
struct Cli {
    /// Show session tokens, cookies, signatures and other secrets in notes, stages and reports, which otherwise have
    /// `(not shown)` in their place
    #[arg(long, global = true)]
    show_secrets: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sign a request; nothing is sent.
    Sign(Box<sign::SignArgs>),
    /// Verify a raw HTTP request: exit 0 if its signature is right, 1 if it is refused.
    Verify(Box<verify::VerifyArgs>),
    /// Say why a raw HTTP request does not verify: exit 0 if nothing is wrong, 1 otherwise.
    Explain(Box<explain::ExplainArgs>),
    /// Sign a request, send it and print the answer: exit 0 if its status is below 400, 1 if not, 2 without an answer.
    Call(Box<call::CallArgs>),
    /// Serve an HTTP API with IAM authorization on this machine, as a CDK stack or a configuration describes it.
    Serve(Box<serve::ServeArgs>),
    /// Check another signer against the suites: exit 0 if it conforms, 1 if it does not.
    Conformance(Box<conformance::ConformanceArgs>),
}

/// The exit status of a command that was not told, or given, what it needs.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    print::panics_as_failures();
    print::keep_environment();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(error),
    };
    if cli.show_secrets {
        print::show_secrets();
    }
    match cli.command {
        Command::Sign(args) => status(sign::run(&args).map(|()| true), 1),
        Command::Verify(args) => status(verify::run(&args), USAGE),
        Command::Explain(args) => status(explain::run(&args), USAGE),
        Command::Call(args) => status(call::run(&args), USAGE),
        Command::Serve(args) => status(serve::run(&args), USAGE),
        Command::Conformance(args) => status(conformance::run(&args), USAGE),
    }
}

/// The exit status of an outcome: 0 if it is good, 1 if it is not, and `failed` if there is none.
fn status(outcome: Result<bool, Failure>, failed: u8) -> ExitCode {
    match outcome {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(failure) => {
            print::fail(&failure.to_string());
            ExitCode::from(failed)
        }
    }
}
