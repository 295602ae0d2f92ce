//! The head of a request as text, for events and the access log.

use http::Version;
use http::header::HOST;
use http::request::Parts;

/// Returns `bytes` as text. Bytes that are not UTF-8 are escaped, so that two different values never look the same.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    str::from_utf8(bytes).map_or_else(|_| bytes.escape_ascii().to_string(), str::to_owned)
}

/// Returns the host that was called, with its port: the `Host` header, else the target's authority, else an empty text.
pub(crate) fn host(head: &Parts) -> String {
    match (head.headers.get(HOST), head.uri.authority()) {
        (Some(host), _) => text_of(host.as_bytes()),
        (None, Some(authority)) => authority.to_string(),
        (None, None) => String::new(),
    }
}

/// Returns the raw query without its `?`, empty if there is no query.
pub(crate) fn raw_query(head: &Parts) -> &str {
    head.uri.query().unwrap_or("")
}

/// Returns the protocol's name and version, for events and the access log.
///
/// Inferred: AWS does not document the value for HTTP/2. The recorded events of HTTP APIs have `HTTP/1.1` over TLS as well, also those
/// of clients that prefer HTTP/2 (aws/aws-lambda-java-libs#230).
pub(crate) const fn protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

#[cfg(test)]
mod tests {
    use super::{host, text_of};
    use http::Request;

    #[test]
    fn bytes_that_are_not_utf_8_stay_distinct() {
        assert_ne!(text_of(b"\xff"), text_of(b"\xfe"));
        assert_eq!(text_of("é".as_bytes()), "é");
    }

    #[test]
    fn the_host_header_precedes_the_authority() {
        let host_of = |request: http::request::Builder| host(&request.body(()).unwrap().into_parts().0);
        assert_eq!(host_of(Request::get("http://a:1/").header("host", "b:2")), "b:2");
        assert_eq!(host_of(Request::get("http://a:1/")), "a:1");
        assert_eq!(host_of(Request::get("/")), "");
    }
}
