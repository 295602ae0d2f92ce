//! Credentials from the environment and from the shared files of AWS's tools.
//!
//! The order is botocore's (1.44, `credentials.py`); what fetches keys is refused, since only static keys are read:
//!
//! 1. `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, unless the command line names a profile
//! 2. fetches: `role_arn`, a web identity, `sso_role_name`, `sso_account_id`
//! 3. keys of the credentials file
//! 4. fetches: `login_session`, `credential_process`
//! 5. keys of the config file
//!
//! `AWS_DEFAULT_PROFILE` wins over `AWS_PROFILE`, and `aws_security_token` over `aws_session_token`. A profile that is named
//! has to be there, even beside keys in the environment. Fetches may stand in either file.
//!
//! Where botocore would sign with an empty or blank key, or with one of several lines, this is an error. An empty
//! variable counts as unset, that of a profile's name too.

use crate::Failure;
use crate::expiry;
use crate::printable;
use crate::shared_file::{Settings, sections};
use crate::shell;
use crate::variable::{first, given, variable};
use sig4::Credentials;
use std::env;
use std::path::PathBuf;
use zeroize::Zeroizing;

const ID_VARIABLE: &str = "AWS_ACCESS_KEY_ID";
const SECRET_VARIABLE: &str = "AWS_SECRET_ACCESS_KEY";
/// Later names count where earlier ones are unset.
const TOKEN_VARIABLES: [&str; 2] = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"];
const PROFILE_VARIABLES: [&str; 2] = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];
const WEB_IDENTITY_VARIABLE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKENS: [&str; 2] = ["aws_security_token", "aws_session_token"];
const REGION: &str = "region";
const DEFAULT: &str = "default";

const ROLE: &str = "role_arn";
const WEB_IDENTITY: &str = "web_identity_token_file";
/// The settings that make a profile fetch its keys although there are static ones.
const SSO: [&str; 2] = ["sso_role_name", "sso_account_id"];
/// Those that do so unless the credentials file has static keys.
const FETCHES: [&str; 2] = ["login_session", "credential_process"];
/// Those that tell of a fetch where there is nothing else.
const HINTS: [&str; 2] = ["sso_session", "sso_start_url"];
/// How many characters of a profile's name are shown.
const SHOWN: usize = 100;

/// The credentials to sign with: the environment's unless the command line names a profile, else the profile's.
pub(crate) fn credentials(shared: &Shared) -> Result<Credentials, Failure> {
    if matches!(shared.named, Named::ByOption) {
        return shared.existing()?.into_credentials(&shared.name);
    }
    if matches!(shared.named, Named::ByVariable(_)) {
        shared.existing()?;
    }
    if let Some(credentials) = of_environment()? {
        return Ok(credentials);
    }
    if given(WEB_IDENTITY_VARIABLE)?.is_some() {
        let advice = format!("set {ID_VARIABLE}, or give --profile");
        return Err(format!("{WEB_IDENTITY_VARIABLE} is set, {ONLY_STATIC}: {advice}").into());
    }
    shared.existing()?.into_credentials(&shared.name)
}

const ONLY_STATIC: &str = "and only static keys are read";

/// The keys in the environment.
fn of_environment() -> Result<Option<Credentials>, Failure> {
    let Some(id) = given(ID_VARIABLE)? else { return Ok(None) };
    if id.trim().is_empty() {
        return Err(format!("{ID_VARIABLE} is blank").into());
    }
    let secret = variable(SECRET_VARIABLE)?;
    let secret = secret.ok_or_else(|| format!("{ID_VARIABLE} is set, but {SECRET_VARIABLE} is not"))?;
    let mut credentials = Credentials::new(id, secret)?;
    if let Some(end) = expiry::of_environment()? {
        credentials = credentials.with_expiration(end);
    }
    Ok(Some(match first(TOKEN_VARIABLES)? {
        Some((_, token)) => credentials.with_session_token(token)?,
        None => credentials,
    }))
}

/// Which profile of which files.
#[derive(Debug)]
pub(crate) struct Shared {
    name: String,
    named: Named,
    credentials: PathBuf,
    config: PathBuf,
}

