//! Traefik, middleware `ForwardAuth`.
//!
//! Traefik sends the headers of the client without those of the connection, and the headers of `forwarded_headers`. It sends neither the
//! `Content-Length` nor the body of the client. With `forwardBody: true` it sends each body whole; the address then ends in
//! `/body=sent`.
//!
//! Source: "ForwardAuth" of the documentation of Traefik; Traefik 3.7, which the tests start.

use super::forwarded_headers;
use super::framing::Framing;
use super::original::Original;
use http::HeaderMap;

/// Headers that Traefik adds, and that are not the client's.
pub(super) const NAMES: [&str; 3] = ["x-forwarded-port", "x-forwarded-server", "x-real-ip"];

/// The original request.
pub(super) fn original(ask: &HeaderMap) -> Result<Original, &'static str> {
    forwarded_headers::original(ask, Framing::Unknown)
}
