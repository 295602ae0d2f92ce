//! MOCK integrations of REST APIs: responses without a backend.
//!
//! Source: "Mock integrations for REST APIs in API Gateway".

use crate::reply::Reply;
use http::StatusCode;
use std::collections::BTreeMap;

/// A MOCK integration, such as the CDK makes for the preflights of CORS.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MockIntegration {
    pub(crate) status: StatusCode,
    /// Header names with their values.
    pub(crate) headers: BTreeMap<String, String>,
}

impl MockIntegration {
    /// A MOCK integration that answers with this status.
    #[must_use]
    pub const fn new(status: StatusCode) -> Self {
        Self { status, headers: BTreeMap::new() }
    }

    /// The reply to a request.
    pub(crate) fn reply(&self) -> Reply {
        let reply = Reply::new().with_status(self.status.as_u16());
        self.headers.iter().fold(reply, |reply, (name, value)| reply.with_header(name, value))
    }
}
