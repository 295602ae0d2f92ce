//! The one path that the policies, the router and the service see.
//!
//! A signature covers the path as it was sent. A router compares that text, or decodes it; policies compare the decoded path;
//! a handler gets its parts decoded. If two of them read two paths out of one text, a caller is authorized for the one and
//! reaches the other. There are two ways to prevent that, [`PathReading`]:
//!
//! * A path with more than one reading is refused. Nothing is rewritten, and it does not matter whether the router stands
//!   before or behind the layer.
//! * Every spelling is decoded, dot segments are resolved and slashes merged, and the request is rewritten to that path before
//!   a router sees it. API Gateway hands the path of an HTTP API to a function in this form.
//!
//! Source: RFC 3986 sections 2.2 to 2.4, 3.3 and 6.2.2.

use crate::bytes::percent;
use crate::canonical::path::CanonicalPath;
use crate::error::{Error, ErrorKind};
use crate::settings::PathEncoding;
use crate::verify::Verifier;
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// How the path of a request is read.
///
/// ```
/// use sig4::Verifier;
/// use sig4::tower::PathReading;
///
/// let verifier = Verifier::new("us-east-1", "execute-api")?;
/// assert_eq!(&*PathReading::Normalized.read(&verifier, "/%61dmin//x")?, "/admin/x");
/// assert_eq!(&*PathReading::Unambiguous.read(&verifier, "/caf%C3%A9")?, "/café");
/// assert!(PathReading::Unambiguous.read(&verifier, "/%61dmin//x").is_err());
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum PathReading {
    /// Every spelling of a path is that path. Only for a router that gets the path from here.
    Normalized,
    /// A path that two readers can read differently is refused. The default.
    #[default]
    Unambiguous,
    /// As [`Normalized`](Self::Normalized), and the path ends before an encoded `?`: API Gateway was seen to hand `/h%3Fb` to the function of an HTTP
    /// API as `/h`. Here its routes and policies see that path, too, so that none of them is walked around.
    ///
    /// Source: middleapi/standard-server#93, which cites captures of hotsock/voker#8.
    HttpApi,
}

impl PathReading {
    /// The path of a request to a service, decoded once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPath`] if this reading does not take it.
    pub fn read<'p>(self, verifier: &Verifier, raw: &'p str) -> Result<DecodedPath<'p>, Error> {
        let decoded = match self {
            Self::Normalized => normalized(verifier, raw),
            Self::Unambiguous => unambiguous(raw),
            Self::HttpApi => resolved(verifier, before_question_mark(decoded(raw)?)),
        };
        decoded.map(DecodedPath)
    }
}

/// The path of a request, decoded once by a [`PathReading`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DecodedPath<'p>(Cow<'p, str>);

impl Deref for DecodedPath<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DecodedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The path of a request to a service: decoded once, with dot segments resolved and slashes merged where the service does so.
///
/// `/admin/@x`, `/%61dmin/%40x`, `//admin/@x`, `/admin%2F@x` and `/x/../admin/@x` are all `/admin/@x`.
///
/// # Errors
///
/// [`ErrorKind::InvalidPath`] if the path does not begin with a slash, has a malformed escape, is not UTF-8 once it is
/// decoded, holds a control character, or has a dot segment that the service does not resolve.
fn normalized<'p>(verifier: &Verifier, raw: &'p str) -> Result<Cow<'p, str>, Error> {
    resolved(verifier, decoded(raw)?)
}

/// A decoded path with dot segments resolved and slashes merged where the service does so.
fn resolved<'p>(verifier: &Verifier, decoded: Cow<'p, str>) -> Result<Cow<'p, str>, Error> {
    let normalize = verifier.settings.normalize_path;
    let path = match decoded {
        Cow::Borrowed(path) => CanonicalPath::before_encoding(path, PathEncoding::Verbatim, normalize),
        Cow::Owned(path) => {
            Cow::Owned(CanonicalPath::before_encoding(&path, PathEncoding::Verbatim, normalize).into_owned())
        }
    };
    // A service that does not resolve them keeps them in names, where a policy and a handler see two different things.
    match path.split('/').any(is_dot_segment) {
        true => Err(refused("it holds a dot segment, which the service does not resolve: leave it out")),
        false => Ok(path),
    }
}

/// The path up to a `?`, which was encoded: one that was not begins the query. It is cut off before dot segments are resolved, as
/// what is cut off may make one.
fn before_question_mark(mut decoded: Cow<'_, str>) -> Cow<'_, str> {
    if let Some(end) = decoded.find('?') {
        decoded.to_mut().truncate(end);
    }
    decoded
}

/// The path of a URI that a decoded one stands in: one spelling for each.
pub(crate) fn encoded(decoded: &str) -> Cow<'_, str> {
    percent::encode_path(decoded)
}

/// The path, decoded once, if all who read it read the same.
fn unambiguous(raw: &str) -> Result<Cow<'_, str>, Error> {
    let decoded = decoded(raw)?;
    if let Some(why) = stray_character(raw).or_else(|| needless_escape(raw)).or_else(|| odd_segment(raw)) {
        return Err(refused(why));
    }
    Ok(decoded)
}

