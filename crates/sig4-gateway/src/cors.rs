//! Cross-origin resource sharing, as API Gateway does it for HTTP APIs.
//!
//! Source: "Configure CORS for HTTP APIs in API Gateway"; the Fetch standard, "CORS protocol", for what the headers mean. AWS
//! does not document the following behaviour. An origin that is not allowed gets no CORS headers. The gateway's own errors carry
//! CORS headers like every response. `vary: origin` is sent if a response may depend on the origin, even to a request without an
//! origin or with a foreign one: a cache would otherwise serve that response to allowed pages.

use crate::error::{Error, ErrorKind};
use http::Method;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};

/// Every origin, method or header.
const ALL: &str = "*";
/// The prefix of the headers that a backend may not set where CORS is configured.
const PREFIX: &str = "access-control-";
/// The maximum time that a browser may keep the response to a preflight, in seconds.
const MAX_AGE: u32 = 86_400;

/// The CORS configuration of an API.
///
/// With it, the gateway of an HTTP API responds to preflights itself, adds its headers to every response to a request with an
/// `Origin`, and drops those of the backend.
///
/// A REST API has no such configuration at AWS. With it, every resource without a method `OPTIONS` gets one, as from
/// `defaultCorsPreflightOptions` of the CDK: a [MOCK integration](crate::MockIntegration) without an authorizer that answers every
/// preflight with 204. The other responses have no CORS headers of the gateway: the integration sets them, and
/// [gateway responses](crate::GatewayResponse) do for errors. Without methods or headers, or with the method `*`, the lists are those of
/// the CDK. Origins are whole, or `*`.
///
/// ```
/// use sig4_gateway::Cors;
///
/// let cors = Cors::new()
///     .with_origins(["http://localhost:5173"])
///     .with_methods(["*"])
///     .with_headers(["authorization", "content-type", "x-amz-date", "x-amz-security-token"])
///     .with_max_age(86_400);
/// assert!(cors.allows("http://localhost:5173") && !cors.allows("https://example.com"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cors {
    pub(crate) origins: Vec<String>,
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    pub(crate) exposed: Vec<String>,
    pub(crate) max_age: Option<u32>,
    pub(crate) credentials: bool,
}

fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> impl Iterator<Item = String> {
    texts.into_iter().map(Into::into)
}

impl Cors {
    /// A configuration that allows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows origins: `https://example.com`, `*` for all, `https://*` or `http://*` for all of a scheme.
    #[must_use]
    pub fn with_origins<T: Into<String>>(mut self, origins: impl IntoIterator<Item = T>) -> Self {
        self.origins.extend(texts(origins));
        self
    }

    /// Allows methods; `*` for all.
    #[must_use]
    pub fn with_methods<T: Into<String>>(mut self, methods: impl IntoIterator<Item = T>) -> Self {
        self.methods.extend(texts(methods));
        self
    }

    /// Allows request headers; `*` for all except `authorization`, which browsers require by name. Responses of an HTTP API have the
    /// names in lower case.
    #[must_use]
    pub fn with_headers<T: Into<String>>(mut self, headers: impl IntoIterator<Item = T>) -> Self {
        self.headers.extend(texts(headers));
        self
    }

    /// Allows pages to read these response headers. Responses of an HTTP API have the names in lower case.
    #[must_use]
    pub fn with_exposed_headers<T: Into<String>>(mut self, headers: impl IntoIterator<Item = T>) -> Self {
        self.exposed.extend(texts(headers));
        self
    }

    /// Sets the time that a browser may keep the response to a preflight, in seconds, up to 86,400.
    #[must_use]
    pub const fn with_max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// Sets whether pages may send cookies. If so, origins cannot be `*`.
    #[must_use]
    pub const fn with_credentials(mut self, allowed: bool) -> Self {
        self.credentials = allowed;
        self
    }

