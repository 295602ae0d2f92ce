//! From the head of a request to its path, stage and route.

use crate::definition::{ApiDefinition, RouteDefinition};
use crate::error::Error;
use crate::route::table::Routes;
use crate::routed_request::{RoutedRequest, StagedPath};
use crate::stage::{self, Stage};
use http::Method;
use sig4::tower::{DecodedPath, PathReading};
use sig4::verify::Verifier;

/// The stages and the routes of an API.
pub(super) struct Router {
    verifier: Verifier,
    stages: Vec<Stage>,
    routes: Routes<RouteDefinition>,
}

impl Router {
    /// Reads the stages and routes of an API.
    pub(super) fn new(api: &ApiDefinition, verifier: Verifier) -> Result<Self, Error> {
        Ok(Self { verifier, stages: api.served_stages(), routes: api.read_routes()? })
    }

    /// The stages, in the order that [`StagedPath::stage_index`] refers to.
    pub(super) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Reads a raw path as API Gateway does for an HTTP API.
    pub(super) fn path<'p>(&self, raw: &'p str) -> Result<DecodedPath<'p>, sig4::error::Error> {
        PathReading::HttpApi.read(&self.verifier, raw)
    }

    /// Finds the stage that a path names.
    pub(super) fn stage<'r>(&'r self, path: &'r DecodedPath<'_>) -> Option<StagedPath<'r>> {
        let (stage_index, stage, path_in_stage) = stage::select(&self.stages, path)?;
        Some(StagedPath { path, path_in_stage, stage, stage_index })
    }

    /// Finds the route for a method and a path.
    pub(super) fn route<'r>(
        &'r self,
        method: &Method,
        staged: StagedPath<'r>,
    ) -> Option<RoutedRequest<'r, RouteDefinition>> {
        let selected = self.routes.select(method.as_str(), staged.path_in_stage)?;
        Some(RoutedRequest { staged, route: selected.key, target: selected.target, variables: selected.variables })
    }
}
