//! The path and query to send with a signature.

use super::path::CanonicalPath;
use crate::bytes::percent::PlusDecoding;
use crate::bytes::write::Write;
use crate::request::RequestView;
use crate::settings::{PathEncoding, Settings};

/// The path and query that a request was given, and the spelling in which they have to be sent.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    path: &'a str,
    query: Option<&'a str>,
    plus: PlusDecoding,
    /// Whether the request has to be sent with the path that was signed, because the service decodes what it receives.
    binding: bool,
}

impl<'a> Target<'a> {
    #[inline]
    pub(crate) const fn new(request: &RequestView<'a>, settings: &Settings) -> Self {
        let binding = matches!(settings.path_encoding(), PathEncoding::Canonical);
        Self { path: request.path, query: request.query, plus: settings.plus, binding }
    }

    /// The path to send.
    pub(crate) fn path<'t>(&'t self, signed: &'t CanonicalPath<'_>) -> &'t [u8] {
        match (self.binding, self.path) {
            (true, _) | (false, "") => signed.as_bytes(),
            (false, given) => given.as_bytes(),
        }
    }

    /// The path and query to send, if they differ from those given.
    #[inline]
    pub(crate) fn rewritten(&self, signed: &CanonicalPath<'_>) -> Option<Vec<u8>> {
        // An empty path is sent as `/`: there is nothing to rewrite.
        let differs = || signed.as_bytes() != self.path.as_bytes() && !self.path.is_empty();
        let has_plus = || self.query.is_some_and(|query| query.contains('+'));
        if self.binding && (differs() || has_plus()) { Some(self.rewrite(signed)) } else { None }
    }

    /// Some servers read a `+` as a space and others as a plus sign, so it is spelled as it was signed.
    #[cold]
    fn rewrite(&self, signed: &CanonicalPath<'_>) -> Vec<u8> {
        let mut target = signed.as_bytes().to_vec();
        if let Some(query) = self.query {
            let plus = match self.plus {
                PlusDecoding::Literal => "%2B",
                PlusDecoding::Space => "%20",
            };
            target.put(b"?");
            target.put(query.replace('+', plus).as_bytes());
        }
        target
    }
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::bytes::percent::PlusDecoding;
    use crate::canonical::path::CanonicalPath;
    use crate::settings::PathEncoding::{self, Canonical, Double, Verbatim};

    fn rewritten(path: &str, query: Option<&str>, encoding: PathEncoding) -> Option<String> {
        let target = Target { path, query, plus: PlusDecoding::Space, binding: encoding == Canonical };
        let signed = CanonicalPath::new(path, || encoding, false).unwrap();
        target.rewritten(&signed).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn only_the_canonical_form_binds_the_sender() {
        assert_eq!(rewritten("/a+b", None, Canonical).as_deref(), Some("/a%2Bb"));
        assert_eq!(rewritten("/%7E", Some("a=b"), Canonical).as_deref(), Some("/~?a=b"));
        assert_eq!(rewritten("/a", Some("a=b+c+"), Canonical).as_deref(), Some("/a?a=b%20c%20"));
        for (path, query, encoding) in [
            ("/a%2Bb", None, Canonical),
            ("", Some(""), Canonical),
            ("/a+b", Some("+"), Double),
            ("/a+b", None, Verbatim),
        ] {
            assert_eq!(rewritten(path, query, encoding), None, "{path}");
        }
    }
}
