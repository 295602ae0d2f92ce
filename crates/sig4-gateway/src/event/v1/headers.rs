//! The headers of an event of payload format 1.0.

use super::super::fields::is_left_out;
use crate::forwarded::Arrival;
use crate::head::{host, text_of};
use crate::received_names::{ReceivedNames, Spelling};
use http::header::{AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use std::collections::HashSet;

/// Headers that a REST API does not hand on.
///
/// Source: localstack/localstack, `TestApiGatewayHeaderRemapping`, recorded from the service.
const NOT_OF_REST: [&str; 12] = [
    "connection",
    "content-length",
    "content-md5",
    "expect",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
];

/// How `Authorization` begins if it holds a signature of Signature Version 4 or 4a.
const SIGNATURE: &[u8] = b"AWS4-";

/// Headers that the gateway sets, which have one spelling whatever the client sent.
const OF_GATEWAY: [(&str, &str); 5] = [
    ("host", "Host"),
    ("user-agent", "User-Agent"),
    ("x-forwarded-for", "X-Forwarded-For"),
    ("x-forwarded-port", "X-Forwarded-Port"),
    ("x-forwarded-proto", "X-Forwarded-Proto"),
];

/// The headers of a request to a REST API, each with its values: names as the client spelled them, without a signature of
/// Signature Version 4.
///
/// Names that differ only in case are one header, spelled as its first. AWS does not document that.
///
/// Source for the signature: "Amazon API Gateway important notes", `Authorization`.
pub(crate) fn of_rest(head: &Parts, arrival: &Arrival) -> Vec<(String, Vec<String>)> {
    let is_signed = |value: &[u8]| value.trim_ascii_start().starts_with(SIGNATURE);
    let has_signature = head.headers.get_all(AUTHORIZATION).iter().any(|value| is_signed(value.as_bytes()));
    let is_dropped =
        |name: &HeaderName| NOT_OF_REST.contains(&name.as_str()) || has_signature && *name == AUTHORIZATION;
    let spelling = Spelling::of_client(head.version, head.extensions.get::<ReceivedNames>());
    let mut fields = received(&head.headers, spelling, is_dropped);
    if !head.headers.contains_key(HOST) {
        fields.push(("Host".to_owned(), vec![host(head)]));
    }
    set_by_gateway(fields, arrival)
}

/// The headers of a request to an HTTP API, each with its values: names in title case.
pub(crate) fn of_http_api(head: &Parts, body_len: usize, arrival: &Arrival) -> Vec<(String, Vec<String>)> {
    let mut fields = received(&head.headers, Spelling::Title, |_| false);
    fields.push((Spelling::Title.spell(&CONTENT_LENGTH), vec![body_len.to_string()]));
    set_by_gateway(fields, arrival)
}

fn received(
    headers: &HeaderMap,
    spelling: Spelling<'_>,
    is_dropped: impl Fn(&HeaderName) -> bool,
) -> Vec<(String, Vec<String>)> {
    let named: HashSet<HeaderName> = crate::reply::named_by_connection(headers).collect();
    let mut fields = Vec::with_capacity(headers.keys_len() + 6);
    for name in headers.keys().filter(|name| !is_left_out(name, &named) && !is_dropped(name)) {
        let fixed = OF_GATEWAY.iter().find(|(own, _)| *own == name.as_str());
        let spelled = fixed.map_or_else(|| spelling.spell(name), |(_, spelled)| (*spelled).to_owned());
        fields.push((spelled, headers.get_all(name).iter().map(|value| text_of(value.as_bytes())).collect()));
    }
    fields
}

fn set_by_gateway(mut fields: Vec<(String, Vec<String>)>, arrival: &Arrival) -> Vec<(String, Vec<String>)> {
    fields.extend(arrival.headers().map(|(name, value)| (Spelling::Title.spell(&name), vec![value])));
    fields.sort_unstable();
    fields
}

/// The headers as [`Event::header`](crate::Event::header) has them: by lower-case name, values joined, without cookies.
pub(crate) fn joined(fields: &[(String, Vec<String>)]) -> Vec<(String, String)> {
    let named = fields.iter().map(|(name, values)| (name.to_ascii_lowercase(), values.join(",")));
    let mut joined: Vec<_> = named.filter(|(name, _)| *name != COOKIE.as_str()).collect();
    joined.sort_unstable();
    joined
}

/// The client's software, the last of several.
pub(crate) fn user_agent(fields: &[(String, Vec<String>)]) -> Option<&str> {
    let named = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(USER_AGENT.as_str()));
    named.and_then(|(_, values)| values.last()).map(String::as_str)
}
