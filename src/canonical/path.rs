//! The path of the canonical request.
//!
//! Sources: "Create a signed AWS API request", CanonicalUri; RFC 3986 section 5.2.4 for dot segments. A final dot segment
//! leaves no slash, as in most of AWS's signers: `/a/b/..` is `/a`.

use crate::bytes::percent::{self, EncodeSet, Malformed, PlusDecoding};
use crate::bytes::word;
use crate::error::{Error, ErrorKind};
use crate::settings::PathEncoding;
use std::borrow::Cow;

/// A path as it is signed.
#[derive(Clone, Debug)]
pub(crate) struct CanonicalPath<'a> {
    text: Cow<'a, [u8]>,
    plain: bool,
}

impl<'a> CanonicalPath<'a> {
    /// `/`.
    pub(crate) const ROOT: Self = Self { text: Cow::Borrowed(b"/"), plain: true };

    /// The canonical form of the raw `path`. The encoding is asked for only if it matters.
    #[inline(always)]
    pub(crate) fn new(path: &'a str, encoding: impl FnOnce() -> PathEncoding, normalize: bool) -> Result<Self, Error> {
        let raw = if path.is_empty() { b"/" } else { path.as_bytes() };
        if is_plain(raw) {
            return Ok(Self { text: Cow::Borrowed(raw), plain: true });
        }
        Self::of_unusual(raw, encoding(), normalize)
    }

    fn of_unusual(raw: &'a [u8], encoding: PathEncoding, normalize: bool) -> Result<Self, Error> {
        if !raw.starts_with(b"/") {
            return Err(Error::new(ErrorKind::InvalidPath, "it does not begin with a '/'"));
        }
        let text = match encoding {
            PathEncoding::Double => encode(normalized(Cow::Borrowed(raw), normalize)),
            PathEncoding::Verbatim => normalized(Cow::Borrowed(raw), normalize),
            PathEncoding::Canonical => normalized(recode(raw)?, normalize),
        };
        Ok(Self { text, plain: false })
    }

    /// The raw `path` in the form before encoding, by which a server routes.
    #[expect(clippy::expect_used, reason = "another path than the signed one would be routed")]
    pub(crate) fn before_encoding(
        path: &'a str,
        encoding: impl FnOnce() -> PathEncoding,
        normalize: bool,
    ) -> Cow<'a, str> {
        let encoding = || match encoding() {
            PathEncoding::Double => PathEncoding::Verbatim,
            other => other,
        };
        match Self::new(path, encoding, normalize).map(|path| path.text) {
            Ok(Cow::Owned(text)) => Cow::Owned(String::from_utf8(text).expect("whole segments of text, or ASCII")),
            _ if path.is_empty() => Cow::Borrowed("/"),
            _ => Cow::Borrowed(path),
        }
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Whether the raw path has unreserved characters and slashes only, and neither an empty segment nor one that begins with a dot.
    /// Such a path needs no further check (row `verify-post`).
    pub(crate) const fn is_plain(&self) -> bool {
        self.plain
    }
}

/// Whether the path is the same in every encoding, normalised or not. Most paths are: no other step looks at their bytes.
#[inline]
fn is_plain(path: &[u8]) -> bool {
    let mut plain = path.starts_with(b"/");
    word::each(path, b'a', |first, word| {
        for at in word::positions(percent::unusual(word)).map(|at| first + at) {
            plain &= match path.get(at) {
                Some(b'/') => !matches!(path.get(at + 1), Some(b'/' | b'.')),
                byte => byte.is_some_and(|byte| EncodeSet::Unreserved.keeps(*byte)),
            };
        }
    });
    plain
}

