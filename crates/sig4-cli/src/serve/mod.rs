//! `sig4 serve`: an HTTP API with IAM authorization on this machine, from a CDK stack or a configuration.

mod args;
mod banner;
mod callers;
mod concurrency;
mod description;
mod env_vars;
mod environment;
mod function_log;
mod functions;
mod loaded;
mod log;
mod pool;
mod process;
mod reload;
mod runtime;
mod sources;
mod stack_user;
mod user;
mod watched;

use crate::failure::Failure;
use crate::print::note;
use crate::scratch;
use crate::stop::{Hangup, Stop};
pub(crate) use args::ServeArgs;
use banner::Banner;
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
    let sources = Sources::default();
    let (loaded, planned) = Loaded::read(args, &sources)?;
    let log = Arc::new(Log::open(args.access_log.as_deref())?);
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = Served { args, sources, log, loaded, functions: Functions::default(), changes: None };
    tokio.block_on(serve(served, planned))?;
    Ok(true)
}

async fn serve(mut served: Served<'_>, planned: PlannedFunctions) -> Result<(), Failure> {
    let (mut stop, mut hangup) = (Stop::new()?, Hangup::new()?);
    let server = served.start(planned).await?;
    let Loaded { described, callers } = &served.loaded;
    served.log.say(&Banner { url: &server.url(), described, callers }.to_string());
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
