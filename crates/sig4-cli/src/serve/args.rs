//! The arguments of `sig4 serve`.

use super::inspect;
use super::listen;
use super::shell::Shell;
use super::tls::TlsArgs;
use super::user::{self, GivenUser};
use super::{concurrency, environment};
use crate::failure::Failure;
use clap::Args;
use sig4_gateway::AllowedHosts;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// The arguments of `sig4 serve`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  sig4 serve
  eval \"$(sig4 serve --print-env)\"; sig4 serve &
  sig4 serve --template cdk.out
  sig4 serve --tls
  sig4 serve --config api.toml --user alice=AKIDALICE@invoke.json

docs/serve.md describes the options and api.toml, docs/cdk.md a CDK stack.")]
pub(crate) struct ServeArgs {
    /// The folder written by `cdk synth`, or one of its templates
    #[arg(long, value_name = "cdk.out|FILE", conflicts_with = "config")]
    pub(crate) template: Option<PathBuf>,
    /// A configuration file of an API (docs/serve.md describes it). Without --config and --template, an echo is served
    #[arg(long, value_name = "api.toml")]
    pub(crate) config: Option<PathBuf>,
    /// The address to listen on: ADDR:PORT, localhost:PORT, or :PORT and PORT for loopback. Port 0 means any free port
    #[arg(long, value_name = "[ADDR]:PORT", default_value = "127.0.0.1:3000", value_parser = listen::parse)]
    listen: SocketAddr,
    /// The port of --listen alone
    #[arg(short, long, conflicts_with = "listen")]
    port: Option<u16>,
    /// The address of --listen alone
    #[arg(long, value_name = "ADDR", conflicts_with = "listen", value_parser = listen::parse_host)]
    host: Option<IpAddr>,
    #[command(flatten)]
    pub(crate) tls: TlsArgs,
    /// Print the variables of a user in the form of a shell and exit: `eval "$(sig4 serve --print-env)"`. Without a name, the user
    /// is the first one
    #[arg(long, value_name = "USER", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) print_env: Option<String>,
    /// The shell of --print-env
    #[arg(long, value_enum, default_value_t, requires = "print_env")]
    pub(crate) shell: Shell,
    /// Print a call of the API for each client (curl, sig4, awscurl, Node, Python, Go) and exit
    #[arg(long, conflicts_with = "print_env")]
    pub(crate) examples: bool,
    /// Write JSON to standard output, one object per line: first the API, then a line per request as with --access-log
    #[arg(long, conflicts_with_all = ["print_env", "examples"])]
    pub(crate) json: bool,
    /// Also accept this Host on a loopback address, with any port; on another address, accept only these and this machine's own. May
    /// be repeated. Other hosts get 403, because a web page could point its own name to this machine
    #[arg(long = "allow-host", value_name = "NAME")]
    pub(crate) allowed_hosts: Vec<String>,
    /// A user with one access key and one policy. May be repeated. The secret comes from the variable SIG4_SECRET_AKID, else from
    /// a prompt. NAME=AKID:SECRET@policy.json also works, but every user of this machine can read that secret
    #[arg(long, value_name = "NAME=AKID@policy.json", value_parser = given_user)]
    pub(crate) user: Vec<user::Parsed>,
    /// A file with users, groups, roles and policies in the form of api.toml, or `-` for standard input. May be repeated
    #[arg(long, value_name = "FILE|-")]
    pub(crate) users: Vec<PathBuf>,
    /// Derive the secrets of the demo users from this text [default: SIG4_DEMO_SEED, else random]. The demo users exist if no other
    /// user is given. Anyone who knows the seed knows the secrets, and every user of this machine can read arguments
    #[arg(long, value_name = "TEXT")]
    pub(crate) demo_seed: Option<String>,
    /// Write one JSON object per request, with the names of $context, to this file, or to standard output without a value
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub(crate) access_log: Option<String>,
    /// Show the requests on a page in a browser of this machine: what each client signed, what was computed and decided, the event
    /// and the reply. The page has its own loopback address, by default with any free port, and its URL is printed
    #[arg(long, value_name = "[ADDR:]PORT", num_args = 0..=1, default_missing_value = "127.0.0.1:0",
        value_parser = inspect::parse_address, conflicts_with_all = ["print_env", "examples"])]
    pub(crate) inspect: Option<SocketAddr>,
    /// The limit for all request and response bodies in memory at a time [default: from the configuration, else 268435456
    /// (256 MiB)]
    #[arg(long, value_name = "BYTES")]
    pub(crate) body_budget: Option<usize>,
    /// Tell every refused caller the cause, in the body. Without it, only a program on this machine that asks is told, as `sig4 call`
    /// does
    #[arg(long)]
    pub(crate) verbose_errors: bool,
    /// Do not tell a program on this machine that asks, either. Give it behind a reverse proxy that adds no header of its own
    #[arg(long)]
    pub(crate) no_explain: bool,
    /// The stack, if several have an API
    #[arg(long, value_name = "NAME", requires = "template")]
    pub(crate) stack: Option<String>,
    /// The API, if the stack has several: its logical id, its name, or its construct path
    #[arg(long, value_name = "ID|NAME|PATH", requires = "template")]
    pub(crate) api: Option<String>,
    /// The stage [default: all stages of the template]
    #[arg(long, value_name = "NAME", requires = "template")]
    pub(crate) stage: Option<String>,
    /// The region [default: from the stack or the configuration, else AWS_REGION, AWS_DEFAULT_REGION or us-east-1]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// The account [default: from the stack or the configuration, else 123456789012]
    #[arg(long, value_name = "DIGITS")]
    pub(crate) account: Option<String>,
    /// A parameter of the template. May be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair, requires = "template")]
    pub(crate) parameters: Vec<(String, String)>,
    /// Run every function with this command, which speaks the Lambda Runtime API. It is split into words as by a shell
    #[arg(long, value_name = "COMMAND")]
    pub(crate) runtime_command: Option<String>,
    /// Run the function of this logical id, name or construct id with this command. May be repeated
    #[arg(long = "function", value_name = "NAME=COMMAND", value_parser = pair)]
    pub(crate) functions: Vec<(String, String)>,
    /// Load the API, its users and policies, and the functions again when one of their files changes. SIGHUP does the same at any
    /// time. The code of functions is always watched
    #[arg(long)]
    pub(crate) watch: bool,
    /// Run at most this many calls of a function at a time, each in its own process [default: as many as there are calls, at most
    /// 16; 4 idle processes are kept]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(concurrency::MAX_PROCESSES)))]
    pub(crate) concurrency: Option<u16>,
    /// A JSON file with values for the functions' environment variables, as `sam local` takes it:
    /// {"FUNCTION": {"NAME": "value"}, "Parameters": {"NAME": "value"}}. Only variables that the API defines are set
    #[arg(long, value_name = "FILE")]
    pub(crate) env_vars: Option<PathBuf>,
    /// Let processes of other users run the functions, such as a container that runs as root. Every user of this machine can then
    /// take events and forge responses
    #[arg(long)]
    pub(crate) runtime_of_any_user: bool,
    /// Pass this variable of the server's environment to the functions. May be repeated. PATH, HOME and LANG are always passed
    #[arg(long = "pass-env", value_name = "NAME", value_parser = environment::parse_name)]
    pub(crate) passed: Vec<String>,
}

/// Reads a user. An error is kept for later, because clap would print it with the argument and its secret.
fn given_user(text: &str) -> Result<user::Parsed, String> {
    Ok(GivenUser::parse(text))
}

/// Reads `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl ServeArgs {
    /// The address to listen on.
    pub(crate) fn address(&self) -> SocketAddr {
        let host = self.host.unwrap_or_else(|| self.listen.ip());
        SocketAddr::new(host, self.port.unwrap_or_else(|| self.listen.port()))
    }

    /// The accepted hosts: on a loopback address this machine's and the given hosts. Elsewhere all, or the given hosts and this
    /// machine's.
    pub(crate) fn hosts(&self) -> Result<AllowedHosts, Failure> {
        if !self.address().ip().to_canonical().is_loopback() && self.allowed_hosts.is_empty() {
            return Ok(AllowedHosts::any());
        }
        Ok(self.allowed_hosts.iter().try_fold(AllowedHosts::loopback(), |hosts, name| hosts.with_host(name))?)
    }
}
