//! The hosts that an API answers to.
//!
//! The owner of a name can point it at a loopback address after a page was loaded under that name (DNS rebinding). The browser
//! then treats the API as the page's own origin, and CORS does not apply. Only the `Host` header shows such a call.
//!
//! Sources: RFC 9110, section 7.2 (Host); RFC 6761, section 6.3, for `localhost` and the names below it, which resolve to
//! loopback addresses only.

use crate::error::{Error, ErrorKind};
use core::net::{IpAddr, SocketAddr};
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use std::borrow::Cow;

/// The name of this machine.
const LOCALHOST: &str = "localhost";
/// The ports that clients leave out of `Host`, without TLS and with it.
const HTTP_PORT: u16 = 80;
const HTTPS_PORT: u16 = 443;
/// The longest name that may be allowed, in bytes.
const MAX_HOST_LEN: usize = 253;

/// The hosts that an API answers to. A request for another host is answered with 403, and the access log has the reason.
///
/// The default is [`any`](Self::any). Use [`loopback`](Self::loopback) for an API on a loopback address, where a browser of the
/// same machine could reach open routes or test users.
///
/// ```
/// use sig4_gateway::{AllowedHosts, ApiDefinition};
///
/// let hosts = AllowedHosts::loopback().with_host("api.test")?;
/// let api = ApiDefinition::new("us-east-1").with_allowed_hosts(hosts);
/// assert!(AllowedHosts::loopback().with_host("http://api.test/").is_err());
/// # let _ = api;
/// # Ok::<(), sig4_gateway::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AllowedHosts {
    is_limited: bool,
    names: Vec<String>,
}

impl AllowedHosts {
    /// Every host.
    #[must_use]
    pub const fn any() -> Self {
        Self { is_limited: false, names: Vec::new() }
    }

    /// The hosts that others cannot rebind to this machine: the loopback addresses, `localhost`, names below it and the address
    /// that the API is served at, each with the API's port. Names of AWS are not included, because the network's DNS server can
    /// point them here.
    #[must_use]
    pub const fn loopback() -> Self {
        Self { is_limited: true, names: Vec::new() }
    }

    /// Adds a host, a name or an address, with any port or none. Names are case-insensitive. Add only names whose DNS records no
    /// stranger controls.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidApi`] if it is not a host without scheme, port and path, or longer than 253 bytes.
    pub fn with_host(mut self, host: impl Into<String>) -> Result<Self, Error> {
        let host = host.into();
        let named = (host.len() <= MAX_HOST_LEN).then(|| host.parse::<Authority>().ok()).flatten();
        match named.filter(|named| named.as_str() == named.host() && !host.contains(['@', '*'])) {
            Some(named) => self.names.push(normal(named.host())),
            None => {
                let text = format!(
                    "`{}` is not a host: give a name or an address, without scheme, port and path",
                    host.escape_debug()
                );
                return Err(Error::new(ErrorKind::InvalidApi, text));
            }
        }
        Ok(self)
    }

    /// Returns why a request to the API at `addr` is refused, if so. `is_secure` is whether it came over TLS.
    pub(crate) fn check(&self, head: &Parts, addr: SocketAddr, is_secure: bool) -> Result<(), String> {
        if !self.is_limited {
            return Ok(());
        }
        let of_header = head.headers.get_all(HOST).iter().map(|host| String::from_utf8_lossy(host.as_bytes()));
        let of_target = head.uri.authority().map(|authority| Cow::Borrowed(authority.as_str()));
        let hosts: Vec<Cow<'_, str>> = of_header.chain(of_target).collect();
        let stranger = hosts.iter().find(|host| !self.allows(host, addr, is_secure));
        match stranger.map(|host| &**host).or(if hosts.is_empty() { Some("") } else { None }) {
            None => Ok(()),
            Some(host) => Err(format!(
                "the API does not answer to the host `{}`, by which a page in a browser may have reached it (`--allow-host` allows a host)",
                host.escape_debug()
            )),
        }
    }

    fn allows(&self, host: &str, addr: SocketAddr, is_secure: bool) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        if host.contains('@') {
            return false;
        }
        let name = normal(authority.host());
        if self.names.contains(&name) {
            return true;
        }
        let is_own_port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") => addr.port() == if is_secure { HTTPS_PORT } else { HTTP_PORT },
            Some(port) => port.strip_prefix(':') == Some(addr.port().to_string().as_str()),
            None => false,
        };
        is_own_port
            && (is_localhost(&name) || ip(&name).is_some_and(|ip| ip.is_loopback() || ip == addr.ip().to_canonical()))
    }
}

