//! Policies: a document and a name.

use crate::document::Document;
use crate::error::{Error, ErrorKind};
use crate::json::node::Node;
use crate::json::read::{read, read_document};
use crate::limits::{MAX_POLICY_BYTES, MAX_POLICY_LEN};
use std::sync::Arc;

/// A policy of a user, a group, a role, a session or an organization. Its statements have no `Principal`.
///
/// Documents are read strictly: content that IAM rejects or silently ignores is an error with its place.
///
/// ```
/// use sig4_iam::{ErrorKind, Policy};
///
/// let error = Policy::parse("typo", r#"{"Version": "2012-10-17", "Statement": [
///     {"Effect": "Allow", "Action": "execute-api:Invoke", "Resorce": "*"}]}"#).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidPolicy);
/// assert_eq!(
///     error.to_string(),
///     "invalid policy: at Statement[0].Resorce, line 2, column 68: there is no such element",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) name: Arc<str>,
    pub(crate) document: Arc<Document>,
}

impl Policy {
    /// Reads a policy document of at most [`MAX_POLICY_LEN`] characters without white space, and [`MAX_POLICY_BYTES`] with it.
    /// Decisions refer to the policy by `name`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPolicy`] with the place if the text is not a policy document.
    pub fn parse(name: impl Into<String>, json: &str) -> Result<Self, Error> {
        let document = document(json, false)?;
        Ok(Self { name: name.into().into(), document })
    }

    /// A policy inside another document.
    pub(crate) fn from_node(name: &str, node: &Node<'_>) -> Result<Self, Error> {
        Ok(Self { name: name.into(), document: Arc::new(Document::parse(node, false)?) })
    }

    /// The name that decisions refer to the policy by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A resource-based policy, such as that of an API. Its statements name their principals.
///
/// ```
/// use sig4_iam::ResourcePolicy;
///
/// let policy = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
///     "Action": "execute-api:Invoke", "Resource": "execute-api:/*/GET/pets/*"}}"#;
/// assert_eq!(ResourcePolicy::parse("pets", policy)?.name(), "pets");
/// # Ok::<(), sig4_iam::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResourcePolicy {
    pub(crate) name: Arc<str>,
    pub(crate) document: Arc<Document>,
}

impl ResourcePolicy {
    /// Reads a policy document of at most [`MAX_POLICY_LEN`] characters without white space, and [`MAX_POLICY_BYTES`] with it.
    /// Decisions refer to the policy by `name`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPolicy`] with the place if the text is not a policy document.
    pub fn parse(name: impl Into<String>, json: &str) -> Result<Self, Error> {
        let document = document(json, true)?;
        Ok(Self { name: name.into().into(), document })
    }

    /// The name that decisions refer to the policy by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn document(json: &str, has_principals: bool) -> Result<Arc<Document>, Error> {
    let tree = read(json, MAX_POLICY_BYTES, ErrorKind::InvalidPolicy)?;
    if json.chars().filter(|character| !character.is_whitespace()).count() > MAX_POLICY_LEN {
        let words = format!("it is longer than {MAX_POLICY_LEN} characters without white space");
        return Err(Error::new(ErrorKind::InvalidPolicy, words));
    }
    read_document(json, &tree, ErrorKind::InvalidPolicy, |root| Document::parse(root, has_principals)).map(Arc::new)
}
