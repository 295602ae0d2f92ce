//! The one path that the policies, the router and the service see.
//!
//! A signature covers the path as it was sent. Policies and routers compare paths, and must not differ from one another, nor
//! from a handler that decodes, about which two are the same. So there is one form, which is compared everywhere: the path
//! decoded once, with dot segments resolved and slashes merged where the service does so. `/admin/@x`, `/%61dmin/%40x`,
//! `//admin/@x`, `/admin%2F@x` and `/x/../admin/@x` are all `/admin/@x`. API Gateway hands the path of an HTTP API to a
//! function in this form as well; what its policies make of the encoded one AWS does not document.

use crate::bytes::percent;
use crate::canonical::path::CanonicalPath;
use crate::error::{Error, ErrorKind};
use crate::settings::PathEncoding;
use crate::verify::Verifier;
use std::borrow::Cow;

/// The path of a request to a service, decoded.
///
/// # Errors
///
/// [`ErrorKind::InvalidPath`] if it is not UTF-8 once it is decoded, or holds a control character: two of those could be
/// shown as one.
pub(crate) fn of<'p>(verifier: &Verifier, raw: &'p str) -> Result<Cow<'p, str>, Error> {
    let decoded = match percent::decode(raw.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(raw),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8"))?),
    };
    if decoded.chars().any(char::is_control) {
        return Err(refused("it holds a control character"));
    }
    Ok(match decoded {
        Cow::Borrowed(path) => normalized(verifier, path),
        Cow::Owned(path) => Cow::Owned(normalized(verifier, &path).into_owned()),
    })
}

/// The path of a URI that a decoded one stands in: one spelling for each.
pub(crate) fn encoded(decoded: &str) -> Cow<'_, str> {
    percent::encode_path(decoded)
}

fn normalized<'p>(verifier: &Verifier, path: &'p str) -> Cow<'p, str> {
    CanonicalPath::before_encoding(path, PathEncoding::Verbatim, verifier.settings.normalize_path)
}

#[cold]
fn refused(detail: &'static str) -> Error {
    Error::new(ErrorKind::InvalidPath, detail)
}
