//! The request of the client, rebuilt from a proxy's question.

use super::framing::Framing;
use super::spelling::has_other_spelling;
use crate::check::request::{CheckBody, CheckRequest};
use bytes::Bytes;
use core::net::IpAddr;
use http::header::{self, HeaderName};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};

/// Headers of a question that are of its own connection or body, and not of the client's.
const OWN_HEADERS: [HeaderName; 8] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

const OTHER_SPELLING: &str = "a header with `_` in its name is one that some services read like that with `-`";

/// What the headers of a question tell about the original request.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Original {
    pub(super) method: Method,
    pub(super) target: Uri,
    pub(super) host: HeaderValue,
    pub(super) secure: bool,
    pub(super) address: IpAddr,
    pub(super) framing: Framing,
}

/// The body that came with a question.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum SentBody {
    /// The proxy sends no bodies.
    Never,
    /// The proxy passes no body of the client on, so that the upstream gets none.
    Dropped,
    /// The proxy sends each body whole; this one, which may be empty.
    Always(Bytes),
    /// The proxy sends the bodies that it has whole; this one, or none.
    Sometimes(Bytes),
    /// The body is longer than the limit.
    TooLong,
}

impl Original {
    /// The request of the client. `ask` has the client's headers, and those with which the proxy told the original, which are in `names`.
    pub(super) fn into_request(self, mut ask: HeaderMap, names: &[&str], sent: SentBody) -> CheckRequest {
        OWN_HEADERS.iter().for_each(|name| drop(ask.remove(name)));
        names.iter().for_each(|name| drop(ask.remove(*name)));
        let body = body(self.framing, sent);
        ask.insert(header::HOST, self.host);
        if let Some(length) = length(self.framing, &body) {
            ask.insert(header::CONTENT_LENGTH, length.into());
        }
        let fault = has_other_spelling(&ask).then_some(OTHER_SPELLING);
        let mut parts = Request::new(()).into_parts().0;
        (parts.method, parts.uri, parts.headers) = (self.method, self.target, ask);
        let mut request = CheckRequest::new(parts, body);
        request.source_ip = Some(self.address);
        request.secure = self.secure;
        // These proxies remove headers whose names their configuration spells, and no others.
        request.removes_headers = false;
        request.fault = fault;
        request
    }
}

/// A question that does not tell one request.
pub(super) fn unusable(ask: HeaderMap, fault: &'static str) -> CheckRequest {
    let mut parts = Request::new(()).into_parts().0;
    parts.headers = ask;
    let mut request = CheckRequest::new(parts, CheckBody::Unread);
    request.removes_headers = false;
    request.fault = Some(fault);
    request
}

/// What is known of the body.
fn body(framing: Framing, sent: SentBody) -> CheckBody {
    match (sent, framing) {
        (SentBody::TooLong, _) => CheckBody::CutOff,
        (SentBody::Dropped, _) | (SentBody::Never | SentBody::Sometimes(_), Framing::NoBody | Framing::Length(0)) => {
            CheckBody::Absent
        }
        (SentBody::Never, _) => CheckBody::Unread,
        (SentBody::Always(body), Framing::Length(length)) => whole(body, length),
        (SentBody::Always(body), _) => CheckBody::Whole(body),
        (SentBody::Sometimes(body), Framing::Length(length)) if !body.is_empty() => whole(body, length),
        (SentBody::Sometimes(_), _) => CheckBody::Unread,
    }
}

/// A body that is whole if it is as long as its head says.
fn whole(body: Bytes, length: u64) -> CheckBody {
    match u64::try_from(body.len()) == Ok(length) {
        true => CheckBody::Whole(body),
        false => CheckBody::CutOff,
    }
}

/// The `Content-Length` of the client, which may be signed.
fn length(framing: Framing, body: &CheckBody) -> Option<u64> {
    match (framing, body) {
        (Framing::Length(length), _) => Some(length),
        (Framing::Unknown, CheckBody::Whole(body)) if !body.is_empty() => u64::try_from(body.len()).ok(),
        (Framing::NoBody | Framing::Unknown, _) => None,
    }
}

/// The target of a request: a path with a slash first, and a query. Other forms are refused, and so is a `#`, which some readers cut off.
pub(super) fn target(text: &str) -> Option<Uri> {
    let is_path = text.starts_with('/') && text.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
    let parsed = PathAndQuery::try_from(text).ok().filter(|target| is_path && target.as_str() == text)?;
    Some(parsed.into())
}

