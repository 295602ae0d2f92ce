//! Credentials and a region from the environment and from the files that AWS's tools share, `~/.aws/credentials` and
//! `~/.aws/config`.
//!
//! The order is botocore's (1.44, `credentials.py`). Only static keys are read; a setting that says how to fetch keys is an error:
//!
//! 1. `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, unless the caller names a profile
//! 2. fetches: `role_arn`, a web identity, `sso_role_name`, `sso_account_id`
//! 3. keys of the credentials file
//! 4. fetches: `login_session`, `credential_process`
//! 5. keys of the config file
//!
//! `AWS_DEFAULT_PROFILE` wins over `AWS_PROFILE`, and `aws_security_token` over `aws_session_token`. A profile that is named
//! has to exist, even if the environment has keys. Fetches may be in either file.
//!
//! An empty or blank key, or a key of several lines, is an error here; botocore signs with it. An empty variable counts as unset,
//! also the variable of a profile's name.
//!
//! Nothing here reads the environment: the caller passes the variables and the home directory. Only [`ConfigFiles::credentials`] and
//! [`ConfigFiles::region`] read the two files.

mod error;
mod profile;
mod searched;
mod section;

pub use error::{Error, ErrorKind};
pub use searched::{FileState, KeysState, ProfileSource, Searched, SearchedFile};

use crate::credentials::Credentials;
use crate::scope::Region;
use error::{ID_VARIABLE, Problem};
use profile::{DEFAULT, Profile, profile_of};
use section::sections;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const SECRET_VARIABLE: &str = "AWS_SECRET_ACCESS_KEY";
/// When the keys of the environment expire, as `aws configure export-credentials --format env` prints it.
const EXPIRATION_VARIABLE: &str = "AWS_CREDENTIAL_EXPIRATION";
/// A later name counts if the earlier names are unset.
const TOKEN_VARIABLES: [&str; 2] = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"];
const PROFILE_VARIABLES: [&str; 2] = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
const WEB_IDENTITY_VARIABLE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
/// Variables that say how to fetch credentials.
const FETCH_VARIABLES: [&str; 3] =
    [WEB_IDENTITY_VARIABLE, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
const CREDENTIALS_FILE_VARIABLE: &str = "AWS_SHARED_CREDENTIALS_FILE";
const CONFIG_FILE_VARIABLE: &str = "AWS_CONFIG_FILE";

/// The value of an environment variable: `&|name| std::env::var_os(name)`, or a map's values in a test.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The two files, and a profile in them.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sig4::config_files::{ConfigFiles, ErrorKind};
///
/// let home = std::env::temp_dir().join(format!("sig4-docs-{}", std::process::id()));
/// std::fs::create_dir_all(home.join(".aws"))?;
/// std::fs::write(
///     home.join(".aws/credentials"),
///     "[work]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalr\nregion = eu-west-1\n",
/// )?;
///
/// // A program passes `&|name| std::env::var_os(name)` and the user's home directory.
/// let environment = |name: &str| (name == "AWS_PROFILE").then(|| "work".into());
/// let files = ConfigFiles::new(None, &home, &environment)?;
/// assert_eq!(files.credentials()?.access_key_id().to_string(), "AKIDEXAMPLE");
/// assert_eq!(files.region()?, Some("eu-west-1".parse()?));
///
/// let missing = ConfigFiles::new(Some("play"), &home, &environment)?.credentials().unwrap_err();
/// assert_eq!((missing.kind(), missing.profile()), (ErrorKind::MissingProfile, Some("play")));
/// # std::fs::remove_dir_all(home)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ConfigFiles<'a> {
    profile: String,
    named_by: NamedBy,
    credentials: PathBuf,
    config: PathBuf,
    environment: Environment<'a>,
}

/// What names the profile.
#[derive(Clone, Copy, Debug)]
enum NamedBy {
    /// Nothing: it is the default profile, which need not exist.
    Nothing,
    Variable(&'static str),
    Caller,
}

impl<'a> ConfigFiles<'a> {
    /// Finds out the profile and the paths of the files.
    ///
    /// `profile` wins over `AWS_DEFAULT_PROFILE`, `AWS_PROFILE` and `default`, and its keys win over those of the environment.
    /// `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` win over the files below `home`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`] if a variable is not UTF-8, or if a path begins with another user's `~`.
    pub fn new(profile: Option<&str>, home: &Path, environment: Environment<'a>) -> Result<Self, Error> {
        let (profile, named_by) = match profile {
            Some(name) => (name.to_owned(), NamedBy::Caller),
            None => match first(environment, PROFILE_VARIABLES)? {
                Some((variable, name)) => (name, NamedBy::Variable(variable)),
                None => (DEFAULT.to_owned(), NamedBy::Nothing),
            },
        };
        let path = |name, default| path(environment, home, name, default);
        let credentials = path(CREDENTIALS_FILE_VARIABLE, "credentials")?;
        let config = path(CONFIG_FILE_VARIABLE, "config")?;
        Ok(Self { profile, named_by, credentials, config, environment })
    }

