//! `sig4 call`: signs one request, sends it, prints the response, and explains a refusal. Without a URL it demonstrates this on
//! an API that it starts on this machine.

mod answer;
mod args;
mod client;
mod exchange;
mod insecure;
mod redirect;
mod refusal;
mod request;
mod response;
mod told;
mod tour;
mod trust;
mod unreached;

use crate::failure::Failure;
use crate::print::{self, Progress, note};
use crate::url::Url;
pub(crate) use answer::answer;
pub(crate) use args::CallArgs;
use args::ConnectionArgs;
use client::ClientOptions;
use exchange::Exchange;
use request::Prepared;
use trust::Trust;

/// Makes the call. The outcome is good if the status of the response is below 400.
pub(crate) fn run(args: &CallArgs) -> Result<bool, Failure> {
    if args.output.silent {
        print::silence(args.output.shows_errors());
    }
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tokio.block_on(async { if args.is_empty() { tour::run().await } else { call(args).await } })
}

async fn call(args: &CallArgs) -> Result<bool, Failure> {
    let reading = Progress::of("reading and signing the request", args.is_quiet() || print::in_is_terminal());
    let prepared = Prepared::new(args);
    drop(reading);
    let prepared = prepared?;
    let connection = &args.connection;
    let client = client::client(&ClientOptions {
        trust: trust(connection, &prepared),
        connect_timeout: connection.connect_timeout,
        is_http1: connection.http1 || prepared.has_other_host(),
    })?;
    // The query of a presigned URL is a secret, so messages show the URL without it.
    let url = Url::split(&prepared.url).map(|url| url.with_target(url.path))?;
    let answer = tokio::time::timeout(connection.timeout, exchange::exchange(args, &client, prepared)).await;
    let seconds = connection.timeout.as_secs_f64();
    let Exchange { sent, response } =
        answer.map_err(|_| Failure::NoAnswer(format!("{url} did not answer within {seconds} s")))??;
    if response.is_redirect() && !connection.location {
        note("a redirect is not followed: -L follows it, and signs again for the same server");
    }
    let explanation = sent.and_then(|sent| refusal::explanation(&sent, &response));
    if args.is_json() {
        let explanation = explanation.as_ref().map(|explanation| print::redacted_json(&explanation.to_json()));
        print::product((response.json(&url, explanation) + "\n").as_bytes())?;
    } else if let Some(explanation) = explanation {
        note(&explanation.to_string());
    }
    Ok(response.is_good())
}

/// Whom a call trusts. `-k` and `--cacert` exclude each other.
fn trust<'a>(connection: &'a ConnectionArgs, prepared: &Prepared) -> Trust<'a> {
    match (&connection.cacert, connection.insecure) {
        (Some(file), _) => Trust::File(file),
        (None, true) => Trust::Anyone,
        (None, false) => Trust::Machine { is_here: prepared.is_here(connection.location) },
    }
}
