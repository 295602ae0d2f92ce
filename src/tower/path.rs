//! The one path that the signature, the policies and the router see.
//!
//! A signature covers the path as it was sent. Policies and routers compare paths, and must not differ about which two are
//! the same: `/admin`, `/%61dmin`, `//admin` and `/x/../admin` are one path by RFC 3986 section 6.2.2, and here too.
//! `%2F` is not a slash, and stays as it is.

use crate::bytes::percent;
use crate::canonical::path::CanonicalPath;
use crate::settings::PathEncoding;
use crate::verify::Verifier;
use std::borrow::Cow;

/// The path of a request to a service, in one spelling: dot segments are resolved and slashes merged where the service does
/// so, and no character is encoded that need not be.
pub(crate) fn of<'p>(verifier: &Verifier, raw: &'p str) -> Cow<'p, str> {
    let normal = match verifier.settings.path_encoding {
        // It decodes once and encodes once, which leaves one spelling.
        PathEncoding::Canonical => Cow::Borrowed(raw),
        _ => percent::normalize(raw),
    };
    match normal {
        Cow::Borrowed(raw) => before_encoding(verifier, raw),
        Cow::Owned(normal) => Cow::Owned(before_encoding(verifier, &normal).into_owned()),
    }
}

fn before_encoding<'p>(verifier: &Verifier, path: &'p str) -> Cow<'p, str> {
    CanonicalPath::before_encoding(path, verifier.settings.path_encoding, verifier.settings.normalize_path)
}
