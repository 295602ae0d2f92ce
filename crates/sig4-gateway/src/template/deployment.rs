//! The deployment of a template: region, account, names and parameters.

use crate::defaults::{DEFAULT_ACCOUNT, DEFAULT_API_ID};
use sig4::endpoint::Partition;
use std::collections::BTreeMap;

/// The facts that CloudFormation knows besides the template: region, account, API id and parameters of a stack.
///
/// ```
/// use sig4_gateway::template::Deployment;
///
/// let deployment = Deployment::new("eu-central-1").with_account("123456789012").with_parameter("Level", "debug");
/// assert_eq!(deployment.region(), "eu-central-1");
/// ```
#[derive(Clone, Debug)]
pub struct Deployment {
    region: String,
    account: String,
    api_id: String,
    api: Option<String>,
    stage: Option<String>,
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Deployment {
    /// A deployment to a region.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            account: DEFAULT_ACCOUNT.to_owned(),
            api_id: DEFAULT_API_ID.to_owned(),
            api: None,
            stage: None,
            parameters: BTreeMap::new(),
        }
    }

    /// Sets the account, twelve digits: the value of `AWS::AccountId`.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// Sets the API's id: the value of a `Ref` to it.
    #[must_use]
    pub fn with_api_id(mut self, id: impl Into<String>) -> Self {
        self.api_id = id.into();
        self
    }

    /// Chooses the API of a stack with several: by its logical id, its name, or its path in the CDK's tree of constructs, with or
    /// without the stack (`Shop/Orders`, `Orders`).
    #[must_use]
    pub fn with_api(mut self, api: impl Into<String>) -> Self {
        self.api = Some(api.into());
        self
    }

    /// Deploys only this stage of an API with several.
    #[must_use]
    pub fn with_stage(mut self, name: impl Into<String>) -> Self {
        self.stage = Some(name.into());
        self
    }

    /// Sets the value of a parameter of the template. Commas separate the elements of a list.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// The region: the value of `AWS::Region`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account: the value of `AWS::AccountId`.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The API's id.
    #[must_use]
    pub fn api_id(&self) -> &str {
        &self.api_id
    }

    /// The logical id, name or path of the chosen API.
    pub(crate) fn api(&self) -> Option<&str> {
        self.api.as_deref()
    }

    /// The chosen stage's name.
    pub(crate) fn stage(&self) -> Option<&str> {
        self.stage.as_deref()
    }

    /// The partition of the region: the value of `AWS::Partition`.
    #[must_use]
    pub fn partition(&self) -> &'static str {
        Partition::of_region(&self.region).name()
    }

    /// The domain of the partition: the value of `AWS::URLSuffix`.
    pub(crate) fn url_suffix(&self) -> &'static str {
        Partition::of_region(&self.region).domain()
    }
}
