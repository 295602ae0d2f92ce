//! The path that the decision, the router and the service see.
//!
//! A signature covers the path as it was sent. A router compares that text, or decodes it; a decision compares the decoded path;
//! a handler gets its parts decoded. If two of them read different paths, a caller is authorized for the first and reaches the
//! second. [`PathReading`] offers two ways to prevent that:
//!
//! * An ambiguous path is refused. Nothing is rewritten, and the router may be before or behind the layer.
//! * Every spelling is decoded, dot segments are resolved and slashes merged, and the request is rewritten to that path before
//!   a router sees it. API Gateway passes the path of an HTTP API to a function in this form.
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

/// The way to read the path of a request.
///
/// ```
/// use sig4::Verifier;
/// use sig4::tower::PathReading;
///
/// let verifier = Verifier::new("us-east-1", "execute-api")?;
/// assert_eq!(&*PathReading::Normalized.read(&verifier, "/%61dmin//x")?, "/admin/x");
/// assert_eq!(&*PathReading::Unambiguous.read(&verifier, "/caf%C3%A9")?, "/café");
/// assert_eq!(&*PathReading::RestApi.read(&verifier, "/%61dmin//x")?, "/admin//x");
/// assert!(PathReading::Unambiguous.read(&verifier, "/%61dmin//x").is_err());
/// # Ok::<(), sig4::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum PathReading {
    /// Accepts every spelling of a path, and normalizes it. Only for a router that gets the normalized path.
    Normalized,
    /// Refuses a path that two readers can read differently. The default.
    #[default]
    Unambiguous,
    /// Like [`Normalized`](Self::Normalized), but the path ends before an encoded `?`: API Gateway passes `/h%3Fb` to the function
    /// of an HTTP API as `/h`. Routes and policies see the same path here, so that none of them can be bypassed.
    ///
    /// Source: middleapi/standard-server#93, which cites captures of hotsock/voker#8.
    HttpApi,
    /// Decodes the path and keeps its slashes, as API Gateway does for a REST API. A path with a dot segment, plain or encoded, is
    /// refused: its readers could resolve it to different paths. So are `..\` and `..;x`, which some readers take for dot segments. The gateway routes the path as it was sent, so it has to refuse a
    /// path that leads to a different method once it is decoded.
    RestApi,
}

impl PathReading {
    /// The path of a request to a service, decoded once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPath`] if this reading refuses the path.
    pub fn read<'p>(self, verifier: &Verifier, raw: &'p str) -> Result<DecodedPath<'p>, Error> {
        let decoded = match self {
            Self::Normalized => normalized(verifier, raw),
            Self::Unambiguous => unambiguous(raw),
            Self::HttpApi => resolved(verifier, before_question_mark(decoded(raw)?)),
            Self::RestApi => without_hidden_dot_segments(decoded(raw)?),
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

/// The path of a request to a service: decoded once, with dot segments resolved and slashes merged if the service does so.
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

/// A decoded path with dot segments resolved and slashes merged if the service does so.
fn resolved<'p>(verifier: &Verifier, decoded: Cow<'p, str>) -> Result<Cow<'p, str>, Error> {
    let normalize = verifier.settings.normalize_path;
    let path = match decoded {
        Cow::Borrowed(path) => CanonicalPath::before_encoding(path, || PathEncoding::Verbatim, normalize),
        Cow::Owned(path) => {
            Cow::Owned(CanonicalPath::before_encoding(&path, || PathEncoding::Verbatim, normalize).into_owned())
        }
    };
    without_dot_segments(path)
}

