//! The headers and the query that an upstream gets from a client's request.
//!
//! An upstream trusts its proxy. Headers that upstreams trust as set by a proxy are therefore set by the gateway or dropped:
//!
//! - `Forwarded`, `X-Forwarded-For`, `-Port`, `-Proto` and `X-Amzn-Trace-Id` are set by the gateway.
//! - Other headers that name the client's address, the host or path that was called, another method, or an authenticated
//!   user are dropped, unless the upstream is [configured](super::upstream::Upstream::with_client_header) to take them. Policies
//!   saw the request line, not those headers.
//! - Names with an underscore are dropped likewise: CGI and WSGI read `X_Real_IP` as `X-Real-IP`. Source: nginx's
//!   `underscores_in_headers`, Envoy's `headers_with_underscores_action`.
//! - The signature and the session token of an authorized request are dropped, since they make the request work again. Source:
//!   documented for REST APIs, for `Authorization` only.
//!
//! Observed at API Gateway: the `forwarded` and `via` headers. API Gateway appends to a client's `Forwarded`; here the client's
//! is dropped.

use super::forwarded::Arrival;
use super::proxy_headers::{is_of_gateway, is_word_of_proxy};
use super::reply::remove_hop_by_hop;
use super::upstream::Upstream;
use http::HeaderName;
use http::header::{FORWARDED, HeaderMap, HeaderValue, VIA};
use http::uri::Authority;
use percent_encoding::percent_decode_str;
use sig4::name;
use std::borrow::Cow;

/// The gateway's identity in `via`.
const VIA_GATEWAY: HeaderValue = HeaderValue::from_static("HTTP/1.1 AmazonAPIGateway");

/// The headers that go to the upstream.
pub(super) fn sent(
    upstream: &Upstream,
    received: &HeaderMap,
    authorized: bool,
    host: &str,
    arrival: &Arrival,
) -> HeaderMap {
    let mut sent = received.clone();
    remove_hop_by_hop(&mut sent);
    let dropped = |name: &&HeaderName| is_of_gateway(name) || is_word_of_proxy(name.as_str()) && !upstream.takes(name);
    for name in received.keys().filter(dropped) {
        sent.remove(name);
    }
    if authorized {
        for name in [name::AUTHORIZATION, name::TOKEN_HEADER] {
            sent.remove(name);
        }
    }
    for (name, value) in upstream.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            sent.insert(name, value);
        }
    }
    let hop = (FORWARDED, hop(host, arrival));
    for (name, value) in arrival.headers().into_iter().chain([hop]) {
        if let Ok(value) = HeaderValue::try_from(value) {
            sent.insert(name, value);
        }
    }
    sent.append(VIA, VIA_GATEWAY);
    sent
}

/// The value of `Forwarded`. Leaves out an invalid host. Quotes a value that is not a token (RFC 7239, section 4).
fn hop(host: &str, arrival: &Arrival) -> String {
    let (client, proto) = (arrival.client(), arrival.scheme());
    let client = if client.is_ipv6() { format!("\"[{client}]\"") } else { client.to_string() };
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    // RFC 3986 allows commas and semicolons in a host, but no real name has them, and not every upstream reads quotes.
    let is_host =
        host.bytes().all(|b| letter(b) || matches!(b, b':' | b'[' | b']')) && host.parse::<Authority>().is_ok();
    match (is_host, host.bytes().all(letter)) {
        (false, _) => format!("for={client};proto={proto}"),
        (true, true) => format!("for={client};host={host};proto={proto}"),
        (true, false) => format!("for={client};host=\"{host}\";proto={proto}"),
    }
}

/// The query for the upstream: for an authorized request, without the parameters of presigning.
pub(super) fn forwarded_query(query: &str, authorized: bool) -> String {
    query.split('&').filter(|pair| !(authorized && signs(pair))).collect::<Vec<_>>().join("&")
}

/// Whether a parameter belongs to a signature. The name is decoded, as by the verifier; it is case-insensitive here, because an
/// upstream may ignore case.
fn signs(pair: &str) -> bool {
    let raw = pair.split_once('=').map_or(pair, |(name, _)| name);
    let name: Cow<'_, [u8]> = percent_decode_str(raw).into();
    let mut names = name::query::ALL.iter().chain(&[name::query::CONTENT_SHA256]);
    names.any(|own| own.as_bytes().eq_ignore_ascii_case(&name))
}

