//! `[[api]]`: an API whose requests are checked.

use super::time_span::TimeSpan;
use crate::check::api::Api;
use crate::error::{Error, ErrorKind};
use serde::Deserialize;
use sig4_iam::ResourcePolicy;
use sig4_iam::tower::ExecuteApi;
use std::fs;
use std::path::{Path, PathBuf};

/// `[[api]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiSection {
    /// The name, which the proxy's configuration may give, and which logs and metrics show.
    pub(super) name: String,
    #[serde(default)]
    hosts: Vec<String>,
    region: String,
    account: String,
    id: String,
    stage: Option<String>,
    #[serde(default)]
    stage_in_path: bool,
    partition: Option<String>,
    authority: Option<String>,
    #[serde(default)]
    answers: Answers,
    resource_policy: Option<PathBuf>,
    #[serde(default)]
    exempt: Vec<String>,
    window: Option<TimeSpan>,
}

/// The form of the response to a refused request.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answers {
    /// That of an HTTP API.
    #[default]
    HttpApi,
    /// That of a REST API.
    RestApi,
    /// Plain text.
    Plain,
}

impl ApiSection {
    /// The API. Relative paths are relative to `folder`.
    pub(super) fn api(&self, folder: &Path) -> Result<Api, Error> {
        let mut api = Api::new(self.name.clone(), self.execute_api())
            .map_err(|error| self.invalid(error.to_string()))?
            .with_hosts(self.hosts.iter().cloned());
        if let Some(authority) = &self.authority {
            api = api.with_authority(authority.clone());
        }
        if let Some(path) = &self.resource_policy {
            api = api.with_resource_policy(self.policy(&folder.join(path))?);
        }
        Ok(api)
    }

    fn execute_api(&self) -> ExecuteApi {
        let mut api = ExecuteApi::new(&*self.region, &*self.account, &*self.id);
        if let Some(stage) = &self.stage {
            api = api.with_stage(&**stage);
        }
        if let Some(partition) = &self.partition {
            api = api.with_partition(&**partition);
        }
        if self.stage_in_path { api.with_stage_in_path() } else { api }
    }

    fn policy(&self, path: &Path) -> Result<ResourcePolicy, Error> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|error| self.invalid(format!("{shown}: {error}")))?;
        ResourcePolicy::parse(shown.to_string(), &text).map_err(|error| self.invalid(format!("{shown}: {error}")))
    }

    fn invalid(&self, detail: impl core::fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidConfig, format!("the API `{}`: {detail}", self.name))
    }
}
