//! Where an HTTP proxy integration sends requests, and what it sends of them.
//!
//! Source: "Create HTTP proxy integrations for HTTP APIs". Seen of it: the `forwarded` and `via` headers. That neither the
//! signature nor the session token of an authorized request goes on is documented of REST APIs only, for `Authorization`;
//! here it holds for all of them, since whoever has them can send the request again.
//!
//! What API Gateway does with a client's own `Forwarded` is not documented (it was seen to append to it). Here it is dropped
//! with every `X-Forwarded-*`, since an upstream that believes the first hop would believe the client.

use super::reply::remove_hop_by_hop;
use crate::bytes::percent::{self, Keep};
use crate::error::{Error, ErrorKind};
use crate::name;
use core::net::IpAddr;
use http::header::{EXPECT, FORWARDED, HOST, HeaderMap, HeaderValue, PROXY_AUTHORIZATION, VIA};
use http::uri::Authority;
use http::{HeaderName, Uri};

/// Who the gateway is to an upstream.
const VIA_GATEWAY: HeaderValue = HeaderValue::from_static("HTTP/1.1 AmazonAPIGateway");

/// What the names of the headers begin with that say the same as `Forwarded`.
const X_FORWARDED: &str = "x-forwarded-";

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

    /// The URL for a request: each variable replaced by its value, and the query added.
    pub(crate) fn target(&self, variables: &[(String, &str)], query: Option<&str>) -> Result<Uri, Error> {
        let mut url = self.expanded(variables)?;
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(query);
        }
        Uri::try_from(url).map_err(|_| invalid("the URL of the upstream is none"))
    }

    /// The URL with its variables replaced, in one pass, so that braces in a value are no variable.
    fn expanded(&self, variables: &[(String, &str)]) -> Result<String, Error> {
        let unknown = || invalid("the URL of the upstream has a variable that the route's path has not");
        let (mut url, mut rest) = (String::with_capacity(self.url.len()), self.url.as_str());
        while let Some((text, variable)) = rest.split_once('{') {
            let (name, after) = variable.split_once('}').ok_or_else(unknown)?;
            let name = name.strip_suffix('+').unwrap_or(name);
            let (_, value) = variables.iter().find(|(own, _)| own == name).ok_or_else(unknown)?;
            url.push_str(text);
            let in_query = url.contains('?');
            url.push_str(&encoded(value, in_query));
            rest = after;
        }
        url.push_str(rest);
        // The values have none, as they are encoded.
        if url.contains('}') {
            return Err(unknown());
        }
        let path = url.split('?').next().unwrap_or_default();
        if path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(invalid("the path of the upstream has a dot segment"));
        }
        Ok(url)
    }
}

/// A decoded value as it stands in a URL; its slashes stay. In a query `&` and `=` have a meaning, and are encoded as well.
fn encoded(value: &str, in_query: bool) -> String {
    if !in_query {
        return percent::encode_path(value).into_owned();
    }
    let mut out = Vec::with_capacity(value.len());
    percent::encode(value.as_bytes(), Keep::UnreservedAndSlash, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidUrl, detail)
}

/// The headers that go to the upstream.
pub(crate) fn forwarded(headers: &HeaderMap, authorized: bool, host: &str, client: IpAddr) -> HeaderMap {
    let mut forwarded = headers.clone();
    remove_hop_by_hop(&mut forwarded);
    for name in [HOST, FORWARDED, PROXY_AUTHORIZATION, EXPECT] {
        forwarded.remove(name);
    }
    let said_by_client = headers.keys().filter(|name| name.as_str().starts_with(X_FORWARDED));
    for name in said_by_client {
        forwarded.remove(name);
    }
    if authorized {
        for name in [name::AUTHORIZATION, name::TOKEN_HEADER] {
            forwarded.remove(name);
        }
    }
    if let Ok(hop) = HeaderValue::try_from(hop(host, client)) {
        forwarded.insert(FORWARDED, hop);
    }
    forwarded.append(VIA, VIA_GATEWAY);
    forwarded
}

