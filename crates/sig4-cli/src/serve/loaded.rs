//! Everything that is read at the start, and again when it changes: the API, its callers, and its functions.

use super::args::ServeArgs;
use super::callers::Callers;
use super::description::Described;
use super::env_vars::EnvVars;
use super::functions::PlannedFunctions;
use super::log::Log;
use super::sources::Sources;
use crate::failure::Failure;
use sig4_gateway::{ApiDefinition, Auth, IntegrationKind, TlsConfig};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is served.
pub(crate) struct Loaded {
    pub(crate) described: Described,
    pub(crate) callers: Callers,
    /// The certificate, if the server speaks HTTPS.
    tls: Option<TlsConfig>,
}

impl Loaded {
    /// Reads everything that the arguments name.
    pub(crate) fn read(args: &ServeArgs, sources: &Sources) -> Result<(Self, PlannedFunctions), Failure> {
        sources.begin();
        let mut described = Described::read(args, sources)?;
        let callers = Callers::read(&described, args, sources)?;
        callers.check_reach(args.address())?;
        let env_vars = EnvVars::read(args.env_vars.as_deref(), sources)?;
        let planned = PlannedFunctions::new(&mut described.api, &described.folder, args, &env_vars)?;
        let tls = args.tls.config(args.address().ip(), &args.allowed_hosts, sources)?;
        sources.complete();
        Ok((Self { described, callers, tls }, planned))
    }

    /// The API as it is served, but for its functions.
    pub(crate) fn api(&self, args: &ServeArgs, log: &Arc<Log>) -> Result<ApiDefinition, Failure> {
        let (api, recorder) = (self.described.api.clone(), Arc::clone(log));
        let body_budget = args.body_budget.unwrap_or_else(|| api.body_budget());
        let api = match self.tls.clone() {
            Some(tls) => api.with_tls(tls),
            None => api,
        };
        Ok(api
            .with_body_budget(body_budget)
            .with_keys(self.callers.directory.clone())
            .with_allowed_hosts(args.hosts()?)
            .with_inspection(log.inspector().is_some())
            .with_verbose_errors(args.verbose_errors)
            .with_local_explanations(!args.no_explain)
            .with_access_log(move |record| recorder.record(record)))
    }

    /// What is different from `before`, a line each.
    pub(crate) fn changes_since(&self, before: &Self) -> Vec<String> {
        let (old, new) = (routes(&before.described.api), routes(&self.described.api));
        let added = new.iter().filter(|(key, _)| !old.contains_key(*key)).map(|(key, _)| format!("+ {key}"));
        let removed = old.keys().filter(|key| !new.contains_key(*key)).map(|key| format!("- {key}"));
        let is_other = |key: &str, to: &Target<'_>| old.get(key).is_some_and(|before| before != to);
        let changed = new.iter().filter(|(key, to)| is_other(key, to)).map(|(key, _)| format!("~ {key}"));
        let known: Vec<&str> = before.described.api.notes().collect();
        let notes = self.described.api.notes().filter(|note| !known.contains(note)).map(|note| format!("note: {note}"));
        added.chain(removed).chain(changed).chain(self.callers.changes_since(&before.callers)).chain(notes).collect()
    }
}

/// The authorizer and the integration of a route.
type Target<'a> = (Auth, IntegrationKind<'a>);

fn routes(api: &ApiDefinition) -> BTreeMap<&str, Target<'_>> {
    api.routes().map(|route| (route.key(), (route.auth(), route.integration().kind()))).collect()
}
