//! The hosts that a client may have signed.

use crate::explain::cause::Cause;
use crate::explain::headers::causes::{HOST_LOWER_CASED, HOST_OF_PROXY, HOST_WITH_PORT, HOST_WITHOUT_PORT};
use crate::request::is_host;
use std::borrow::Cow;

/// The maximum number of hosts that are tried.
const MAX_HOSTS: usize = 32;

/// The ports that clients add to a host: the default ports first, then those of common emulators.
const PORTS: [&str; 9] = ["443", "80", "8080", "8443", "9000", "4566", "3000", "8000", "5000"];

/// A host that a client may have signed.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) cause: Cause,
    pub(crate) value: Vec<u8>,
}

/// The hosts other than `right`: those in other parts of the request, and the `given` ones.
pub(crate) fn others(
    right: &[u8],
    authority: Option<&str>,
    received: &[(Cow<'_, str>, Cow<'_, [u8]>)],
    given: &[String],
) -> Vec<Host> {
    let mut hosts = Vec::new();
    let mut add = |cause: Cause, value: &[u8]| {
        let value = value.trim_ascii();
        let known = |host: &Host| host.value == value;
        if !(value.is_empty() || value == right || hosts.iter().any(known) || hosts.len() >= MAX_HOSTS) {
            hosts.push(Host { cause, value: value.to_vec() });
        }
    };
    let (bare, port) = split_port(right);
    add(HOST_LOWER_CASED, &right.to_ascii_lowercase());
    if port {
        add(HOST_WITHOUT_PORT, bare);
    }
    let authority = authority.map(|authority| authority.rsplit('@').next().unwrap_or(authority).as_bytes());
    if let Some(authority) = authority.filter(|authority| split_port(authority).0.eq_ignore_ascii_case(bare)) {
        add(HOST_WITH_PORT, authority);
    }
    for number in PORTS {
        add(HOST_WITH_PORT, &[bare, b":", number.as_bytes()].concat());
    }
    for host in given {
        add(HOST_OF_PROXY, host.as_bytes());
    }
    for value in named_elsewhere(received) {
        add(HOST_OF_PROXY, &value);
        add(HOST_OF_PROXY, split_port(&value).0);
    }
    if let Some(authority) = authority {
        add(HOST_OF_PROXY, authority);
    }
    for local in [&b"localhost"[..], b"127.0.0.1"] {
        add(HOST_OF_PROXY, local);
        add(HOST_OF_PROXY, &right.get(bare.len()..).map_or_else(Vec::new, |port| [local, port].concat()));
    }
    hosts
}

/// The host without its port, and whether there is one.
fn split_port(host: &[u8]) -> (&[u8], bool) {
    let colon = host.iter().rposition(|b| *b == b':');
    let digits = |at: usize| host.get(at + 1..).is_some_and(|port| port.iter().all(u8::is_ascii_digit));
    let cut = colon.filter(|at| digits(*at)).and_then(|at| host.get(..at));
    (cut.unwrap_or(host), cut.is_some())
}

/// The hosts in the headers where proxies store the host that the client called.
fn named_elsewhere(received: &[(Cow<'_, str>, Cow<'_, [u8]>)]) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    for (name, value) in received {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is_host(name) || is("x-forwarded-host") || is("x-original-host") || is("x-host") {
            values.extend(value.split(|b| *b == b',').take(4).map(|host| host.trim_ascii().to_vec()));
        } else if is("forwarded") {
            let parts = value.split(|b| matches!(b, b';' | b',')).map(<[u8]>::trim_ascii);
            let hosts = parts.filter_map(|part| part.strip_prefix(b"host="));
            values.extend(hosts.take(4).map(|host| host.iter().filter(|b| **b != b'"').copied().collect()));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::others;
    use std::borrow::Cow;

    fn names(right: &str, authority: Option<&str>, headers: &[(&str, &str)]) -> Vec<(String, &'static str)> {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (Cow::Borrowed(*n), Cow::Borrowed(v.as_bytes()))).collect();
        let found = others(right.as_bytes(), authority, &headers, &["cdn.example".to_owned()]);
        found.into_iter().map(|host| (String::from_utf8(host.value).unwrap(), host.cause.name)).collect()
    }

    #[test]
    fn ports_come_and_go_and_proxies_leave_traces() {
        let found = names("A.example:8080", Some("a.example"), &[("Forwarded", "for=1;host=\"front.example\"")]);
        for expected in [
            ("a.example:8080", "host-lower-cased"),
            ("A.example", "host-without-port"),
            ("a.example", "host-with-port"),
            ("A.example:443", "host-with-port"),
            ("cdn.example", "host-of-proxy"),
            ("front.example", "host-of-proxy"),
            ("localhost:8080", "host-of-proxy"),
        ] {
            assert!(found.iter().any(|(value, name)| (value.as_str(), *name) == expected), "{expected:?} in {found:?}");
        }
        assert!(!names("a.example", None, &[]).iter().any(|(value, _)| value == "a.example"));
    }
}
