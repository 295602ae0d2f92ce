//! The headers `X-Original-*`, which the examples for nginx and HAProxy set.

use super::ask_header::{AskHeader, ask_header};
use super::framing::Framing;
use super::original::{self, Original};
use http::HeaderMap;

const METHOD: AskHeader = ask_header!("x-original-method");
const URI: AskHeader = ask_header!("x-original-uri");
const HOST: AskHeader = ask_header!("x-original-host");
const SCHEME: AskHeader = ask_header!("x-original-scheme");
const ADDRESS: AskHeader = ask_header!("x-original-address");
const FRAMING: AskHeader = ask_header!("x-original-framing");

/// The names of these headers.
pub(super) const NAMES: [&str; 6] = [METHOD.name, URI.name, HOST.name, SCHEME.name, ADDRESS.name, FRAMING.name];

/// The original request. Each header is needed, so that a configuration that forgets one lets no client set it.
pub(super) fn original(ask: &HeaderMap) -> Result<Original, &'static str> {
    Ok(Original {
        method: METHOD.parse(ask, original::method)?,
        target: URI.parse(ask, original::target)?,
        host: HOST.parse(ask, original::host)?,
        secure: SCHEME.parse(ask, original::is_secure)?,
        address: ADDRESS.parse(ask, original::address)?,
        framing: FRAMING.parse(ask, Framing::parse)?,
    })
}
