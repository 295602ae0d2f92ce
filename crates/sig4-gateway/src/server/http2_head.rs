//! The head of a request of HTTP/2, in the form of HTTP/1.1.
//!
//! The host of HTTP/2 is the pseudo-header `:authority`, and a client may send `Host` as well. Both forms of a request must lead to
//! the same signature, host check and event, so the rest of the server knows one form: a path as target, and a `Host` header.
//!
//! Sources: RFC 9113, section 8.3.1 (`:authority`) and section 8.2.3 (`Cookie` in several lines).

use http::header::{COOKIE, HOST, HeaderValue};
use http::request::Parts;
use http::{Uri, Version};

/// Gives a request of HTTP/2 the form of HTTP/1.1. The target keeps its authority if a `Host` header contradicts it, or if it has
/// user information, which HTTP/2 does not allow (RFC 9113, section 8.3.1).
pub(super) fn normalize(head: &mut Parts) {
    if head.version != Version::HTTP_2 {
        return;
    }
    join_cookies(head);
    let Some(authority) = head.uri.authority().filter(|authority| !authority.as_str().contains('@')) else { return };
    let mut hosts = head.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => {
            let Ok(host) = HeaderValue::from_str(authority.as_str()) else { return };
            head.headers.insert(HOST, host);
        }
        (Some(host), None) if host == authority.as_str() => {}
        _ => return,
    }
    if let Some(target) = head.uri.path_and_query() {
        head.uri = Uri::from(target.clone());
    }
}

/// Whether [`normalize`] found two hosts, user information, or no path.
pub(super) fn is_contradictory(head: &Parts) -> bool {
    head.version == Version::HTTP_2 && head.uri.authority().is_some()
}

/// Makes one line of the lines of `Cookie`, which clients may split for compression.
fn join_cookies(head: &mut Parts) {
    let lines: Vec<&[u8]> = head.headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if lines.len() < 2 {
        return;
    }
    if let Ok(joined) = HeaderValue::from_bytes(&lines.join(&b"; "[..])) {
        head.headers.insert(COOKIE, joined);
    }
}

#[cfg(test)]
mod tests {
    use super::{is_contradictory, normalize};
    use http::request::Parts;
    use http::{Request, Version};

    fn normal(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request = Request::get(uri).version(Version::HTTP_2);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let mut head = request.body(()).unwrap().into_parts().0;
        normalize(&mut head);
        head
    }

    #[test]
    fn a_request_has_one_host_and_a_path() {
        for headers in [&[][..], &[("host", "a.example:1")]] {
            let head = normal("https://a.example:1/x?y=%7e", headers);
            assert_eq!(
                (head.uri.to_string().as_str(), &head.headers["host"]),
                ("/x?y=%7e", &"a.example:1".parse().unwrap())
            );
            assert!(!is_contradictory(&head));
        }
        for host in ["b.example", "A.example:1", "a.example"] {
            assert!(is_contradictory(&normal("https://a.example:1/x", &[("host", host)])), "{host}");
        }
        assert!(is_contradictory(&normal("https://u:p@a.example/x", &[])));
        assert!(is_contradictory(&normal("https://u@a.example/x", &[("host", "u@a.example")])));
        let twice = [("host", "a.example:1"), ("host", "a.example:1")];
        assert!(is_contradictory(&normal("https://a.example:1/x", &twice)));
        assert!(normal("/x", &[]).headers.get("host").is_none(), "no host is made up");
    }

    #[test]
    fn cookies_are_one_line() {
        let head = normal("https://a/", &[("cookie", "a=1"), ("x", "y"), ("cookie", "b=2; c=3")]);
        assert_eq!(head.headers.get_all("cookie").iter().collect::<Vec<_>>(), ["a=1; b=2; c=3"]);
    }
}
