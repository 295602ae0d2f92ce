//! The request on its way, with the redirects that `-L` follows.

use super::args::CallArgs;
use super::client::CallClient;
use super::redirect::{Hop, MAX_REDIRECTS};
use super::request::Prepared;
use super::response::CallResponse;
use super::unreached::described;
use crate::failure::Failure;
use crate::print::{self, Progress, note};
use crate::url::Url;
use bytes::Bytes;
use http::header::LOCATION;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use std::time::Instant;

/// The last request and its response.
pub(super) struct Exchange {
    /// The signed request; `None` if a redirect led to another server, which gets no signature.
    pub(super) sent: Option<Prepared>,
    pub(super) response: CallResponse,
}

/// Sends a request and receives the response.
pub(super) async fn exchange(args: &CallArgs, client: &CallClient, prepared: Prepared) -> Result<Exchange, Failure> {
    let begin = Instant::now();
    let (mut hop, mut sent) = (prepared.hop(), Some(prepared));
    for _ in 0..=MAX_REDIRECTS {
        let request = match &sent {
            Some(prepared) => prepared.to_http()?,
            None => unsigned(&hop)?,
        };
        // The query of a presigned URL is a secret, so messages show the URL without it.
        let shown = Url::split(&hop.url).map(|url| url.with_target(url.path))?;
        if let Some(prepared) = sent.as_ref().filter(|_| args.output.verbose) {
            print::verbose(&prepared.verbose_text());
        }
        let waiting = Progress::of(&format!("waiting for {shown}"), args.is_quiet());
        let response = client.request(request).await;
        drop(waiting);
        let response = response.map_err(|error| described(&error, &shown))?;
        let Some(location) = location(&response).filter(|_| args.connection.location) else {
            let response = CallResponse::receive(response, args, begin).await?;
            return Ok(Exchange { sent, response });
        };
        CallResponse::pass(&response, args)?;
        let next = hop.next(response.status(), &location);
        hop = next.map_err(|why| Failure::NoAnswer(format!("cannot follow a redirect of {shown}: {why}")))?;
        sent = match sent.filter(|_| hop.is_home) {
            Some(prepared) => Some(prepared.again(&hop)?),
            None => {
                note("a redirect leads to another server, which gets the request without signature and credentials");
                None
            }
        };
    }
    Err(Failure::NoAnswer(format!("there are more than {MAX_REDIRECTS} redirects")))
}

/// The location of a redirect.
fn location(response: &Response<Incoming>) -> Option<String> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| is_redirect)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

fn unsigned(hop: &Hop) -> Result<Request<Full<Bytes>>, Failure> {
    super::request::http_request(&hop.method, &hop.url, &hop.headers, &hop.body)
}
