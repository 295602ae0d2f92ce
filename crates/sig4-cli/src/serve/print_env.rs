//! The variables of a user, in the form of a shell: `eval "$(sig4 serve --print-env)"`.

use super::callers::{Callers, KnownKey};
use super::description::Described;
use crate::demo::SEED_VARIABLE;
use crate::failure::Failure;
use crate::printable;
use clap::ValueEnum;

/// The variable that a stale session token would come from.
const TOKEN_VARIABLE: &str = "AWS_SESSION_TOKEN";

/// The shell that reads the variables.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Shell {
    /// sh, bash, zsh, dash, ksh
    #[default]
    Sh,
    Fish,
    Powershell,
}

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

impl Shell {
    fn set(self, name: &str, value: &str) -> Result<String, Failure> {
        if value.contains(printable::is_hidden) {
            return Err(format!("the value of {name} has a character that is not visible, and no shell gets it").into());
        }
        Ok(match self {
            Self::Sh => {
                let quoted = shlex::try_quote(value).map_err(|_| format!("{name} cannot be quoted"))?;
                format!("export {name}={quoted}")
            }
            Self::Fish => format!("set -gx {name} '{}'", value.replace('\\', "\\\\").replace('\'', "\\'")),
            Self::Powershell => format!("$Env:{name} = '{}'", value.replace('\'', "''")),
        })
    }

    fn unset(self, name: &str) -> String {
        match self {
            Self::Sh => format!("unset {name}"),
            Self::Fish => format!("set -e {name}"),
            Self::Powershell => format!("Remove-Item -ErrorAction Ignore Env:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shell;

    #[test]
    fn a_value_is_quoted_for_its_shell() {
        for (shell, line) in [
            (Shell::Sh, "export A=\"it's \"'$x'"),
            (Shell::Fish, "set -gx A 'it\\'s $x'"),
            (Shell::Powershell, "$Env:A = 'it''s $x'"),
        ] {
            assert_eq!(shell.set("A", "it's $x").unwrap(), line);
            assert!(shell.set("A", "x\ny").is_err());
        }
        assert_eq!(Shell::Sh.unset("A"), "unset A");
    }
}
