//! The headers `X-Forwarded-*`, which Traefik and Caddy set by themselves when they ask.

use super::ask_header::{AskHeader, ask_header};
use super::framing::Framing;
use super::original::{self, Original};
use http::HeaderMap;

const METHOD: AskHeader = ask_header!("x-forwarded-method");
const URI: AskHeader = ask_header!("x-forwarded-uri");
const HOST: AskHeader = ask_header!("x-forwarded-host");
const SCHEME: AskHeader = ask_header!("x-forwarded-proto");
const ADDRESS: AskHeader = ask_header!("x-forwarded-for");

/// The names of these headers.
pub(super) const NAMES: [&str; 5] = [METHOD.name, URI.name, HOST.name, SCHEME.name, ADDRESS.name];

/// The original request. A list of addresses is refused: the proxy is told to send one, because not all of a list is proven.
pub(super) fn original(ask: &HeaderMap, framing: Framing) -> Result<Original, &'static str> {
    Ok(Original {
        method: METHOD.parse(ask, original::method)?,
        target: URI.parse(ask, original::target)?,
        host: HOST.parse(ask, original::host)?,
        secure: SCHEME.parse(ask, original::is_secure)?,
        address: ADDRESS.parse(ask, original::address)?,
        framing,
    })
}

#[cfg(test)]
mod tests {
    use super::{Framing, original};
    use http::HeaderMap;

    #[test]
    fn a_list_of_addresses_is_not_one_client() {
        let mut ask = HeaderMap::new();
        for (name, value) in [
            ("x-forwarded-method", "GET"),
            ("x-forwarded-uri", "/pets"),
            ("x-forwarded-host", "pets.example"),
            ("x-forwarded-proto", "wss"),
            ("x-forwarded-for", "192.0.2.1"),
        ] {
            ask.insert(name, value.parse().unwrap());
        }
        assert!(original(&ask, Framing::Unknown).unwrap().secure);
        ask.insert("x-forwarded-for", "198.51.100.7, 192.0.2.1".parse().unwrap());
        assert!(original(&ask, Framing::Unknown).unwrap_err().contains("x-forwarded-for"));
    }
}
