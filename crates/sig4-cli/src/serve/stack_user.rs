//! The users and roles of the served stack, each with a generated access key.

use crate::demo::{Seed, key_id};
use crate::failure::Failure;
use sig4::Credentials;
use sig4_gateway::definition::PrincipalDefinition;
use sig4_iam::Identity;
use std::fmt;

/// The prefixes of the generated access key ids of users and of sessions.
const OF_USER: &str = "AKIADEMO";
const OF_SESSION: &str = "ASIADEMO";

/// An access key. The secret may be shown, because it is valid only for this server.
pub(crate) struct StackUser {
    kind: &'static str,
    name: String,
    id: String,
    secret: String,
    token: Option<String>,
}

impl StackUser {
    /// A key for a principal. The secret is derived from the seed, the id from the ARN.
    pub(crate) fn new(principal: &PrincipalDefinition, seed: &Seed) -> Result<Self, Failure> {
        let (kind, prefix) = if principal.is_session() { ("role", OF_SESSION) } else { ("user", OF_USER) };
        let id = key_id(prefix, principal.principal().arn())?;
        let token = principal.is_session().then(|| seed.secret(&format!("token of {id}"))).transpose()?;
        Ok(Self { kind, name: principal.principal().name().to_owned(), secret: seed.secret(&id)?, id, token })
    }

    /// The access key id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The principal with the key.
    pub(crate) fn identity(&self, principal: &PrincipalDefinition) -> Result<Identity, Failure> {
        let credentials = Credentials::new(self.id.as_str(), self.secret.as_str())?;
        Ok(principal.identity(match &self.token {
            Some(token) => credentials.with_session_token(token.as_str())?,
            None => credentials,
        }))
    }
}

/// The line of the banner.
impl fmt::Display for StackUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, id, secret, token } = self;
        write!(f, "{kind} {name} {id} {secret} ")?;
        if let Some(token) = token {
            write!(f, "{token} ")?;
        }
        f.write_str("may call what the stack allows")
    }
}

impl fmt::Debug for StackUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StackUser").field("name", &self.name).field("id", &self.id).finish_non_exhaustive()
    }
}