/// What names the profile.
#[derive(Clone, Copy, Debug)]
enum Named {
    /// Nothing: it is the default profile, which need not be there.
    Not,
    ByVariable(&'static str),
    ByOption,
}

impl Shared {
    /// The profile that `given` or the environment names, in the files that the environment names.
    pub(crate) fn find(given: Option<&str>) -> Result<Self, Failure> {
        let (name, named) = match given {
            Some(name) => (name.to_owned(), Named::ByOption),
            None => match first(PROFILE_VARIABLES)? {
                Some((variable, name)) => (name, Named::ByVariable(variable)),
                None => (DEFAULT.to_owned(), Named::Not),
            },
        };
        Ok(Self {
            name,
            named,
            credentials: path("AWS_SHARED_CREDENTIALS_FILE", "credentials")?,
            config: path("AWS_CONFIG_FILE", "config")?,
        })
    }

    /// The profile, if either file has it.
    pub(crate) fn profile(&self) -> Result<Option<Profile>, Failure> {
        let credentials = sections(&self.credentials)?.into_iter().find(|section| section.header == self.name);
        let config = sections(&self.config)?;
        // The last one counts, and it counts whole.
        let config = config.into_iter().rfind(|section| profile_of(&section.header).as_ref() == Some(&self.name));
        if credentials.is_none() && config.is_none() {
            return Ok(None);
        }
        let settings = [credentials, config].map(|section| section.map(|section| section.settings).unwrap_or_default());
        Ok(Some(Profile { settings }))
    }

    /// The profile, which has to be there.
    fn existing(&self) -> Result<Profile, Failure> {
        Ok(self.profile()?.ok_or_else(|| self.missing())?)
    }

    fn missing(&self) -> String {
        let (credentials, config) = (self.credentials.display(), self.config.display());
        let why = match self.named {
            Named::Not => format!("{ID_VARIABLE} is not set, and "),
            Named::ByVariable(variable) => format!("{variable} is set, but "),
            Named::ByOption => String::new(),
        };
        format!("no credentials: {why}neither {credentials} nor {config} has the profile `{}`", shown(&self.name))
    }
}

/// A profile's name for people.
fn shown(name: &str) -> String {
    let start: String = name.chars().take(SHOWN).collect();
    printable::line(&start).into_owned()
}

/// The file that `name` names, or `~/.aws/default`. A `~/` is the home directory, `$NAME` and `${NAME}` are variables.
fn path(name: &str, default: &str) -> Result<PathBuf, Failure> {
    let home = env::home_dir().unwrap_or_default();
    let Some(given) = variable(name)? else { return Ok(home.join(".aws").join(default)) };
    let given = with_variables(&given);
    Ok(match given.strip_prefix('~') {
        None => PathBuf::from(given),
        Some("") => home,
        Some(rest) => match rest.strip_prefix('/') {
            Some(rest) => home.join(rest),
            None => return Err(format!("{name} begins with another user's `~`: give the whole path").into()),
        },
    })
}

/// The text with the variables that are set in place of their names, as Python's `os.path.expandvars` has it.
fn with_variables(text: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let braced = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let (name, after) = braced.unwrap_or_else(|| {
            after.split_at_checked(after.find(|c| !is_name(c)).unwrap_or(after.len())).unwrap_or((after, ""))
        });
        match env::var(name) {
            Ok(value) if !name.is_empty() => out.push_str(&value),
            _ if braced.is_some() => out.extend(["${", name, "}"]),
            _ => out.extend(["$", name]),
        }
        rest = after;
    }
    out + rest
}

/// A profile's settings in the credentials file and in the config file.
pub(crate) struct Profile {
    settings: [Settings; 2],
}

impl Profile {
    /// Takes the region out.
    pub(crate) fn take_region(&mut self) -> Option<String> {
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

    /// The setting that makes the profile fetch its keys, static ones or not.
    fn fetches_first(&self) -> Option<&'static str> {
        match self.get(WEB_IDENTITY) {
            None if self.has(ROLE) => return Some(ROLE),
            Some(file) if !file.is_empty() => return Some(WEB_IDENTITY),
            _ => {}
        }
        SSO.into_iter().find(|key| self.has(key))
    }

