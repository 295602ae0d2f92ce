//! Requests that the gateway refuses for their form, before it looks for a route.

use super::http2_head;
use crate::head::raw_query;
use crate::reply::{is_hop_by_hop, named_by_connection};
use crate::route;
use http::Version;
use http::header::{HOST, HeaderMap, HeaderName};
use http::request::Parts;
use percent_encoding::percent_decode_str;
use std::collections::HashSet;

/// Returns why a request has no unambiguous reading, if so. AWS does not document that it refuses methods that no route can
/// name.
pub(super) fn malformed(head: &Parts) -> Option<&'static str> {
    if !route::is_method(head.method.as_str()) {
        return Some("no route can have the method");
    }
    if http2_head::is_contradictory(head) {
        return Some("the `host` header is not the `:authority` of the request");
    }
    match head.headers.get_all(HOST).iter().count() {
        // RFC 9113 section 8.3.1.
        0 if head.version == Version::HTTP_2 => return Some("the request names no host"),
        // RFC 9112 section 3.2.
        0 if head.version == Version::HTTP_11 => return Some("a request of HTTP/1.1 has no `host` header"),
        0 | 1 => {}
        _ => return Some("there is more than one `host` header"),
    }
    // Events and access logs are text, in which different invalid bytes would become the same replacement character.
    if head.headers.values().any(|value| str::from_utf8(value.as_bytes()).is_err()) {
        return Some("the value of a header is not UTF-8");
    }
    if percent_decode_str(raw_query(head)).decode_utf8().is_err() {
        return Some("the query is not UTF-8 once it is decoded");
    }
    if !head.uri.path().starts_with('/') {
        return Some("the target of the request is no path");
    }
    let is_escape = |digits: &str| digits.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    let is_well_formed = head.uri.path().split('%').skip(1).all(is_escape);
    (!is_well_formed).then_some("a `%` of the path is not followed by two hexadecimal digits")
}

/// Finds a signed header that `Connection` names.
///
/// `Connection` itself is rarely signed. An intermediary could add it and so remove a signed header before the upstream sees
/// it. Headers that are hop-by-hop by name are never forwarded.
pub(super) fn signed_hop_by_hop<'s>(
    headers: &HeaderMap,
    mut signed_headers: impl Iterator<Item = &'s str>,
) -> Option<HeaderName> {
    let named: HashSet<_> = named_by_connection(headers).filter(|name| !is_hop_by_hop(name)).collect();
    // Most requests name none, and their list of signed headers is not read.
    if named.is_empty() {
        return None;
    }
    signed_headers.find_map(|name| HeaderName::from_bytes(name.as_bytes()).ok().filter(|name| named.contains(name)))
}
