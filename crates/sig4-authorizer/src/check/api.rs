//! An API whose requests are checked.

use sig4::Verifier;
use sig4_iam::ResourcePolicy;
use sig4_iam::tower::{ExecuteApi, PolicyAuthorizer};

/// An API: the hosts that it is called at, how its requests are verified, and the resources that policies name.
#[derive(Clone, Debug)]
pub struct Api {
    pub(super) name: String,
    pub(super) hosts: Vec<String>,
    pub(super) verifier: Verifier,
    pub(super) policies: PolicyAuthorizer,
}

impl Api {
    /// An API with a name. Its requests are those of `execute-api` in the region of `api`.
    ///
    /// # Errors
    ///
    /// If the region is invalid.
    pub fn new(name: impl Into<String>, api: ExecuteApi) -> Result<Self, sig4::Error> {
        let verifier = Verifier::new(api.region(), "execute-api")?;
        Ok(Self { name: name.into(), hosts: Vec::new(), verifier, policies: PolicyAuthorizer::new(api) })
    }

    /// Sets the hosts that select the API. Without a host it takes every request that names no API.
    #[must_use]
    pub fn with_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the authority that clients sign, if the proxy sees another one.
    #[must_use]
    pub fn with_authority(mut self, authority: impl Into<String>) -> Self {
        self.verifier = self.verifier.with_authority(authority);
        self
    }

    /// Adds the resource-based policy.
    #[must_use]
    pub fn with_resource_policy(mut self, policy: ResourcePolicy) -> Self {
        self.policies = self.policies.with_resource_policy(policy);
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
