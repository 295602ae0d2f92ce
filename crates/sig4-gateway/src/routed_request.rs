//! The path, the stage and the route of a request, found once and used by every later step.

use super::route::RouteKey;
use super::stage::Stage;
use sig4::tower::DecodedPath;

/// A request's path and the stage that it names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StagedPath<'r> {
    /// The path, decoded, with the stage's name if it has one.
    pub(crate) path: &'r DecodedPath<'r>,
    /// The path without the stage's name.
    pub(crate) path_in_stage: &'r str,
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
    /// The values of the route's path variables.
    pub(crate) variables: Vec<(String, &'r str)>,
}
