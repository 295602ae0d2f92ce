//! The check of a definition, and the parts of it that are served.

use super::{ApiDefinition, Auth, RouteDefinition};
use crate::cors::Cors;
use crate::domain;
use crate::error::{Error, ErrorKind};
use crate::route::RouteKey;
use crate::route::table::Routes;
use crate::stage::{self, Stage};
use sig4::verify::{KeyStore, Verifier};
use sig4_iam::{Directory, Identity, Principal};
use std::sync::Arc;

/// The service of the signatures.
const SERVICE: &str = "execute-api";

impl ApiDefinition {
    /// Checks the definition as serving it does.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidRoute`] for an invalid or duplicate route key.
    /// - [`ErrorKind::InvalidApi`] for an invalid region, account or API id, for stages, custom domain names or a CORS configuration
    ///   that API Gateway would not accept, or for a route that requires signatures without [keys](Self::with_keys) to look up.
    /// - [`ErrorKind::InvalidUpstream`] for an invalid upstream URL or client header.
    pub fn check(&self) -> Result<(), Error> {
        self.check_region()?;
        self.check_account()?;
        self.check_id()?;
        self.read_routes().map(|_| ())
    }

    /// The verifier of the API. Clients sign the host that they call, and the request carries it.
    pub(crate) fn verifier(&self) -> Result<Verifier, Error> {
        let invalid = |error: sig4::error::Error| {
            Error::new(ErrorKind::InvalidApi, format!("the region `{}`: {error}", self.region)).with_source(error)
        };
        Verifier::new(&self.region, SERVICE).map_err(invalid)
    }

    pub(crate) fn check_region(&self) -> Result<(), Error> {
        self.verifier().map(|_| ())
    }

    pub(crate) fn check_account(&self) -> Result<(), Error> {
        let invalid = |error: sig4_iam::Error| {
            Error::new(ErrorKind::InvalidApi, format!("the account: {}", error.reason())).with_source(error)
        };
        Principal::root(self.account.as_str()).map(|_| ()).map_err(invalid)
    }

    /// The id is part of ARNs, in which `:`, `/` and wildcards would mean something else.
    pub(crate) fn check_id(&self) -> Result<(), Error> {
        let is_valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !self.id.is_empty() && self.id.chars().all(is_valid) {
            return Ok(());
        }
        let detail = format!("the API id `{}`: letters, digits, `-`, `_` and `.`, at least one", self.id);
        Err(Error::new(ErrorKind::InvalidApi, detail))
    }

    /// The routes, if the whole definition is valid.
    pub(crate) fn read_routes(&self) -> Result<Routes<RouteDefinition>, Error> {
        let mut routes = if self.is_rest() { Routes::rest() } else { Routes::default() };
        for route in self.routes.iter().chain(&self.preflights()?) {
            let key = RouteKey::parse(route.key())?;
            route.integration.check(&key)?;
            routes.add(key, route.clone())?;
        }
        let has_keys = self.keys.is_some() || self.directory.is_some();
        if !has_keys && routes.iter().any(|(_, route)| route.auth == Auth::Iam) {
            return Err(Error::new(ErrorKind::InvalidApi, "a route wants signatures, and there is no key store"));
        }
        stage::check(&self.stages)?;
        self.rest.check(self.is_rest())?;
        if self.is_rest() {
            self.check_rest()?;
        }
        domain::check(&self.domains, &self.served_stages(), !self.is_rest())?;
        self.cors.as_ref().map_or(Ok(()), Cors::check)?;
        Ok(routes)
    }

    /// The parts of a REST API that differ from those of an HTTP API.
    fn check_rest(&self) -> Result<(), Error> {
        let refuse = |detail: &'static str| Err(Error::new(ErrorKind::InvalidApi, detail));
        if self.stages.is_empty() {
            return refuse("a REST API has no stage of its own: add one, such as `prod`");
        }
        if self.stages.iter().any(|stage| stage.name() == stage::DEFAULT) {
            return refuse("a REST API has no stage `$default`: give the stage a name, such as `prod`");
        }
        Ok(())
    }

    /// The stages that are served, at least one.
    pub(crate) fn served_stages(&self) -> Vec<Stage> {
        if self.stages.is_empty() { vec![Stage::new(stage::DEFAULT)] } else { self.stages.clone() }
    }

    /// The key store: the one that was set, else the directory of a configuration, else an empty one.
    pub(crate) fn key_store(&self) -> Arc<dyn KeyStore<Key = Identity>> {
        let directory = || self.directory.clone().unwrap_or_else(|| Directory::new(self.account.clone()));
        self.keys.clone().unwrap_or_else(|| Arc::new(directory()))
    }
}
