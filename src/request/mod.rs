//! A borrowed request, independent of any transport's types.
//!
//! A program that has no request of the `http` crate makes a [`RequestView`] and calls the methods whose names end in `_view`.

pub(crate) mod http;

use crate::authority;
use crate::bytes::word;
use crate::error::{Error, ErrorKind};
use crate::name;

/// The most headers of a request, besides the headers that carry the signature. The limit bounds sorting, the only superlinear step.
pub const MAX_HEADERS: usize = 1024;

/// A container of header fields, in the order of the wire.
///
/// ```
/// use sig4::request::Headers;
///
/// let headers: [(&str, &[u8]); 2] = [("Host", b"example.com"), ("X-A", b"1")];
/// let mut names = Vec::new();
/// headers.visit(&mut |name, _value| names.push(name));
/// assert_eq!(names, ["Host", "X-A"]);
/// ```
///
/// Slices, arrays and vectors of pairs of name and value implement it, and `http::HeaderMap`. For a request without headers use
/// [`NO_HEADERS`]: `&[]` has no type of name and value.
///
/// It is `Sync`, so that a task can hold a claim while it waits for the key or the body.
pub trait Headers: Sync {
    /// Calls `each` with every name and value. A name may be in any case, and may come more than once.
    fn visit<'a>(&'a self, each: &mut dyn FnMut(&'a str, &'a [u8]));

    /// The approximate number of headers, to allocate room for them at once.
    fn len_hint(&self) -> usize {
        8
    }

    /// Whether the container refuses names and values that HTTP cannot carry. If not, signing checks them.
    fn checked(&self) -> bool {
        false
    }
}

/// No headers: `&NO_HEADERS` is a `&dyn Headers`, and `&[]` is ambiguous.
///
/// ```
/// use sig4::request::{NO_HEADERS, RequestView};
///
/// let request = RequestView::new("GET", "/", None, &NO_HEADERS).with_authority("https", "example.com");
/// # let _ = request;
/// ```
pub const NO_HEADERS: [(&str, &str); 0] = [];

impl<N: AsRef<str> + Sync, V: AsRef<[u8]> + Sync> Headers for [(N, V)] {
    fn visit<'a>(&'a self, each: &mut dyn FnMut(&'a str, &'a [u8])) {
        for (name, value) in self {
            each(name.as_ref(), value.as_ref());
        }
    }

    fn len_hint(&self) -> usize {
        self.len()
    }
}

/// The slice by reference, for an argument of type `&dyn Headers`.
impl<N: AsRef<str> + Sync, V: AsRef<[u8]> + Sync> Headers for &[(N, V)] {
    fn visit<'a>(&'a self, each: &mut dyn FnMut(&'a str, &'a [u8])) {
        (**self).visit(each);
    }

    fn len_hint(&self) -> usize {
        self.len()
    }
}

impl<N: AsRef<str> + Sync, V: AsRef<[u8]> + Sync, const L: usize> Headers for [(N, V); L] {
    fn visit<'a>(&'a self, each: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.as_slice().visit(each);
    }

    fn len_hint(&self) -> usize {
        L
    }
}

impl<N: AsRef<str> + Sync, V: AsRef<[u8]> + Sync> Headers for Vec<(N, V)> {
    fn visit<'a>(&'a self, each: &mut dyn FnMut(&'a str, &'a [u8])) {
        self.as_slice().visit(each);
    }

    fn len_hint(&self) -> usize {
        self.len()
    }
}

/// A borrowed request: method, target and headers. The payload is an argument of its own.
///
/// ```
/// use sig4::request::RequestView;
///
/// let headers: [(&str, &[u8]); 1] = [("Accept", b"*/*")];
/// let request = RequestView::new("GET", "/items", Some("limit=1"), &headers).with_authority("https", "example.com:443");
/// ```
#[derive(Clone, Copy)]
pub struct RequestView<'a> {
    pub(crate) method: &'a str,
    pub(crate) scheme: Option<&'a str>,
    pub(crate) authority: Option<&'a str>,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a dyn Headers,
    /// Whether method, URI and headers are of the crate `http`, which refuses text that HTTP cannot carry, and has header names in lower
    /// case.
    pub(crate) checked: bool,
}

impl<'a> RequestView<'a> {
    /// A request with the raw path and query of the wire. A `query` of `None` means no `?`.
    #[must_use]
    pub fn new(method: &'a str, path: &'a str, query: Option<&'a str>, headers: &'a dyn Headers) -> Self {
        Self { method, scheme: None, authority: None, path, query, headers, checked: false }
    }

    /// Adds the URI's scheme and authority. They give the host if there is no `Host` header, and begin a presigned URL.
    #[must_use]
    pub const fn with_authority(mut self, scheme: &'a str, authority: &'a str) -> Self {
        self.scheme = Some(scheme);
        self.authority = Some(authority);
        self
    }