/// Headers of an upstream's response that are not forwarded.
pub(super) fn answered(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
    headers.remove(HeaderName::from_static("date"));
}

#[cfg(test)]
mod tests {
    use super::forwarded_query;
    use crate::forwarded::Arrival;
    use crate::proxy_headers::{OF_PROXIES, OF_PROXIES_BEGIN, check};
    use crate::upstream::Upstream;
    use http::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn what_an_upstream_must_not_see() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "s"),
            ("x-amz-security-token", "t"),
            ("connection", "x-hop, keep-alive"),
            ("x-hop", "1"),
            ("te", "trailers"),
            ("host", "gateway"),
            ("forwarded", "for=10.0.0.1"),
            ("x-forwarded-for", "10.0.0.1"),
            ("proxy-authorization", "s"),
            ("expect", "100-continue"),
            ("x-sig4-explain", "1"),
            ("x-kept", "1"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let arrival = Arrival::new("::1".parse().unwrap(), 1, "Root=1-2-3".to_owned());
        let upstream = Upstream::new("http://h/");
        let sent = super::sent(&upstream, &headers, true, "gateway:1", &arrival);
        let mut names: Vec<_> = sent.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "forwarded",
                "via",
                "x-amzn-trace-id",
                "x-forwarded-for",
                "x-forwarded-port",
                "x-forwarded-proto",
                "x-kept"
            ]
        );
        assert_eq!(sent["forwarded"], r#"for="[::1]";host="gateway:1";proto=http"#);
        let sent = super::sent(&upstream, &headers, false, "h", &arrival);
        assert!(sent.contains_key("authorization"), "another scheme's own business");
        let query = "a=1&X-Amz-Signature=s&X-Amz-Security-Token=t&X%2DAmz%2dSignature=s&%78-amz-security%2Dtoken=t\
            &X-Amz-Content-Sha256=h&b&X-Amz-Signatures=1";
        assert_eq!(forwarded_query(query, true), "a=1&b&X-Amz-Signatures=1");
        assert_eq!(forwarded_query(query, false), query);
    }

    #[test]
    fn what_upstreams_take_for_the_word_of_a_proxy_reaches_them_only_if_they_are_configured_so() {
        let arrival = Arrival::new("127.0.0.1".parse().unwrap(), 1, "Root=1-2-3".to_owned());
        let named =
            ["x_forwarded_for", "x_real_ip", "x-original-url", "x-forwarded-host", "x_anything", "forwarded_for"];
        let begun = OF_PROXIES_BEGIN.map(|beginning| format!("{beginning}x"));
        for name in OF_PROXIES.into_iter().chain(named).chain(begun.iter().map(String::as_str)) {
            let headers = HeaderMap::from_iter([(HeaderName::try_from(name).unwrap(), HeaderValue::from_static("v"))]);
            let plain = Upstream::new("http://h/");
            assert!(!super::sent(&plain, &headers, false, "h", &arrival).contains_key(name), "{name}");
            let told = plain.with_client_header(name.to_ascii_uppercase());
            assert_eq!(super::sent(&told, &headers, false, "h", &arrival)[name], "v", "{name}");
            assert!(check(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_the_gateway_sets_or_keeps_cannot_be_taken_from_the_client() {
        let arrival = Arrival::new("127.0.0.1".parse().unwrap(), 1, "Root=1-2-3".to_owned());
        for name in
            ["x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id", "forwarded", "host", "te"]
        {
            assert!(check(name).is_err(), "{name}");
            let headers = HeaderMap::from_iter([(HeaderName::try_from(name).unwrap(), HeaderValue::from_static("v"))]);
            let told = Upstream::new("http://h/").with_client_header(name);
            let sent = super::sent(&told, &headers, false, "h", &arrival);
            assert!(sent.get(name).is_none_or(|value| value != "v"), "{name}");
        }
        assert!(check("authorization").is_err() && check("x y").is_err() && check("").is_err());
    }
}
