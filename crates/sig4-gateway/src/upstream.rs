//! The target of an HTTP proxy integration.
//!
//! Source: "Create HTTP proxy integrations for HTTP APIs"; "Set up HTTP integrations in API Gateway" for REST APIs.

use super::proxy_headers;
use crate::error::{Error, ErrorKind};
use http::Method;
use http::header::{HeaderName, HeaderValue};
use http::uri::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::BTreeMap;

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
    method: Option<Method>,
    /// Headers of every request: lower-case names with their values.
    headers: BTreeMap<String, String>,
    /// Parameters of every query: names with their values.
    query: BTreeMap<String, String>,
    /// Variables of the URL with the path variables whose values they get.
    path_variables: BTreeMap<String, String>,
}

/// The encoding of the values of path variables.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PathValues {
    /// Percent-decoded, as an HTTP API reads them.
    Decoded,
    /// As the client sent them, as a REST API reads them. What is encoded stays so.
    AsSent,
}

impl Upstream {
    /// An upstream with a URL. Variables of the route's path are in braces: `http://localhost:3000/{proxy}`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            client_headers: Vec::new(),
            method: None,
            headers: BTreeMap::new(),
            query: BTreeMap::new(),
            path_variables: BTreeMap::new(),
        }
    }

    /// Sets the method of the requests to the upstream. The default is the method of the client's request.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Sets a header of every request, in place of the client's: `integration.request.header.NAME` of a REST API with a static
    /// value. [Serving](super::ApiDefinition::serve) refuses the names that [`with_client_header`](Self::with_client_header) cannot
    /// have.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into().to_ascii_lowercase(), value.into());
        self
    }

    /// Sets a parameter of every query, in place of the client's: `integration.request.querystring.NAME` of a REST API with a static
    /// value. Name and value are not encoded yet.
    #[must_use]
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.insert(name.into(), value.into());
        self
    }

    /// Gives a variable of the URL the value of a path variable with another name: `integration.request.path.VARIABLE` of a REST API
    /// with the value `method.request.path.PATH_VARIABLE`. By default, both have the same name.
    ///
    /// ```
    /// use sig4_gateway::{ApiDefinition, Upstream};
    ///
    /// let upstream = Upstream::new("http://localhost:3000/{id}").with_path_variable("id", "pet");
    /// assert!(ApiDefinition::rest("us-east-1").with_stage("prod").route("GET /pets/{pet}", upstream).check().is_ok());
    /// ```
    #[must_use]
    pub fn with_path_variable(mut self, variable: impl Into<String>, path_variable: impl Into<String>) -> Self {
        self.path_variables.insert(variable.into(), path_variable.into());
        self
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

    /// The method of a request, if it is not the client's.
    pub(crate) const fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The headers of every request.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names of the URL's variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let names = self.url.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        names.map(|(name, _)| name.strip_suffix('+').unwrap_or(name))
    }

    /// Whether the upstream gets a client header that is dropped by default.
    pub(crate) fn takes(&self, name: &HeaderName) -> bool {
        self.client_headers.iter().any(|own| own == name.as_str())
    }

    /// Refuses an invalid URL, a variable that is not in the route's path, and client headers that cannot be forwarded.
    pub(crate) fn check<'v>(&self, variables: impl Iterator<Item = &'v str>) -> Result<(), Error> {
        self.client_headers.iter().chain(self.headers.keys()).try_for_each(|name| proxy_headers::check(name))?;
        if self.headers.values().any(|value| HeaderValue::try_from(value).is_err()) {
            return Err(invalid("the value of a header of an upstream is not a single line of text"));
        }
        let values: Vec<_> = variables.map(|name| (name.to_owned(), "x")).collect();
        let uri = self.target(&values, PathValues::Decoded, None)?;
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
    pub(crate) fn target(
        &self,
        variables: &[(String, &str)],
        values: PathValues,
        query: Option<&str>,
    ) -> Result<Uri, Error> {
        let mut url = self.expanded(variables, values)?;
        let query = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !self.sets(pair));
        let own = self.query.iter().map(|(name, value)| format!("{}={}", in_query(name), in_query(value)));
        for pair in query.map(str::to_owned).chain(own) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&pair);
        }
        Uri::try_from(url).map_err(|_| invalid("invalid upstream URL"))
    }

    /// Whether the upstream has an own value for a parameter of a query.
    fn sets(&self, pair: &str) -> bool {
        let name = || pair.split_once('=').map_or(pair, |(name, _)| name).replace('+', " ");
        !self.query.is_empty()
            && percent_decode_str(&name()).decode_utf8().is_ok_and(|name| self.query.contains_key(&*name))
    }

    /// The URL with its variables replaced in one pass, so that braces in a value are not taken for a variable.
    fn expanded(&self, variables: &[(String, &str)], values: PathValues) -> Result<String, Error> {
        let unknown = || invalid("the URL of the upstream has a variable that is not in the route's path");
        let (mut url, mut rest, mut in_query) = (String::with_capacity(self.url.len()), self.url.as_str(), false);
        while let Some((text, variable)) = rest.split_once('{') {
            let (name, after) = variable.split_once('}').ok_or_else(unknown)?;
            let name = name.strip_suffix('+').unwrap_or(name);
            let name = self.path_variables.get(name).map_or(name, String::as_str);
            let (_, value) = variables.iter().find(|(own, _)| own == name).ok_or_else(unknown)?;
            url.push_str(text);
            // No value begins a query, as its `?` is encoded.
            in_query |= text.contains('?');
            url.push_str(&encoded(value, in_query, values));
            rest = after;
        }
        url.push_str(rest);
        // The values have none, as they are encoded.
        if url.contains('}') {
            return Err(unknown());
        }
        let path = url.split_once('?').map_or(url.as_str(), |(path, _)| path);
        // An upstream may decode a value that stays as it was sent.
        let path = percent_decode_str(path).collect::<Vec<u8>>();
        if path.split(|b| *b == b'/').any(|segment| matches!(segment, b"." | b"..")) {
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

/// A value, encoded for a URL. Slashes stay; in a query, `&` and `=` are encoded as well.
fn encoded(value: &str, in_query: bool, values: PathValues) -> String {
    let set = if in_query { IN_QUERY } else { IN_PATH };
    let encode = |text: &str| utf8_percent_encode(text, set).to_string();
    if values == PathValues::Decoded {
        return encode(value);
    }
    let mut parts = value.split('%');
    let mut text = parts.next().map(encode).unwrap_or_default();
    for part in parts {
        let is_encoded =
            part.as_bytes().first_chunk().is_some_and(|digits: &[u8; 2]| digits.iter().all(u8::is_ascii_hexdigit));
        text.push_str(if is_encoded { "%" } else { "%25" });
        text.push_str(&encode(part));
    }
    text
}

/// A name or a value of a query, encoded.
fn in_query(text: &str) -> String {
    utf8_percent_encode(text, IN_QUERY).to_string()
}

fn invalid(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidUpstream, detail)
}

#[cfg(test)]
mod tests {
    use super::{PathValues, Upstream};

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
            assert_eq!(
                Upstream::new(url).target(&variables, PathValues::Decoded, query).unwrap().to_string(),
                expected
            );
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
        let target = |value, values| Upstream::new("http://h/a/{id}").target(&[("id".to_owned(), value)], values, None);
        for value in ["..", ".", "x/../..", "x/./y"] {
            assert!(
                target(value, PathValues::Decoded).is_err() && target(value, PathValues::AsSent).is_err(),
                "{value}"
            );
        }
        assert_eq!(target("..%2F..?", PathValues::Decoded).unwrap().to_string(), "http://h/a/..%252F..%3F");
        for value in ["..%2F..", "%2e%2E", "x/%2e/y", "x%2f..%2fy"] {
            assert!(target(value, PathValues::AsSent).is_err(), "{value}");
        }
    }

    #[test]
    fn what_a_client_of_a_rest_api_has_encoded_stays_so() {
        let variables = [("pet".to_owned(), "a%20b/c%2Fd&e=%C3%A9+%zz")];
        let upstream = Upstream::new("http://h/{id}?q={id}").with_path_variable("id", "pet").with_query("k", "a b&c");
        let target = upstream.target(&variables, PathValues::AsSent, Some("x=1&k=9&%6b=8&k2=7")).unwrap();
        let path = "http://h/a%20b/c%2Fd&e=%C3%A9+%25zz";
        assert_eq!(target.to_string(), format!("{path}?q=a%20b/c%2Fd%26e%3D%C3%A9%2B%25zz&x=1&k2=7&k=a%20b%26c"));
    }
}
