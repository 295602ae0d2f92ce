//! A URL split into its parts, byte for byte: nothing is decoded, resolved or added.
//!
//! ```text
//! URL = scheme "://" [ userinfo "@" ] host-and-port path [ "?" query ] [ "#" fragment ]
//! ```
//!
//! Source: RFC 3986 section 3. The scheme is case-insensitive. The fragment and the user information are dropped: clients do
//! not send them in the URL, and no message may repeat a password.

use crate::authority;
use std::borrow::Cow;
use std::fmt;
use std::net::Ipv4Addr;

/// The schemes in the spelling that is written.
const SCHEMES: [&str; 4] = ["http", "https", "ws", "wss"];

/// The parts of a URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Url<'a> {
    /// In lower case, if it is one of HTTP or WebSocket.
    pub(crate) scheme: &'a str,
    /// The host and the port, without user information.
    pub(crate) authority: &'a str,
    pub(crate) path: &'a str,
    /// `None` if there is no `?`.
    pub(crate) query: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// Splits `text` into its parts.
    pub(crate) fn split(text: &'a str) -> Result<Self, String> {
        if text.bytes().any(|b| b.is_ascii_control()) {
            return Err("the URL holds a control character".to_owned());
        }
        let (scheme, rest) = text.split_once("://").ok_or("the URL has no `scheme://`")?;
        if !is_scheme(scheme) {
            return Err("the URL does not begin with a scheme, such as `https://`".to_owned());
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let authority = authority.rsplit_once('@').map_or(authority, |(_user, host)| host);
        let scheme = SCHEMES.into_iter().find(|known| known.eq_ignore_ascii_case(scheme)).unwrap_or(scheme);
        if authority.is_empty() {
            return Err("the URL has no host".to_owned());
        }
        let target = target.split_once('#').map_or(target, |(target, _fragment)| target);
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        Ok(Self { scheme, authority, path, query })
    }

    /// Refuses characters that a URL cannot hold, and a host that clients rewrite before they send it: a signature holds only if
    /// the signed text is the sent text.
    pub(crate) fn check_spelling(&self) -> Result<(), String> {
        if !SCHEMES.contains(&self.scheme) {
            return Err(format!("requests over {} are not signed: give a URL of http, https, ws or wss", self.scheme));
        }
        authority::check(self.authority).map_err(|advice| format!("the host `{}`: {advice}", self.authority))?;
        let target = [self.path, self.query.unwrap_or_default()];
        let bad = target.iter().flat_map(|part| part.chars()).find(|c| !c.is_ascii_graphic());
        bad.map_or(Ok(()), |c| Err(format!("the URL holds `{c}`: write it percent-encoded")))
    }

    /// The host that clients send: the authority without the scheme's own port.
    pub(crate) fn host(&self) -> &'a str {
        let port = if matches!(self.scheme, "https" | "wss") { ":443" } else { ":80" };
        self.authority.strip_suffix(port).unwrap_or(self.authority)
    }

    /// The URL with another path and query.
    pub(crate) fn with_target(&self, target: &str) -> String {
        [self.scheme, "://", self.authority, target].concat()
    }

    /// The path and query as they go over the wire, where an empty path is `/`.
    pub(crate) fn target(&self) -> String {
        let path = if self.path.is_empty() { "/" } else { self.path };
        match self.query {
            Some(query) => [path, "?", query].concat(),
            None => path.to_owned(),
        }
    }
}

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_target(&self.target()))
    }
}

/// A URL of the command line with a scheme. A URL without one gets `http` for this machine, and `https` for other hosts; an empty
/// host with a port, as in `:3000/x`, is `localhost`.
///
/// Source: httpie's documentation, "URL shortcuts for localhost".
pub(crate) fn with_scheme(text: &str) -> Cow<'_, str> {
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let (authority, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if rest.starts_with("//") || text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme)) {
        return text.into();
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_user, host)| host);
    match host.strip_prefix(':') {
        Some("") => ["http://localhost", rest].concat().into(),
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            ["http://localhost", host, rest].concat().into()
        }
        _ if authority.is_empty() => text.into(),
        _ if is_this_machine(host) => ["http://", text].concat().into(),
        _ => ["https://", text].concat().into(),
    }
}

/// Whether a URL has user information.
pub(crate) fn has_user(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

/// Whether a text begins with a scheme and a colon.
pub(crate) fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

/// Whether a host, with or without a port, is this machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name).to_ascii_lowercase();
    let is_loopback = || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    name == "localhost" || name == "[::1]" || name.ends_with(".localhost") || is_loopback()
}

