//! The checks of a request's method, target and host, which must be unambiguous before they are signed.
//!
//! Sources: RFC 9112 section 3.2 for the forms of a target; RFC 9113 section 8.3.1 for `:authority` beside `Host`.

use crate::error::{Error, ErrorKind};
use crate::request::RequestView;
use crate::verify::is_same_host;
use http::header::HOST;
use http::request::Parts;
use http::uri::{Authority, Uri};
use http::{Method, Version};

/// Refuses a request whose `Host` header differs from the authority of its URI, and a URI with user information, which HTTP/2
/// sends and HTTP/1 does not.
///
/// HTTP/2 sends the authority as `:authority` and the header beside it; HTTP/1 sends the header alone. The transport
/// chooses the version after the request is signed. With `is_http1` the transport speaks HTTP/1, so that the two may differ.
pub(super) fn check_host(parts: &Parts, is_http1: bool) -> Result<(), Error> {
    if parts.uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(Error::new(ErrorKind::InvalidHost, "the URI holds user information, which HTTP/2 would send"));
    }
    if names_one_host(parts) || (is_http1 && parts.version <= Version::HTTP_11) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidHost, "the `host` header is not the authority of the URI"))
}

/// Whether the authority of the URI and the `Host` header, if present, name the same host.
fn names_one_host(parts: &Parts) -> bool {
    let Some(host) = parts.headers.get(HOST).map(|host| host.as_bytes().trim_ascii()) else { return true };
    let view = RequestView::from(parts);
    view.host_of_authority().is_none_or(|authority| is_same_host(host, authority, &view))
}

/// Sets the signed host in the URI, which HTTP/2 sends as `:authority`: the host of the `Host` header, or else the URI's own
/// without the scheme's default port.
pub(super) fn settle_authority(parts: &mut Parts) -> Result<(), Error> {
    if !names_one_host(parts) {
        return Ok(());
    }
    let view = RequestView::from(&*parts);
    let header = parts.headers.get(HOST).map(|host| host.as_bytes().trim_ascii());
    let (Some(authority), Some(own)) = (view.authority, view.host_of_authority()) else { return Ok(()) };
    let host = header.unwrap_or(own.as_bytes());
    if host == authority.as_bytes() {
        return Ok(());
    }
    let invalid = |_| Error::new(ErrorKind::InvalidHost, "it is not the authority of a URI");
    let authority = Authority::try_from(host).map_err(invalid)?;
    let mut uri = parts.uri.clone().into_parts();
    uri.authority = Some(authority);
    parts.uri = Uri::from_parts(uri).map_err(|_| Error::new(ErrorKind::InvalidHost, "it does not fit into a URI"))?;
    Ok(())
}

/// Refuses a request without a path.
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
