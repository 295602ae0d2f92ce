//! Requests of the `http` crate as a [`RequestView`].

use super::{Headers, RequestView};
use http::header::HeaderMap;
use http::request::Parts;
use http::uri::{Authority, Uri};
use http::{Method, Request};

impl Headers for HeaderMap {
    #[inline]
    fn visit<'a>(&'a self, each: &mut dyn FnMut(&'a str, &'a [u8])) {
        for (name, value) in self {
            each(name.as_str(), value.as_bytes());
        }
    }

    #[inline]
    fn len_hint(&self) -> usize {
        self.len()
    }

    fn checked(&self) -> bool {
        true
    }
}

impl<'a, B> From<&'a Request<B>> for RequestView<'a> {
    fn from(request: &'a Request<B>) -> Self {
        view(request.method(), request.uri(), request.headers())
    }
}

impl<'a> From<&'a Parts> for RequestView<'a> {
    fn from(parts: &'a Parts) -> Self {
        view(&parts.method, &parts.uri, &parts.headers)
    }
}

pub(crate) fn view<'a>(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> RequestView<'a> {
    RequestView {
        method: method.as_str(),
        scheme: uri.scheme_str(),
        authority: uri.authority().map(Authority::as_str),
        path: uri.path(),
        query: uri.query(),
        headers,
        checked: true,
    }
}
