//! The path, the stage and the route of a request, found once and used by every later step.

use super::rest_path::RestPath;
use super::route::RouteKey;
use super::stage::Stage;
use sig4::tower::DecodedPath;

/// A request's path and the stage that it names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StagedPath<'r> {
    /// The path, decoded, with the stage's name or the base path of a custom domain if it has one.
    pub(crate) path: &'r DecodedPath<'r>,
    /// The same without the base path of a custom domain: `rawPath` of the event of an HTTP API.
    ///
    /// Source: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway", API mappings.
    pub(crate) raw_path: &'r str,
    /// The decoded path without the stage's name and without a base path.
    pub(crate) path_in_stage: &'r str,
    /// The other readings of the path of a request to a REST API.
    pub(crate) rest: Option<RestPath<'r>>,
    /// Whether the host is a custom domain.
    pub(crate) has_domain: bool,
    pub(crate) stage: &'r Stage,
    /// The position of `stage` among the API's stages.
    pub(crate) stage_index: usize,
}

/// A request's path, stage and route. The router, the policies and the event all use this one value.
#[derive(Debug)]
pub(crate) struct RoutedRequest<'r, T> {
    pub(crate) staged: StagedPath<'r>,
    pub(crate) route: &'r RouteKey,
    /// The authorizer and the integration of the route.
    pub(crate) target: &'r T,
    /// The values of the route's path variables: decoded for an HTTP API, as they were sent for a REST API.
    pub(crate) variables: Vec<(String, &'r str)>,
}
