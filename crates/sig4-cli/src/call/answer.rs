//! One signed request of a command's own, and its answer in memory.

use super::client::{ClientOptions, client};
use super::trust::Trust;
use super::unreached::described;
use crate::failure::Failure;
use crate::print::Progress;
use crate::url::is_this_machine;
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use std::time::Duration;
use zeroize::Zeroizing;

/// The time limit for the whole exchange.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest answer, in bytes.
const MAX_ANSWER_LEN: usize = 65_536;

/// Sends a request, follows no redirect, and receives the answer.
pub(crate) fn answer(request: Request<String>) -> Result<(StatusCode, Zeroizing<String>), Failure> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio.block_on(exchange(request.map(|body| Full::new(Bytes::from(body)))))
}

async fn exchange(request: Request<Full<Bytes>>) -> Result<(StatusCode, Zeroizing<String>), Failure> {
    let url = request.uri().to_string();
    let is_here = request.uri().host().is_some_and(is_this_machine);
    let client = client(&ClientOptions { trust: Trust::Machine { is_here }, connect_timeout: None, is_http1: false })?;
    let waiting = Progress::of(&format!("waiting for {url}"), false);
    let answer = tokio::time::timeout(PATIENCE, async {
        let response = client.request(request).await.map_err(|error| described(&error, &url))?;
        let (head, body) = response.into_parts();
        let broken = |error| Failure::NoAnswer(format!("the answer of {url} broke off or is too long: {error}"));
        let body = Limited::new(body, MAX_ANSWER_LEN).collect().await.map_err(broken)?.to_bytes();
        Ok((head.status, Zeroizing::new(String::from_utf8_lossy(&body).into_owned())))
    });
    let answer = answer.await;
    drop(waiting);
    let seconds = PATIENCE.as_secs();
    answer.map_err(|_| Failure::NoAnswer(format!("{url} did not answer within {seconds} s")))?
}
