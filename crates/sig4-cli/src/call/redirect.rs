//! `-L`: the request after a redirect.
//!
//! Source: RFC 9110 section 15.4 for the methods, RFC 3986 section 5.2 for relative references.

use crate::given_header::GivenHeader;
use crate::url::{self, Url};
use http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, RANGE, USER_AGENT};
use http::{Method, StatusCode};

/// The most redirects that are followed.
pub(super) const MAX_REDIRECTS: usize = 10;

/// The headers that go to another server. All others may hold credentials.
const PUBLIC: [http::HeaderName; 6] = [ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, RANGE, USER_AGENT];

/// A request that is not signed yet, one after the other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Hop {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<GivenHeader>,
    pub(super) body: Vec<u8>,
    /// Whether the request stays at the server that it was signed for. Once it left, it is not signed again.
    pub(super) is_home: bool,
}

impl Hop {
    /// The request that a response with `location` asks for.
    pub(super) fn next(&self, status: StatusCode, location: &str) -> Result<Self, String> {
        let url = resolved(&self.url, location)?;
        let (from, to) = (Url::split(&self.url)?, Url::split(&url)?);
        if !matches!(to.scheme, "http" | "https") {
            return Err("the redirect leads to another protocol than http and https".to_owned());
        }
        to.check_spelling()?;
        let is_home = self.is_home && from.scheme == to.scheme && from.host().eq_ignore_ascii_case(to.host());
        let mut next = Self { url, is_home, ..self.clone() };
        if is_get_from_now(status, &self.method) {
            next.method = Method::GET.to_string();
            next.body.clear();
            next.headers.retain(|header| !header.name.to_ascii_lowercase().starts_with("content-"));
        }
        if !is_home {
            next.headers.retain(|header| PUBLIC.iter().any(|public| header.is(public.as_str())));
        }
        Ok(next)
    }
}

/// Whether a redirect turns the method into GET.
fn is_get_from_now(status: StatusCode, method: &str) -> bool {
    match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => method == Method::POST.as_str(),
        StatusCode::SEE_OTHER => method != Method::HEAD.as_str(),
        _ => false,
    }
}

/// The URL that a `location` names, relative to the URL of the request. Dot segments stay as they are.
fn resolved(base: &str, location: &str) -> Result<String, String> {
    let location = location.split('#').next().unwrap_or_default();
    let base = Url::split(base)?;
    if Url::split(location).is_ok() {
        return Ok(location.to_owned());
    }
    let path = if base.path.is_empty() { "/" } else { base.path };
    Ok(match location.chars().next() {
        _ if location.starts_with("//") => [base.scheme, ":", location].concat(),
        None => base.with_target(&base.target()),
        Some('/') => base.with_target(location),
        Some('?') => base.with_target(&[path, location].concat()),
        Some(_) if url::has_scheme(location) => return Err("the redirect leads to an invalid URL".to_owned()),
        Some(_) => {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            base.with_target(&[folder, "/", location].concat())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Hop, resolved};
    use crate::given_header::GivenHeader;
    use http::StatusCode;

    fn hop(method: &str, url: &str) -> Hop {
        let headers = ["authorization: a", "cookie: b", "x-api-key: c", "host: h", "content-type: t", "accept: d"];
        let headers = headers.iter().map(|text| GivenHeader::parse(text).unwrap()).collect();
        Hop { method: method.to_owned(), url: url.to_owned(), headers, body: b"x".to_vec(), is_home: true }
    }

    fn names(hop: &Hop) -> Vec<&str> {
        hop.headers.iter().map(|header| header.name.as_str()).collect()
    }

    #[test]
    fn locations_are_resolved() {
        for (location, url) in [
            ("http://i/y", "http://i/y"),
            ("//i/y", "https://i/y"),
            ("/y?q#f", "https://h:8/y?q"),
            ("?q", "https://h:8/a/b?q"),
            ("y", "https://h:8/a/y"),
            ("../y", "https://h:8/a/../y"),
            ("", "https://h:8/a/b?c"),
            ("y?u=http://z/", "https://h:8/a/y?u=http://z/"),
        ] {
            assert_eq!(resolved("https://h:8/a/b?c", location).unwrap(), url, "{location}");
        }
        assert!(resolved("https://h/", "mailto:x@y").is_err());
        assert!(hop("GET", "https://h/").next(StatusCode::FOUND, "file:///etc/passwd").is_err());
        for location in ["file://h/etc/passwd", "ftp://h/x"] {
            let error = hop("GET", "https://h/").next(StatusCode::FOUND, location).unwrap_err();
            assert!(error.contains("another protocol"), "{location}: {error}");
        }
    }

    #[test]
    fn credentials_stay_at_their_server() {
        for url in ["http://h/", "https://h:8/", "https://i/", "//h.i/"] {
            let next = hop("PUT", "https://h/").next(StatusCode::TEMPORARY_REDIRECT, url).unwrap();
            assert!(!next.is_home, "{url}");
            assert_eq!(names(&next), ["content-type", "accept"], "{url}");
            let back = next.next(StatusCode::TEMPORARY_REDIRECT, "https://h/").unwrap();
            assert!(!back.is_home, "the redirect of a stranger is not signed");
            let again = next.next(StatusCode::TEMPORARY_REDIRECT, "/z").unwrap();
            assert!(!again.is_home && names(&again) == ["content-type", "accept"], "{url}: it stays a stranger");
        }
        let next = hop("PUT", "https://h/").next(StatusCode::PERMANENT_REDIRECT, "https://H:443/y").unwrap();
        assert!(next.is_home && next.headers.len() == 6 && next.method == "PUT" && next.body == b"x");
    }

    #[test]
    fn a_redirect_may_turn_the_method_into_get() {
        for (status, method, expected) in [
            (301, "POST", "GET"),
            (302, "PUT", "PUT"),
            (303, "PUT", "GET"),
            (303, "HEAD", "HEAD"),
            (307, "POST", "POST"),
        ] {
            let next = hop(method, "https://h/").next(StatusCode::from_u16(status).unwrap(), "/y").unwrap();
            assert_eq!(next.method, expected, "{status}");
            assert_eq!(next.body.is_empty(), method != expected);
            assert_eq!(names(&next).contains(&"content-type"), method == expected);
        }
    }
}
