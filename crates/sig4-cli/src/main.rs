//! The command `sig4`: signs requests from the command line or for a program that drives it, sends them, verifies received
//! requests, explains why a request does not verify, serves an HTTP API, and checks other signers.
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
    /// Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read
    /// `(not shown)`
    #[arg(long, global = true)]
    show_secrets: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sign a request without sending it.
    Sign(Box<sign::SignArgs>),
    /// Verify the signature of a raw HTTP request. Exit status: 0 if it verifies, 1 if it is refused.
    Verify(Box<verify::VerifyArgs>),
    /// Explain why a raw HTTP request does not verify. Exit status: 0 if nothing is wrong, 1 otherwise.
    Explain(Box<explain::ExplainArgs>),
    /// Sign a request, send it and print the response. Exit status: 0 if its status is below 400, 1 otherwise, 2 without a response.
    Call(Box<call::CallArgs>),
    /// Serve an HTTP API with IAM authorization on this machine, from a CDK stack or a configuration file.
    Serve(Box<serve::ServeArgs>),
    /// Check another signer against the test suites. Exit status: 0 if it conforms, 1 otherwise.
    Conformance(Box<conformance::ConformanceArgs>),
}

/// The exit status of a command whose arguments or input are missing or not valid.
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

/// The exit status: 0 for a good outcome, 1 for a bad one, `failed` for a failure.
fn status(outcome: Result<bool, Failure>, failed: u8) -> ExitCode {
    match outcome {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(failure) => {
            print::fail(&failure.to_string());
            print::details(failure.lines());
            ExitCode::from(failed)
        }
    }
}
