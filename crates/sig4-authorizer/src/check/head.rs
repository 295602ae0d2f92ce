//! The head of a request: whether its parts agree, and its host.

use super::refused::Refused;
use super::request::CheckBody;
use core::net::Ipv6Addr;
use http::HeaderMap;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TRANSFER_ENCODING};
use http::request::Parts;

/// What a `Connection` header may name. A proxy removes the headers that it names, and so would the header of a caller's identity
/// disappear, or a signed header.
///
/// Source: RFC 9110 section 7.6.1.
const CONNECTION_OPTIONS: [&str; 5] = ["close", "keep-alive", "upgrade", "te", "http2-settings"];

/// Refuses a head that leaves two readings.
pub(super) fn check(parts: &Parts, body: &CheckBody) -> Result<(), Refused> {
    check_connection(&parts.headers)?;
    check_length(&parts.headers, body)
}

fn check_connection(headers: &HeaderMap) -> Result<(), Refused> {
    let names = headers.get_all(CONNECTION).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let is_known = |name: &[u8]| {
        let name = name.trim_ascii();
        name.is_empty() || CONNECTION_OPTIONS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
    };
    let mut names = names;
    match names.all(is_known) {
        true => Ok(()),
        false => Err(Refused::inconsistent("`Connection` names a header, which a proxy would remove")),
    }
}

/// Refuses a body that is not as long as the request says. A proxy that sends no bodies would otherwise show every request as one
/// without a body.
fn check_length(headers: &HeaderMap, body: &CheckBody) -> Result<(), Refused> {
    let declared = content_length(headers)?;
    let len = match body {
        CheckBody::Whole(body) => u64::try_from(body.len()).unwrap_or(u64::MAX),
        CheckBody::Absent if headers.contains_key(TRANSFER_ENCODING) => return Err(other_length()),
        CheckBody::Absent => 0,
        CheckBody::CutOff | CheckBody::Unread => return Ok(()),
    };
    match declared.is_none_or(|declared| declared == len) {
        true => Ok(()),
        false => Err(other_length()),
    }
}

fn other_length() -> Refused {
    Refused::inconsistent("the proxy did not send the body that the head of the request declares")
}

fn content_length(headers: &HeaderMap) -> Result<Option<u64>, Refused> {
    let Some(value) = single(headers, CONTENT_LENGTH, "the request has two `Content-Length` headers")? else {
        return Ok(None);
    };
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let len = value.parse().ok().filter(|_| digits);
    len.map(Some).ok_or_else(|| Refused::inconsistent("`Content-Length` is not a number"))
}

/// The host that the request was sent to, in lower case, with its port. `None` if it names none.
pub(super) fn host(parts: &Parts) -> Result<Option<String>, Refused> {
    let header = single(&parts.headers, HOST, "the request has two `Host` headers")?.map(str::to_ascii_lowercase);
    let authority = parts.uri.authority().map(|authority| authority.as_str().to_ascii_lowercase());
    let host = match (header, authority) {
        (Some(header), Some(authority)) if without_default_port(&header) != without_default_port(&authority) => {
            return Err(Refused::inconsistent("the `Host` header is not the authority of the request"));
        }
        (header, authority) => authority.or(header),
    };
    match host.filter(|host| !host.is_empty()) {
        Some(host) if host.contains('@') => Err(Refused::inconsistent("the authority has user information")),
        Some(host) if !is_host(&host) => Err(Refused::inconsistent("the host is not a name or an address with a port")),
        host => Ok(host),
    }
}

/// Whether all proxies find the same name in a host. Some take `[pets.example]` or `pets.example:x` for `pets.example`.
fn is_host(host: &str) -> bool {
    let name = without_port(host);
    match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')),
    }
}

fn without_default_port(host: &str) -> &str {
    host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(host)
}

/// A host without its port.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The value of a header that is there at most once, as text.
fn single<'h>(headers: &'h HeaderMap, name: HeaderName, twice: &'static str) -> Result<Option<&'h str>, Refused> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            value.to_str().map(Some).map_err(|_| Refused::inconsistent("a header is not visible ASCII text"))
        }
        _ => Err(Refused::inconsistent(twice)),
    }
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn a_port_is_the_digits_after_the_last_colon() {
        for (host, name) in [
            ("api.example", "api.example"),
            ("api.example:8443", "api.example"),
            ("api.example:", "api.example"),
            ("[::1]", "[::1]"),
            ("[::1]:8443", "[::1]"),
            ("[2001:db8::2]", "[2001:db8::2]"),
        ] {
            assert_eq!(without_port(host), name, "{host}");
        }
    }
}
