//! The response to a request whose path and method lead to no route, and what the log says about it.

use super::own_response::OwnResponse;
use super::router::Unrouted;
use super::served_api::ServedApi;
use crate::gateway_response::GatewayResponseType;
use http::StatusCode;

impl ServedApi {
    /// The response to a request without a route.
    ///
    /// Source: localstack/localstack, snapshot of `test_routing_not_found`, for a REST API; Miserlou/Zappa#1248 for a domain without a
    /// mapping. AWS does not document the latter.
    pub(super) fn unrouted(&self, unrouted: Unrouted) -> OwnResponse {
        let (status, cause) = match unrouted {
            Unrouted::NoBasePath => (StatusCode::FORBIDDEN, "the domain has no mapping for the path"),
            Unrouted::Ambiguous => {
                (StatusCode::BAD_REQUEST, "the path, encoded and decoded, leads to different methods")
            }
            Unrouted::NoStage => return self.no_stage(),
            Unrouted::NoRoute if self.api.is_rest() => {
                (StatusCode::NOT_FOUND, "no resource of the API has a method for this path and HTTP method")
            }
            Unrouted::NoRoute => (StatusCode::NOT_FOUND, "no route takes the method and the path"),
        };
        self.not_found_or(status, cause.to_owned())
    }

    /// The response to a request whose path names no stage.
    fn no_stage(&self) -> OwnResponse {
        let stages: Vec<_> = self.router.stages().iter().map(|stage| format!("/{}", stage.name())).collect();
        let cause = format!("the path does not begin with a stage of the API: begin it with {}", stages.join(" or "));
        self.not_found_or(StatusCode::NOT_FOUND, cause)
    }

    /// The error of a status. A REST API says of what it does not have that a token is missing.
    fn not_found_or(&self, status: StatusCode, cause: String) -> OwnResponse {
        match status {
            StatusCode::NOT_FOUND if self.api.is_rest() => {
                OwnResponse::Gateway { response_type: GatewayResponseType::MissingAuthenticationToken, cause }
            }
            status => OwnResponse::error(status, cause),
        }
    }
}
