//! The headers of a reply that a REST API renames, because they belong to its own connection with the client.
//!
//! Source: localstack/localstack, `TestApiGatewayHeaderRemapping`, recorded from the service: those of mapped responses, and four of
//! them of an HTTP proxy. Inferred: functions have the same. `Upgrade` is dropped, because `remove_hop_by_hop` knows no other
//! place for it.

use super::named_by_connection;
use http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, DATE, EXPECT, HOST, HeaderMap, HeaderName, MAX_FORWARDS,
    PROXY_AUTHENTICATE, SERVER, TRAILER, USER_AGENT, WWW_AUTHENTICATE,
};

/// The headers, with their new names.
const REMAPPED: [(HeaderName, HeaderName); 13] = [
    (AUTHORIZATION, HeaderName::from_static("x-amzn-remapped-authorization")),
    (CONNECTION, HeaderName::from_static("x-amzn-remapped-connection")),
    (CONTENT_LENGTH, HeaderName::from_static("x-amzn-remapped-content-length")),
    (HeaderName::from_static("content-md5"), HeaderName::from_static("x-amzn-remapped-content-md5")),
    (DATE, HeaderName::from_static("x-amzn-remapped-date")),
    (EXPECT, HeaderName::from_static("x-amzn-remapped-expect")),
    (HOST, HeaderName::from_static("x-amzn-remapped-host")),
    (MAX_FORWARDS, HeaderName::from_static("x-amzn-remapped-max-forwards")),
    (PROXY_AUTHENTICATE, HeaderName::from_static("x-amzn-remapped-proxy-authenticate")),
    (SERVER, HeaderName::from_static("x-amzn-remapped-server")),
    (TRAILER, HeaderName::from_static("x-amzn-remapped-trailer")),
    (USER_AGENT, HeaderName::from_static("x-amzn-remapped-user-agent")),
    (WWW_AUTHENTICATE, HeaderName::from_static("x-amzn-remapped-www-authenticate")),
];

/// Renames the headers of a reply to a REST API. Headers that `Connection` names are dropped, as it is renamed itself.
pub(crate) fn remap(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = named_by_connection(headers).collect();
    for name in &named {
        headers.remove(name);
    }
    for (name, remapped) in &REMAPPED {
        let values: Vec<_> = headers.get_all(name).iter().cloned().collect();
        headers.remove(name);
        for value in values {
            headers.append(remapped, value);
        }
    }
}
