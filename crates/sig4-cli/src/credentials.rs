//! Credentials and the region from the environment and the shared AWS files.

use crate::failure::Failure;
use crate::printable;
use crate::shell;
use sig4::Credentials;
use sig4::config_files::{ConfigFiles, Error, ErrorKind, FileState, KeysState, ProfileSource, Searched};
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

/// The error, with advice for credentials that have to be fetched, and with the places where credentials were looked for.
fn with_advice(error: Error) -> Failure {
    let text = match (error.kind(), error.profile()) {
        (ErrorKind::FetchedCredentials, Some(profile)) => format!("{error}: {}", advice(profile)),
        (ErrorKind::FetchedCredentials, None) => format!("{error}: set AWS_ACCESS_KEY_ID, or give --profile"),
        _ => error.to_string(),
    };
    match error.searched() {
        Some(searched) => Failure::with_lines(text, places(searched)),
        None => error.into(),
    }
}

/// The places where credentials were looked for, in order, and how to get credentials that are elsewhere.
fn places(searched: &Searched) -> Vec<String> {
    let by_caller = searched.profile_source() == ProfileSource::Caller;
    let environment = match searched.environment() {
        _ if by_caller => "not asked, because --profile names a profile",
        KeysState::OnlyId => "set, but AWS_SECRET_ACCESS_KEY is not",
        KeysState::OnlySecret => "not set, although AWS_SECRET_ACCESS_KEY is",
        KeysState::Missing => "not set",
        _ => "set",
    };
    let mut lines = vec![format!("AWS_ACCESS_KEY_ID: {environment}"), profile(searched)];
    lines.extend(files(searched, "keys"));
    let set: Vec<_> = searched.fetch_variables().collect();
    let set = if set.is_empty() { String::new() } else { format!(", though {} is set", set.join(" and ")) };
    let named = match (searched.profile_source(), shell::quoted(searched.profile())) {
        (ProfileSource::Caller, Some(name)) => format!(" --profile={name}"),
        _ => String::new(),
    };
    lines.push(format!(
        "not asked: SSO, roles, credential_process, web identity, ECS, IMDS{set}. \
         `eval \"$(aws configure export-credentials{named} --format env)\"` gets their keys"
    ));
    lines.push("for an API on this machine: `eval \"$(sig4 serve --print-env)\"`".to_owned());
    lines
}

/// The places where a region was looked for, for a failure.
pub(crate) fn places_of_region(files_of: &ConfigFiles<'_>) -> Vec<String> {
    let searched = files_of.searched();
    let mut lines = vec!["--region: not given".to_owned(), "AWS_REGION, AWS_DEFAULT_REGION: not set".to_owned()];
    lines.push(profile(&searched));
    lines.extend(files(&searched, "region"));
    lines
}

fn profile(searched: &Searched) -> String {
    let by = match searched.profile_source() {
        ProfileSource::Caller => "--profile names it".to_owned(),
        ProfileSource::Variable(name) => format!("{name} names it"),
        _ => "neither --profile nor AWS_PROFILE names another".to_owned(),
    };
    format!("profile `{}`: {by}", printable::message(searched.profile()))
}

/// The two files, and why they have no `wanted`.
fn files(searched: &Searched, wanted: &str) -> impl Iterator<Item = String> {
    searched.files().iter().map(move |file| {
        let state = match file.state() {
            FileState::NotThere => "not there".to_owned(),
            FileState::NotRegular => "not a regular file".to_owned(),
            FileState::Unreadable => "cannot be read".to_owned(),
            FileState::NoProfile => "no such profile".to_owned(),
            _ if wanted != "keys" => format!("the profile has no {wanted}"),
            FileState::Fetches(name) => format!("the profile has no keys, and `{name}`, which is not asked"),
            FileState::Keys(KeysState::OnlyId) => "the profile has aws_access_key_id alone".to_owned(),
            FileState::Keys(KeysState::OnlySecret) => "the profile has aws_secret_access_key alone".to_owned(),
            FileState::Keys(_) => "the profile has keys".to_owned(),
            _ => "the profile has no keys".to_owned(),
        };
        format!("{}: {state}", file.path().display())
    })
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