    /// The credentials of the environment, unless the caller names a profile; else those of the profile.
    ///
    /// Those of the environment end at `AWS_CREDENTIAL_EXPIRATION` (RFC 3339), if it is set.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`]: a file cannot be read, the profile does not exist, a key is missing, has to be fetched or is not valid.
    /// [`Error::searched`] says where credentials were looked for.
    pub fn credentials(&self) -> Result<Credentials, Error> {
        self.find_credentials().map_err(|error| error.with_searched(|| self.searched()))
    }

    /// Where credentials and a region are looked for, and what is there. Reads the two files.
    ///
    /// ```
    /// use sig4::config_files::{ConfigFiles, FileState, KeysState};
    ///
    /// let environment = |name: &str| (name == "AWS_SECRET_ACCESS_KEY").then(|| "hush".into());
    /// let files = ConfigFiles::new(None, std::path::Path::new("/nonexistent"), &environment)?;
    /// let searched = files.searched();
    /// assert_eq!((searched.environment(), searched.profile()), (KeysState::OnlySecret, "default"));
    /// assert!(searched.files().iter().all(|file| file.state() == FileState::NotThere));
    /// # Ok::<(), sig4::config_files::Error>(())
    /// ```
    #[must_use]
    pub fn searched(&self) -> Searched {
        let has = |name: &str| (self.environment)(name).is_some_and(|value| !value.is_empty());
        let source = match self.named_by {
            NamedBy::Nothing => ProfileSource::Default,
            NamedBy::Variable(name) => ProfileSource::Variable(name),
            NamedBy::Caller => ProfileSource::Caller,
        };
        Searched {
            profile: self.profile.clone(),
            source,
            environment: KeysState::of(has(ID_VARIABLE), has(SECRET_VARIABLE)),
            fetches: FETCH_VARIABLES.into_iter().filter(|name| has(name)).collect(),
            files: [
                look(&self.credentials, &|header| header == self.profile),
                look(&self.config, &|header| profile_of(header).as_ref() == Some(&self.profile)),
            ],
        }
    }

    fn find_credentials(&self) -> Result<Credentials, Error> {
        if matches!(self.named_by, NamedBy::Caller) {
            return self.existing_profile()?.into_credentials(&self.profile);
        }
        if matches!(self.named_by, NamedBy::Variable(_)) {
            self.existing_profile()?;
        }
        if let Some(credentials) = self.environment_credentials()? {
            return Ok(credentials);
        }
        if given(self.environment, WEB_IDENTITY_VARIABLE)?.is_some() {
            return Err(Problem::FetchedOfEnvironment { name: WEB_IDENTITY_VARIABLE }.into());
        }
        self.existing_profile()?.into_credentials(&self.profile)
    }

    /// The region of `AWS_REGION` or `AWS_DEFAULT_REGION`, else that of the profile.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] and [`ErrorKind::InvalidLine`] for the files, [`ErrorKind::InvalidValue`] if a variable is not UTF-8, or the
    /// region is not valid.
    pub fn region(&self) -> Result<Option<Region>, Error> {
        Ok(self.region_name()?.map(Region::try_from).transpose()?)
    }

    fn region_name(&self) -> Result<Option<String>, Error> {
        for name in REGION_VARIABLES {
            if let Some(region) = variable(self.environment, name)? {
                return Ok(Some(region));
            }
        }
        Ok(self.find_profile()?.and_then(|mut profile| profile.take_region()))
    }

    /// The keys in the environment.
    fn environment_credentials(&self) -> Result<Option<Credentials>, Error> {
        let Some(id) = given(self.environment, ID_VARIABLE)? else { return Ok(None) };
        if id.trim().is_empty() {
            return Err(Problem::InvalidVariable { name: ID_VARIABLE, why: "is blank" }.into());
        }
        let secret = variable(self.environment, SECRET_VARIABLE)?;
        let missing = Problem::MissingVariable { present: ID_VARIABLE, name: SECRET_VARIABLE };
        let mut credentials = Credentials::new(id, secret.ok_or(missing)?)?;
        if let Some(text) = variable(self.environment, EXPIRATION_VARIABLE)? {
            credentials = credentials.with_expiration(expiration(&text)?);
        }
        Ok(Some(match first(self.environment, TOKEN_VARIABLES)? {
            Some((_, token)) => credentials.with_session_token(token)?,
            None => credentials,
        }))
    }

    /// The profile, if either file has it.
    fn find_profile(&self) -> Result<Option<Profile>, Error> {
        let credentials = sections(&self.credentials)?.into_iter().find(|section| section.header == self.profile);
        let config = sections(&self.config)?;
        // The last one counts, and it counts whole.
        let config = config.into_iter().rfind(|section| profile_of(&section.header).as_ref() == Some(&self.profile));
        if credentials.is_none() && config.is_none() {
            return Ok(None);
        }
        let settings = [credentials, config].map(|section| section.map(|section| section.settings).unwrap_or_default());
        Ok(Some(Profile::new(settings)))
    }

    /// The profile, which has to exist.
    fn existing_profile(&self) -> Result<Profile, Error> {
        Ok(self.find_profile()?.ok_or_else(|| self.missing_profile())?)
    }

