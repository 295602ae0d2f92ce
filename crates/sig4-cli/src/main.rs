//! The command `sig4`: signs requests from the command line or for a program that drives it, sends them, verifies received
//! requests, explains why a request does not verify, serves an HTTP API or a REST API, and checks other signers.
#![deny(clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

mod authorize;
mod body;
mod call;
mod clipboard;
mod clock;
mod completions;
mod conformance;
mod credentials;
mod curl;
mod curl_command;
mod demo;
mod development_authority;
mod expiry;
mod explain;
mod failure;
mod given_header;
mod incoming;
mod json_fields;
mod jsonl;
mod keys;
mod man;
mod outgoing;
mod pasted;
mod presign;
mod print;
mod raw_request;
mod receiver;
mod report_format;
mod request;
mod scratch;
mod serve;
mod shell;
mod show;
mod sign;
mod sign_output;
mod signing_input;
mod signing_scope;
mod stages;
mod stop;
mod token;
mod url;
mod variable;
mod usage;
mod verify;

use crate::failure::Failure;
use clap::{CommandFactory, Parser, Subcommand};
use sig4::{authority, printable};
use std::process::ExitCode;

/// AWS Signature Version 4 from the command line.
#[derive(Debug, Parser)]
#[command(
    name = "sig4",
    version,
    max_term_width = 100,
    propagate_version = true,
    after_help = "\
Examples:
  sig4 call
  sig4 sign https://abc.execute-api.eu-west-1.amazonaws.com/orders --format curl
  sig4 presign https://bucket.s3.eu-west-1.amazonaws.com/a.txt
  sig4 token eks --cluster-name my-cluster
  sig4 serve --template cdk.out

sign, presign, call, verify and explain take a request as curl and httpie do: [METHOD] URL [-H] [-d] [-F] [-X].
Exit status: 0 success, 1 refused or a status of 400 and above, 2 a mistake in the arguments,
3 no answer.
The guide is in docs/ of the repository; docs/output.md says what is printed where."
)]
struct Cli {
    /// Show session tokens, cookies, signatures and other secrets in notes, stages and reports. By default they read
    /// `(not shown)`
    #[arg(long, global = true, help_heading = "Output")]
    show_secrets: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sign a request without sending it.
    Sign(Box<sign::SignArgs>),
    /// Presign a URL.
    Presign(Box<presign::PresignArgs>),
    /// Print a token made of a signature: for RDS, EKS, MSK and other services.
    Token(Box<token::TokenArgs>),
    /// Sign a request, send it and print the response.
    Call(Box<call::CallArgs>),
    /// Verify the signature of a request. Exit status: 0 if it verifies, 1 if it is refused.
    Verify(Box<verify::VerifyArgs>),
    /// Explain why a request does not verify. Exit status: 0 if nothing is wrong, 1 otherwise.
    Explain(Box<explain::ExplainArgs>),
    /// Serve an HTTP API or a REST API with IAM authorization on this machine, from a CDK stack or a configuration file.
    Serve(Box<serve::ServeArgs>),
    /// Authorize requests for a proxy: Envoy, nginx, Traefik, Caddy or HAProxy asks about each of them.
    Authorize(authorize::AuthorizeArgs),
    /// Check another signer against the test suites. Exit status: 0 if it conforms, 1 otherwise.
    Conformance(Box<conformance::ConformanceArgs>),
    /// Derive signing keys of single days for processes that must not have secrets.
    Keys(Box<keys::KeysArgs>),
    /// Print the completions of a shell.
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write all manual pages to a folder.
    Man(man::ManArgs),
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
        Command::Sign(args) => status(sign::run(&args).map(|()| true), args.is_json()),
        Command::Presign(args) => status(presign::run(&args).map(|()| true), args.is_json()),
        Command::Token(args) => status(token::run(&args).map(|()| true), args.is_json()),
        Command::Call(args) => status(call::run(&args), args.is_json()),
        Command::Verify(args) => status(verify::run(&args), args.is_json()),
        Command::Explain(args) => status(explain::run(&args), args.is_json()),
        Command::Serve(args) => status(serve::run(&args), args.json),
        Command::Authorize(args) => status(authorize::run(&args), false),
        Command::Conformance(args) => status(conformance::run(&args), args.is_json()),
        Command::Keys(args) => status(keys::run(&args).map(|()| true), false),
        Command::Completions(args) => status(completions::run(&args, Cli::command()).map(|()| true), false),
        Command::Man(args) => status(man::run(&args, Cli::command()).map(|()| true), false),
    }
}

/// The exit status: 0 for a good outcome, 1 for a bad one. A failure has its own, and is also printed as JSON where JSON is asked
/// for.
fn status(outcome: Result<bool, Failure>, is_json: bool) -> ExitCode {
    match outcome {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(failure) => {
            let text = failure.to_string();
            if is_json {
                print::fail_json(&text, failure.lines(), failure.kind());
            }
            print::fail(&text);
            print::details(failure.lines());
            ExitCode::from(failure.exit_code())
        }
    }
}
