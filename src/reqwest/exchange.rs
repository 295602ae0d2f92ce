//! A request of reqwest, as `SignLayer` signs it, and as reqwest sends it.

use super::error::FromBelow;
use crate::payload::Payload;
use crate::tower::sign::bounds::Chunking;
use crate::tower::{BoxError, Error, ErrorKind, SignResponseBody};
use ::reqwest::{Body, Request, Response, ResponseBuilderExt};
use http::Uri;

/// The request to sign.
pub(super) fn to_sign(request: Request, payload: Option<Payload<'static>>) -> Result<http::Request<Body>, BoxError> {
    let mut request = http::Request::try_from(request).map_err(FromBelow)?;
    if let Some(payload) = payload {
        request.extensions_mut().insert(payload);
    }
    Ok(request)
}

/// A body of reqwest takes a body in chunks.
pub(super) fn chunking() -> Option<Chunking<Body>> {
    #[cfg(feature = "http-body")]
    return Some(Chunking(Body::wrap));
    #[cfg(not(feature = "http-body"))]
    None
}

/// The request to send. Refuses one whose URL reqwest would send in a different spelling.
pub(super) fn to_send(request: http::Request<Body>) -> Result<Request, BoxError> {
    let signed = request.uri().clone();
    let request = Request::try_from(request).map_err(FromBelow)?;
    // reqwest gives hyper this URI.
    let sent = Uri::try_from(request.url().as_str()).ok();
    let is_same = |sent: &Uri| {
        signed.scheme() == sent.scheme()
            && signed.authority() == sent.authority()
            && signed.path_and_query() == sent.path_and_query()
    };
    if sent.as_ref().is_some_and(is_same) {
        return Ok(request);
    }
    let shown = |uri: &Uri| uri.path().chars().take(MAX_SHOWN).collect::<String>();
    let sent = sent.as_ref().map_or_else(|| "a different URL".to_owned(), |sent| format!("`{}`", shown(sent)));
    let detail = format!("the path `{}` was signed, and reqwest would send {sent}", shown(&signed));
    Err(Error::new(ErrorKind::RequestChanged, detail).into())
}

/// The number of characters of a path that an error shows.
const MAX_SHOWN: usize = 100;

/// The response, as `SignLayer` reads it.
pub(super) fn to_read(response: Response) -> http::Response<Body> {
    let url = response.url().clone();
    let mut response = http::Response::from(response);
    if let Ok(with_url) = http::Response::builder().url(url).body(()) {
        response.extensions_mut().extend(with_url.into_parts().0.extensions);
    }
    response
}

/// The response, as the caller gets it.
pub(super) fn to_return(response: http::Response<SignResponseBody<Body>>) -> Response {
    response.map(Body::wrap).into()
}

#[cfg(test)]
mod tests {
    use super::to_send;
    use crate::tower::{Error, ErrorKind};
    use ::reqwest::Body;
    use http::Request;

    #[test]
    fn a_url_that_reqwest_rewrites_is_not_sent() {
        for (url, sent) in [
            ("https://a.example/a%2Bb?x=%2B+y", Ok("https://a.example/a%2Bb?x=%2B+y")),
            ("https://a.example", Ok("https://a.example/")),
            (
                "https://a.example/a/../b",
                Err("request changed after signing: the path `/a/../b` was signed, and reqwest would send `/b`"),
            ),
            (
                "https://a.example/%2e",
                Err("request changed after signing: the path `/%2e` was signed, and reqwest would send `/`"),
            ),
        ] {
            let request = Request::get(url).body(Body::default()).unwrap();
            match (to_send(request), sent) {
                (Ok(request), Ok(sent)) => assert_eq!(request.url().as_str(), sent),
                (Err(error), Err(text)) => {
                    assert_eq!(error.to_string(), text);
                    assert_eq!(error.downcast::<Error>().unwrap().kind(), ErrorKind::RequestChanged);
                }
                (found, expected) => panic!("{url}: {found:?}, expected {expected:?}"),
            }
        }
    }
}
