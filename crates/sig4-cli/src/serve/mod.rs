//! `sig4 serve`: an HTTP API with IAM authorization on this machine, as a CDK stack or a configuration describes it.

mod banner;
mod callers;
mod code;
mod description;
mod environment;
mod function_log;
mod log;
mod runtime;
mod stack_user;
mod supervisor;
mod user;
mod words;

use crate::failure::Failure;
use crate::print::note;
use crate::scratch;
use crate::stop::Stop;
use banner::Banner;
use callers::Callers;
use clap::Args;
use description::Described;
use log::Log;
use runtime::Runtime;
use sig4_gateway::definition::FunctionDefinition;
use sig4_gateway::{AllowedHosts, FunctionConfiguration, Integration, LambdaFunction};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use supervisor::Supervisor;
use tokio::sync::watch;
use tokio::task::JoinSet;
use user::GivenUser;

/// What `sig4 serve` is told.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    /// The folder that `cdk synth` wrote, or one of its templates
    #[arg(long, value_name = "cdk.out|FILE", conflicts_with = "config")]
    template: Option<PathBuf>,
    /// An API written down by hand: see docs.rs/sig4, gateway::config. Without it and --template an echo is served
    #[arg(long, value_name = "api.toml")]
    config: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// On a loopback address, also answer to this host, with any port; may be given again. Others than this machine's own are
    /// refused with 403, because a page in a browser may have its name lead here
    #[arg(long = "allow-host", value_name = "NAME")]
    allowed_hosts: Vec<String>,
    /// A user with one access key and one policy; may be given again. The secret is the value of SIG4_SECRET_AKID, else the
    /// terminal asks for it. NAME=AKID:SECRET@policy.json still works, and every user of this machine can read that secret
    #[arg(long, value_name = "NAME=AKID@policy.json", value_parser = given_user)]
    user: Vec<user::Parsed>,
    /// A file with users, groups, roles and policies, as api.toml has them, or `-` for the standard input; may be given again
    #[arg(long, value_name = "FILE|-")]
    users: Vec<PathBuf>,
    /// Give the demo users, who are there if there are no others, the same secrets each time; by default SIG4_DEMO_SEED. Who
    /// knows the seed knows the secrets, and every user of this machine can read the arguments
    #[arg(long, value_name = "TEXT")]
    demo_seed: Option<String>,
    /// Write one JSON object a request, with the names of $context, to this file, or to the standard output
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    access_log: Option<String>,
    /// Hold no more bytes of bodies at a time, of requests and answers together; 268435456 (256 MiB) if neither this nor the
    /// configuration says so
    #[arg(long, value_name = "BYTES")]
    body_budget: Option<usize>,
    /// Tell refused callers why
    #[arg(long)]
    verbose_errors: bool,
    /// The stack, where several have an HTTP API
    #[arg(long, value_name = "NAME", requires = "template")]
    stack: Option<String>,
    /// The API, where a stack has several: its logical id, its name, or its path in the tree of constructs
    #[arg(long, value_name = "ID|NAME|PATH", requires = "template")]
    api: Option<String>,
    /// The stage; by default all of the template's
    #[arg(long, value_name = "NAME", requires = "template")]
    stage: Option<String>,
    /// The region; by default the stack's, else AWS_REGION, AWS_DEFAULT_REGION, or us-east-1
    #[arg(long, requires = "template")]
    region: Option<String>,
    /// The account; by default the stack's, else 123456789012
    #[arg(long, value_name = "DIGITS", requires = "template")]
    account: Option<String>,
    /// A parameter of the template; may be given again
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair, requires = "template")]
    parameters: Vec<(String, String)>,
    /// Run every function with this command, which speaks the Lambda Runtime API; words are cut as a shell does
    #[arg(long, value_name = "COMMAND")]
    runtime_command: Option<String>,
    /// Run the function of this name with this command; may be given again
    #[arg(long = "function", value_name = "NAME=COMMAND", value_parser = pair)]
    functions: Vec<(String, String)>,
    /// Let processes of other users run the functions, such as a container's that is root's. Every user of this machine can
    /// then take events and forge answers
    #[arg(long)]
    runtime_of_any_user: bool,
    /// Give functions this variable of the server's environment, of which they otherwise get PATH, HOME and LANG alone; may
    /// be given again
    #[arg(long = "pass-env", value_name = "NAME", value_parser = environment::parse_name)]
    passed: Vec<String>,
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

/// Serves what `args` describe until it is told to end.
pub(crate) fn run(args: &ServeArgs) -> Result<bool, Failure> {
    scratch::remove_left();
    let mut described = Described::read(args)?;
    let callers = Callers::read(&described, args)?;
    callers.check_reach(args.listen)?;
    let runtimes = args.runtimes(&mut described)?;
    let log = Arc::new(Log::open(args.access_log.as_deref())?);
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    tokio.block_on(serve(args, described, callers, runtimes, log))?;
    Ok(true)
}

