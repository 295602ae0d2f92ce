//! `sig4 call`: signs one request, sends it, prints the response, and explains a refusal. Without a URL it demonstrates this on
//! an API that it starts on this machine.

mod response;
mod args;
mod client;
mod refusal;
mod request;
mod told;
mod tour;

use crate::credentials;
use crate::failure::Failure;
use crate::print::{self, note};
use crate::url::Url;
pub(crate) use args::CallArgs;
use request::Prepared;
use response::CallResponse;
use std::time::Duration;

/// Makes the call. The outcome is good if the status of the response is below 400.
pub(crate) fn run(args: &CallArgs) -> Result<bool, Failure> {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    tokio.block_on(async {
        match &args.url {
            None => tour::run().await,
            Some(url) => call(args, url).await,
        }
    })
}

async fn call(args: &CallArgs, url: &str) -> Result<bool, Failure> {
    let files = credentials::config_files(args.profile.as_deref())?;
    let prepared = Prepared::new(args, url, &files)?;
    // The query of a presigned URL is a secret, so messages show the URL without it.
    let url = Url::split(url).map(|url| url.with_target(url.path))?;
    if args.verbose {
        print::verbose(&prepared.verbose_text());
    }
    let client = client::client(args.cacert.as_deref())?;
    let exchange = async {
        let response = client.request(prepared.to_http()?).await.map_err(|error| client::described(&error, &url))?;
        CallResponse::receive(response, args).await
    };
    let answer = tokio::time::timeout(Duration::from_secs(args.timeout), exchange).await;
    let answer = answer.map_err(|_| format!("{url} did not answer within {} s", args.timeout))??;
    if answer.is_redirect() {
        note("a redirect is not followed: the signature holds for this host and path alone");
    }
    if let Some(explanation) = refusal::explanation(&prepared, &answer) {
        note(&explanation.to_string());
    }
    Ok(answer.is_good())
}