/// Whether browsers, which follow the WHATWG URL Standard, send the path of `target` in another form than the signed one. They resolve dot segments, which changes nothing if `signed_path` has none.
pub(crate) fn is_rewritten(target: &str, signed_path: &str) -> bool {
    let path = target.split_once('?').map_or(target, |(path, _query)| path);
    let is_dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let is_encoded_dots = |segment: &str| segment.contains('%') && is_dots(segment);
    path.contains(['"', '<', '>', '\\', '^', '`', '{', '}'])
        || path.split('/').any(is_encoded_dots)
        || signed_path.split('/').any(is_dots)
}

/// RFC 3986 section 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::{Url, is_this_machine, with_scheme};

    #[test]
    fn a_url_without_a_scheme_gets_one() {
        for (text, whole) in [
            (":3000/x", "http://localhost:3000/x"),
            (":3000", "http://localhost:3000"),
            (":/x", "http://localhost/x"),
            ("localhost", "http://localhost"),
            ("localhost:3000/x?u=http://y", "http://localhost:3000/x?u=http://y"),
            ("LocalHost:3000", "http://LocalHost:3000"),
            ("api.localhost:3000", "http://api.localhost:3000"),
            ("127.0.0.1:80", "http://127.0.0.1:80"),
            ("127.1.2.3", "http://127.1.2.3"),
            ("[::1]:3000/", "http://[::1]:3000/"),
            ("u:p@localhost/x", "http://u:p@localhost/x"),
            ("h.example?a", "https://h.example?a"),
            ("h:80/a", "https://h:80/a"),
            ("10.0.0.1/a", "https://10.0.0.1/a"),
            ("localhost.example", "https://localhost.example"),
            ("HTTP://h", "HTTP://h"),
            ("ftp://h", "ftp://h"),
            ("", ""),
            ("/x", "/x"),
            ("?x", "?x"),
            ("://h", "://h"),
        ] {
            assert_eq!(with_scheme(text), whole);
        }
        assert!(is_this_machine("[::1]") && !is_this_machine("[::2]:80") && !is_this_machine("127.1"));
    }

    #[test]
    fn the_parts_come_out_as_they_went_in() {
        for (text, scheme, authority, path, query) in [
            ("https://h", "https", "h", "", None),
            ("https://h?a", "https", "h", "", Some("a")),
            ("https://h/?", "https", "h", "/", Some("")),
            ("http://h:80/a/../b//c", "http", "h:80", "/a/../b//c", None),
            ("https://h/x/a://b?c=d?e", "https", "h", "/x/a://b", Some("c=d?e")),
            ("https://h/a%2fb+c?x=%20+#frag?y", "https", "h", "/a%2fb+c", Some("x=%20+")),
            ("https://h#frag", "https", "h", "", None),
            ("wss://u:p@[::1]:8443/mqtt", "wss", "[::1]:8443", "/mqtt", None),
            ("HTTP://u@x@h/a", "http", "h", "/a", None),
            ("Https://h/@", "https", "h", "/@", None),
            ("S3://h", "S3", "h", "", None),
        ] {
            assert_eq!(Url::split(text), Ok(Url { scheme, authority, path, query }), "{text}");
        }
    }

    #[test]
    fn what_has_no_scheme_or_host_is_refused() {
        for text in [
            "",
            "h/a",
            "h:80/a",
            "://h",
            "/x/a://b",
            "https://",
            "https:///a",
            "http://u:p@",
            "http://u:p@/a",
            "1a://h",
            "https://h/?a\n",
        ] {
            assert!(Url::split(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_clients_spell_in_their_own_ways_is_refused() {
        for (text, what) in [
            ("http://h:080", "the host `h:080`: write the port"),
            ("http://u:p@h:080", "the host `h:080`"),
            ("http://h:/", "the host `h:`"),
            ("http://127.1/", "the host `127.1`: write an IPv4 address"),
            ("http://bücher.example", "xn--"),
            ("https://h/é", "the URL holds `é`"),
            ("file://localhost/etc/passwd", "requests over file are not signed"),
        ] {
            let why = Url::split(text).unwrap().check_spelling().unwrap_err();
            assert!(why.contains(what), "{text}: {why}");
        }
        assert_eq!(Url::split("https://h:8443/a?b").unwrap().check_spelling(), Ok(()));
    }

    #[test]
    fn the_schemes_own_port_is_not_sent() {
        for (text, host) in
            [("http://h:80", "h"), ("http://h:443", "h:443"), ("https://h:443", "h"), ("wss://h:8443", "h:8443")]
        {
            assert_eq!(Url::split(text).unwrap().host(), host, "{text}");
        }
    }

    #[test]
    fn an_empty_path_is_sent_as_a_slash() {
        assert_eq!(Url::split("https://h?a").unwrap().target(), "/?a");
        assert_eq!(Url::split("https://h").unwrap().with_target("/b"), "https://h/b");
    }
}
