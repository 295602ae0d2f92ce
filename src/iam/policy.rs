//! Policy documents.

use crate::error::Error;
use std::sync::Arc;

/// A policy of a user, a group, a role, a session or an organization: it says nothing of principals.
#[derive(Clone, Debug)]
pub struct Policy {
    name: Arc<str>,
}

impl Policy {
    /// Reads a policy document. `name` is what a decision calls it.
    ///
    /// # Errors
    ///
    /// `InvalidPolicy` if the text is not such a document, with the place.
    pub fn parse(name: impl Into<String>, _json: &str) -> Result<Self, Error> {
        Ok(Self { name: name.into().into() })
    }

    /// What a decision calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A policy of an API: its statements say to which principals they apply.
#[derive(Clone, Debug)]
pub struct ResourcePolicy {
    name: Arc<str>,
}

impl ResourcePolicy {
    /// Reads a policy document. `name` is what a decision calls it.
    ///
    /// # Errors
    ///
    /// `InvalidPolicy` if the text is not such a document, with the place.
    pub fn parse(name: impl Into<String>, _json: &str) -> Result<Self, Error> {
        Ok(Self { name: name.into().into() })
    }

    /// What a decision calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
