//! The headers that upstreams trust as set by a proxy, and those that the gateway sets itself.

use super::error::{Error, ErrorKind};
use super::explain_headers::EXPLAIN_HEADER;
use super::forwarded;
use super::reply::is_hop_by_hop;
use http::HeaderName;
use http::header::{EXPECT, FORWARDED, HOST, PROXY_AUTHORIZATION};
use sig4::name;

/// Headers that proxies, load balancers and content delivery networks set for the servers behind them.
pub(super) const OF_PROXIES: [&str; 40] = [
    // The client's address.
    "ali-cdn-real-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "client-ip",
    "do-connecting-ip",
    "fastly-client-ip",
    "fly-client-ip",
    "forwarded-for",
    "incap-client-ip",
    "proxy-client-ip",
    "true-client-ip",
    "wl-proxy-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-coming-from",
    "x-forward-for",
    "x-forwarded",
    "x-host-ip",
    "x-nf-client-connection-ip",
    "x-originating-ip",
    "x-proxyuser-ip",
    "x-real-ip",
    "x-real-port",
    // The host, the scheme, the path and the method that the client called.
    "front-end-https",
    "x-host",
    "x-http-host-override",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-override-url",
    "x-proxy-url",
    "x-rewrite-url",
    "x-scheme",
    "x-script-name",
    "x-url-scheme",
    // The user that a proxy has authenticated.
    "remote-user",
    "x-authenticated-user",
    "x-client-cert",
    "x-webauth-user",
];

/// The same, by the prefixes of their names.
pub(super) const OF_PROXIES_BEGIN: [&str; 14] = [
    "ssl-client-",
    "x-amzn-lambda-context",
    "x-amzn-oidc-",
    "x-amzn-request-context",
    "x-appengine-",
    "x-auth-request-",
    "x-azure-",
    "x-envoy-",
    "x-forwarded-",
    "x-goog-authenticated-user-",
    "x-goog-iap-",
    "x-original-",
    "x-remote-",
    "x-ssl-client-",
];

/// Whether upstreams trust the header as set by a proxy.
pub(super) fn is_word_of_proxy(name: &str) -> bool {
    name.contains('_')
        || OF_PROXIES.contains(&name)
        || OF_PROXIES_BEGIN.iter().any(|beginning| name.starts_with(beginning))
}

/// Whether only the gateway sets the header, or never forwards it, regardless of the upstream's configuration.
pub(super) fn is_of_gateway(name: &HeaderName) -> bool {
    forwarded::is_set_by_gateway(name)
        || is_hop_by_hop(name)
        || [HOST, FORWARDED, PROXY_AUTHORIZATION, EXPECT, EXPLAIN_HEADER].contains(name)
}

/// Refuses the name of a header that an upstream cannot get from the client.
pub(super) fn check(name: &str) -> Result<(), Error> {
    let refused =
        |why| Error::new(ErrorKind::InvalidUpstream, format!("the client header `{name}` of an upstream {why}"));
    let parsed = HeaderName::try_from(name).map_err(|_| refused("is not a valid header name"))?;
    if is_of_gateway(&parsed) || [name::AUTHORIZATION, name::TOKEN_HEADER].contains(&name) {
        return Err(Error::new(
            ErrorKind::InvalidUpstream,
            format!("`{name}` is set by the gateway or ends there: an upstream cannot take it from the client"),
        ));
    }
    Ok(())
}