async fn serve(
    args: &ServeArgs,
    described: Described,
    callers: Callers,
    runtimes: BTreeMap<String, Runtime>,
    log: Arc<Log>,
) -> Result<(), Failure> {
    let mut stop = Stop::new()?;
    let (stopping, stopped) = watch::channel(false);
    let functions = listen(&described, args).await?;
    let lambda = |function: &FunctionDefinition| {
        functions.get(function.name()).map_or_else(Integration::unattached, Integration::lambda)
    };
    let api = described.api.clone().with_functions(lambda);
    let mut supervisors = JoinSet::new();
    for (name, runtime) in runtimes {
        let Some(function) = functions.get(&name).cloned() else { continue };
        supervisors.spawn(Supervisor { name, function, runtime }.run(stopped.clone()));
    }
    let (recorder, hosts) = (Arc::clone(&log), args.hosts()?);
    let body_budget = args.body_budget.unwrap_or_else(|| api.body_budget());
    let api = api
        .with_body_budget(body_budget)
        .with_keys(callers.directory.clone())
        .with_allowed_hosts(hosts)
        .with_verbose_errors(args.verbose_errors)
        .with_access_log(move |record| recorder.record(record));
    let server = api.serve(args.listen).await?;
    log.say(&Banner { url: &server.url(), described: &described, callers: &callers }.to_string());
    stop.asked().await;
    note("ending: requests that were accepted are answered");
    let told_again = tokio::select! {
        () = server.shutdown() => false,
        () = stop.asked() => true,
    };
    stopping.send_replace(true);
    while supervisors.join_next().await.is_some() {}
    if told_again {
        process::exit(130);
    }
    Ok(())
}

/// The functions, each with an address for its runtime.
async fn listen(described: &Described, args: &ServeArgs) -> Result<BTreeMap<String, LambdaFunction>, Failure> {
    let passed = environment::passed(&args.passed)?;
    let api = &described.api;
    let mut functions = BTreeMap::new();
    for function in api.functions() {
        let configuration = FunctionConfiguration::new(function.function_name())
            .with_region(api.region())
            .with_account(api.account())
            .with_handler(function.handler())
            .with_memory(function.memory_mib())
            .with_timeout(function.timeout())
            .with_any_user(args.runtime_of_any_user)
            .with_refusal_log(refusal_log(function.name()));
        let environment = function.environment().chain(passed.iter().map(|(name, value)| (&**name, &**value)));
        let configuration = environment.fold(configuration, |all, (name, value)| all.with_variable(name, value));
        let lambda = configuration.listen((Ipv4Addr::LOCALHOST, 0)).await?;
        functions.insert(function.name().to_owned(), lambda);
    }
    Ok(functions)
}

/// Says what came to a function's Runtime API and is no runtime.
fn refusal_log(name: &str) -> impl Fn(&str) + Send + Sync + 'static {
    let name = name.to_owned();
    move |why| note(&format!("{name}: its Runtime API refused {why}"))
}

impl ServeArgs {
    /// The hosts that are answered to: on a loopback address this machine's and the given ones, elsewhere all.
    fn hosts(&self) -> Result<AllowedHosts, Failure> {
        if !self.listen.ip().to_canonical().is_loopback() {
            return Ok(AllowedHosts::any());
        }
        Ok(self.allowed_hosts.iter().try_fold(AllowedHosts::loopback(), |hosts, name| hosts.with_host(name))?)
    }

    /// What runs each function.
    fn runtimes(&self, described: &mut Described) -> Result<BTreeMap<String, Runtime>, Failure> {
        let api = described.api.clone();
        let defined: Vec<&FunctionDefinition> = api.functions().collect();
        let is_there = |name: &str| defined.iter().any(|function| function.name() == name);
        if let Some((name, _)) = self.functions.iter().find(|(name, _)| !is_there(name)) {
            let names: Vec<_> = defined.iter().map(|function| function.name()).collect();
            return Err(format!("there is no function `{name}`; there are these: [{}]", names.join(", ")).into());
        }
        let mut runtimes = BTreeMap::new();
        for function in defined {
            let own = self.functions.iter().find(|(name, _)| name == function.name());
            let given = own.map(|(_, command)| command).or(self.runtime_command.as_ref());
            match Runtime::of(function, &described.folder, given.map(String::as_str)) {
                Ok(runtime) => drop(runtimes.insert(function.name().to_owned(), runtime)),
                // A stack is served as far as it can be. What was written for this server has to be right, and so has a command.
                Err(failure) if self.template.is_some() && given.is_none() => {
                    let served = described.api.clone();
                    described.api = served.without_function(function.name(), &failure.to_string());
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(runtimes)
    }
}
