//! Loading the API again: on SIGHUP, and with `--watch` when a file changes.

use super::args::ServeArgs;
use super::functions::{self, Functions};
use super::inspect::ServedKeys;
use super::listen;
use super::loaded::Loaded;
use super::log::Log;
use super::sources::Sources;
use super::watched::Changes;
use crate::failure::Failure;
use crate::print::remark;
use sig4_gateway::Server;
use std::sync::Arc;

/// A server and what it serves.
pub(crate) struct Served<'a> {
    pub(crate) args: &'a ServeArgs,
    pub(crate) sources: Sources,
    pub(crate) log: Arc<Log>,
    pub(crate) loaded: Loaded,
    pub(crate) functions: Functions,
    /// The changes of the files, if they are watched.
    pub(crate) changes: Option<Changes>,
}

impl Served<'_> {
    /// Serves what was loaded.
    pub(crate) async fn start(&mut self, planned: functions::PlannedFunctions) -> Result<Server, Failure> {
        let keys = self.mask(&self.loaded, &planned)?;
        let prepared = self.functions.prepare(planned, self.args).await?;
        let api = self.loaded.api(self.args, &self.log)?.with_functions(|function| prepared.integration(function));
        let address = self.args.address();
        let server = api.serve(address).await.map_err(|error| listen::failure(error, address))?;
        self.show(keys);
        self.functions.run(prepared, None, functions::most(self.args));
        self.watch();
        Ok(server)
    }

    /// Masks the secrets on the page of `--inspect`, and returns the keys for it.
    fn mask(&self, loaded: &Loaded, planned: &functions::PlannedFunctions) -> Result<Option<ServedKeys>, Failure> {
        let Some(inspector) = self.log.inspector() else { return Ok(None) };
        let users: Vec<_> = loaded.callers.identities().collect();
        inspector.prepare(&loaded.described.api, &users, planned.variables()).map(Some)
    }

    /// Gives the page of `--inspect` the keys that are served now.
    fn show(&self, keys: Option<ServedKeys>) {
        if let (Some(inspector), Some(keys)) = (self.log.inspector(), keys) {
            inspector.serve(keys);
        }
    }

    /// Loads everything again. If that fails, what was served before is served.
    pub(crate) async fn reload(&mut self, server: &Server) {
        if let Err(failure) = self.load_again(server).await {
            remark(&format!("not loaded again, and served as before: {failure}"));
        }
        self.watch();
    }

    /// Watches the files that were read, with `--watch`.
    fn watch(&mut self) {
        self.changes = self.args.watch.then(|| self.sources.follow());
    }

    async fn load_again(&mut self, server: &Server) -> Result<(), Failure> {
        let (loaded, planned) = Loaded::read(self.args, &self.sources)?;
        let keys = self.mask(&loaded, &planned)?;
        let prepared = self.functions.prepare(planned, self.args).await?;
        let api = loaded.api(self.args, &self.log)?.with_functions(|function| prepared.integration(function));
        let replaced = server.replace(api)?;
        self.show(keys);
        self.functions.run(prepared, Some(replaced), functions::most(self.args));
        let changes = loaded.changes_since(&self.loaded);
        self.loaded = loaded;
        remark(&format!("loaded again: {}", self.loaded.described.title));
        changes.iter().for_each(|line| remark(&format!("  {line}")));
        Ok(())
    }
}