/// Why the path has a character that some take for another or for a delimiter.
fn stray_character(raw: &str) -> Option<&'static str> {
    raw.bytes().find_map(|byte| match byte {
        b'\\' => Some("it holds a `\\`, which some read as `/`: send `/`"),
        b';' => Some("it holds a `;`, after which some cut a segment off: send `%3B` if it is part of a name"),
        _ if !byte.is_ascii() => Some("it holds a character that is not ASCII: send its UTF-8 bytes percent-encoded"),
        _ => None,
    })
}

/// The reason to refuse an encoded delimiter or an encoded unreserved character. `%7E` passes: clients that follow
/// RFC 2396 or older rules send it.
fn needless_escape(raw: &str) -> Option<&'static str> {
    let escapes = raw.split('%').skip(1).filter_map(|digits| percent::sequence(digits.as_bytes()));
    escapes.into_iter().find_map(|byte| match byte {
        b'/' | b'\\' => Some("it holds an encoded `/` or `\\`: no segment of a path may hold one"),
        b'-' | b'.' | b'_' => Some("it holds an encoded `-`, `.` or `_`: send the character itself"),
        _ if byte.is_ascii_alphanumeric() => Some("it holds an encoded letter or digit: send the character itself"),
        _ => None,
    })
}

/// The reason to refuse a dot segment or an empty segment. One slash at the end passes.
fn odd_segment(raw: &str) -> Option<&'static str> {
    let mut segments = raw.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if is_dot_segment(segment) {
            return Some("it holds a dot segment: send the path that it leads to");
        }
        if segment.is_empty() && segments.peek().is_some() {
            return Some("it holds an empty segment: send one `/` for several");
        }
    }
    None
}

fn is_dot_segment(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// The path decoded once. Two that are not the same text stay two, or are refused.
fn decoded(raw: &str) -> Result<Cow<'_, str>, Error> {
    if !raw.starts_with('/') {
        return Err(refused("the target of the request is not a path that begins with a `/`"));
    }
    if percent::malformed(raw.as_bytes()).is_some() {
        return Err(refused("a `%` is not followed by two hexadecimal digits: send `%25` for the character"));
    }
    let decoded = match percent::decode(raw.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(raw),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8"))?),
    };
    match decoded.chars().any(char::is_control) {
        true => Err(refused("it holds a control character")),
        false => Ok(decoded),
    }
}

#[cold]
fn refused(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidPath, detail)
}

#[cfg(test)]
mod tests {
    use super::{normalized, unambiguous};
    use crate::verify::Verifier;

    #[test]
    fn what_has_one_reading_is_read_so() {
        for (raw, path) in [
            ("/", "/"),
            ("/pets", "/pets"),
            ("/pets/", "/pets/"),
            ("/a/.b/c..d/...", "/a/.b/c..d/..."),
            ("/~me/%7Eyou/%7e", "/~me/~you/~"),
            ("/caf%C3%A9/%c3%a9", "/café/é"),
            ("/a%20b%3Fc%23d%3Be%25f", "/a b?c#d;e%f"),
            ("/a%252Fb", "/a%2Fb"),
            ("/!$&'()*+,=:@", "/!$&'()*+,=:@"),
            ("/%40%3A%2B%3D%2A", "/@:+=*"),
        ] {
            assert_eq!(unambiguous(raw).unwrap(), path, "{raw}");
        }
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        for byte in (b'a'..=b'z').chain(b'A'..=b'Z').chain(b'0'..=b'9').chain(*b"-._/\\") {
            for raw in [format!("/x/%{byte:02x}/y"), format!("/%{byte:02X}")] {
                assert!(unambiguous(&raw).is_err(), "{raw}");
            }
        }
        for byte in (0..=0x1f).chain([0x7f]) {
            assert!(unambiguous(&format!("/a%{byte:02X}b")).is_err(), "{byte}");
        }
        for raw in [
            "",
            "*",
            "a",
            "//",
            "//a",
            "/a//",
            "/a//b",
            "/.",
            "/..",
            "/a/.",
            "/a/../b",
            "/./a",
            "/a\\b",
            "/a;b",
            "/..;/a",
            "/é",
            "/%",
            "/%4",
            "/%zz",
            "/a%%41",
            "/%FF",
            "/%C3",
            "/%C0%AF",
            "/%E0%80%AF",
            "/%C2%85",
            "/a\u{7f}b",
        ] {
            assert!(unambiguous(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn a_service_that_resolves_no_dot_segments_gets_none() {
        let (s3, api) = (Verifier::new("us-east-1", "s3").unwrap(), Verifier::new("us-east-1", "execute-api").unwrap());
        for raw in ["/b/public/../k", "/b/public/%2e%2E/k", "/b/public%2F..%2Fk", "/b/./k", "/b/.."] {
            assert!(normalized(&s3, raw).is_err(), "{raw}");
            assert!(normalized(&api, raw).is_ok(), "{raw}");
        }
        assert_eq!(normalized(&s3, "/b//k/..x").unwrap(), "/b//k/..x");
        for raw in ["", "*", "/%", "/%zz", "/%FF", "/a%00"] {
            assert!(normalized(&api, raw).is_err(), "{raw}");
        }
    }
}
