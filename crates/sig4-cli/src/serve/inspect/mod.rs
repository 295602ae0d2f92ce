//! The page of `sig4 serve --inspect`: the requests as they are answered, and the stages of each.
//!
//! ```text
//! GET  /                    the page, and its files page.css and page.js
//! GET  /requests?after=N    server-sent events: one object per request, and "dropped" for those that a slow page lost
//! GET  /requests/N          the stages of a request
//! POST /explain             the body is a request as text; the answer is its explanation
//! ```
//!
//! [`LocalPages`] keeps other hosts, other pages and other users out. No page slows the server down: records come from the
//! thread of the access log, and a page that does not read loses rows.

mod address;
mod details;
mod history;
mod inspector;
mod masks;
mod pages;
mod pasted;
mod row;
mod stream;

pub(crate) use address::parse as parse_address;
pub(crate) use inspector::Inspector;
pub(crate) use pasted::ServedKeys;

use crate::failure::Failure;
use crate::print::note;
use sig4_gateway::LocalPages;
use std::net::SocketAddr;

/// Shows the pages at an address, and returns their URL.
pub(crate) async fn listen(inspector: &Inspector, address: SocketAddr) -> Result<String, Failure> {
    let listening = LocalPages::listen(address).await.map_err(|error| format!("--inspect: {error}"))?;
    let pages = listening.with_refusal_log(|why| note(&format!("the page of --inspect refused {why}")));
    let (url, inspector) = (pages.url(), inspector.clone());
    tokio::spawn(pages.serve(move |request| {
        let inspector = inspector.clone();
        async move { pages::respond(&inspector, request).await }
    }));
    Ok(url)
}