/// The path with dot segments resolved and repeated slashes merged.
fn normalized(path: Cow<'_, [u8]>, normalize: bool) -> Cow<'_, [u8]> {
    if normalize && !is_normalized(&path) { Cow::Owned(normalize_segments(&path)) } else { path }
}

fn is_normalized(path: &[u8]) -> bool {
    !path.windows(2).any(|pair| matches!(pair, b"//" | b"/."))
}

fn normalize_segments(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path.split(|b| *b == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut out = Vec::with_capacity(path.len() + 1);
    for segment in &kept {
        out.push(b'/');
        out.extend_from_slice(segment);
    }
    if kept.is_empty() || path.last() == Some(&b'/') {
        out.push(b'/');
    }
    out
}

/// Encodes the path, `%` included.
fn encode(path: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let mut out = Vec::with_capacity(path.len() * 3);
    percent::encode(&path, EncodeSet::UnreservedAndSlash, &mut out);
    Cow::Owned(out)
}

/// Decodes the path once and encodes it once. A `+` in a path is a plus sign.
fn recode(path: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if percent::is_canonical(path, EncodeSet::UnreservedAndSlash) {
        return Ok(Cow::Borrowed(path));
    }
    let mut out = Vec::with_capacity(path.len() * 3);
    percent::recode(path, EncodeSet::UnreservedAndSlash, PlusDecoding::Literal, Malformed::Refused, &mut out).map_err(
        |percent::BadSequence| Error::new(ErrorKind::InvalidPath, "a '%' is not followed by two hexadecimal digits"),
    )?;
    Ok(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use super::CanonicalPath;
    use crate::settings::PathEncoding::{self, Canonical, Double, Verbatim};

    fn path(raw: &str, encoding: PathEncoding, normalize: bool) -> String {
        let path = CanonicalPath::new(raw, || encoding, normalize).unwrap();
        String::from_utf8(path.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn dot_segments_and_repeated_slashes() {
        for (raw, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/.", "/"),
            ("/..", "/"),
            ("/../a", "/a"),
            ("/a/b/..", "/a"),
            ("/a/b/../", "/a/"),
            ("/a/./b", "/a/b"),
            ("/a//b/", "/a/b/"),
            ("/a/b/.", "/a/b"),
            ("/.a/..b/...", "/.a/..b/..."),
            ("/a/..", "/"),
            ("//a//", "/a/"),
        ] {
            assert_eq!(path(raw, Verbatim, true), expected, "{raw}");
            assert_eq!(path(expected, Verbatim, true), expected, "normalising is idempotent");
        }
        assert_eq!(path("/a//b/../c", Verbatim, false), "/a//b/../c");
    }

    #[test]
    fn the_three_encodings() {
        assert_eq!(path("/a%20b+c/é", Double, true), "/a%2520b%2Bc/%C3%A9");
        assert_eq!(path("/a%20b+c/%7e", Verbatim, false), "/a%20b+c/%7e");
        assert_eq!(path("/a%20b+c=/%7e%c3%a9", Canonical, false), "/a%20b%2Bc%3D/~%C3%A9");
        assert_eq!(path("/a%2fb", Canonical, false), "/a/b");
    }

    #[test]
    fn a_path_is_plain_if_no_step_changes_it() {
        for piece in ["a", "/", ".", "_", "~", "%41", "+", "é", "-9Zz", "//", "/.", "\0", "@"] {
            for at in 0..20 {
                let raw = format!("/{}{piece}{}", "x".repeat(at), "y".repeat(at % 5));
                let plain = super::is_plain(raw.as_bytes());
                let changed = [Double, Verbatim, Canonical].into_iter().any(|encoding| {
                    let changed = CanonicalPath::of_unusual(raw.as_bytes(), encoding, true);
                    changed.map_or(true, |path| path.as_bytes() != raw.as_bytes())
                });
                assert!(!plain || !changed, "{raw}");
                assert!(plain || changed || raw.contains("/."), "{raw}");
            }
        }
        assert!(!super::is_plain(b"a") && !super::is_plain(b"") && super::is_plain(b"/"));
    }

    #[test]
    fn a_bad_sequence_is_refused_only_where_it_is_decoded() {
        assert!(CanonicalPath::new("/%zz", || Canonical, false).is_err());
        assert_eq!(path("/%zz", Double, true), "/%25zz");
        assert_eq!(path("/%zz", Verbatim, false), "/%zz");
    }
}
