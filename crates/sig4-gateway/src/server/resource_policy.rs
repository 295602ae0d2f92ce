//! The resource policy of a REST API, for methods without an authorizer.
//!
//! Source: "How API Gateway resource policies affect authorization workflow", resource policy only.

use super::own_response::{OwnResponse, Refusal};
use super::served_api::ServedApi;
use crate::access::{AccessRecord, AuthDecision};
use crate::definition::RouteDefinition;
use crate::rest_path::RestPath;
use crate::routed_request::RoutedRequest;
use http::StatusCode;
use http::request::Parts;
use sig4::tower::Cause;
use std::borrow::Cow;
use std::sync::Arc;

impl ServedApi {
    /// Asks the resource policy, if there is one, whether an anonymous caller may call a method. The signature of such a request is not
    /// read: a caller does not get more by it.
    pub(super) fn decide_anonymous(
        &self,
        routed: &RoutedRequest<'_, RouteDefinition>,
        head: &Parts,
        record: &mut AccessRecord,
    ) -> Result<(), OwnResponse> {
        if self.api.rest.resource_policy.is_none() {
            return Ok(());
        }
        let authorizer = self.authorizers.get(routed.staged.stage_index).ok_or_else(no_authorizer)?;
        // Every reading of the path must be allowed, as for a caller with a signature.
        let staged = &routed.staged;
        let paths =
            staged.rest.as_ref().map_or_else(|| vec![Cow::Borrowed(staged.path_in_stage)], RestPath::authorized);
        let paths: Vec<&str> = paths.iter().map(AsRef::as_ref).collect();
        let decided = authorizer.decide_anonymous(head, &paths, record.time, Some(record.source_ip));
        decided.map(drop).map_err(|denial| {
            record.decision = AuthDecision::Refused;
            OwnResponse::Refused(Arc::new(Refusal::from(Cause::Denied(denial))))
        })
    }
}

/// Every stage has an authorizer.
#[cold]
pub(super) fn no_authorizer() -> OwnResponse {
    OwnResponse::error(StatusCode::INTERNAL_SERVER_ERROR, "the stage has no authorizer")
}
