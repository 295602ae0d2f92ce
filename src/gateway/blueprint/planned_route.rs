//! A route as a file describes it.

use crate::gateway::api::Auth;
use crate::gateway::upstream::Upstream;

/// A route: its key, who may call it, and what answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlannedRoute {
    pub(crate) key: String,
    pub(crate) auth: Auth,
    pub(crate) target: Target,
}

impl PlannedRoute {
    /// The route's key: `METHOD /path`, or `$default`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Who may call it. A route that is [not served](Target::Unserved) lets nobody through, whatever this says.
    #[must_use]
    pub const fn auth(&self) -> Auth {
        self.auth
    }

    /// What answers.
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }
}

/// What answers the calls of a route.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// An answer that repeats method, path and body as JSON.
    Echo,
    /// The function of this name.
    Function(String),
    /// This server.
    HttpProxy(Upstream),
    /// Nothing: the route is there, and answers 404.
    Nothing,
    /// Nothing here: the route wants an authorizer or an integration that is not supported. It answers 501 with this reason.
    Unserved(String),
}
