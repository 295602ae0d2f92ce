//! From the head of a request to its path, stage and route.

use crate::definition::{ApiDefinition, Auth, RouteDefinition};
use crate::domain::{self, DomainMapping, Mapped};
use crate::error::Error;
use crate::event::fields::domain as host_name;
use crate::head::host;
use crate::rest_path::{RestPath, without_last_slash};
use crate::route::table::Routes;
use crate::routed_request::{RoutedRequest, StagedPath};
use crate::stage::{self, Stage};
use http::Method;
use http::request::Parts;
use sig4::tower::{DecodedPath, PathReading};
use sig4::verify::Verifier;

/// The stages, the custom domains and the routes of an API.
pub(super) struct Router {
    verifier: Verifier,
    is_rest: bool,
    stages: Vec<Stage>,
    domains: Vec<DomainMapping>,
    routes: Routes<RouteDefinition>,
}

/// Why a request has no route.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Unrouted {
    /// The custom domain has no mapping for the path.
    NoBasePath,
    /// The path names no stage.
    NoStage,
    /// No route matches the method and the path.
    NoRoute,
    /// The encoded and the decoded path lead to different stages or methods of a REST API.
    Ambiguous,
}

/// The stage that a path leads to.
struct Found<'r, 'p> {
    index: usize,
    stage: &'r Stage,
    /// The path below the base path, which begins with the stage's name if the mapping has none.
    below: &'p str,
    in_stage: &'p str,
    mapping: Option<&'r DomainMapping>,
}

impl Router {
    /// Reads the stages and routes of an API.
    pub(super) fn new(api: &ApiDefinition, verifier: Verifier) -> Result<Self, Error> {
        let (stages, routes) = (api.served_stages(), api.read_routes()?);
        Ok(Self { verifier, is_rest: api.is_rest(), stages, domains: api.domains.clone(), routes })
    }

    /// The stages, in the order that [`StagedPath::stage_index`] refers to.
    pub(super) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// Reads a raw path as API Gateway does for an API of this type.
    pub(super) fn path<'p>(&self, raw: &'p str) -> Result<DecodedPath<'p>, sig4::error::Error> {
        let reading = if self.is_rest { PathReading::RestApi } else { PathReading::HttpApi };
        reading.read(&self.verifier, raw)
    }

    /// Finds the stage that a request names by its host or its path.
    pub(super) fn stage<'r>(&'r self, head: &'r Parts, path: &'r DecodedPath<'_>) -> Result<StagedPath<'r>, Unrouted> {
        let decoded = self.find(head, path);
        let rest = if self.is_rest { Some(self.rest_path(head, &decoded)?) } else { None };
        let Found { index, stage, below, in_stage, mapping } = decoded?;
        Ok(StagedPath {
            path,
            raw_path: if mapping.is_some() { below } else { path },
            path_in_stage: rest.map_or(in_stage, |rest| rest.decoded_in_stage()),
            rest,
            has_domain: mapping.is_some(),
            stage,
            stage_index: index,
        })
    }

    /// The readings of a path of a REST API, both of which have to name one stage.
    fn rest_path<'r>(
        &'r self,
        head: &'r Parts,
        decoded: &Result<Found<'r, 'r>, Unrouted>,
    ) -> Result<RestPath<'r>, Unrouted> {
        let received = head.uri.path();
        match (self.find(head, received), decoded) {
            (Ok(raw), Ok(decoded)) if (raw.index, raw.mapping) == (decoded.index, decoded.mapping) => {
                Ok(RestPath::new(received, raw.in_stage, decoded.in_stage, raw.mapping.is_none()))
            }
            (Err(raw), Err(decoded)) if raw == *decoded => Err(raw),
            _ => Err(Unrouted::Ambiguous),
        }
    }

    /// Finds the stage for a host and one reading of a path.
    fn find<'r, 'p>(&'r self, head: &Parts, path: &'p str) -> Result<Found<'r, 'p>, Unrouted> {
        let mapped = match self.domains.as_slice() {
            [] => Mapped::NoDomain,
            domains => domain::select(domains, host_name(&host(head)).0, path),
        };
        let (below, mapping) = match mapped {
            Mapped::NoBasePath => return Err(Unrouted::NoBasePath),
            Mapped::NoDomain => (path, None),
            Mapped::Below(mapping, below) => (below, Some(mapping)),
        };
        let found = match mapping {
            Some(mapping) => domain::stage_of(mapping, &self.stages, below),
            None => stage::select(&self.stages, below),
        };
        let (index, stage, in_stage) = found.ok_or(Unrouted::NoStage)?;
        Ok(Found { index, stage, below, in_stage, mapping })
    }

    /// Finds the route for a method and a path. For a REST API it is the one that the path as it was sent selects, unless the decoded
    /// path selects a different one, or lenient servers read it as the path of a method with an authorizer that this one lacks.
    pub(super) fn route<'r>(
        &'r self,
        method: &Method,
        staged: StagedPath<'r>,
    ) -> Result<RoutedRequest<'r, RouteDefinition>, Unrouted> {
        let [sent, decoded] = staged.rest.map_or([staged.path_in_stage; 2], |rest| rest.routed());
        let selected = self.routes.select(method.as_str(), sent);
        if decoded != sent {
            let other = self.routes.select(method.as_str(), decoded);
            if other.is_some_and(|other| selected.as_ref().is_none_or(|selected| selected.key != other.key)) {
                return Err(Unrouted::Ambiguous);
            }
        }
        let selected = selected.ok_or(Unrouted::NoRoute)?;
        if let (Some(rest), Auth::None) = (&staged.rest, selected.target.auth) {
            let lenient = rest.lenient();
            let other = self.routes.select(method.as_str(), without_last_slash(&lenient));
            if other.is_some_and(|other| other.target.auth != Auth::None) {
                return Err(Unrouted::Ambiguous);
            }
        }
        Ok(RoutedRequest { staged, route: selected.key, target: selected.target, variables: selected.variables })
    }
}
