//! Loading the API again: on SIGHUP, and with `--watch` when a file changes.

use super::args::ServeArgs;
use super::functions::{self, Functions};
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
        self.show(&self.loaded, &planned)?;
        let prepared = self.functions.prepare(planned, self.args).await?;
        let api = self.loaded.api(self.args, &self.log)?.with_functions(|function| prepared.integration(function));
        let address = self.args.address();
        let server = api.serve(address).await.map_err(|error| listen::failure(error, address))?;
        self.functions.run(prepared, None, functions::most(self.args));
        self.watch();
        Ok(server)
    }

    /// Tells the page of `--inspect` which keys and secrets there are.
    fn show(&self, loaded: &Loaded, planned: &functions::PlannedFunctions) -> Result<(), Failure> {
        let Some(inspector) = self.log.inspector() else { return Ok(()) };
        let users: Vec<_> = loaded.callers.identities().collect();
        inspector.serve(&loaded.described.api, &users, planned.variables())
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
        self.show(&loaded, &planned)?;
        let prepared = self.functions.prepare(planned, self.args).await?;
        let api = loaded.api(self.args, &self.log)?.with_functions(|function| prepared.integration(function));
        let replaced = server.replace(api)?;
        self.functions.run(prepared, Some(replaced), functions::most(self.args));
        let changes = loaded.changes_since(&self.loaded);
        self.loaded = loaded;
        remark(&format!("loaded again: {}", self.loaded.described.title));
        changes.iter().for_each(|line| remark(&format!("  {line}")));
        Ok(())
    }
}
