//! The request in the attributes that Envoy sends.

use crate::check::request::{CheckBody, CheckRequest};
use bytes::Bytes;
use envoy_types::pb::envoy::service::auth::v3 as pb;
use http::{HeaderName, HeaderValue, Request};

/// The request of a client. The error says what Envoy did not send.
pub(super) fn request(check: pb::CheckRequest) -> Result<CheckRequest, &'static str> {
    let attributes = check.attributes.ok_or("the check has no attributes")?;
    let http = attributes.request.and_then(|request| request.http).ok_or("the check has no HTTP request")?;
    let mut request = Request::builder().method(http.method.as_str()).uri(http.path.as_str());
    for header in http.header_map.into_iter().flat_map(|map| map.headers) {
        if header.key.starts_with(':') {
            continue;
        }
        let name = HeaderName::try_from(header.key).map_err(|_| "a header has an invalid name")?;
        let value = HeaderValue::try_from(header.raw_value).map_err(|_| "a header has an invalid value")?;
        request = request.header(name, value);
    }
    let request = request.header(http::header::HOST, http.host).body(()).map_err(|_| "the request is invalid")?;
    Ok(CheckRequest::new(request.into_parts().0, CheckBody::Whole(Bytes::from(http.raw_body))))
}
