//! The method, the target and the host of a request, which have to mean one thing before they are signed.
//!
//! Sources: RFC 9112 section 3.2 for the forms of a target; RFC 9113 section 8.3.1 for `:authority` beside `Host`.

use crate::error::{Error, ErrorKind};
use crate::request::RequestView;
use crate::verify::is_same_host;
use http::Method;
use http::header::HOST;
use http::request::Parts;

/// Refuses a request whose `Host` header is not the authority of its URI, and one with user information there, which HTTP/2
/// sends and HTTP/1 does not.
///
/// HTTP/2 sends the authority as `:authority` and the header beside it; HTTP/1 sends the header alone. The transport decides
/// which of the two it speaks after the request is signed.
pub(super) fn check_host(parts: &Parts) -> Result<(), Error> {
    if parts.uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(Error::new(ErrorKind::InvalidHost, "the URI holds user information, which HTTP/2 would send"));
    }
    let view = RequestView::from(parts);
    match (parts.headers.get(HOST), view.host_of_authority()) {
        (Some(host), Some(authority)) if !is_same_host(host.as_bytes().trim_ascii(), authority, &view) => {
            Err(Error::new(ErrorKind::InvalidHost, "the `host` header is not the authority of the URI"))
        }
        _ => Ok(()),
    }
}

/// Refuses a request without a path of its own.
pub(super) fn check_form(parts: &Parts) -> Result<(), Error> {
    if parts.method == Method::CONNECT {
        let detail = "`CONNECT` asks for a tunnel and has no path that could be signed";
        return Err(Error::new(ErrorKind::InvalidHeader, detail));
    }
    let refuse = |detail: &'static str| Err(Error::new(ErrorKind::InvalidPath, detail));
    let uri = &parts.uri;
    if uri.path() == "*" {
        return refuse("the target `*` is no path");
    }
    if uri.scheme().is_none() && uri.authority().is_some() {
        return refuse("the target is a host without a path; only `CONNECT` has such a target");
    }
    Ok(())
}
