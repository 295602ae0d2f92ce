//! The hosts that a client may have signed.

use crate::explain::cause::Cause;
use crate::explain::headers::causes::{
    HOST_EMPTY, HOST_IS_URL, HOST_LOWER_CASED, HOST_OF_AWS, HOST_OF_PROXY, HOST_WITH_OTHER_PORT, HOST_WITH_PORT,
    HOST_WITHOUT_PORT,
};
use crate::explain::headers::endpoints::{Endpoints, endpoints};
use crate::request::is_host;
use std::borrow::Cow;

/// The maximum number of hosts that are tried.
const MAX_HOSTS: usize = 96;

/// The longest host that is tried.
const MAX_HOST_LEN: usize = 1024;

/// The ports that clients add to a host: the default ports first, then those of common servers and emulators.
const PORTS: [&str; 22] = [
    "443", "80", "8080", "8443", "9000", "4566", "3000", "8000", "8333", "5000", "3001", "8081", "8888", "9001",
    "9090", "9191", "7480", "3900", "4567", "4572", "8001", "10000",
];
/// The number of ports that are tried together with other mistakes.
const LIKELY_PORTS: usize = 4;

/// A host that a client may have signed.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) cause: Cause,
    pub(crate) value: Vec<u8>,
    /// Whether it is tried last, and with no other mistake of the headers.
    pub(crate) rare: bool,
}

/// What is known of the host of a request.
#[derive(Clone, Copy)]
pub(crate) struct HostFacts<'a> {
    /// The host that the service signs.
    pub(crate) right: &'a [u8],
    pub(crate) authority: Option<&'a str>,
    pub(crate) received: &'a [(Cow<'a, str>, Cow<'a, [u8]>)],
    /// The hosts that the owner of the service named.
    pub(crate) given: &'a [String],
    pub(crate) path: &'a str,
    /// The region and the service of the credential scope.
    pub(crate) scope: Option<(&'a str, &'a str)>,
}

/// The hosts other than the right one: those in other parts of the request, the given ones, and the usual ones.
pub(crate) fn others(facts: &HostFacts<'_>) -> Vec<Host> {
    let mut found = Found { right: facts.right, hosts: Vec::new() };
    let (bare, port) = split_port(facts.right);
    found.add(HOST_LOWER_CASED, &facts.right.to_ascii_lowercase(), false);
    if port {
        found.add(HOST_WITHOUT_PORT, bare, false);
        found.add(HOST_WITHOUT_PORT, &bare.to_ascii_lowercase(), false);
    }
    let authority = facts.authority.map(|authority| authority.rsplit('@').next().unwrap_or(authority).as_bytes());
    if let Some(authority) = authority.filter(|authority| split_port(authority).0.eq_ignore_ascii_case(bare)) {
        found.add_seen(authority, false);
    }
    for host in facts.given {
        found.add_seen(host.as_bytes(), false);
    }
    for value in named_elsewhere(facts.received) {
        found.add_seen(&value, false);
        found.add_seen(split_port(&value).0, false);
    }
    if let Some(authority) = authority {
        found.add_seen(authority, false);
    }
    let forwarded = facts.received.iter().filter(|(name, _)| name.eq_ignore_ascii_case("x-forwarded-port"));
    for (_, number) in forwarded.take(2) {
        found.add_seen(&[bare, b":", number.trim_ascii()].concat(), false);
    }
    for (n, number) in PORTS.iter().enumerate() {
        found.add_seen(&[bare, b":", number.as_bytes()].concat(), n >= LIKELY_PORTS);
    }
    let Endpoints { likely, other } = endpoints(bare, facts.path, facts.scope, facts.received);
    likely.iter().for_each(|host| found.add(HOST_OF_AWS, host, false));
    for local in [&b"localhost"[..], b"127.0.0.1"] {
        found.add(HOST_OF_PROXY, local, true);
        found.add(HOST_OF_PROXY, &facts.right.get(bare.len()..).map_or_else(Vec::new, |p| [local, p].concat()), true);
    }
    found.urls(facts.path);
    other.iter().for_each(|host| found.add(HOST_OF_AWS, host, true));
    found.hosts
}

/// The hosts that were found so far.
struct Found<'f> {
    right: &'f [u8],
    hosts: Vec<Host>,
}

