//! A key store in memory, built in code or read from JSON.

mod entity;
mod loader;

use crate::error::{Error, ErrorKind};
use crate::identity::Identity;
use crate::principal::PrincipalKind;
use sig4::verify::{KeyFuture, KeyStore};
use std::collections::BTreeMap;
use std::future;
use std::sync::Arc;

/// A [`KeyStore`] in memory: the access keys of the users and role sessions of one account.
///
/// It is built [key by key](Self::with_identity), or read from JSON:
///
/// ```
/// use sig4_iam::Directory;
///
/// let directory = Directory::from_json(r#"{
///   "account": "123456789012",
///   "organization": {"id": "o-a1b2c3d4e5", "paths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"]},
///   "service_control_policies": [
///     [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]
///   ],
///   "groups": {
///     "callers": {"policies": [{"Version": "2012-10-17", "Statement":
///       {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*"}}]}
///   },
///   "users": {
///     "alice": {
///       "path": "/staff/",
///       "tags": {"team": "pets"},
///       "groups": ["callers"],
///       "access_keys": [{"id": "AKIAIOSFODNN7EXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}]
///     }
///   },
///   "roles": {
///     "deploy": {
///       "policies": [{"Version": "2012-10-17", "Statement":
///         {"Effect": "Allow", "Action": "execute-api:*", "Resource": "*"}}],
///       "sessions": {
///         "ci": {
///           "access_key": {"id": "ASIAIOSFODNN7EXAMPLE", "secret": "je7MtGbClwBFEXAMPLEKEY", "token": "IQoJb3JpZ2luX2Vj"},
///           "issued": "2026-11-27T09:00:00Z",
///           "expires": "2026-11-27T21:00:00Z"
///         }
///       }
///     }
///   }
/// }"#)?;
/// let alice = directory.find("AKIAIOSFODNN7EXAMPLE").unwrap();
/// assert_eq!(alice.principal().arn(), "arn:aws:iam::123456789012:user/staff/alice");
/// assert!(!format!("{directory:?}").contains("wJalr"));
/// # Ok::<(), sig4_iam::Error>(())
/// ```
///
/// | Field | |
/// |---|---|
/// | `account` | The account's twelve digits. The only required field. |
/// | `partition` | The partition; `aws` by default. |
/// | `organization` | `id`, and `paths` if any: the values of `aws:PrincipalOrgID` and `aws:PrincipalOrgPaths`. |
/// | `service_control_policies` | A list of levels, each a list of policies. |
/// | `root` | `access_keys` of the root user. |
/// | `groups` | Names, and for each its `policies`. |
/// | `users` | Names, and for each any of `path`, `unique_id` (`AIDA…`), `tags`, `groups`, `policies`, `boundary`, `access_keys`. |
/// | `roles` | Names, and for each any of `path`, `unique_id` (`AROA…`), `tags`, `policies`, `boundary`, `sessions`. |
/// | `access_keys` | A list of `id`, `secret`, and `active`, by default `true`. [Day keys](crate::DayKeys) may take the place of secrets. |
/// | `sessions` | Names, and for each an `access_key` of `id`, `secret` and `token`, and any of `issued`, `expires`, `multi_factor_at` (times), `tags`, `policies`. |
///
/// A policy is a document, an object `{"name": …, "document": …}`, or the name of a file that the caller
/// [reads](Self::from_json_and_files). Unknown fields and duplicate names or ids are errors.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    account: String,
    identities: BTreeMap<String, Arc<Identity>>,
}

impl Directory {
    /// An empty directory of an account, given by its twelve digits.
    #[must_use]
    pub fn new(account: impl Into<String>) -> Self {
        Self { account: account.into(), identities: BTreeMap::new() }
    }

    /// The account's twelve digits.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Adds an access key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidDirectory`] if the directory already has an access key with this id, if a session has no token or
    /// another principal has one, or if a temporary id (`ASIA…`) does not belong to a session or a long-term one (`AKIA…`) does.
    pub fn with_identity(mut self, identity: Identity) -> Result<Self, Error> {
        self.add(identity)?;
        Ok(self)
    }

    fn add(&mut self, identity: Identity) -> Result<(), Error> {
        let id = identity.access_key_id().to_owned();
        let refuse =
            |words: &str| Err(Error::new(ErrorKind::InvalidDirectory, format!("the access key id {id:?} {words}")));
        let is_session = identity.principal().kind() == PrincipalKind::AssumedRole;
        match identity.session_token() {
            _ if id.starts_with("ASIA") && !is_session => return refuse("is temporary, and no session's"),
            _ if id.starts_with("AKIA") && is_session => return refuse("is not temporary, and a session's"),
            None if is_session => return refuse("is a session's, and has no token"),
            Some(_) if !is_session => return refuse("has a token, and is no session's"),
            _ => {}
        }
        if self.identities.contains_key(&id) {
            return refuse("stands twice");
        }
        self.identities.insert(id, Arc::new(identity));
        Ok(())
    }

    /// The identity with this access key id.
    #[must_use]
    pub fn find(&self, access_key_id: &str) -> Option<&Arc<Identity>> {
        self.identities.get(access_key_id)
    }

    /// All identities, ordered by access key id.
    pub fn identities(&self) -> impl Iterator<Item = &Arc<Identity>> {
        self.identities.values()
    }
}

impl KeyStore for Directory {
    type Key = Identity;

    fn key<'s>(&'s self, access_key_id: &'s str) -> KeyFuture<'s, Identity> {
        Box::pin(future::ready(Ok(self.find(access_key_id).cloned())))
    }
}
