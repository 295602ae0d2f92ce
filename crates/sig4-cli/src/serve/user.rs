//! A user from the command line.
//!
//! ```text
//! user = name "=" access-key-id [ ":" secret-key ] "@" policy-file
//! ```
//!
//! Every user of a machine can read the arguments of every process. Without a secret in the argument, the secret is the value of
//! the variable `SIG4_SECRET_` plus the access key id, or typed at a prompt.

use super::sources::Sources;
use crate::failure::Failure;
use crate::print::{self, note};
use crate::variable::variable;
use sig4::Credentials;
use sig4_iam::{Identity, Policies, Policy, Principal};
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;
use zeroize::Zeroizing;

/// The prefix of the variables with secrets.
const SECRET_VARIABLE: &str = "SIG4_SECRET_";

/// A user, or an error. Clap would print the error with the argument, which may hold a secret.
pub(crate) type Parsed = Result<GivenUser, String>;

/// A user with one access key and one policy.
#[derive(Clone)]
pub(crate) struct GivenUser {
    name: String,
    access_key_id: String,
    /// The secret, if the argument has it.
    secret: Option<Zeroizing<String>>,
    policy: String,
}

impl GivenUser {
    /// Reads `NAME=AKID@policy.json` or `NAME=AKID:SECRET@policy.json`. An error does not repeat the secret.
    pub(crate) fn parse(text: &str) -> Parsed {
        let split = || {
            let (name, rest) = text.split_once('=')?;
            let end = rest.find([':', '@'])?;
            let (id, rest) = rest.split_at_checked(end)?;
            let (secret, policy) = match rest.strip_prefix('@') {
                Some(policy) => (None, policy),
                None => rest.strip_prefix(':')?.split_once('@').map(|(secret, policy)| (Some(secret), policy))?,
            };
            let is_whole = [name, id, policy].into_iter().chain(secret).all(|part| !part.is_empty());
            let names_a_variable =
                secret.is_some() || id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            (is_whole && names_a_variable).then(|| Self {
                name: name.to_owned(),
                access_key_id: id.to_owned(),
                secret: secret.map(|secret| secret.to_owned().into()),
                policy: policy.to_owned(),
            })
        };
        split()
            .ok_or_else(|| "--user: expected NAME=AKID@policy.json, where AKID is letters, digits and `_`".to_owned())
    }

    /// The user as a principal of `account` in `partition`. Reads the secret and the policy.
    pub(crate) fn identity(&self, account: &str, partition: &str, sources: &Sources) -> Result<Identity, Failure> {
        let file = &self.policy;
        let text =
            sources.read(Path::new(file)).map_err(|error| format!("cannot read the policy `{file}`: {error}"))?;
        let policy = Policy::parse(file, &text).map_err(|error| format!("{file}: {error}"))?;
        let policies = Policies::new().with_identity(policy);
        let credentials = print::kept(Credentials::new(
            self.access_key_id.clone(),
            sources.typed(&self.access_key_id, || self.secret())?.as_str(),
        )?);
        let principal = Principal::user(account, &self.name)?.with_partition(partition)?;
        Ok(Identity::new(credentials, principal).with_policies(policies))
    }

    /// The secret from the argument, else from the variable, else from a prompt.
    fn secret(&self) -> Result<Zeroizing<String>, Failure> {
        let Self { name, access_key_id: id, policy, .. } = self;
        let variable_name = [SECRET_VARIABLE, id].concat();
        if let Some(secret) = &self.secret {
            note(&format!(
                "every user of this machine can read a secret among the arguments; give --user {name}={id}@{policy} and set \
                 {variable_name}, or give --users FILE"
            ));
            return Ok(secret.clone());
        }
        if let Some(secret) = variable(&variable_name)? {
            return Ok(secret.into());
        }
        if !io::stdin().is_terminal() {
            let asked = "or start this in a terminal, which asks for it";
            return Err(format!("no secret for {id}: set {variable_name}, {asked}").into());
        }
        let typed = rpassword::prompt_password(format!("secret of {id}: "));
        let typed = Zeroizing::new(typed.map_err(|error| format!("cannot ask for the secret of {id}: {error}"))?);
        if typed.is_empty() { Err(format!("no secret for {id} was typed").into()) } else { Ok(typed) }
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
        assert_eq!((user.access_key_id.as_str(), user.secret.as_deref().unwrap().as_str()), ("AKIDALICE", "a/b+c="));
        assert!(!format!("{user:?}").contains("a/b+c"));
        let user = GivenUser::parse("alice=AKIDALICE@C:\\policies\\invoke@home.json").unwrap();
        assert_eq!(
            (user.access_key_id.as_str(), user.policy.as_str()),
            ("AKIDALICE", "C:\\policies\\invoke@home.json")
        );
        assert!(user.secret.is_none());
        for text in [
            "",
            "alice",
            "alice=AKID",
            "alice=AKID:hush",
            "alice=AKID:hush@",
            "=AKID:hush@p",
            "a=:hush@p",
            "a=AKID:@p",
            "a=AK-ID@p",
            "a=@p",
            "a=AKID@",
        ] {
            let error = GivenUser::parse(text).unwrap_err();
            assert!(!error.contains("hush"), "{text}: {error}");
        }
    }
}
