//! A user given on the command line.
//!
//! ```text
//! user = name "=" access-key-id ":" secret-key "@" policy-file
//! ```

use crate::Failure;
use sig4::Credentials;
use sig4::iam::{Identity, Policies, Policy, Principal};
use std::fmt;
use std::fs;

/// A user with one access key and one policy.
#[derive(Clone)]
pub(crate) struct GivenUser {
    name: String,
    credentials: Credentials,
    policy: String,
}

impl GivenUser {
    /// Reads `NAME=AKID:SECRET@policy.json`. What is wrong is said without the secret.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let cut = || {
            let (name, rest) = text.split_once('=')?;
            let (id, rest) = rest.split_once(':')?;
            let (secret, policy) = rest.split_once('@')?;
            let is_whole = [name, id, secret, policy].iter().all(|part| !part.is_empty());
            is_whole.then(|| Self {
                name: name.to_owned(),
                credentials: Credentials::new(id, secret),
                policy: policy.to_owned(),
            })
        };
        cut().ok_or_else(|| "expected NAME=AKID:SECRET@policy.json".to_owned())
    }

    /// The user as one of `account` in a partition, with the policy read.
    pub(crate) fn identity(&self, account: &str, partition: &str) -> Result<Identity, Failure> {
        let file = &self.policy;
        let text = fs::read_to_string(file).map_err(|error| format!("cannot read the policy `{file}`: {error}"))?;
        let policy = Policy::parse(file, &text).map_err(|error| format!("{file}: {error}"))?;
        let policies = Policies::new().with_identity(policy);
        let principal = Principal::user(account, &self.name)?.with_partition(partition)?;
        Ok(Identity::new(self.credentials.clone(), principal).with_policies(policies))
    }
}

impl fmt::Debug for GivenUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenUser").field("name", &self.name).field("policy", &self.policy).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::GivenUser;

    #[test]
    fn a_user_is_read_and_what_is_wrong_is_said_without_the_secret() {
        let user = GivenUser::parse("alice=AKIDALICE:a/b+c=@policies/invoke@home.json").unwrap();
        assert_eq!((user.name.as_str(), user.policy.as_str()), ("alice", "policies/invoke@home.json"));
        assert_eq!(user.credentials.access_key_id(), "AKIDALICE");
        assert!(!format!("{user:?}").contains("a/b+c"));
        for text in ["", "alice", "alice=AKID", "alice=AKID:hush", "alice=AKID:hush@", "=AKID:hush@p", "a=:hush@p"] {
            let error = GivenUser::parse(text).unwrap_err();
            assert!(!error.contains("hush"), "{text}: {error}");
        }
    }
}
