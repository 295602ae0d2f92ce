//! Where an HTTP proxy integration sends requests, and what it sends of them.
//!
//! Source: "Create HTTP proxy integrations for HTTP APIs". Seen of it: the `forwarded` and `via` headers. That neither the
//! signature nor the session token of an authorized request goes on is documented of REST APIs only, for `Authorization`;
//! here it holds for all of them, since whoever has them can send the request again.

use super::reply::remove_hop_by_hop;
use crate::error::{Error, ErrorKind};
use crate::name;
use core::net::IpAddr;
use http::header::{FORWARDED, HOST, HeaderMap, HeaderValue, VIA};
use http::{HeaderName, Uri};

/// Who the gateway is to an upstream.
const VIA_GATEWAY: HeaderValue = HeaderValue::from_static("HTTP/1.1 AmazonAPIGateway");

/// The URL of an upstream, with variables of the route's path in braces.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    url: String,
}

impl Upstream {
    pub(crate) fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    /// Refuses a URL that is none, or has a variable that the route's path has not.
    pub(crate) fn check<'v>(&self, variables: impl Iterator<Item = &'v str>) -> Result<(), Error> {
        let values: Vec<_> = variables.map(|name| (name.to_owned(), "x")).collect();
        let uri = self.target(&values, None)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.authority().is_none() {
            return Err(invalid("the URL of an upstream begins with `http://` or `https://` and a host"));
        }
        let (host, _) = self.url.split_once("://").unwrap_or_default();
        let host_end = self.url.len() - self.url.trim_start_matches(host).len();
        let authority = self.url.get(host_end + 3..).unwrap_or_default().split('/').next().unwrap_or_default();
        if authority.contains(['{', '@']) {
            return Err(invalid("the host of an upstream has neither variables nor a user"));
        }
        Ok(())
    }

    /// The URL for a request: each variable replaced by its value as it was sent, and the query added.
    pub(crate) fn target(&self, variables: &[(String, &str)], query: Option<&str>) -> Result<Uri, Error> {
        let mut url = self.url.clone();
        for (name, value) in variables {
            url = url.replace(&format!("{{{name}}}"), value).replace(&format!("{{{name}+}}"), value);
        }
        if url.contains(['{', '}']) {
            return Err(invalid("the URL of the upstream has a variable that the route's path has not"));
        }
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(query);
        }
        Uri::try_from(url).map_err(|_| invalid("the URL of the upstream is none"))
    }
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidUrl, detail)
}

/// The headers that go to the upstream.
pub(crate) fn forwarded(headers: &HeaderMap, authorized: bool, host: &str, client: IpAddr) -> HeaderMap {
    let mut forwarded = headers.clone();
    remove_hop_by_hop(&mut forwarded);
    forwarded.remove(HOST);
    if authorized {
        for name in [name::AUTHORIZATION, name::TOKEN_HEADER] {
            forwarded.remove(name);
        }
    }
    let client = if client.is_ipv6() { format!("\"[{client}]\"") } else { client.to_string() };
    if let Ok(hop) = HeaderValue::try_from(format!("for={client};host={host};proto=http")) {
        forwarded.append(FORWARDED, hop);
    }
    forwarded.append(VIA, VIA_GATEWAY);
    forwarded
}

/// The query that goes to the upstream: of an authorized request without what presigning put in.
pub(crate) fn forwarded_query(query: &str, authorized: bool) -> String {
    let signs = |pair: &&str| name::query::ALL.contains(&pair.split('=').next().unwrap_or_default());
    query.split('&').filter(|pair| !(authorized && signs(pair))).collect::<Vec<_>>().join("&")
}

/// Headers of an upstream's answer that stay with the gateway.
pub(crate) fn answered(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
    headers.remove(HeaderName::from_static("date"));
}

#[cfg(test)]
mod tests {
    use super::{Upstream, forwarded, forwarded_query};
    use core::net::IpAddr;
    use http::HeaderMap;

    #[test]
    fn variables_and_the_query_go_into_the_url() {
        let variables = [("proxy".to_owned(), "a%2Fb/c"), ("id".to_owned(), "7")];
        for (url, query, expected) in [
            ("http://h/{proxy}", None, "http://h/a%2Fb/c"),
            ("http://h:8080/x/{proxy+}", Some("q=1"), "http://h:8080/x/a%2Fb/c?q=1"),
            ("https://h/{id}/y?z=1", Some("q=1"), "https://h/7/y?z=1&q=1"),
            ("http://h", Some(""), "http://h/"),
        ] {
            assert_eq!(Upstream::new(url).target(&variables, query).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn urls_that_lead_nowhere_are_refused_before_the_first_request() {
        for url in
            ["", "h/x", "ftp://h/", "http:///x", "http://{id}/", "http://h{id}.org/", "http://u@h/", "http://h/{other}"]
        {
            assert!(Upstream::new(url).check(["id"].into_iter()).is_err(), "{url}");
        }
        assert!(Upstream::new("https://h:1/{id}").check(["id"].into_iter()).is_ok());
    }

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
            ("x-kept", "1"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let client: IpAddr = "::1".parse().unwrap();
        let sent = forwarded(&headers, true, "gateway:1", client);
        let mut names: Vec<_> = sent.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["forwarded", "via", "x-kept"]);
        assert_eq!(sent["forwarded"], r#"for="[::1]";host=gateway:1;proto=http"#);
        assert!(forwarded(&headers, false, "h", client).contains_key("authorization"), "another scheme's own business");
        let query = "a=1&X-Amz-Signature=s&X-Amz-Security-Token=t&b";
        assert_eq!(forwarded_query(query, true), "a=1&b");
        assert_eq!(forwarded_query(query, false), query);
    }
}
