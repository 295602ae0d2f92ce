//! Which request may ask for the cause of a refusal: that of a program on this machine which connects directly. It is told if it
//! is also a program of the server's [own user](super::client::Client::is_own_user).
//!
//! The cause tells more about keys and policies than a caller should know. Three others could ask for it:
//!
//! - **A stranger behind a reverse proxy on this machine.** The proxy's own address is a loopback address. Proxies mark
//!   what they pass on: with `Forwarded`, `Via`, an `X-Forwarded-*` header or one of their own, with the `Host` that the
//!   stranger called, or with HTTP/1.0, which nginx speaks by default and no current client does. One mark is enough.
//! - **A page in a browser.** A browser sends `Origin`, `Referer`, a `Sec-*` header or its `User-Agent`, and a page cannot
//!   remove them.
//! - **Another machine.** Its address is not a loopback address. A server on another address than a loopback address tells
//!   nobody, because routers and container engines connect to it on behalf of others.
//!
//! A proxy that removes every mark and calls the server by a loopback address is not recognised.
//!
//! Sources: RFC 9110, section 7.6.3 (Via); RFC 7239 (Forwarded); RFC 8586 (CDN-Loop); nginx `proxy_http_version`; "Fetch
//! Metadata Request Headers", section 3; RFC 6454, section 7 (Origin).

use crate::explain_headers::{EXPLAIN_HEADER, EXPLAIN_VALUE};
use crate::hosts::AllowedHosts;
use crate::proxy_headers::is_word_of_proxy;
use core::net::{IpAddr, SocketAddr};
use http::header::{FORWARDED, HeaderMap, HeaderName, ORIGIN, PROXY_AUTHORIZATION, REFERER, USER_AGENT, VIA};
use http::request::Parts;
use http::{HeaderValue, Version};

/// The prefix of the headers that only a browser itself can set.
const OF_BROWSERS: &str = "sec-";
/// The prefix of every browser's `User-Agent`.
const BROWSER: &[u8] = b"Mozilla/";
/// The prefix of the headers of proxies, in every spelling.
const FORWARDED_BEGIN: &str = "x-forwarded";
/// More headers that a proxy adds and that no upstream believes.
const OF_PROXIES: [&str; 6] =
    ["cdn-loop", "cf-ray", "max-forwards", "x-amz-cf-id", "x-amzn-trace-id", "x-request-start"];

/// Whether a request asks for the cause of its refusal, and shows no sign of a proxy, a browser or another machine. `is_secure` is
/// whether it came over TLS.
pub(super) fn may_ask(head: &Parts, client: IpAddr, addr: SocketAddr, is_secure: bool) -> bool {
    asks(&head.headers)
        && client.to_canonical().is_loopback()
        && addr.ip().to_canonical().is_loopback()
        && matches!(head.version, Version::HTTP_11 | Version::HTTP_2)
        // Names that `AllowedHosts` adds are those of proxies and tunnels.
        && AllowedHosts::loopback().check(head, addr, is_secure).is_ok()
        && !head.headers.keys().any(is_mark)
        && !head.headers.get_all(USER_AGENT).iter().any(is_browser)
}

fn asks(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(EXPLAIN_HEADER).iter();
    values.next().is_some_and(|value| value == EXPLAIN_VALUE) && values.next().is_none()
}

/// Whether a header shows a proxy or a browser.
fn is_mark(name: &HeaderName) -> bool {
    let text = name.as_str();
    [FORWARDED, VIA, PROXY_AUTHORIZATION, ORIGIN, REFERER].contains(name)
        || text.starts_with(OF_BROWSERS)
        || text.starts_with(FORWARDED_BEGIN)
        || OF_PROXIES.contains(&text)
        || is_word_of_proxy(text)
}

fn is_browser(agent: &HeaderValue) -> bool {
    agent.as_bytes().get(..BROWSER.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(BROWSER))
}

#[cfg(test)]
mod tests {
    use super::may_ask;
    use http::{Request, Version};

    const HERE: &str = "127.0.0.1:3000";

    fn tells(headers: &[(&str, &str)], client: &str, addr: &str) -> bool {
        let request = headers.iter().fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
        may_ask(&request.body(()).unwrap().into_parts().0, client.parse().unwrap(), addr.parse().unwrap(), false)
    }

    fn asked(more: &[(&str, &str)]) -> bool {
        tells(&[&[("host", HERE), ("x-sig4-explain", "1")], more].concat(), "127.0.0.1", HERE)
    }

    #[test]
    fn a_program_on_this_machine_is_told_if_it_asks() {
        assert!(asked(&[]) && asked(&[("user-agent", "curl/8.5.0"), ("authorization", "x"), ("x-amz-date", "y")]));
        assert!(tells(&[("host", "localhost:3000"), ("x-sig4-explain", "1")], "::1", "[::1]:3000"));
        assert!(tells(&[("host", HERE), ("x-sig4-explain", "1")], "::ffff:127.0.0.1", HERE));
        for headers in [
            &[("host", HERE)][..],
            &[("host", HERE), ("x-sig4-explain", "")],
            &[("host", HERE), ("x-sig4-explain", "true")],
            &[("host", HERE), ("x-sig4-explain", "1"), ("x-sig4-explain", "1")],
        ] {
            assert!(!tells(headers, "127.0.0.1", HERE), "{headers:?}");
        }
    }

    #[test]
    fn nobody_else_is_told() {
        let headers = [("host", HERE), ("x-sig4-explain", "1")];
        for (client, addr) in
            [("192.0.2.1", HERE), ("127.0.0.1", "0.0.0.0:3000"), ("::1", "[::]:3000"), ("10.0.0.7", "10.0.0.7:3000")]
        {
            assert!(!tells(&headers, client, addr), "{client} {addr}");
        }
        let http_10 = Request::get("/").version(Version::HTTP_10).header("host", HERE).header("x-sig4-explain", "1");
        let head = http_10.body(()).unwrap().into_parts().0;
        assert!(!may_ask(&head, "127.0.0.1".parse().unwrap(), HERE.parse().unwrap(), false), "nginx speaks HTTP/1.0");
        for host in ["api.example.com", "api.example.com:3000", "127.0.0.1", ""] {
            assert!(!tells(&[("host", host), ("x-sig4-explain", "1")], "127.0.0.1", HERE), "{host}");
        }
    }

    #[test]
    fn no_proxy_and_no_browser_passes() {
        for name in [
            "forwarded",
            "x-forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwardedfor",
            "via",
            "x-real-ip",
            "x-real_ip",
            "true-client-ip",
            "cf-connecting-ip",
            "cf-ray",
            "cdn-loop",
            "x-envoy-peer",
            "x-original-host",
            "x-amzn-trace-id",
            "proxy-authorization",
            "max-forwards",
            "origin",
            "referer",
            "sec-fetch-site",
            "sec-fetch-mode",
            "sec-ch-ua",
            "sec-gpc",
        ] {
            assert!(!asked(&[(name, "")]), "{name}");
        }
        assert!(!asked(&[("user-agent", "Mozilla/5.0 (X11)")]) && !asked(&[("user-agent", "mozilla/4")]));
    }
}
