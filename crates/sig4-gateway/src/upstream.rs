//! The target of an HTTP proxy integration.
//!
//! Source: "Create HTTP proxy integrations for HTTP APIs".

use super::proxy_headers;
use crate::error::{Error, ErrorKind};
use http::header::HeaderName;
use http::uri::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that stay in a query value: RFC 3986's unreserved characters, and slashes.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The characters that stay in a path value: RFC 3986's `pchar` and slashes, without `;`, after which some servers cut a segment
/// off.
const IN_PATH: &AsciiSet = &IN_QUERY
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The server behind an HTTP proxy integration: its URL, and additional client headers.
///
/// ```
/// use sig4_gateway::{ApiDefinition, Upstream};
///
/// let upstream = Upstream::new("http://localhost:3000/{proxy}").with_client_header("x-http-method-override");
/// assert!(ApiDefinition::new("us-east-1").route("ANY /{proxy+}", upstream).check().is_ok());
///
/// let upstream = Upstream::new("http://localhost:3000/").with_client_header("x-forwarded-for");
/// let error = ApiDefinition::new("us-east-1").route("GET /", upstream).check().unwrap_err();
/// assert!(error.to_string().contains("`x-forwarded-for` is set by the gateway"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Upstream {
    url: String,
    client_headers: Vec<String>,
}

impl Upstream {
    /// An upstream with a URL. Variables of the route's path are in braces: `http://localhost:3000/{proxy}`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), client_headers: Vec::new() }
    }

    /// Also forwards a client header that is dropped by default because upstreams trust it as set by a proxy: `X-Real-IP`,
    /// `X-Original-URL`, `X-HTTP-Method-Override`, `X-Forwarded-Host` and the like, and every name with an underscore, which many
    /// servers read as the name with a hyphen. The name is case-insensitive.
    ///
    /// The upstream must then not trust the header. [Serving](super::ApiDefinition::serve) refuses the names of headers that the
    /// gateway sets itself (`x-forwarded-for`, `x-forwarded-port`, `x-forwarded-proto`, `x-amzn-trace-id`, `forwarded`,
    /// `host`), of the connection, and of `authorization`, `proxy-authorization` and `x-amz-security-token`.
    #[must_use]
    pub fn with_client_header(mut self, name: impl Into<String>) -> Self {
        self.client_headers.push(name.into().to_ascii_lowercase());
        self
    }

    /// The URL, with its variables in braces.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the upstream gets a client header that is dropped by default.
    pub(crate) fn takes(&self, name: &HeaderName) -> bool {
        self.client_headers.iter().any(|own| own == name.as_str())
    }

    /// Refuses an invalid URL, a variable that is not in the route's path, and client headers that cannot be forwarded.
    pub(crate) fn check<'v>(&self, variables: impl Iterator<Item = &'v str>) -> Result<(), Error> {
        self.client_headers.iter().try_for_each(|name| proxy_headers::check(name))?;
        let values: Vec<_> = variables.map(|name| (name.to_owned(), "x")).collect();
        let uri = self.target(&values, None)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.authority().is_none() {
            return Err(invalid("the URL of an upstream begins with `http://` or `https://` and a host"));
        }
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
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
        Uri::try_from(url).map_err(|_| invalid("invalid upstream URL"))
    }

    /// The URL with its variables replaced in one pass, so that braces in a value are not taken for a variable.
    fn expanded(&self, variables: &[(String, &str)]) -> Result<String, Error> {
        let unknown = || invalid("the URL of the upstream has a variable that is not in the route's path");
        let (mut url, mut rest, mut in_query) = (String::with_capacity(self.url.len()), self.url.as_str(), false);
        while let Some((text, variable)) = rest.split_once('{') {
            let (name, after) = variable.split_once('}').ok_or_else(unknown)?;
            let name = name.strip_suffix('+').unwrap_or(name);
            let (_, value) = variables.iter().find(|(own, _)| own == name).ok_or_else(unknown)?;
            url.push_str(text);
            // No value begins a query, as its `?` is encoded.
            in_query |= text.contains('?');
            url.push_str(&encoded(value, in_query));
            rest = after;
        }
        url.push_str(rest);
        // The values have none, as they are encoded.
        if url.contains('}') {
            return Err(unknown());
        }
        let path = url.split_once('?').map_or(url.as_str(), |(path, _)| path);
        if path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(invalid("the path of the upstream has a dot segment"));
        }
        Ok(url)
    }
}

impl From<String> for Upstream {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl From<&str> for Upstream {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<&String> for Upstream {
    fn from(url: &String) -> Self {
        Self::new(url)
    }
}

/// A decoded value, encoded for a URL. Slashes stay; in a query, `&` and `=` are encoded as well.
fn encoded(value: &str, in_query: bool) -> String {
    utf8_percent_encode(value, if in_query { IN_QUERY } else { IN_PATH }).to_string()
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidUpstream, detail)
}

#[cfg(test)]
mod tests {
    use super::Upstream;

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
}
