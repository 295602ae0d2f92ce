//! The methods that answer the preflights of a REST API with CORS.

use super::{ApiDefinition, Auth, RouteDefinition};
use crate::error::Error;
use crate::integration::Integration;
use crate::mock::MockIntegration;
use crate::route::resources::MAX_RESOURCES;
use std::collections::BTreeSet;

impl ApiDefinition {
    /// A method `OPTIONS` for each resource without one, as the CDK makes them from `defaultCorsPreflightOptions`. An HTTP API
    /// answers preflights without a route.
    ///
    /// The resources are the paths of the methods and their parents, as each segment of a path is a resource.
    pub(crate) fn preflights(&self) -> Result<Vec<RouteDefinition>, Error> {
        let Some(cors) = self.cors.as_ref().filter(|_| self.is_rest()) else { return Ok(Vec::new()) };
        let integration = Integration::mock(MockIntegration::preflight(cors)?);
        let keys = || self.routes.iter().filter_map(|route| route.key().split_once(' '));
        let own: BTreeSet<&str> = keys().filter(|(method, _)| *method == "OPTIONS").map(|(_, path)| path).collect();
        let mut resources = BTreeSet::from(["/"]);
        for (_, path) in keys() {
            for (end, _) in path.match_indices('/').skip(1) {
                resources.extend(path.get(..end));
            }
            resources.insert(path);
            // The API is refused for as many.
            if resources.len() > MAX_RESOURCES {
                break;
            }
        }
        let missing = resources.into_iter().filter(|path| !own.contains(path));
        let preflight = |path| RouteDefinition::new(format!("OPTIONS {path}"), Auth::None, integration.clone());
        Ok(missing.map(preflight).collect())
    }
}
