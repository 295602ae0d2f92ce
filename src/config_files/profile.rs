//! One profile's settings, and the keys among them.

use super::error::{Error, Problem};
use super::searched::{FileState, KeysState};
use super::section::Settings;
use crate::credentials::Credentials;
use zeroize::Zeroizing;

/// The profile that counts where none is named.
pub(super) const DEFAULT: &str = "default";

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKENS: [&str; 2] = ["aws_security_token", "aws_session_token"];
const REGION: &str = "region";

const ROLE: &str = "role_arn";
const WEB_IDENTITY: &str = "web_identity_token_file";
/// The settings that make a profile fetch its keys even if it has static keys.
const SSO: [&str; 2] = ["sso_role_name", "sso_account_id"];
/// The settings that make a profile fetch its keys unless the credentials file has static keys.
const FETCHES: [&str; 2] = ["login_session", "credential_process"];
/// The settings of a fetch that show what is missing in a profile without keys.
const HINTS: [&str; 2] = ["sso_session", "sso_start_url"];

/// A profile's settings in the credentials file and in the config file.
pub(super) struct Profile {
    settings: [Settings; 2],
}

impl Profile {
    /// A profile of these settings in the credentials file and in the config file.
    pub(super) const fn new(settings: [Settings; 2]) -> Self {
        Self { settings }
    }

    /// Takes the region out.
    pub(super) fn take_region(&mut self) -> Option<String> {
        let region = self.settings.iter_mut().find_map(|settings| settings.remove(REGION));
        region.map(|mut region| std::mem::take(&mut *region)).filter(|region| !region.trim().is_empty())
    }

    /// A setting; the credentials file wins over the config file.
    fn get(&self, key: &str) -> Option<&str> {
        self.settings.iter().find_map(|settings| settings.get(key)).map(|value| value.as_str())
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The setting that makes the profile fetch its keys even if it has static keys.
    fn fetches_first(&self) -> Option<&'static str> {
        match self.get(WEB_IDENTITY) {
            None if self.has(ROLE) => return Some(ROLE),
            Some(file) if !file.is_empty() => return Some(WEB_IDENTITY),
            _ => {}
        }
        SSO.into_iter().find(|key| self.has(key))
    }

    /// The static keys of the profile `name`.
    pub(super) fn into_credentials(mut self, name: &str) -> Result<Credentials, Error> {
        if let Some(key) = self.fetches_first() {
            return Err(fetched(name, key));
        }
        let fetches = FETCHES.into_iter().find(|key| self.has(key));
        let [credentials, config] = &mut self.settings;
        if let Some(credentials) = keys(credentials, name)? {
            return Ok(credentials);
        }
        if let Some(key) = fetches {
            return Err(fetched(name, key));
        }
        if let Some(credentials) = keys(config, name)? {
            return Ok(credentials);
        }
        let profile = name.to_owned();
        Err(match HINTS.into_iter().find(|key| self.has(key)) {
            Some(key) => fetched(name, key),
            None if self.has(SECRET) => Problem::MissingSetting { profile, present: SECRET, name: ID }.into(),
            None => Problem::NoKeys { profile, name: ID, other: SECRET }.into(),
        })
    }
}

/// What the settings of a profile in one file say about keys.
pub(super) fn state(settings: &Settings) -> FileState {
    let names = [ROLE, WEB_IDENTITY].into_iter().chain(SSO).chain(FETCHES).chain(HINTS);
    match KeysState::of(settings.contains_key(ID), settings.contains_key(SECRET)) {
        KeysState::Missing => {
            names.into_iter().find(|name| settings.contains_key(*name)).map_or(FileState::NoKeys, FileState::Fetches)
        }
        keys => FileState::Keys(keys),
    }
}

fn fetched(profile: &str, name: &'static str) -> Error {
    Problem::Fetched { profile: profile.to_owned(), name }.into()
}

/// The keys among the settings of a file. `None` without an id.
fn keys(settings: &mut Settings, profile: &str) -> Result<Option<Credentials>, Error> {
    let Some(id) = settings.remove(ID) else { return Ok(None) };
    let profile = || profile.to_owned();
    let missing = || Problem::MissingSetting { profile: profile(), present: ID, name: SECRET };
    let secret = settings.remove(SECRET).ok_or_else(missing)?;
    let token = TOKENS.iter().find_map(|key| settings.remove(*key)).unwrap_or_default();
    for (name, value) in [(ID, &id), (SECRET, &secret)] {
        if value.trim().is_empty() {
            return Err(Problem::EmptySetting { profile: profile(), name }.into());
        }
    }
    if [&id, &secret, &token].iter().any(|value| value.contains('\n')) {
        return Err(Problem::SeveralLines { profile: profile() }.into());
    }
    let take = |mut value: Zeroizing<String>| std::mem::take(&mut *value);
    Ok(Some(Credentials::new(take(id), take(secret))?.with_session_token(take(token))?))
}

/// The profile that a section of the config file is.
pub(super) fn profile_of(header: &str) -> Option<String> {
    if !header.starts_with("profile") {
        return (header == DEFAULT).then(|| header.to_owned());
    }
    let mut words = shlex::split(header)?.into_iter();
    let (_profile, name) = (words.next()?, words.next()?);
    words.next().is_none().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::profile_of;

    #[test]
    fn config_sections_say_profile() {
        for (header, name) in [
            ("profile x", Some("x")),
            ("profile\t x ", Some("x")),
            ("profile \"x y\"", Some("x y")),
            ("profile 'x y'", Some("x y")),
            ("profile x\\ y", Some("x y")),
            ("profile x y", None),
            ("profile \"x", None),
            ("profile", None),
            ("default", Some("default")),
            (" default ", None),
            ("x", None),
        ] {
            assert_eq!(profile_of(header).as_deref(), name, "{header}");
        }
    }
}
