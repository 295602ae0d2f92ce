//! The variables of a user, in the form of a shell: `eval "$(sig4 serve --print-env)"`.

use super::callers::{Callers, KnownKey};
use super::description::Described;
use super::shell::Shell;
use crate::demo::SEED_VARIABLE;
use crate::failure::Failure;

/// The variable that a stale session token would come from.
const TOKEN_VARIABLE: &str = "AWS_SESSION_TOKEN";

/// The lines for a user. An empty name is the first user.
pub(crate) fn lines(name: &str, shell: Shell, described: &Described, callers: &Callers) -> Result<String, Failure> {
    let KnownKey { id, secret, token } = callers.key_of(name)?;
    let region = described.api.region();
    let mut lines = Vec::new();
    lines.push(shell.set("AWS_ACCESS_KEY_ID", &id)?);
    lines.push(shell.set("AWS_SECRET_ACCESS_KEY", &secret)?);
    lines.push(match token {
        Some(token) => shell.set(TOKEN_VARIABLE, &token)?,
        None => shell.unset(TOKEN_VARIABLE),
    });
    // botocore, and with it awscurl, reads AWS_DEFAULT_REGION alone.
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        lines.push(shell.set(name, region)?);
    }
    if let Some(seed) = &callers.seed {
        lines.push(shell.set(SEED_VARIABLE, seed)?);
    }
    Ok(lines.join("\n") + "\n")
}