    /// The value that an HTTP client sends as `Host`: the authority without user information and without the scheme's default
    /// port.
    pub(crate) fn host_of_authority(&self) -> Option<&'a str> {
        let authority = self.authority.filter(|authority| !authority.is_empty())?;
        let has_user = word::any(authority.as_bytes(), b'a', |word| word::equal(word, b'@'));
        let host = if has_user { authority.rsplit_once('@').map_or(authority, |(_, host)| host) } else { authority };
        let port = self.default_port().filter(|_| host.as_bytes().last().is_some_and(u8::is_ascii_digit));
        Some(port.and_then(|port| host.strip_suffix(port)).unwrap_or(host))
    }

    /// The value that every HTTP client sends as `Host`, or an empty text without an authority. Refuses an authority that clients
    /// rewrite in different ways; see [`authority`].
    #[inline]
    pub(crate) fn host_to_send(&self) -> Result<&'a str, Error> {
        if let Some(authority) = self.authority.filter(|authority| authority::is_plain(authority)) {
            return Ok(authority);
        }
        let host = self.host_of_authority().unwrap_or_default();
        if host.is_empty() {
            return Ok(host);
        }
        authority::check(host).map_err(|advice| Error::new(ErrorKind::InvalidHost, advice))?;
        Ok(host)
    }

    /// Refuses `CONNECT`, whose target has no path to sign.
    #[inline]
    pub(crate) fn check_method(&self) -> Result<(), Error> {
        if self.method.eq_ignore_ascii_case("CONNECT") {
            return Err(Error::new(
                ErrorKind::InvalidHeader,
                "the method `CONNECT` opens a tunnel, and there is no path to sign",
            ));
        }
        Ok(())
    }

    /// Refuses a target in authority form, `host:port` without a scheme, which has no path to sign.
    pub(crate) fn check_form(&self) -> Result<(), Error> {
        if self.scheme.is_none() && self.authority.is_some() {
            let detail = "the target is a host without a scheme: write the URL with `https://`, or the path alone";
            return Err(Error::new(ErrorKind::InvalidUrl, detail));
        }
        Ok(())
    }

    /// The scheme's own port, with its colon.
    #[inline]
    pub(crate) fn default_port(&self) -> Option<&'static str> {
        match self.scheme {
            Some("https") => Some(":443"),
            Some(scheme) if ["https", "wss"].iter().any(|s| s.eq_ignore_ascii_case(scheme)) => Some(":443"),
            Some(scheme) if ["http", "ws"].iter().any(|s| s.eq_ignore_ascii_case(scheme)) => Some(":80"),
            _ => None,
        }
    }

    /// Refuses text that HTTP cannot carry.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.checked { Ok(()) } else { self.check_target().and_then(|()| self.check_headers()) }
    }

    fn check_target(&self) -> Result<(), Error> {
        let refuse = |kind, detail: &'static str| Err(Error::new(kind, detail));
        if !is_name(self.method) {
            return refuse(ErrorKind::InvalidHeader, "the method is not an HTTP token");
        }
        if has_control(self.path) || self.path.contains(['?', '#']) {
            return refuse(ErrorKind::InvalidPath, "it has a control character, a '?' or a '#'");
        }
        let query = self.query.unwrap_or_default();
        if has_control(query) || query.contains('#') {
            return refuse(ErrorKind::InvalidQuery, "it holds a control character or a '#'");
        }
        if !self.scheme.is_none_or(is_scheme) {
            return refuse(ErrorKind::InvalidHost, "invalid scheme");
        }
        check_authority(self.authority.unwrap_or_default())
    }

    fn check_headers(&self) -> Result<(), Error> {
        if self.headers.checked() {
            return Ok(());
        }
        let mut bad = None;
        self.headers.visit(&mut |name, value| {
            if !(is_name(name) && value.iter().all(|b| is_value(*b))) {
                bad.get_or_insert(name);
            }
        });
        bad.map_or(Ok(()), |name| Err(refused(name)))
    }
}

/// Refuses an authority with a character that ends it early or breaks a line.
pub(crate) fn check_authority(authority: &str) -> Result<(), Error> {
    if has_control(authority) || authority.contains([' ', '/', '?', '#', '\\']) {
        let detail = "it holds a control character, a space, or one of '/', '?', '#' and '\\'";
        return Err(Error::new(ErrorKind::InvalidHost, detail));
    }
    Ok(())
}

/// RFC 3986 section 3.1.
fn is_scheme(scheme: &str) -> bool {
    let rest = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(rest)
}

impl std::fmt::Debug for RequestView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestView")
            .field("method", &self.method)
            .field("authority", &self.authority)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn has_control(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_control())
}

#[cold]
fn refused(header: &str) -> Error {
    let detail = if is_name(header) {
        format!("the value of `{}` holds a control character", header.to_ascii_lowercase())
    } else {
        "a name is not an HTTP token".to_owned()
    };
    Error::new(ErrorKind::InvalidHeader, detail)
}

/// Whether a header may have this name: an HTTP token.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(is_token)
}

/// RFC 9110 section 5.6.2, `tchar`.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// RFC 9110 section 5.5, `field-content` with `obs-text`, SP and HTAB.
const fn is_value(byte: u8) -> bool {
    byte == b'\t' || !byte.is_ascii_control()
}

/// Whether `name` is the header that HTTP/1 carries the host in.
#[inline]
pub(crate) fn is_host(header: &str) -> bool {
    header.eq_ignore_ascii_case(name::HOST)
}
