//! A URL cut into the parts that go over the wire, byte for byte: nothing is decoded, resolved or added.
//!
//! ```text
//! URL = scheme "://" authority path [ "?" query ] [ "#" fragment ]
//! ```
//!
//! Source: RFC 3986 section 3. The fragment never leaves the client and is dropped.

/// The parts of a URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Url<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) authority: &'a str,
    pub(crate) path: &'a str,
    /// `None` if there is no `?`.
    pub(crate) query: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// Cuts `text`.
    pub(crate) fn cut(text: &'a str) -> Result<Self, String> {
        if text.bytes().any(|b| b.is_ascii_control()) {
            return Err("the URL holds a control character".to_owned());
        }
        let (scheme, rest) = text.split_once("://").ok_or("the URL has no `scheme://`")?;
        if !is_scheme(scheme) {
            return Err("the URL does not begin with a scheme, such as `https://`".to_owned());
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
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

    /// Refuses what a URL cannot hold. Clients spell it in their own ways before they send it, and what is signed has
    /// to be what is sent.
    pub(crate) fn check_spelling(&self) -> Result<(), String> {
        let target = [self.path, self.query.unwrap_or_default()];
        let bad = target.iter().flat_map(|part| part.chars()).find(|c| !c.is_ascii_graphic());
        bad.map_or(Ok(()), |c| Err(format!("the URL holds `{c}`: write it percent-encoded")))
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

/// RFC 3986 section 3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::Url;

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
            ("wss://u:p@[::1]:8443/mqtt", "wss", "u:p@[::1]:8443", "/mqtt", None),
        ] {
            assert_eq!(Url::cut(text), Ok(Url { scheme, authority, path, query }), "{text}");
        }
    }

    #[test]
    fn what_has_no_scheme_or_host_is_refused() {
        for text in ["", "h/a", "h:80/a", "://h", "/x/a://b", "https://", "https:///a", "1a://h", "https://h/?a\n"] {
            assert!(Url::cut(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_empty_path_is_sent_as_a_slash() {
        assert_eq!(Url::cut("https://h?a").unwrap().target(), "/?a");
        assert_eq!(Url::cut("https://h").unwrap().with_target("/b"), "https://h/b");
    }
}
