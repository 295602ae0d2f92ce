//! `sig4 serve`: an HTTP API or a REST API with IAM authorization on this machine, from a CDK stack or a configuration.

mod args;
mod banner;
mod callers;
mod concurrency;
mod description;
mod env_vars;
mod environment;
mod examples;
mod function_log;
mod function_names;
mod functions;
mod hint;
mod inspect;
mod listen;
mod loaded;
mod log;
mod log_line;
mod pool;
mod print_env;
mod process;
mod reload;
mod runtime;
mod shell;
mod sources;
mod stack_user;
mod tls;
mod user;
mod watched;

use crate::failure::Failure;
use crate::print::{self, Progress, note};
use crate::scratch;
use crate::stop::{Hangup, Stop};
pub(crate) use args::ServeArgs;
use banner::Banner;
use callers::Callers;
use description::Described;
use examples::Sample;
use functions::{Functions, PlannedFunctions};
use loaded::Loaded;
use log::Log;
use reload::Served;
use sources::Sources;
use std::process as system;
use std::sync::Arc;
use watched::Changes;

/// Serves the API until a signal ends it.
pub(crate) fn run(args: &ServeArgs) -> Result<bool, Failure> {
    scratch::remove_left();
    if args.tls.export()? {
        return Ok(true);
    }
    let sources = Sources::default();
    if args.examples || args.print_env.is_some() {
        return print_help(args, &sources).map(|()| true);
    }
    // It may ask for secrets, or read them from a terminal.
    let asks = !args.user.is_empty() || !args.users.is_empty();
    let loading = Progress::of("reading the API and preparing its functions", asks);
    let read = Loaded::read(args, &sources);
    drop(loading);
    let (loaded, planned) = read?;
    if let Some(hint) = hint::unnamed(args) {
        note(&hint);
    }
    let log = Arc::new(Log::open(args)?);
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = Served { args, sources, log, loaded, functions: Functions::default(), changes: None };
    tokio.block_on(serve(served, planned))?;
    Ok(true)
}

async fn serve(mut served: Served<'_>, planned: PlannedFunctions) -> Result<(), Failure> {
    let (mut stop, mut hangup) = (Stop::new()?, Hangup::new()?);
    let inspect = served.log.listen(served.args).await?;
    let server = served.start(planned).await?;
    let Loaded { described, callers, .. } = &served.loaded;
    if let Some(warning) = listen::warning(server.addr(), &served.args.allowed_hosts, callers.demo.is_some()) {
        note(&warning);
    }
    let authority = served.args.tls.authority()?;
    let (url, authority, inspect) = (server.url(), authority.as_ref(), inspect.as_deref());
    served.log.start(&Banner { url: &url, authority, inspect, described, callers });
    loop {
        tokio::select! {
            () = stop.asked() => break,
            is_gone = hangup.came() => {
                // Without its terminal, nobody could end the server any more.
                if is_gone {
                    break;
                }
                served.functions.renew();
                served.reload(&server).await;
            }
            () = Changes::next_of(served.changes.as_mut()) => served.reload(&server).await,
        }
    }
    note("ending: requests that were accepted are answered");
    let told_again = tokio::select! {
        () = server.shutdown() => false,
        () = stop.asked() => true,
    };
    served.functions.end().await;
    if told_again {
        system::exit(130);
    }
    Ok(())
}

/// Prints the variables of a user, or examples of calls.
fn print_help(args: &ServeArgs, sources: &Sources) -> Result<(), Failure> {
    let described = Described::read(args, sources)?;
    if let Some(user) = &args.print_env {
        let callers = Callers::read(&described, args, sources)?;
        return print::product(print_env::lines(user, args.shell, &described, &callers)?.as_bytes());
    }
    let mut address = args.address();
    if address.port() == 0 {
        address.set_port(listen::DEFAULT_PORT);
    }
    let url = format!("{}://{address}", args.tls.scheme());
    let authority = args.tls.authority_file()?;
    print::text(&Sample::new(&described.api, &url).trusting(authority.as_deref()).to_string())
}
