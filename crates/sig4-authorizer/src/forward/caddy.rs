//! Caddy, directive `forward_auth`.
//!
//! Caddy sends the headers of the client without those of the connection, and the headers of `forwarded_headers`. It sends no body. The
//! example adds `X-Original-Content-Length`, because clients may sign that header. It is empty without a `Content-Length`, which does not
//! tell that there is no body.
//!
//! Source: "forward_auth (Caddyfile directive)" and "reverse_proxy (Caddyfile directive)" of the documentation of Caddy; Caddy 2.6,
//! which the tests start.

use super::ask_header::{AskHeader, ask_header};
use super::forwarded_headers;
use super::framing::Framing;
use super::original::Original;
use http::HeaderMap;

const LENGTH: AskHeader = ask_header!("x-original-content-length");

/// The headers that are Caddy's, and not the client's.
pub(super) const NAMES: [&str; 1] = [LENGTH.name];

/// The original request.
pub(super) fn original(ask: &HeaderMap) -> Result<Original, &'static str> {
    forwarded_headers::original(ask, LENGTH.parse(ask, Framing::of_length)?)
}
