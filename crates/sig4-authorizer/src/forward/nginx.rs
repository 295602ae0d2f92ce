//! nginx, module `ngx_http_auth_request_module`.
//!
//! nginx asks with a subrequest. It sends what `proxy_set_header` names, and the other headers of the client. The example sets:
//!
//! | Header | Value | |
//! |---|---|---|
//! | `X-Original-Method` | `$request_method` | |
//! | `X-Original-URI` | `$request_uri` | as the client sent it, and as the upstream gets it |
//! | `X-Original-Host` | `$http_host` | as the client signed it |
//! | `X-Original-Server` | `$host` | the host by which nginx selected the server |
//! | `X-Original-Scheme` | `$scheme` | |
//! | `X-Original-Address` | `$remote_addr` | |
//! | `X-Original-Framing` | `$server_protocol length=$http_content_length encoding=$http_transfer_encoding` | |
//!
//! nginx routes by `$uri`, which is `$request_uri` decoded, without dot segments and with merged slashes. It cannot be sent: a decoded
//! line break would end the header. It need not be sent: a `$request_uri` that can be read in two ways is refused.
//!
//! Source: "Module ngx_http_auth_request_module", "Module ngx_http_core_module", section "Embedded Variables", of nginx.org.

use super::ask_header::{AskHeader, ask_header};
use super::original::Original;
use super::original_headers;
use http::HeaderMap;

const SERVER: AskHeader = ask_header!("x-original-server");

/// The headers that are nginx's, and not the client's.
pub(super) const NAMES: [&str; 1] = [SERVER.name];

/// The original request.
pub(super) fn original(ask: &HeaderMap) -> Result<Original, &'static str> {
    let original = original_headers::original(ask)?;
    let server = SERVER.text(ask)?;
    let host = original.host.to_str().map_err(|_| SERVER.invalid)?;
    // The target of a request may name another host than its header `Host`.
    match without_port(host).eq_ignore_ascii_case(server) {
        true => Ok(original),
        false => Err("the host of the request is not the host by which nginx selected the server"),
    }
}

/// A host without its port.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::{original, without_port};
    use http::HeaderMap;

    fn ask(host: &str, server: &str) -> HeaderMap {
        let mut ask = HeaderMap::new();
        for (name, value) in [
            ("x-original-method", "GET"),
            ("x-original-uri", "/pets"),
            ("x-original-host", host),
            ("x-original-server", server),
            ("x-original-scheme", "https"),
            ("x-original-address", "192.0.2.1"),
            ("x-original-framing", "HTTP/1.1 length= encoding="),
        ] {
            ask.append(name, value.parse().unwrap());
        }
        ask
    }

    #[test]
    fn the_host_is_the_one_that_nginx_routes_by() {
        assert!(original(&ask("Pets.example:8443", "pets.example")).is_ok());
        assert!(original(&ask("[::1]:80", "[::1]")).is_ok());
        assert!(original(&ask("pets.example", "admin.example")).unwrap_err().contains("nginx selected"));
        assert_eq!(without_port("[::1]"), "[::1]");
    }

    #[test]
    fn each_header_is_needed_once() {
        let names: Vec<_> = ask("a", "a").keys().cloned().collect();
        for name in names {
            let mut missing = ask("a", "a");
            let value = missing.remove(&name).unwrap();
            assert!(original(&missing).unwrap_err().contains("did not send"), "{name}");
            missing.append(&name, value.clone());
            assert!(original(&missing).is_ok());
            missing.append(&name, value);
            assert!(original(&missing).unwrap_err().contains("more than once"), "{name}");
        }
    }
}
