//! The response to bytes that never became a request: a head that the HTTP parser rejects or that is not complete in time,
//! and a connection beyond the limit.
//!
//! It has the id of a request and a line in the access log like any other response.

use super::access_log::LogJob;
use super::served_api::ServedApi;
use crate::access::{AccessRecord, LoggedError};
use crate::error_body;
use core::net::IpAddr;
use http::StatusCode;

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
        let body = if tells { error_body::verbose_body(status, &cause) } else { error_body::body(status) };
        let text = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\
             Apigw-Requestid: {}\r\n\r\n{body}",
            body.len(),
            record.request_id
        );
        if let Some(log) = &self.log {
            record.status = status.as_u16();
            record.response_len = body.len();
            record.error = Some(LoggedError::new(status, Some(cause)));
            log.put(LogJob { record, refused: None });
        }
        text.into_bytes()
    }
}
