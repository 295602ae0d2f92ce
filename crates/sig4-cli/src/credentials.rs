//! Credentials and the region from the environment and the shared AWS files.

use crate::failure::Failure;
use crate::shell;
use sig4::Credentials;
use sig4::config_files::{ConfigFiles, Error, ErrorKind};
use std::env;
use std::ffi::OsString;

/// The shared files with the profile that `profile` or the environment names.
pub(crate) fn config_files(profile: Option<&str>) -> Result<ConfigFiles<'static>, Failure> {
    let home = env::home_dir().unwrap_or_default();
    Ok(ConfigFiles::new(profile, &home, &variable)?)
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// The credentials for signing or verifying.
pub(crate) fn credentials(files: &ConfigFiles<'_>) -> Result<Credentials, Failure> {
    files.credentials().map_err(with_advice)
}

/// The error, with advice for credentials that have to be fetched.
fn with_advice(error: Error) -> Failure {
    if error.kind() != ErrorKind::FetchedCredentials {
        return error.into();
    }
    let advice = match error.profile() {
        Some(profile) => advice(profile),
        None => "set AWS_ACCESS_KEY_ID, or give --profile".to_owned(),
    };
    format!("{error}: {advice}").into()
}

/// How to get the keys of a profile, with a command that is safe to paste.
fn advice(profile: &str) -> String {
    let put = "put them into the environment, as";
    let command = |name: &str| format!("`aws configure export-credentials --profile={name} --format=env`");
    match shell::quoted(profile) {
        Some(quoted) => format!("{put} {} prints them", command(&quoted)),
        None => format!("{put} {} prints them, with that name", command("NAME")),
    }
}

#[cfg(test)]
mod tests {
    use super::advice;

    /// A word of the advice is the profile's name for a shell, or the advice has no name.
    #[test]
    fn advice_can_be_pasted() {
        for name in ["p", "'; rm -rf ~ #", "$(id)`id`", "-x", "a b", "\\", "\"!!\"", "it's"] {
            let advice = advice(name);
            let command = advice.split_once("as `").unwrap().1.rsplit_once("` prints").unwrap().0;
            let words = shlex::split(command).unwrap();
            let profile = format!("--profile={name}");
            assert_eq!(words, ["aws", "configure", "export-credentials", &profile, "--format=env"], "{advice}");
        }
        for name in ["a\nrm -rf ~", "\u{1b}[2J", "\u{202e}", "\u{9b}2J"] {
            let advice = advice(name);
            assert!(advice.contains("--profile=NAME ") && !advice.contains(char::is_control), "{advice}");
        }
    }
}
