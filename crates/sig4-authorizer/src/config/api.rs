//! `[[api]]`: an API whose requests are checked.

use super::time_span::TimeSpan;
use crate::check::answers::AnswerProfile;
use crate::check::api::Api;
use crate::error::{Error, ErrorKind};
use crate::regular_file;
use serde::Deserialize;
use sig4_iam::ResourcePolicy;
use sig4_iam::tower::ExecuteApi;
use std::path::{Path, PathBuf};

/// The service of API Gateway, whose name policies have unless `service` says otherwise.
const EXECUTE_API: &str = "execute-api";

/// The longest resource policy, in bytes.
const MAX_POLICY_LEN: usize = 1_048_576;

/// The digits of an account.
const ACCOUNT_LEN: usize = 12;

/// `[[api]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiSection {
    /// The name, which the proxy's configuration may give, and which logs and metrics show.
    pub(super) name: String,
    #[serde(default)]
    hosts: Vec<String>,
    service: Option<String>,
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
    #[serde(default)]
    preflight: bool,
    body_check: Option<bool>,
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
    /// What is wrong with a value that would refuse every request.
    pub(super) fn problem(&self) -> Option<String> {
        let is_wrong = |host: &&String| host.is_empty() || host.contains(['/', '*', '@', ' ']);
        let wrong = self.hosts.iter().chain(&self.authority).find(is_wrong);
        let problem = match (wrong, self.window) {
            (Some(host), _) => format!("`{host}` is not a host, with or without a port, such as \"pets.example.com\""),
            (None, Some(TimeSpan(window))) if window.is_zero() => "`window` is zero".to_owned(),
            _ if self.id.is_empty() => "`id` is empty".to_owned(),
            _ => return None,
        };
        Some(format!("the API `{}`: {problem}", self.name))
    }

    /// The API. Relative paths are relative to `folder`. `checks_body` is whether the upstream checks bodies, unless the section says so
    /// itself.
    pub(super) fn api(&self, folder: &Path, checks_body: bool) -> Result<Api, Error> {
        let mut api = Api::new(self.name.clone(), self.execute_api()?)
            .map_err(|error| self.invalid(error))?
            .with_hosts(self.hosts.iter().cloned())
            .with_answers(self.answers.profile())
            .with_preflight_exempt(self.preflight)
            .with_body_check(self.body_check.unwrap_or(checks_body));
        if let Some(authority) = &self.authority {
            api = api.with_authority(authority.clone());
        }
        if let Some(TimeSpan(window)) = self.window {
            api = api.map_verifier(|verifier| verifier.with_window(window));
        }
        if let Some(path) = &self.resource_policy {
            api = api.with_resource_policy(self.policy(&folder.join(path))?);
        }
        self.exempt.iter().try_fold(api, |api, route| self.exempted(api, route))
    }

    fn exempted(&self, api: Api, route: &str) -> Result<Api, Error> {
        let expected = || self.invalid(format!("the exempt route `{route}` is not a method, a space and a path"));
        let (method, path) = route.split_once(' ').ok_or_else(expected)?;
        api.with_public_path(method, path).map_err(|error| self.invalid(error))
    }

    fn execute_api(&self) -> Result<ExecuteApi, Error> {
        if self.name.is_empty() {
            return Err(self.invalid("an API needs a name"));
        }
        if self.account.len() != ACCOUNT_LEN || !self.account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.invalid("`account` is not twelve digits"));
        }
        let mut api = ExecuteApi::new(&*self.region, &*self.account, &*self.id);
        if let Some(service) = &self.service {
            api = api.with_service(&**service);
        }
        if let Some(stage) = &self.stage {
            api = api.with_stage(&**stage);
        }
        if let Some(partition) = &self.partition {
            api = api.with_partition(&**partition);
        }
        Ok(if self.stage_in_path { api.with_stage_in_path() } else { api })
    }

    fn policy(&self, path: &Path) -> Result<ResourcePolicy, Error> {
        let shown = path.display();
        let (text, _) =
            regular_file::read_text(path, MAX_POLICY_LEN).map_err(|error| self.invalid(format!("{shown}: {error}")))?;
        // A deny that names API Gateway's calls would apply to none.
        let is_other = |service: &&str| *service != EXECUTE_API && text.contains("execute-api:");
        if let Some(service) = self.service.as_deref().filter(is_other) {
            return Err(self.invalid(format!("{shown}: it names `execute-api`, and `service` is `{service}`")));
        }
        ResourcePolicy::parse(shown.to_string(), &text).map_err(|error| self.invalid(format!("{shown}: {error}")))
    }

    fn invalid(&self, detail: impl core::fmt::Display) -> Error {
        Error::new(ErrorKind::InvalidConfig, format!("the API `{}`: {detail}", self.name))
    }
}

impl Answers {
    const fn profile(self) -> AnswerProfile {
        match self {
            Self::HttpApi => AnswerProfile::HttpApi,
            Self::RestApi => AnswerProfile::RestApi,
            Self::Plain => AnswerProfile::Plain,
        }
    }
}