/// What `Forwarded` says. A host that is none is left out; source: RFC 7239 section 4, which has whatever is no token quoted.
fn hop(host: &str, client: IpAddr) -> String {
    let client = if client.is_ipv6() { format!("\"[{client}]\"") } else { client.to_string() };
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    // Commas and semicolons may stand in a host by RFC 3986, yet in no name there is; not every upstream knows quotes.
    let is_host =
        host.bytes().all(|b| letter(b) || matches!(b, b':' | b'[' | b']')) && host.parse::<Authority>().is_ok();
    match (is_host, host.bytes().all(letter)) {
        (false, _) => format!("for={client};proto=http"),
        (true, true) => format!("for={client};host={host};proto=http"),
        (true, false) => format!("for={client};host=\"{host}\";proto=http"),
    }
}

/// The query that goes to the upstream: of an authorized request without what presigning put in.
pub(crate) fn forwarded_query(query: &str, authorized: bool) -> String {
    query.split('&').filter(|pair| !(authorized && signs(pair))).collect::<Vec<_>>().join("&")
}

/// Whether a parameter is a signature's, as the verifier reads its name: decoded; here in any case, since an upstream may
/// not tell them apart.
fn signs(pair: &str) -> bool {
    let raw = pair.split('=').next().unwrap_or_default();
    let name = percent::decode(raw.as_bytes());
    let mut names = name::query::ALL.iter().chain(&[name::query::CONTENT_SHA256]);
    names.any(|own| own.as_bytes().eq_ignore_ascii_case(&name))
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
        let variables = [("proxy", "a%2Fb/c"), ("id", "7"), ("odd", "{id}&%/?")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        for (url, query, expected) in [
            ("http://h/{proxy}", None, "http://h/a%252Fb/c"),
            ("http://h:8080/x/{proxy+}", Some("q=1"), "http://h:8080/x/a%252Fb/c?q=1"),
            ("https://h/{id}/y?z=1", Some("q=1"), "https://h/7/y?z=1&q=1"),
            ("http://h", Some(""), "http://h/"),
            ("http://h/{odd}/{id}?z={odd}", None, "http://h/%7Bid%7D&%25/%3F/7?z=%7Bid%7D%26%25/%3F"),
        ] {
            assert_eq!(Upstream::new(url).target(&variables, query).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn urls_that_lead_nowhere_are_refused_before_the_first_request() {
        for url in [
            "",
            "h/x",
            "ftp://h/",
            "http:///x",
            "http://{id}/",
            "http://h{id}.org/",
            "http://u@h/",
            "http://h/{other}",
            "http://h/{id",
            "http://h/id}",
            "http://h/../{id}",
        ] {
            assert!(Upstream::new(url).check(["id"].into_iter()).is_err(), "{url}");
        }
        assert!(Upstream::new("https://h:1/{id}").check(["id"].into_iter()).is_ok());
    }

    #[test]
    fn no_value_leads_out_of_its_place() {
        let target = |value| Upstream::new("http://h/a/{id}").target(&[("id".to_owned(), value)], None);
        for value in ["..", ".", "x/../..", "x/./y"] {
            assert!(target(value).is_err(), "{value}");
        }
        assert_eq!(target("..%2F..?").unwrap().to_string(), "http://h/a/..%252F..%3F");
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
            ("forwarded", "for=10.0.0.1"),
            ("x-forwarded-for", "10.0.0.1"),
            ("proxy-authorization", "s"),
            ("expect", "100-continue"),
            ("x-kept", "1"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let client: IpAddr = "::1".parse().unwrap();
        let sent = forwarded(&headers, true, "gateway:1", client);
        let mut names: Vec<_> = sent.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["forwarded", "via", "x-kept"]);
        assert_eq!(sent["forwarded"], r#"for="[::1]";host="gateway:1";proto=http"#);
        assert!(forwarded(&headers, false, "h", client).contains_key("authorization"), "another scheme's own business");
        let query = "a=1&X-Amz-Signature=s&X-Amz-Security-Token=t&X%2DAmz%2dSignature=s&%78-amz-security%2Dtoken=t\
            &X-Amz-Content-Sha256=h&b&X-Amz-Signatures=1";
        assert_eq!(forwarded_query(query, true), "a=1&b&X-Amz-Signatures=1");
        assert_eq!(forwarded_query(query, false), query);
    }
}
