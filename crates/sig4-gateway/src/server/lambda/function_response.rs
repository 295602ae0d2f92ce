//! The response to an event, as a runtime posted it.

use crate::error::Error;
use crate::reply::format::ReplyFormat;
use crate::reply::v1::{self, Rules};
use crate::reply::{Reply, inference};
use bytes::Bytes;
use http::HeaderValue;

/// The content type of a streamed response that begins with a prelude.
const WITH_PRELUDE: &str = "application/vnd.awslambda.http-integration-response";

/// The bytes of a response, and how to read them.
#[derive(Debug)]
pub(super) struct FunctionResponse {
    pub(super) payload: Bytes,
    pub(super) content_type: Option<HeaderValue>,
    /// `Lambda-Runtime-Function-Response-Mode: streaming`.
    pub(super) is_streamed: bool,
}

impl FunctionResponse {
    /// Reads the reply.
    ///
    /// AWS documents streamed responses of function URLs. It does not document how an API without response streaming reads them; here,
    /// the prelude is the reply without its body, and without a prelude all bytes are the body.
    pub(super) fn into_reply(self, format: ReplyFormat) -> Result<Reply, Error> {
        let has_prelude = self.content_type.as_ref().is_some_and(|value| value.as_bytes() == WITH_PRELUDE.as_bytes());
        match (self.is_streamed, has_prelude) {
            (_, true) => Reply::streamed(&self.payload, |json| match Rules::of(format) {
                Some(rules) => v1::prelude(json, rules),
                None => inference::prelude(json),
            }),
            (true, false) => Ok(Reply::raw(self.payload, self.content_type)),
            (false, false) => match Rules::of(format) {
                Some(rules) => v1::read(&self.payload, rules),
                None => Reply::from_lambda(&self.payload),
            },
        }
    }
}
