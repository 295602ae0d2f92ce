//! The life of an authorizer.

use super::args::AuthorizeArgs;
use super::notes::Notes;
use crate::failure::Failure;
use crate::print::note;
use crate::stop::{Hangup, Stop};
use sig4_authorizer::config::Config;
use sig4_authorizer::{Assembly, Server, initialize_replay_store};
use std::process as system;

/// Runs the authorizer until a signal ends it.
pub(crate) fn run(args: &AuthorizeArgs) -> Result<bool, Failure> {
    let config = Config::read(&args.config)?;
    if args.check {
        let _valid = Assembly::of(&config)?;
        note(&format!("{} is valid", args.config.display()));
        return Ok(true);
    }
    let tokio = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if args.init_replay_store {
        let prepared = tokio.block_on(initialize_replay_store(&config))?;
        note(&match prepared.new {
            0 => "the store of used signatures was prepared before: nothing is changed".to_owned(),
            new => format!("the store of used signatures is prepared: {new} new parts"),
        });
        return Ok(true);
    }
    let assembly = Assembly::of(&config)?;
    let notes = Notes::start()?;
    let telling = notes.clone();
    let answered = tokio.block_on(serve(assembly.with_notices(move |text| telling.tell(text)), &notes));
    notes.flush();
    answered
}

async fn serve(assembly: Assembly, notes: &Notes) -> Result<bool, Failure> {
    let (mut stop, mut hangup) = (Stop::new()?, Hangup::new()?);
    let server = Server::start(assembly).await?;
    notes.tell(&format!("listening on {}", server.local_addr()));
    if let Some(admin) = server.admin_addr() {
        notes.tell(&format!("probes and metrics on {admin}"));
    }
    loop {
        tokio::select! {
            () = stop.asked() => break,
            is_gone = hangup.came() => {
                // Without its terminal, nobody could end the authorizer any more.
                if is_gone {
                    break;
                }
                reload(&server, notes);
            }
        }
    }
    notes.tell("ending: checks in flight are answered");
    let answered = tokio::select! {
        answered = server.drain() => answered,
        () = stop.asked() => system::exit(130),
    };
    if !answered {
        notes.tell("ended before all checks were answered");
    }
    Ok(answered)
}

fn reload(server: &Server, notes: &Notes) {
    match server.reload() {
        Ok(()) => notes.tell("keys, policies and certificates are loaded again"),
        Err(error) => notes.tell(&format!("the earlier keys, policies and certificates stay: {error}")),
    }
}