/// A decoded path that has no dot segment. A service that keeps them in names would let a policy and a handler see different paths.
fn without_dot_segments(decoded: Cow<'_, str>) -> Result<Cow<'_, str>, Error> {
    match decoded.split('/').any(is_dot_segment) {
        true => Err(refused("it holds a dot segment, which the service does not resolve: leave it out")),
        false => Ok(decoded),
    }
}

/// A decoded path that has no dot segment for readers either that take a `\` for a slash, or cut a segment off after a `;`.
///
/// Source: "URL Standard" of WHATWG, path state, for `\`; RFC 3986 section 3.3 for the parameters of segments, which some servers of
/// Java remove before they resolve dot segments.
fn without_hidden_dot_segments(decoded: Cow<'_, str>) -> Result<Cow<'_, str>, Error> {
    let name = |segment: &str| segment.split(';').next().is_some_and(is_dot_segment);
    match decoded.split(['/', '\\']).any(name) {
        true => Err(refused("it holds a dot segment, which the service does not resolve: leave it out")),
        false => Ok(decoded),
    }
}

/// The path before a `?`, which must have been encoded, because a raw `?` begins the query. The rest is removed before dot segments
/// are resolved, because the removal may create one.
fn before_question_mark(mut decoded: Cow<'_, str>) -> Cow<'_, str> {
    if let Some(end) = decoded.find('?') {
        decoded.to_mut().truncate(end);
    }
    decoded
}

/// The path of a URI for a decoded path, in a single spelling.
pub(crate) fn encoded(decoded: &str) -> Cow<'_, str> {
    percent::encode_path(decoded)
}

/// The path, decoded once, if it is unambiguous.
fn unambiguous(raw: &str) -> Result<Cow<'_, str>, Error> {
    let (decoded, doubtful) = match is_plain(raw) {
        true => (Cow::Borrowed(raw), None),
        false => {
            let decoded = decoded(raw)?;
            let doubtful = stray_character(raw).or_else(|| needless_escape(raw));
            let doubtful = doubtful.or_else(|| hidden_dot_segment(&decoded));
            (decoded, doubtful)
        }
    };
    match doubtful.or_else(|| odd_segment(raw)) {
        Some(why) => Err(refused(why)),
        None => Ok(decoded),
    }
}

/// Whether only the segments of a path can be a reason to refuse it. Saves four passes over most paths: row `AuthenticateLayer` of
/// the bench of layers.
fn is_plain(raw: &str) -> bool {
    raw.starts_with('/') && raw.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'\\' | b';'))
}

/// The reason to refuse a character that some readers replace or take for a delimiter.
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
    let mut segments = raw.as_bytes().split(|byte| *byte == b'/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if matches!(segment, b"." | b"..") {
            return Some("it holds a dot segment: send the path that it leads to");
        }
        if segment.is_empty() && segments.peek().is_some() {
            return Some("it holds an empty segment: send one `/` for several");
        }
    }
    None
}

/// The reason to refuse `..;x`, which is a dot segment for servers that decode `%3B` and then cut a segment off after the `;`.
fn hidden_dot_segment(decoded: &str) -> Option<&'static str> {
    let name = |segment: &str| segment.split_once(';').is_some_and(|(name, _)| is_dot_segment(name));
    let is_hidden = decoded.contains(';') && decoded.split('/').any(name);
    is_hidden.then_some("it holds a dot segment before an encoded `;`: send the path that it leads to")
}

fn is_dot_segment(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// The path, decoded once. Two different texts give two different paths, or are refused.
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
    use super::{PathReading, normalized, unambiguous};
    use crate::verify::Verifier;

    #[test]
    fn an_unambiguous_path_is_decoded() {
        for (raw, path) in [
            ("/", "/"),
            ("/pets", "/pets"),
            ("/pets/", "/pets/"),
            ("/a/.b/c..d/...", "/a/.b/c..d/..."),
            ("/~me/%7Eyou/%7e", "/~me/~you/~"),
            ("/caf%C3%A9/%c3%a9", "/café/é"),
            ("/a%20b%3Fc%23d%3Be%25f", "/a b?c#d;e%f"),
            ("/a%252Fb", "/a%2Fb"),
            ("/...%3Bx/..a%3B/%3B..", "/...;x/..a;/;.."),
            ("/!$&'()*+,=:@", "/!$&'()*+,=:@"),
            ("/%40%3A%2B%3D%2A", "/@:+=*"),
        ] {
            assert_eq!(unambiguous(raw).unwrap(), path, "{raw}");
        }
    }

    #[test]
    fn an_ambiguous_path_is_refused() {
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
            "/..%3b/a",
            "/public/.%3Bx/a",
            "/a/..%3B",
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

    #[test]
    fn a_rest_api_keeps_slashes_and_takes_no_dot_segments() {
        let api = Verifier::new("us-east-1", "execute-api").unwrap();
        for (raw, path) in
            [("/", "/"), ("/a//b/", "/a//b/"), ("/a%2Fb%3Fc", "/a/b?c"), ("/a%252e", "/a%2e"), ("/...;x", "/...;x")]
        {
            assert_eq!(&*PathReading::RestApi.read(&api, raw).unwrap(), path, "{raw}");
        }
        for raw in
            ["/a/../b", "/./a", "/a/%2e%2E/b", "/a%2F..%2Fb", "/a/.%2E", "", "*", "/%zz", "/%FF", "/a%00", "/%0A"]
                .into_iter()
                .chain(["/a/..\\b", "/..%5Cb", "/a%5c.%5cb", "/a\\..", "/..;/b", "/a/%2e%2e%3Bx/b", "/.;"])
        {
            assert!(PathReading::RestApi.read(&api, raw).is_err(), "{raw}");
        }
    }
}
