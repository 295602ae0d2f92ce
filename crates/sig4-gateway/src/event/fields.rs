//! Headers, cookies, query parameters and the kind of body, as an event has them.

use crate::explain_headers::EXPLAIN_HEADER;
use crate::forwarded::{Arrival, is_set_by_gateway};
use crate::reply::{is_hop_by_hop, named_by_connection};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName};
use std::collections::{HashMap, HashSet};

/// Returns the headers by lower-case name, several values joined with a comma, without cookies.
///
/// Hop-by-hop headers are left out. Headers that describe the request's origin are the gateway's, never the client's.
/// `content-length` is that of the body, `0` without a body.
///
/// Source: a recorded event of an HTTP API, floci-io/floci#2172; RFC 9110 section 7.6.1.
pub(crate) fn headers(received: &HeaderMap, body_len: usize, arrival: &Arrival) -> Vec<(String, String)> {
    let named: HashSet<HeaderName> = named_by_connection(received).collect();
    let mut fields: Vec<(String, String)> = Vec::with_capacity(received.keys_len() + 5);
    for name in received.keys().filter(|name| *name != COOKIE && !is_left_out(name, &named)) {
        let values: Vec<_> =
            received.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        fields.push((name.as_str().to_owned(), values.join(",")));
    }
    fields.push((CONTENT_LENGTH.as_str().to_owned(), body_len.to_string()));
    fields.extend(arrival.headers().map(|(name, value)| (name.as_str().to_owned(), value)));
    fields.sort_unstable();
    fields
}

/// Whether an event of any format leaves the header out. `named` are the headers that `Connection` names.
pub(crate) fn is_left_out(name: &HeaderName, named: &HashSet<HeaderName>) -> bool {
    *name == EXPLAIN_HEADER || is_hop_by_hop(name) || named.contains(name) || is_set_by_gateway(name)
}

/// Returns the cookies of all `Cookie` headers, each `name=value`.
pub(crate) fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(COOKIE).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let all = values.collect::<Vec<_>>().join(";");
    all.split(';').map(str::trim).filter(|cookie| !cookie.is_empty()).map(str::to_owned).collect()
}

/// Returns the parameters of a query, decoded. The values of a name that occurs several times are joined with commas.
///
/// API Gateway decodes a query as a form, `+` as a space; text that is not UTF-8 becomes replacement characters.
pub(crate) fn query(raw: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
        match places.get(&*name).and_then(|place| fields.get_mut(*place)) {
            Some((_, joined)) => {
                joined.push(',');
                joined.push_str(&value);
            }
            None => {
                places.insert(name.clone().into_owned(), fields.len());
                fields.push((name.into_owned(), value.into_owned()));
            }
        }
    }
    fields
}

/// Whether a body goes into the event as text: it is UTF-8, not compressed, and of a textual content type. Other bodies go in
/// as base64.
///
/// AWS documents no list of textual types. Source: ministackorg/ministack#766, tested against the service. `+json` and `+xml`
/// were not tested; they are text here.
pub(crate) fn is_text(headers: &HeaderMap, body: &[u8]) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    !headers.contains_key(CONTENT_ENCODING)
        && content_type.is_some_and(|content_type| is_text_type(&content_type))
        && str::from_utf8(body).is_ok()
}

fn is_text_type(content_type: &str) -> bool {
    let essence = content_type.split_once(';').map_or(content_type, |(essence, _)| essence);
    let essence = essence.trim().to_ascii_lowercase();
    matches!(essence.as_str(), "application/json" | "application/javascript" | "application/xml")
        || essence.starts_with("text/")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
}

/// Returns a host without its port, and its first label. The first label of an IP address is the address.
pub(crate) fn domain(host: &str) -> (&str, &str) {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name);
    let address = name.starts_with('[') || name.parse::<core::net::IpAddr>().is_ok();
    (name, if address { name } else { name.split('.').next().unwrap_or(name) })
}

#[cfg(test)]
mod tests {
    use super::{Arrival, cookies, domain, headers, is_text, query};
    use http::{HeaderMap, HeaderValue};

    fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn headers_are_joined_and_cookies_apart() {
        let map = map(&[
            ("x-b", "1"),
            ("cookie", "a=1; b=2"),
            ("accept", "x"),
            ("x-b", "2"),
            ("cookie", "c=3;"),
            ("x-forwarded-for", "10.0.0.1"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("x-sig4-explain", "1"),
        ]);
        let arrival = Arrival::new("::1".parse().unwrap(), 3000, "Root=1-2-3".to_owned());
        let expected = [
            ("accept", "x"),
            ("content-length", "7"),
            ("x-amzn-trace-id", "Root=1-2-3"),
            ("x-b", "1,2"),
            ("x-forwarded-for", "::1"),
            ("x-forwarded-port", "3000"),
            ("x-forwarded-proto", "http"),
        ];
        assert_eq!(headers(&map, 7, &arrival), owned(&expected));
        assert_eq!(cookies(&map), ["a=1", "b=2", "c=3"]);
    }

    #[test]
    fn query_parameters_are_decoded_and_joined() {
        for (raw, expected) in [
            ("", &[][..]),
            ("a=1&b=2&a=3", &[("a", "1,3"), ("b", "2")]),
            ("a&b=&=c", &[("a", ""), ("b", ""), ("", "c")]),
            ("a%20b=c+d%2Be", &[("a b", "c d+e")]),
            ("a=b=c&&%zz=%C3%A9", &[("a", "b=c"), ("%zz", "é")]),
            ("a=%FF&b=%", &[("a", "\u{fffd}"), ("b", "%")]),
        ] {
            assert_eq!(query(raw), owned(expected), "{raw}");
        }
    }

    #[test]
    fn which_bodies_are_texts() {
        for (fields, body, text) in [
            (&[("content-type", "application/json")][..], &b"{}"[..], true),
            (&[("content-type", "Application/Problem+JSON; charset=utf-8")], b"{}", true),
            (&[("content-type", "text/html")], b"<p>", true),
            (&[("content-type", "image/svg+xml")], b"<svg/>", true),
            (&[], b"hello", false),
            (&[("content-type", "")], b"hello", false),
            (&[], b"\xff", false),
            (&[("content-type", "text/plain")], b"\xff", false),
            (&[("content-type", "application/json"), ("content-encoding", "gzip")], b"{}", false),
            (&[("content-type", "application/x-www-form-urlencoded")], b"a=b", false),
            (&[("content-type", "application/octet-stream")], b"a", false),
            (&[("content-type", "multipart/form-data; boundary=x")], b"a", false),
        ] {
            assert_eq!(is_text(&map(fields), body), text, "{fields:?}");
        }
    }

    #[test]
    fn the_domain_of_a_host() {
        for (host, expected) in [
            ("abc.execute-api.us-east-1.amazonaws.com", ("abc.execute-api.us-east-1.amazonaws.com", "abc")),
            ("localhost:8080", ("localhost", "localhost")),
            ("127.0.0.1:8080", ("127.0.0.1", "127.0.0.1")),
            ("[::1]:8080", ("[::1]", "[::1]")),
            ("", ("", "")),
        ] {
            assert_eq!(domain(host), expected);
        }
    }
}