    fn into_credentials(mut self, name: &str) -> Result<Credentials, Failure> {
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
        Err(match HINTS.into_iter().find(|key| self.has(key)) {
            Some(key) => fetched(name, key),
            None if self.has(SECRET) => format!("the profile `{}` has {SECRET}, but not {ID}", shown(name)).into(),
            None => format!("the profile `{}` has neither {ID} nor {SECRET}", shown(name)).into(),
        })
    }
}

/// The keys among the settings of a file; the id decides whether there are any.
fn keys(settings: &mut Settings, name: &str) -> Result<Option<Credentials>, Failure> {
    let Some(id) = settings.remove(ID) else { return Ok(None) };
    let name = shown(name);
    let missing = || format!("the profile `{name}` has {ID}, but not {SECRET}");
    let secret = settings.remove(SECRET).ok_or_else(missing)?;
    let token = TOKENS.iter().find_map(|key| settings.remove(*key)).unwrap_or_default();
    for (key, value) in [(ID, &id), (SECRET, &secret)] {
        if value.trim().is_empty() {
            return Err(format!("the profile `{name}` has an empty {key}").into());
        }
    }
    if [&id, &secret, &token].iter().any(|value| value.contains('\n')) {
        return Err(format!(
            "the profile `{name}` has a key of several lines: an indented line belongs to the one above"
        )
        .into());
    }
    let take = |mut value: Zeroizing<String>| std::mem::take(&mut *value);
    Ok(Some(Credentials::new(take(id), take(secret))?.with_session_token(take(token))?))
}

/// Why a profile is of no use, and what to do: a command that can be pasted as it stands.
fn fetched(name: &str, key: &str) -> Failure {
    let command = |name: &str| format!("`aws configure export-credentials --profile={name} --format=env`");
    let advice = match shell::quoted(name) {
        Some(quoted) => format!("{} prints them", command(&quoted)),
        None => format!("{} prints them, with that name", command("NAME")),
    };
    let name = shown(name);
    format!("the profile `{name}` gets its keys by `{key}`, {ONLY_STATIC}: put them into the environment, as {advice}")
        .into()
}

/// The profile that a section of the config file is.
fn profile_of(header: &str) -> Option<String> {
    if !header.starts_with("profile") {
        return (header == DEFAULT).then(|| header.to_owned());
    }
    let mut words = shlex::split(header)?.into_iter();
    let (_profile, name) = (words.next()?, words.next()?);
    words.next().is_none().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{fetched, profile_of, with_variables};

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

    #[test]
    fn variables_of_a_path_are_replaced() {
        let home = std::env::var("CARGO_MANIFEST_DIR").unwrap();
        let text = "${CARGO_MANIFEST_DIR}/$CARGO_MANIFEST_DIR.x$SIG4_UNSET${SIG4_UNSET}${$/$";
        assert_eq!(with_variables(text), format!("{home}/{home}.x$SIG4_UNSET${{SIG4_UNSET}}${{$/$"));
    }

    /// A word of the advice is the profile's name for a shell, or the advice has no name.
    #[test]
    fn advice_can_be_pasted() {
        for name in ["p", "'; rm -rf ~ #", "$(id)`id`", "-x", "a b", "\\", "\"!!\"", "it's"] {
            let advice = fetched(name, "role_arn").to_string();
            let command = advice.split_once("as `").unwrap().1.rsplit_once("` prints").unwrap().0;
            let words = shlex::split(command).unwrap();
            let profile = format!("--profile={name}");
            assert_eq!(words, ["aws", "configure", "export-credentials", &profile, "--format=env"], "{advice}");
        }
        for name in ["a\nrm -rf ~", "\u{1b}[2J", "\u{202e}", "\u{9b}2J"] {
            let advice = fetched(name, "role_arn").to_string();
            assert!(advice.contains("--profile=NAME ") && !advice.contains(char::is_control), "{advice}");
        }
    }
}
