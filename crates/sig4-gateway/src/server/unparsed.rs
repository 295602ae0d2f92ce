//! The response to bytes that never became a request: a head that the HTTP parser rejects or that is not complete in time,
//! and a connection beyond the limit. A handshake of TLS that fails gets none.
//!
//! It has the id of a request. Each of them has a line in the access log like any other response.

use super::access_log::LogJob;
use super::rest_error::RestError;
use super::rest_response::put_ids;
use super::served_api::ServedApi;
use crate::access::{AccessRecord, LoggedError};
use crate::error_body;
use crate::head::text_of;
use crate::received_names::title;
use crate::reply::{JSON, REQUEST_ID};
use bytes::Bytes;
use core::net::IpAddr;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

/// Bytes that are not a request.
pub(super) struct UnparsedRequest<'w> {
    /// The status to respond with.
    pub(super) status: StatusCode,
    /// The first bytes that came.
    pub(super) first: &'w [u8],
    /// The cause, for the access log.
    pub(super) cause: String,
    /// Whether the client gets the cause as well.
    pub(super) tells: bool,
}

impl ServedApi {
    /// Makes the last response of a connection, as bytes, and records it in the access log.
    pub(super) fn respond_to_unparsed(&self, unparsed: UnparsedRequest<'_>, client: IpAddr) -> Vec<u8> {
        let UnparsedRequest { status, first, cause, tells } = unparsed;
        let mut record = self.new_record(|id, now| AccessRecord::unread(first, id, now, client));
        let response = self.unparsed_response(status, Some(cause.as_str()).filter(|_| tells), &record);
        let fields = response.headers().iter();
        let line = |(name, value): (&HeaderName, &HeaderValue)| {
            format!("{}: {}\r\n", title(name.as_str()), text_of(value.as_bytes()))
        };
        let fields: String = fields.map(line).collect();
        let body = response.body();
        let mut bytes =
            format!("HTTP/1.1 {status}\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len())
                .into_bytes();
        bytes.extend_from_slice(body);
        record.response_len = body.len();
        self.record_unparsed(record, status, cause);
        bytes
    }

    /// Records a connection that ends without a request and without a response. The status is that of the class of the cause.
    pub(super) fn record_unanswered(&self, status: StatusCode, cause: String, client: IpAddr) {
        let record = self.new_record(|id, now| AccessRecord::unread(b"", id, now, client));
        self.record_unparsed(record, status, cause);
    }

    fn record_unparsed(&self, mut record: AccessRecord, status: StatusCode, cause: String) {
        let Some(log) = &self.log else { return };
        record.status = status.as_u16();
        record.error = Some(match self.is_rest() {
            true => {
                let error = RestError::of_status(status);
                LoggedError::of_rest(error.response_type, error.message, Some(cause))
            }
            false => LoggedError::new(status, Some(cause)),
        });
        log.put(LogJob { record, refused: None });
    }

    /// The response with the ids of the request. Gateway responses do not apply: there is no request whose values they could use.
    fn unparsed_response(&self, status: StatusCode, cause: Option<&str>, record: &AccessRecord) -> Response<Bytes> {
        let rest = RestError::of_status(status);
        let mut response = match (self.is_rest(), cause) {
            (true, cause) => rest.to_response(cause),
            (false, Some(cause)) => json(error_body::verbose_body(status, cause)),
            (false, None) => json(error_body::body(status)),
        };
        let headers = response.headers_mut();
        if self.is_rest() {
            put_ids(record, headers);
        } else if let Ok(id) = HeaderValue::try_from(record.request_id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        response
    }
}

fn json(body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