/// The name in lower case, without the dot of the root.
fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Whether it is `localhost` or a name below it, in the characters of host names (RFC 1123, section 2.1) and `_`.
fn is_localhost(name: &str) -> bool {
    let is_of_names = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let below = name.strip_suffix(LOCALHOST).filter(|below| below.bytes().all(is_of_names));
    below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
}

fn ip(name: &str) -> Option<IpAddr> {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    Some(bare.unwrap_or(name).parse::<IpAddr>().ok()?.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::AllowedHosts;
    use http::Request;

    fn is_allowed(hosts: &AllowedHosts, addr: &str, headers: &[&str], target: &str) -> bool {
        let request = headers.iter().fold(Request::get(target), |request, host| request.header("host", *host));
        hosts.check(&request.body(()).unwrap().into_parts().0, addr.parse().unwrap(), false).is_ok()
    }

    #[test]
    fn a_loopback_api_answers_to_this_machine_only() {
        let hosts = AllowedHosts::loopback();
        for host in [
            "127.0.0.1:3000",
            "127.9.9.9:3000",
            "localhost:3000",
            "LocalHost.:3000",
            "api.localhost:3000",
            "[::1]:3000",
            "[0:0:0:0:0:0:0:1]:3000",
            "[::ffff:127.0.0.1]:3000",
        ] {
            assert!(is_allowed(&hosts, "127.0.0.1:3000", &[host], "/"), "{host}");
        }
        for host in [
            "",
            "rebound.example:3000",
            "localhost",
            "localhost:",
            "localhost:3001",
            "localhost:03000x",
            "localhost:+3000",
            "rebound.example,.localhost:3000",
            "(.localhost:3000",
            "127.0.0.1",
            "0.0.0.0:3000",
            "127.1:3000",
            "2130706433:3000",
            "192.0.2.1:3000",
            "notlocalhost:3000",
            "localhost.rebound.example:3000",
            "127.0.0.1.rebound.example:3000",
            "127.0.0.1@rebound.example:3000",
            "rebound.example@127.0.0.1:3000",
            "localhost:3000, rebound.example",
            "abc.execute-api.us-east-1.amazonaws.com",
            "abc.execute-api.us-east-1.amazonaws.com:3000",
            "[::1:3000",
        ] {
            assert!(!is_allowed(&hosts, "127.0.0.1:3000", &[host], "/"), "{host}");
            assert!(is_allowed(&AllowedHosts::any(), "127.0.0.1:3000", &[host], "/"), "{host}");
        }
        assert!(!is_allowed(&hosts, "127.0.0.1:3000", &[], "/"), "without a host");
        let request = Request::get("/").header("host", "\u{202e}é.localhost:3000".as_bytes()).body(()).unwrap();
        let why = hosts.check(&request.into_parts().0, "127.0.0.1:3000".parse().unwrap(), false).unwrap_err();
        assert!(why.contains(r"the host `\u{202e}é.localhost:3000`"), "{why}");
        assert!(is_allowed(&hosts, "127.0.0.1:80", &["localhost"], "/"), "the port that is left out");
        assert!(is_allowed(&hosts, "192.0.2.1:3000", &["192.0.2.1:3000"], "/"), "the address itself");
    }

    #[test]
    fn every_host_of_a_request_counts() {
        let hosts = AllowedHosts::loopback();
        let good = "localhost:3000";
        assert!(is_allowed(&hosts, "127.0.0.1:3000", &[good], "http://localhost:3000/x"));
        assert!(!is_allowed(&hosts, "127.0.0.1:3000", &[good], "http://rebound.example:3000/x"));
        assert!(!is_allowed(&hosts, "127.0.0.1:3000", &["rebound.example"], "http://localhost:3000/x"));
        assert!(!is_allowed(&hosts, "127.0.0.1:3000", &[good, "rebound.example"], "/"));
    }

    #[test]
    fn hosts_are_added_by_name() {
        let hosts = AllowedHosts::loopback().with_host("Api.Test").unwrap().with_host("192.0.2.7").unwrap();
        for host in ["api.test", "api.test:8443", "API.test.", "192.0.2.7:3000"] {
            assert!(is_allowed(&hosts, "127.0.0.1:3000", &[host], "/"), "{host}");
        }
        assert!(!is_allowed(&hosts, "127.0.0.1:3000", &["other.test"], "/"));
        for host in
            ["", "api.test:80", "http://api.test", "api.test/", "a@api.test", "*", "*.test", "a b", &"x".repeat(254)]
        {
            assert!(AllowedHosts::loopback().with_host(host).is_err(), "{host}");
        }
    }
}
