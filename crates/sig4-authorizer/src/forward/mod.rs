//! Forward authentication over HTTP: a proxy sends the head of each request, and passes the request on if the answer is 200.
//!
//! | Step | File |
//! |---|---|
//! | the path that a proxy asks at names the proxy, and what its configuration promises | `endpoint` |
//! | the headers that carry the original request, one file for each proxy | `nginx`, `haproxy`, `traefik`, `caddy` |
//! | the request as the client sent it | `original` |
//! | headers that proxies pass on, and services may read like others | `spelling` |
//! | the answer in a form that the proxy passes on | `answer` |

mod answer;
mod ask_header;
mod caddy;
mod endpoint;
mod forwarded_headers;
mod framing;
mod haproxy;
mod nginx;
mod original;
mod original_headers;
mod service;
mod spelling;
mod traefik;

use crate::check::authorizer::Authorizer;
use axum::Router;

/// The routes of forward authentication, one for each kind of proxy.
pub(crate) fn routes(authorizer: Authorizer) -> Router {
    service::routes(authorizer)
}
