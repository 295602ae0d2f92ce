//! Where signed requests may go.
//!
//! Source: RFC 6454 section 4 for what an origin is.

use crate::error::{Error, ErrorKind};
use http::header::HOST;
use http::request::Parts;
use http::uri::{Authority, Uri};
use std::fmt;
use std::str::FromStr;

/// Where signed requests may go: a scheme, a host, and a port.
///
/// A host that begins with `*.` stands for every host below it, but not for itself: with
/// `https://*.s3.us-east-1.amazonaws.com` requests to every bucket are signed.
///
/// ```
/// use sig4::ErrorKind;
/// use sig4::tower::Origin;
///
/// let origin: Origin = "https://abc.execute-api.us-east-1.amazonaws.com".parse()?;
/// assert_eq!(origin.to_string(), "https://abc.execute-api.us-east-1.amazonaws.com:443");
/// assert_eq!("abc.example/prod".parse::<Origin>().unwrap_err().kind(), ErrorKind::InvalidOrigin);
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    scheme: String,
    /// In lower case; without the `*` if it stands for those below it, and so with a dot at its start.
    host: String,
    below: bool,
    port: u16,
}

impl Origin {
    /// Whether a request goes there.
    ///
    /// The URI says where; one without an authority goes wherever the connection goes, over whatever it is, and then the
    /// `Host` header has to name the origin's host.
    pub(crate) fn is_of(&self, parts: &Parts) -> bool {
        match (parts.uri.scheme_str(), parts.uri.authority()) {
            (Some(scheme), Some(authority)) => scheme.eq_ignore_ascii_case(&self.scheme) && self.has(authority),
            (None, None) => self.named_by_host(parts),
            _ => false,
        }
    }

    fn named_by_host(&self, parts: &Parts) -> bool {
        let mut hosts = parts.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        Authority::try_from(host.as_bytes()).is_ok_and(|authority| self.has(&authority))
    }

    fn has(&self, authority: &Authority) -> bool {
        let host = authority.host().to_ascii_lowercase();
        let same =
            if self.below { host.ends_with(&self.host) && host.len() > self.host.len() } else { host == self.host };
        same && port_of(authority, &self.scheme) == Some(self.port)
    }
}

fn port_of(authority: &Authority, scheme: &str) -> Option<u16> {
    let default = match scheme {
        "https" | "wss" => Some(443),
        "http" | "ws" => Some(80),
        _ => None,
    };
    authority.port_u16().or(default)
}

impl FromStr for Origin {
    type Err = Error;

    /// Reads `scheme://host` or `scheme://host:port`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid = |detail: &'static str| Error::new(ErrorKind::InvalidOrigin, detail);
        let uri = Uri::try_from(text).map_err(|_| invalid("it is not a URI"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(invalid("expected a scheme and a host, as in https://example.com"));
        };
        if uri.path() != "/" || uri.query().is_some() || text.ends_with('/') || authority.as_str().contains('@') {
            return Err(invalid("expected nothing but a scheme, a host and a port"));
        }
        let scheme = scheme.to_ascii_lowercase();
        let port = port_of(authority, &scheme).ok_or_else(|| invalid("the scheme has no port of its own"))?;
        let host = authority.host().to_ascii_lowercase();
        let (host, below) = match host.strip_prefix('*') {
            Some(rest) if rest.starts_with('.') => (rest.to_owned(), true),
            _ => (host, false),
        };
        if host.contains('*') || host.trim_matches('.').is_empty() {
            return Err(invalid("a host may begin with `*.` and hold no other `*`"));
        }
        Ok(Self { scheme, host, below, port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.below { "*" } else { "" };
        write!(f, "{}://{star}{}:{}", self.scheme, self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;
    use http::Request;

    fn goes(origin: &str, uri: &str, host: Option<&str>) -> bool {
        let mut request = Request::get(uri);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        origin.parse::<Origin>().unwrap().is_of(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn scheme_host_and_port_are_the_origin() {
        for (origin, uri, same) in [
            ("https://a.example", "https://a.example/x?y", true),
            ("https://a.example", "https://A.Example:443/", true),
            ("https://a.example:443", "https://a.example/", true),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000/", true),
            ("https://a.example", "http://a.example/", false),
            ("https://a.example", "http://a.example:443/", false),
            ("https://a.example", "https://a.example:8443/", false),
            ("https://a.example", "https://a.example.evil/", false),
            ("https://a.example", "https://evil.example/", false),
            ("https://a.example", "https://a.example@evil.example/", false),
            ("https://*.a.example", "https://b.a.example/", true),
            ("https://*.a.example", "https://c.b.a.example/", true),
            ("https://*.a.example", "https://a.example/", false),
            ("https://*.a.example", "https://ba.example/", false),
            ("https://*.a.example", "https://.a.example/", false),
        ] {
            assert_eq!(goes(origin, uri, None), same, "{uri} of {origin}");
        }
    }

    #[test]
    fn a_request_without_an_authority_goes_where_its_host_header_says() {
        assert!(goes("https://a.example", "/", Some("a.example")));
        assert!(goes("http://a.example:8080", "/", Some("a.example:8080")));
        assert!(!goes("https://a.example", "/", Some("b.example")) && !goes("https://a.example", "/", None));
        assert!(!goes("https://a.example", "https://b.example/", Some("a.example")), "the URI decides");
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "a.example",
            "//a.example",
            "https://",
            "https://a.example/",
            "https://a.example/x",
            "https://a.example?x",
            "https://u@a.example",
            "https://*",
            "https://*.",
            "https://a.*.example",
            "https://*a.example",
            "ftp://a.example",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