    fn missing_profile(&self) -> Problem {
        let variable = match self.named_by {
            NamedBy::Variable(name) => Some(name),
            NamedBy::Nothing | NamedBy::Caller => None,
        };
        Problem::MissingProfile {
            profile: self.profile.clone(),
            named: matches!(self.named_by, NamedBy::Caller),
            variable,
            credentials: self.credentials.clone(),
            config: self.config.clone(),
        }
    }
}

/// Looks into a file for the section whose header is the profile's.
fn look(path: &Path, is_own: &dyn Fn(&str) -> bool) -> SearchedFile {
    let state = || {
        if !path.exists() {
            return FileState::NotThere;
        }
        // A pipe was read already, and has nothing more to give.
        if !path.is_file() {
            return FileState::NotRegular;
        }
        let Ok(sections) = sections(path) else { return FileState::Unreadable };
        let own = sections.iter().rfind(|section| is_own(&section.header));
        own.map_or(FileState::NoProfile, |section| profile::state(&section.settings))
    };
    SearchedFile::new(path.to_owned(), state())
}

impl fmt::Debug for ConfigFiles<'_> {
    /// Everything but the environment.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { profile, named_by, credentials, config, environment: _ } = self;
        let mut out = f.debug_struct("ConfigFiles");
        out.field("profile", profile).field("named_by", named_by);
        out.field("credentials", credentials).field("config", config).finish_non_exhaustive()
    }
}

/// A variable that is not empty.
fn given(environment: Environment<'_>, name: &'static str) -> Result<Option<String>, Error> {
    let value = environment(name).map(OsString::into_string).transpose();
    let value = value.map_err(|_| Problem::InvalidVariable { name, why: "is not UTF-8" })?;
    Ok(value.filter(|value| !value.is_empty()))
}

/// A variable that is neither empty nor blank.
fn variable(environment: Environment<'_>, name: &'static str) -> Result<Option<String>, Error> {
    Ok(given(environment, name)?.filter(|value| !value.trim().is_empty()))
}

/// The first of the variables that is set, with its name.
fn first(environment: Environment<'_>, names: [&'static str; 2]) -> Result<Option<(&'static str, String)>, Error> {
    for name in names {
        if let Some(value) = given(environment, name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

/// The time at which the credentials of the environment expire.
fn expiration(text: &str) -> Result<OffsetDateTime, Error> {
    let parsed = OffsetDateTime::parse(text.trim(), &Rfc3339);
    Ok(parsed.map_err(|_| Problem::InvalidTime { name: EXPIRATION_VARIABLE })?)
}

/// The file that `name` names, or `~/.aws/default`. A `~/` is the home directory, `$NAME` and `${NAME}` are variables.
fn path(environment: Environment<'_>, home: &Path, name: &'static str, default: &str) -> Result<PathBuf, Error> {
    let Some(given) = variable(environment, name)? else { return Ok(home.join(".aws").join(default)) };
    let given = with_variables(environment, &given);
    Ok(match given.strip_prefix('~') {
        None => PathBuf::from(given),
        Some("") => home.to_owned(),
        Some(rest) => match rest.strip_prefix('/') {
            Some(rest) => home.join(rest),
            None => {
                let why = "begins with another user's `~`: give the whole path";
                return Err(Problem::InvalidVariable { name, why }.into());
            }
        },
    })
}

/// The text with the variables that are set in place of their names, as Python's `os.path.expandvars` has it.
fn with_variables(environment: Environment<'_>, text: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let braced = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let (name, after) = braced.unwrap_or_else(|| {
            after.split_at_checked(after.find(|c| !is_name(c)).unwrap_or(after.len())).unwrap_or((after, ""))
        });
        match environment(name).and_then(|value| value.into_string().ok()) {
            Some(value) if !name.is_empty() => out.push_str(&value),
            _ if braced.is_some() => out.extend(["${", name, "}"]),
            _ => out.extend(["$", name]),
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{ConfigFiles, ErrorKind, with_variables};
    use std::path::Path;

    #[test]
    fn a_region_that_is_not_valid_is_an_error() {
        for (value, kind) in [("eu-west-1", None), ("", None), ("eu/west", Some(ErrorKind::InvalidValue))] {
            let environment = |name: &str| (name == "AWS_REGION").then(|| value.into());
            let region = ConfigFiles::new(None, Path::new("/nowhere"), &environment).unwrap().region();
            assert_eq!(region.as_ref().err().map(|error| error.kind()), kind, "{value}");
            assert_eq!(region.ok().flatten().is_some(), value == "eu-west-1", "{value}");
        }
    }

    #[test]
    fn variables_of_a_path_are_replaced() {
        let environment = |name: &str| (name == "HOME").then(|| "/root".into());
        let text = "${HOME}/$HOME.x$SIG4_UNSET${SIG4_UNSET}${$/$";
        assert_eq!(with_variables(&environment, text), "/root//root.x$SIG4_UNSET${SIG4_UNSET}${$/$");
    }
}
