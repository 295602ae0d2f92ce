//! `sig4 serve`: an HTTP API with IAM authorization on this machine, from a CDK stack or a configuration.

mod args;
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

use crate::failure::Failure;
use crate::print::note;
use crate::scratch;
use crate::stop::Stop;
pub(crate) use args::ServeArgs;
use banner::Banner;
use callers::Callers;
use description::Described;
use log::Log;
use runtime::Runtime;
use sig4_gateway::definition::FunctionDefinition;
use sig4_gateway::{FunctionConfiguration, Integration, LambdaFunction};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::process;
use std::sync::Arc;
use supervisor::Supervisor;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Serves the API until a signal ends it.
pub(crate) fn run(args: &ServeArgs) -> Result<bool, Failure> {
    scratch::remove_left();
    let mut described = Described::read(args)?;
    let callers = Callers::read(&described, args)?;
    callers.check_reach(args.listen)?;
    let runtimes = runtimes(args, &mut described)?;
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
        .with_local_explanations(!args.no_explain)
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

/// The functions, each with the address of its Runtime API.
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

/// Notes requests that a function's Runtime API refused.
fn refusal_log(name: &str) -> impl Fn(&str) + Send + Sync + 'static {
    let name = name.to_owned();
    move |why| note(&format!("{name}: its Runtime API refused {why}"))
}

/// The runtime of each function.
fn runtimes(args: &ServeArgs, described: &mut Described) -> Result<BTreeMap<String, Runtime>, Failure> {
    let api = described.api.clone();
    let defined: Vec<&FunctionDefinition> = api.functions().collect();
    let is_there = |name: &str| defined.iter().any(|function| function.name() == name);
    if let Some((name, _)) = args.functions.iter().find(|(name, _)| !is_there(name)) {
        let names: Vec<_> = defined.iter().map(|function| function.name()).collect();
        return Err(format!("there is no function `{name}`; there are these: [{}]", names.join(", ")).into());
    }
    let mut runtimes = BTreeMap::new();
    for function in defined {
        let own = args.functions.iter().find(|(name, _)| name == function.name());
        let given = own.map(|(_, command)| command).or(args.runtime_command.as_ref());
        match Runtime::of(function, &described.folder, given.map(String::as_str)) {
            Ok(runtime) => drop(runtimes.insert(function.name().to_owned(), runtime)),
            // A stack is served without the functions that cannot run. A configuration and a given command have to work.
            Err(failure) if args.template.is_some() && given.is_none() => {
                let served = described.api.clone();
                described.api = served.without_function(function.name(), &failure.to_string());
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(runtimes)
}
