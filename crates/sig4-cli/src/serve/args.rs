//! The arguments of `sig4 serve`.

use super::environment;
use super::user::{self, GivenUser};
use crate::failure::Failure;
use clap::Args;
use sig4_gateway::AllowedHosts;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What `sig4 serve` is told.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// The folder that `cdk synth` wrote, or one of its templates
    #[arg(long, value_name = "cdk.out|FILE", conflicts_with = "config")]
    pub(crate) template: Option<PathBuf>,
    /// A configuration file of an API; docs/serve.md describes it. Without it and --template an echo is served
    #[arg(long, value_name = "api.toml")]
    pub(crate) config: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,
    /// On a loopback address, also answer to this host, with any port; may be given again. Others than this machine's own are
    /// refused with 403, because a page in a browser may have its name lead here
    #[arg(long = "allow-host", value_name = "NAME")]
    pub(crate) allowed_hosts: Vec<String>,
    /// A user with one access key and one policy; may be given again. The secret is the value of SIG4_SECRET_AKID, else the
    /// terminal asks for it. NAME=AKID:SECRET@policy.json still works, and every user of this machine can read that secret
    #[arg(long, value_name = "NAME=AKID@policy.json", value_parser = given_user)]
    pub(crate) user: Vec<user::Parsed>,
    /// A file with users, groups, roles and policies, as api.toml has them, or `-` for the standard input; may be given again
    #[arg(long, value_name = "FILE|-")]
    pub(crate) users: Vec<PathBuf>,
    /// Give the demo users, who are there if there are no others, the same secrets each time; by default SIG4_DEMO_SEED. Who
    /// knows the seed knows the secrets, and every user of this machine can read the arguments
    #[arg(long, value_name = "TEXT")]
    pub(crate) demo_seed: Option<String>,
    /// Write one JSON object a request, with the names of $context, to this file, or to the standard output
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub(crate) access_log: Option<String>,
    /// Hold no more bytes of bodies at a time, of requests and answers together; 268435456 (256 MiB) if neither this nor the
    /// configuration says so
    #[arg(long, value_name = "BYTES")]
    pub(crate) body_budget: Option<usize>,
    /// Tell refused callers why
    #[arg(long)]
    pub(crate) verbose_errors: bool,
    /// The stack, where several have an HTTP API
    #[arg(long, value_name = "NAME", requires = "template")]
    pub(crate) stack: Option<String>,
    /// The API, where a stack has several: its logical id, its name, or its path in the tree of constructs
    #[arg(long, value_name = "ID|NAME|PATH", requires = "template")]
    pub(crate) api: Option<String>,
    /// The stage; by default all of the template's
    #[arg(long, value_name = "NAME", requires = "template")]
    pub(crate) stage: Option<String>,
    /// The region; by default the stack's, else AWS_REGION, AWS_DEFAULT_REGION, or us-east-1
    #[arg(long, requires = "template")]
    pub(crate) region: Option<String>,
    /// The account; by default the stack's, else 123456789012
    #[arg(long, value_name = "DIGITS", requires = "template")]
    pub(crate) account: Option<String>,
    /// A parameter of the template; may be given again
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair, requires = "template")]
    pub(crate) parameters: Vec<(String, String)>,
    /// Run every function with this command, which speaks the Lambda Runtime API; words are cut as a shell does
    #[arg(long, value_name = "COMMAND")]
    pub(crate) runtime_command: Option<String>,
    /// Run the function of this name with this command; may be given again
    #[arg(long = "function", value_name = "NAME=COMMAND", value_parser = pair)]
    pub(crate) functions: Vec<(String, String)>,
    /// Let processes of other users run the functions, such as a container's that is root's. Every user of this machine can
    /// then take events and forge answers
    #[arg(long)]
    pub(crate) runtime_of_any_user: bool,
    /// Give functions this variable of the server's environment, of which they otherwise get PATH, HOME and LANG alone; may
    /// be given again
    #[arg(long = "pass-env", value_name = "NAME", value_parser = environment::parse_name)]
    pub(crate) passed: Vec<String>,
}

/// Reads a user. What is wrong is said later: clap would show the argument with its error, secret included.
fn given_user(text: &str) -> Result<user::Parsed, String> {
    Ok(GivenUser::parse(text))
}

/// Reads `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl ServeArgs {
    /// The hosts that are answered to: on a loopback address this machine's and the given ones, elsewhere all.
    pub(crate) fn hosts(&self) -> Result<AllowedHosts, Failure> {
        if !self.listen.ip().to_canonical().is_loopback() {
            return Ok(AllowedHosts::any());
        }
        Ok(self.allowed_hosts.iter().try_fold(AllowedHosts::loopback(), |hosts, name| hosts.with_host(name))?)
    }
}