    /// Whether pages of `origin` may read responses.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| match allowed.strip_suffix(ALL) {
            Some("") => true,
            Some(scheme) => origin.strip_prefix(scheme).is_some_and(|host| !host.is_empty()),
            None => allowed.eq_ignore_ascii_case(origin),
        })
    }

    /// Refuses a configuration that API Gateway would not accept.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refuse = |detail: String| Err(Error::new(ErrorKind::InvalidApi, detail));
        for origin in &self.origins {
            let host = origin.split_once("://").map(|(_, host)| host);
            let whole = host.is_some_and(|host| !host.is_empty() && !host.contains(['*', '/']));
            let scheme = matches!(origin.as_str(), ALL | "https://*" | "http://*");
            if !(whole || scheme) || HeaderValue::from_str(origin).is_err() {
                return refuse(format!(
                    "`{origin}` is not a valid origin: a scheme and a host, `*`, `https://*` or `http://*`"
                ));
            }
        }
        if self.credentials && self.origins.iter().any(|origin| origin == ALL) {
            return refuse("CORS with credentials wants its origins by name, not `*`".to_owned());
        }
        if self.max_age.is_some_and(|age| age > MAX_AGE) {
            return refuse(format!("a preflight is kept for up to {MAX_AGE} seconds"));
        }
        let token = |name: &String| name == ALL || HeaderName::try_from(name.as_str()).is_ok();
        match self.methods.iter().chain(&self.headers).chain(&self.exposed).find(|name| !token(name)) {
            Some(name) => refuse(format!("`{name}` is not the name of a method or header")),
            None => Ok(()),
        }
    }

    /// Adds the CORS headers to a response to a request with this method, and removes those of a backend.
    pub(crate) fn apply(&self, method: &Method, request: &HeaderMap, answer: &mut HeaderMap) {
        let own: Vec<_> = answer.keys().filter(|name| name.as_str().starts_with(PREFIX)).cloned().collect();
        for name in own {
            answer.remove(name);
        }
        self.put_vary(answer);
        if let Some(origin) = self.allowed_origin(request) {
            self.put_origin(origin, answer);
            // Pages do not read the response to a preflight (aws/serverless-application-model#2478).
            if !(*method == Method::OPTIONS && is_preflight(request)) {
                put_names(answer, ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed);
            }
        }
    }

    /// The headers of the response to a preflight. Only `vary` if the request is not a preflight or its origin is not allowed.
    pub(crate) fn preflight(&self, request: &HeaderMap) -> HeaderMap {
        let mut answer = HeaderMap::new();
        self.put_vary(&mut answer);
        let Some(origin) = self.allowed_origin(request).filter(|_| is_preflight(request)) else { return answer };
        self.put_origin(origin, &mut answer);
        put_list(&mut answer, ACCESS_CONTROL_ALLOW_METHODS, &self.methods);
        put_names(&mut answer, ACCESS_CONTROL_ALLOW_HEADERS, &self.headers);
        if let Some(age) = self.max_age {
            answer.insert(ACCESS_CONTROL_MAX_AGE, age.into());
        }
        answer
    }

    /// Adds the gateway's own preflight headers to an integration's response to a preflight. The route for `OPTIONS` has no
    /// authorizer, and the backend's own headers are ignored.
    pub(crate) fn apply_to_preflight(&self, method: &Method, request: &HeaderMap, answer: &mut HeaderMap) {
        if *method != Method::OPTIONS {
            return;
        }
        for (name, value) in &self.preflight(request) {
            // `vary` was added before.
            if name != VARY {
                answer.insert(name, value.clone());
            }
        }
    }

    fn allowed_origin<'r>(&self, request: &'r HeaderMap) -> Option<&'r HeaderValue> {
        let mut origins = request.get_all(ORIGIN).iter();
        let origin = origins.next().filter(|_| origins.next().is_none())?;
        origin.to_str().is_ok_and(|origin| self.allows(origin)).then_some(origin)
    }

    fn allows_all(&self) -> bool {
        self.origins.iter().any(|allowed| allowed == ALL)
    }

    /// Adds `vary: origin` if the response depends on the origin.
    fn put_vary(&self, answer: &mut HeaderMap) {
        if !self.origins.is_empty() && !self.allows_all() {
            answer.append(VARY, HeaderValue::from_static("origin"));
        }
    }

    fn put_origin(&self, origin: &HeaderValue, answer: &mut HeaderMap) {
        let value = if self.allows_all() { HeaderValue::from_static(ALL) } else { origin.clone() };
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        if self.credentials {
            answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

/// Whether the request is a preflight of a browser.
fn is_preflight(request: &HeaderMap) -> bool {
    request.contains_key(ORIGIN) && request.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Whether the gateway responds to an `OPTIONS` request itself. It does not if there is a route for `OPTIONS`, or a route for all
/// methods with an authorizer, which then refuses the unsigned preflight.
///
/// Source: "Configure CORS for HTTP APIs", for `$default`; seen of `ANY /{proxy+}`.
pub(crate) fn answers_itself(method: &Method, route: Option<(bool, bool)>) -> bool {
    let taken = route.is_some_and(|(is_for_options, is_authorized)| is_for_options || is_authorized);
    *method == Method::OPTIONS && !taken
}

fn put_list(answer: &mut HeaderMap, name: HeaderName, list: &[String]) {
    if let Some(value) = HeaderValue::from_str(&list.join(",")).ok().filter(|value| !value.is_empty()) {
        answer.insert(name, value);
    }
}

/// Names of headers, which an HTTP API keeps in lower case (go-to-k/cdk-real-drift#257).
fn put_names(answer: &mut HeaderMap, name: HeaderName, names: &[String]) {
    put_list(answer, name, &names.iter().map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::Cors;

    #[test]
    fn the_forms_of_an_origin() {
        for (allowed, origin, yes) in [
            ("https://a.com", "https://a.com", true),
            ("https://a.com", "https://a.com.evil.org", false),
            ("https://a.com", "http://a.com", false),
            ("https://a.com", "https://a.com:8443", false),
            ("https://*", "https://any.org", true),
            ("https://*", "https://", false),
            ("https://*", "http://any.org", false),
            ("http://*", "http://localhost:5173", true),
            ("http://*", "https://any.org", false),
            ("*", "null", true),
            ("https://a.com", "null", false),
        ] {
            assert_eq!(Cors::new().with_origins([allowed]).allows(origin), yes, "{allowed} {origin}");
        }
    }

    #[test]
    fn what_api_gateway_does_not_take() {
        let with = |origin: &str| Cors::new().with_origins([origin]);
        for cors in [
            with("a.com"),
            with("https://*.a.com"),
            with("https://a.com/"),
            with("ftp://*"),
            with("https://a.com\r\nx: y"),
            with("*").with_credentials(true),
            with("*").with_max_age(86_401),
            with("*").with_headers(["a b"]),
        ] {
            assert!(cors.check().is_err(), "{cors:?}");
        }
        assert!(with("https://*").with_credentials(true).with_headers(["*"]).check().is_ok());
    }
}
