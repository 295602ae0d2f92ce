//! The shells whose lines set variables.

use crate::failure::Failure;
use crate::printable;
use clap::ValueEnum;

/// The shell that reads the variables.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Shell {
    /// sh, bash, zsh, dash, ksh
    #[default]
    #[value(aliases = ["bash", "zsh", "dash", "ksh"])]
    Sh,
    Fish,
    #[value(alias = "pwsh")]
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
            Self::Powershell => format!("$Env:{name} = '{}'", doubled(value)),
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

/// A text for a string in single quotes of PowerShell, which takes typographic quotes for single quotes too.
///
/// Source: "about_Quoting_Rules"; PowerShell `CharTraits.cs`, `IsSingleQuote`.
fn doubled(value: &str) -> String {
    let is_quote = |c: char| c == '\'' || ('\u{2018}'..='\u{201b}').contains(&c);
    value.chars().flat_map(|c| std::iter::repeat_n(c, 1 + usize::from(is_quote(c)))).collect()
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
        assert_eq!(Shell::Powershell.set("A", "x\u{2019}; y").unwrap(), "$Env:A = 'x\u{2019}\u{2019}; y'");
        assert_eq!(Shell::Sh.unset("A"), "unset A");
    }
}
