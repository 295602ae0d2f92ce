//! HAProxy, whose example asks from Lua (`core.httpclient`).
//!
//! The script `sig4.lua` sends the headers of the client and those of `original_headers`. It sends the body, too, if HAProxy has the whole
//! body in its buffer (`option http-buffer-request`, `tune.bufsize`).
//!
//! HAProxy changes no path before it routes or passes a request on. It refuses a request whose target names another host than `Host`.
//!
//! Source: "HAProxy Configuration Manual" 2.6, sections 4.2 and 7.3; "HAProxy Lua" 2.6, class `HTTPClient`.

use super::original::Original;
use super::original_headers;
use http::HeaderMap;

/// The original request.
pub(super) fn original(ask: &HeaderMap) -> Result<Original, &'static str> {
    original_headers::original(ask)
}
