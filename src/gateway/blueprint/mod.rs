//! An HTTP API as a file describes it: all that is served, once its functions run.
//!
//! A [template](super::template) and a [configuration](super::config) both come to this.

pub(crate) mod echo;
pub(crate) mod function;
pub(crate) mod planned_principal;
pub(crate) mod planned_route;

pub use function::{Code, FunctionPlan};
pub use planned_principal::PlannedPrincipal;
pub use planned_route::{PlannedRoute, Target};

use crate::gateway::api::{Auth, HttpApi};
use crate::gateway::cors::Cors;
use crate::gateway::integration::Integration;
use crate::gateway::stage::Stage;
use crate::partition::Partition;
use std::collections::BTreeMap;

/// An HTTP API that a file describes.
///
/// It is data until [`http_api`](Self::http_api) gives it what runs its functions: Lambda's runtimes, or in a test closures.
///
/// ```
/// use sig4::gateway::Integration;
/// use sig4::gateway::config::Config;
///
/// let text = r#"
///     routes."POST /orders" = { function = "orders", authorizer = "none" }
///     functions.orders = { code = "handler", handler = "index.handler" }
/// "#;
/// let blueprint = Config::parse(text, &|name| std::fs::read_to_string(name))?.blueprint().clone();
/// let api = blueprint.http_api(|function| {
///     assert_eq!(function.handler(), "index.handler");
///     Integration::echo()
/// });
/// api.check()?;
/// # Ok::<(), sig4::gateway::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Blueprint {
    pub(crate) region: String,
    pub(crate) account: String,
    pub(crate) api_id: String,
    pub(crate) stages: Vec<Stage>,
    pub(crate) cors: Option<Cors>,
    pub(crate) routes: Vec<PlannedRoute>,
    pub(crate) functions: Vec<FunctionPlan>,
    pub(crate) principals: Vec<PlannedPrincipal>,
    pub(crate) notes: Vec<String>,
}

impl Blueprint {
    /// The region that the API is served as.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The partition that the region lies in, as ARNs name it.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        Partition::of_region(&self.region).name()
    }

    /// The account that owns the API.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The API's id.
    #[must_use]
    pub fn api_id(&self) -> &str {
        &self.api_id
    }

    /// The stages; without any, the API is served as the stage `$default`.
    pub fn stages(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter()
    }

    /// The CORS configuration, if the API has one.
    #[must_use]
    pub const fn cors(&self) -> Option<&Cors> {
        self.cors.as_ref()
    }

    /// The routes, ordered by their keys.
    pub fn routes(&self) -> impl Iterator<Item = &PlannedRoute> {
        self.routes.iter()
    }

    /// The functions that a route calls.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionPlan> {
        self.functions.iter()
    }

    /// The users of a stack, and its roles that may call APIs. They have no access keys yet.
    pub fn principals(&self) -> impl Iterator<Item = &PlannedPrincipal> {
        self.principals.iter()
    }

    /// What is otherwise than on AWS, a line each.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// Leaves out a function that cannot be run. The routes that lead to it answer 501 with the reason.
    #[must_use]
    pub fn without_function(mut self, name: &str, why: &str) -> Self {
        self.functions.retain(|function| function.name != name);
        for route in &mut self.routes {
            if matches!(&route.target, Target::Function(function) if function == name) {
                route.target = Target::Unserved(why.to_owned());
            }
        }
        self
    }

    /// The API, with an integration for each function. Whose keys may call it is still to be said.
    pub fn http_api(&self, mut run: impl FnMut(&FunctionPlan) -> Integration) -> HttpApi {
        let functions = self.functions.iter().map(|function| (function.name(), run(function)));
        let functions: BTreeMap<_, _> = functions.collect();
        let mut api = HttpApi::new(&self.region).with_account(&self.account).with_api_id(&self.api_id);
        for stage in &self.stages {
            api = api.with_stage(stage.clone());
        }
        if let Some(cors) = &self.cors {
            api = api.with_cors(cors.clone());
        }
        for route in &self.routes {
            let integration = match &route.target {
                Target::Echo => Integration::echo(),
                Target::Function(name) => functions.get(name.as_str()).cloned().unwrap_or_else(Integration::unattached),
                Target::HttpProxy(upstream) => Integration::http_proxy(upstream.clone()),
                Target::Nothing => Integration::unattached(),
                Target::Unserved(why) => {
                    // The route calls no integration, so that every caller gets the same answer.
                    api = api.route_with(&route.key, Auth::None, Integration::not_implemented(why));
                    continue;
                }
            };
            api = api.route_with(&route.key, route.auth, integration);
        }
        api
    }
}
