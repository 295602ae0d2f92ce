//! The answer to what never became a request: to a head that the HTTP parser refuses or that does not come in time, and on
//! a connection that is one too many.
//!
//! It is the gateway's answer like every other, with the id of the request and a line in the access log.

use super::access_log::Job;
use super::handler::Live;
use crate::gateway::access::{AccessRecord, LoggedError};
use crate::gateway::error_body;
use core::net::IpAddr;
use http::StatusCode;

/// Why there is no request.
pub(super) struct Unread<'w> {
    /// The status to answer with.
    pub(super) status: StatusCode,
    /// The first bytes that came.
    pub(super) first: &'w [u8],
    /// What the access log says.
    pub(super) cause: String,
}

impl Live {
    /// The answer as it goes over the wire, the last one of its connection. It is put into the access log.
    pub(super) fn last_words(&self, Unread { status, first, cause }: Unread<'_>, client: IpAddr) -> Vec<u8> {
        let (now, request_id) = self.begin();
        let body = error_body::body(status);
        let text = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\
             Apigw-Requestid: {request_id}\r\n\r\n{body}",
            body.len()
        );
        if let Some(log) = self.log() {
            let mut record = AccessRecord::unread(first, request_id, now, client);
            record.account_id.clone_from(&self.api().account);
            record.api_id.clone_from(&self.api().id);
            record.status = status.as_u16();
            record.response_len = body.len();
            record.error = Some(LoggedError::new(status, Some(cause)));
            log.put(Job { record, refused: None });
        }
        text.into_bytes()
    }
}
