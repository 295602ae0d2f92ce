//! The shells whose lines set variables.

use crate::failure::Failure;
use crate::printable;
use clap::ValueEnum;

/// The shell that reads the variables.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Shell {
    /// sh, bash, zsh, dash, ksh
    #[default]
    Sh,
    Fish,
    Powershell,
}

impl Shell {
    /// The line that sets and exports a variable.
    pub(crate) fn set(self, name: &str, value: &str) -> Result<String, Failure> {
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

    /// The line that removes a variable.
    pub(crate) fn unset(self, name: &str) -> String {
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