/// A host, with a port or without.
pub(super) fn host(text: &str) -> Option<HeaderValue> {
    let is_host = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b',' | b'/' | b'@'));
    is_host.then(|| HeaderValue::from_str(text).ok())?
}

/// Whether the client used TLS. Traefik names a WebSocket `ws` or `wss`.
pub(super) fn is_secure(scheme: &str) -> Option<bool> {
    match scheme {
        "https" | "wss" => Some(true),
        "http" | "ws" => Some(false),
        _ => None,
    }
}

/// The method. Its case is kept.
pub(super) fn method(text: &str) -> Option<Method> {
    Method::from_bytes(text.as_bytes()).ok()
}

/// The address of the client. A list of addresses is refused.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Framing, Original, SentBody, body, host, target};
    use crate::check::request::CheckBody;
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    fn original(framing: Framing) -> Original {
        Original {
            method: Method::DELETE,
            target: target("/pets?x=1").unwrap(),
            host: host("pets.example:8443").unwrap(),
            secure: true,
            address: "192.0.2.1".parse().unwrap(),
            framing,
        }
    }

    #[test]
    fn a_target_is_a_path_as_it_was_sent() {
        for raw in ["/", "/pets?a=b", "/a//b/../c", "/a%2fb;c\\d", "//host/x", "/?", "/a??"] {
            assert_eq!(target(raw).map(|uri| uri.to_string()).as_deref(), Some(raw));
        }
        for raw in ["", "*", "pets", "http://host/pets", "/a#b", "/a b", "/a\u{e9}", "?x"] {
            assert_eq!(target(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_host_is_one_host() {
        assert!(host("[::1]:80").is_some());
        for text in ["", "a,b", "a b", "user@a", "a/b"] {
            assert_eq!(host(text), None, "{text}");
        }
    }

    #[test]
    fn the_headers_of_the_question_are_not_those_of_the_request() {
        let mut ask = HeaderMap::new();
        for (name, value) in [
            ("host", "authorizer"),
            ("connection", "close"),
            ("content-length", "0"),
            ("transfer-encoding", "chunked"),
            ("x-original-method", "DELETE"),
            ("x-original-method", "GET"),
            ("x-kept", "1"),
            ("x-kept", "2"),
        ] {
            ask.append(name, value.parse().unwrap());
        }
        let request = original(Framing::Length(7)).into_request(ask, &["x-original-method"], SentBody::Never);
        let headers: Vec<_> =
            request.parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let expected: [(&str, &[u8]); 4] =
            [("x-kept", b"1"), ("x-kept", b"2"), ("host", b"pets.example:8443"), ("content-length", b"7")];
        assert_eq!(headers.len(), expected.len());
        assert!(expected.iter().all(|header| headers.contains(header)), "{headers:?}");
        assert_eq!((request.parts.method, request.parts.uri.to_string()), (Method::DELETE, "/pets?x=1".to_owned()));
        assert!(request.secure && !request.removes_headers);
    }

    #[test]
    fn a_body_is_absent_only_where_that_is_certain() {
        let bytes = || Bytes::from_static(b"12345");
        assert!(matches!(body(Framing::NoBody, SentBody::Never), CheckBody::Absent));
        assert!(matches!(body(Framing::Length(0), SentBody::Never), CheckBody::Absent));
        assert!(matches!(body(Framing::Unknown, SentBody::Never), CheckBody::Unread));
        assert!(matches!(body(Framing::Length(5), SentBody::Never), CheckBody::Unread));
        assert!(matches!(body(Framing::Length(5), SentBody::Dropped), CheckBody::Absent));
        assert!(matches!(body(Framing::Unknown, SentBody::Always(bytes())), CheckBody::Whole(_)));
        assert!(matches!(body(Framing::Length(5), SentBody::Sometimes(bytes())), CheckBody::Whole(_)));
        assert!(matches!(body(Framing::Length(6), SentBody::Sometimes(bytes())), CheckBody::CutOff));
        assert!(matches!(body(Framing::Length(5), SentBody::Sometimes(Bytes::new())), CheckBody::Unread));
        assert!(matches!(body(Framing::Unknown, SentBody::Sometimes(bytes())), CheckBody::Unread));
        assert!(matches!(body(Framing::NoBody, SentBody::TooLong), CheckBody::CutOff));
    }
}