impl Found<'_> {
    fn add(&mut self, cause: Cause, value: &[u8], rare: bool) {
        let value = value.trim_ascii();
        if !value.is_empty() {
            self.push(cause, value, rare);
        }
    }

    fn push(&mut self, cause: Cause, value: &[u8], rare: bool) {
        let known = |host: &Host| host.value == value;
        let fits = value.len() <= MAX_HOST_LEN && self.hosts.len() < MAX_HOSTS;
        if fits && value != self.right && !self.hosts.iter().any(known) {
            self.hosts.push(Host { cause, value: value.to_vec(), rare });
        }
    }

    /// Adds a host. If it differs from the right one in its port, the port is the mistake.
    fn add_seen(&mut self, value: &[u8], rare: bool) {
        let value = value.trim_ascii();
        let ((bare, port), (own, own_port)) = (split_port(value), split_port(self.right));
        let cause = match (bare.eq_ignore_ascii_case(own), own_port, port) {
            (true, false, true) => HOST_WITH_PORT,
            (true, true, true) => HOST_WITH_OTHER_PORT,
            (true, true, false) => HOST_WITHOUT_PORT,
            _ => HOST_OF_PROXY,
        };
        self.add(cause, value, rare);
    }

    /// URLs, and the texts of a missing value, in place of the host.
    fn urls(&mut self, path: &str) {
        let (right, path) = (self.right, path.as_bytes());
        for scheme in [&b"https://"[..], b"http://", b""] {
            for end in [&b""[..], b"/", path] {
                self.add(HOST_IS_URL, &[scheme, right, end].concat(), true);
            }
        }
        for text in [&b""[..], b"undefined", b"null", b"None"] {
            self.push(HOST_EMPTY, text, true);
        }
        self.add(HOST_OF_PROXY, &[right, b"."].concat(), true);
        self.add(HOST_OF_PROXY, right.strip_suffix(b".").unwrap_or(right), true);
        self.add(HOST_OF_PROXY, &[b"www.", right].concat(), true);
        self.add(HOST_OF_PROXY, right.strip_prefix(b"www.").unwrap_or(right), true);
    }
}

/// The host without its port, and whether there is one.
fn split_port(host: &[u8]) -> (&[u8], bool) {
    let colon = host.iter().rposition(|b| *b == b':');
    let digits = |at: usize| host.get(at + 1..).is_some_and(|port| port.iter().all(u8::is_ascii_digit));
    let cut = colon.filter(|at| digits(*at)).and_then(|at| host.get(..at));
    (cut.unwrap_or(host), cut.is_some())
}

/// The hosts in the headers where proxies store the host that the client called, and in those where browsers name the page.
fn named_elsewhere(received: &[(Cow<'_, str>, Cow<'_, [u8]>)]) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    for (name, value) in received {
        let is = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
        if is_host(name) || is(&["x-forwarded-host", "x-original-host", "x-host", "x-forwarded-server"]) {
            values.extend(value.split(|b| *b == b',').take(4).map(|host| host.trim_ascii().to_vec()));
        } else if is(&["forwarded"]) {
            let parts = value.split(|b| matches!(b, b';' | b',')).map(<[u8]>::trim_ascii);
            let hosts = parts.filter_map(|part| part.strip_prefix(b"host="));
            values.extend(hosts.take(4).map(|host| host.iter().filter(|b| **b != b'"').copied().collect()));
        } else if is(&["origin", "referer"]) {
            values.extend(host_of_url(value).map(<[u8]>::to_vec));
        }
    }
    values
}

/// The host, with its port, of a URL.
fn host_of_url(url: &[u8]) -> Option<&[u8]> {
    let rest = url.strip_prefix(b"https://").or_else(|| url.strip_prefix(b"http://"))?;
    rest.split(|b| matches!(b, b'/' | b'?' | b'#')).next()
}

#[cfg(test)]
mod tests {
    use super::{HostFacts, others};
    use std::borrow::Cow;

    fn names(right: &str, authority: Option<&str>, headers: &[(&str, &str)]) -> Vec<(String, &'static str)> {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (Cow::Borrowed(*n), Cow::Borrowed(v.as_bytes()))).collect();
        let given = ["cdn.example".to_owned()];
        let right = right.as_bytes();
        let facts = HostFacts { right, authority, received: &headers, given: &given, path: "/a", scope: None };
        let found = others(&facts);
        found.into_iter().map(|host| (String::from_utf8(host.value).unwrap(), host.cause.name)).collect()
    }

    #[test]
    fn ports_come_and_go_and_proxies_leave_traces() {
        let found = names("A.example:8080", Some("a.example"), &[("Forwarded", "for=1;host=\"front.example\"")]);
        for expected in [
            ("a.example:8080", "host-lower-cased"),
            ("A.example", "host-without-port"),
            ("a.example", "host-without-port"),
            ("A.example:443", "host-with-other-port"),
            ("cdn.example", "host-of-proxy"),
            ("front.example", "host-of-proxy"),
            ("localhost:8080", "host-of-proxy"),
        ] {
            assert!(found.iter().any(|(value, name)| (value.as_str(), *name) == expected), "{expected:?} in {found:?}");
        }
        assert!(!names("a.example", None, &[]).iter().any(|(value, _)| value == "a.example"));
    }
}
