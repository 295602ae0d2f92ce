//! Credentials from the environment and from the shared files of AWS's tools.
//!
//! ```text
//! file    = *( section / setting / comment / nested )
//! section = "[" [ "profile" 1*WSP ] name "]"      ; `profile` in the config file, but for `default`
//! setting = name *WSP "=" *WSP value [ 1*WSP ( "#" / ";" ) comment ]
//! nested  = WSP setting                           ; belongs to the setting above it, and is skipped
//! comment = ( "#" / ";" ) text
//! ```
//!
//! Source: "Shared config and credentials files" in the AWS SDKs and Tools Reference Guide.

use crate::Failure;
use ini::{Ini, ParseOption};
use sig4::Credentials;
use std::collections::BTreeMap;
use std::env::{self, VarError};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const ID_VARIABLE: &str = "AWS_ACCESS_KEY_ID";
const SECRET_VARIABLE: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN_VARIABLE: &str = "AWS_SESSION_TOKEN";
const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";
const REGION: &str = "region";
const DEFAULT: &str = "default";

/// The settings of a profile that make it fetch its keys, which this program does not do. AWS's tools heed all but the
/// last before static keys: a profile with a role signs as the role.
const FETCHES: [&str; 5] = ["role_arn", "web_identity_token_file", "sso_session", "sso_start_url", PROCESS];
const PROCESS: &str = "credential_process";

/// An environment variable; an empty or blank one counts as unset.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok((!value.trim().is_empty()).then_some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8").into()),
    }
}

/// The credentials to sign with: the environment's unless a profile is named, else the profile's.
pub(crate) fn credentials(shared: &Shared) -> Result<Credentials, Failure> {
    if !shared.named {
        match (variable(ID_VARIABLE)?, variable(SECRET_VARIABLE)?) {
            (Some(id), Some(secret)) => {
                return Ok(with_token(Credentials::new(id, secret), variable(TOKEN_VARIABLE)?));
            }
            (Some(_), None) => return Err(format!("{ID_VARIABLE} is set, but {SECRET_VARIABLE} is not").into()),
            (None, Some(_)) => return Err(format!("{SECRET_VARIABLE} is set, but {ID_VARIABLE} is not").into()),
            (None, None) => {}
        }
    }
    match shared.profile()? {
        Some(profile) => profile.into_credentials(&shared.name),
        None => Err(shared.missing().into()),
    }
}

fn with_token(credentials: Credentials, token: Option<String>) -> Credentials {
    match token {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    }
}

/// Which profile of which files.
#[derive(Debug)]
pub(crate) struct Shared {
    name: String,
    /// Whether the name was given on the command line.
    named: bool,
    credentials: PathBuf,
    config: PathBuf,
}

impl Shared {
    /// The profile that `given` or the environment names, in the files that the environment names.
    pub(crate) fn find(given: Option<&str>) -> Result<Self, Failure> {
        let name = match given {
            Some(name) => name.to_owned(),
            None => variable("AWS_PROFILE")?.unwrap_or_else(|| DEFAULT.to_owned()),
        };
        Ok(Self {
            name,
            named: given.is_some(),
            credentials: path("AWS_SHARED_CREDENTIALS_FILE", "credentials")?,
            config: path("AWS_CONFIG_FILE", "config")?,
        })
    }

    /// The profile, if either file has it.
    pub(crate) fn profile(&self) -> Result<Option<Profile>, Failure> {
        let credentials = section(&self.credentials, |header| header == self.name)?;
        let is_default = |header: &str| header == DEFAULT && self.name == DEFAULT;
        let prefixed = section(&self.config, |header| profile_of(header) == Some(&self.name))?;
        let config = if prefixed.is_some() { prefixed } else { section(&self.config, is_default)? };
        let none = credentials.is_none() && config.is_none();
        let settings = [credentials, config].map(Option::unwrap_or_default);
        Ok((!none).then_some(Profile { settings }))
    }

    fn missing(&self) -> String {
        let Self { name, named, credentials, config } = self;
        let unset = if *named { String::new() } else { format!("{ID_VARIABLE} is not set, and ") };
        let (credentials, config) = (credentials.display(), config.display());
        format!("no credentials: {unset}neither {credentials} nor {config} has the profile `{name}`")
    }
}

/// The file that `name` names, with `~/` for the home directory, or `~/.aws/default`.
fn path(name: &str, default: &str) -> Result<PathBuf, Failure> {
    let home = env::home_dir().unwrap_or_default();
    Ok(match variable(name)? {
        Some(given) => given.strip_prefix("~/").map_or_else(|| PathBuf::from(&given), |rest| home.join(rest)),
        None => home.join(".aws").join(default),
    })
}

type Settings = BTreeMap<String, Zeroizing<String>>;

/// A profile's settings in the credentials file and in the config file.
pub(crate) struct Profile {
    settings: [Settings; 2],
}

impl Profile {
    /// Takes the region out.
    pub(crate) fn take_region(&mut self) -> Option<String> {
        self.settings.iter_mut().find_map(|settings| take(settings, REGION))
    }

    /// The keys of the first file that has any.
    fn into_credentials(mut self, name: &str) -> Result<Credentials, Failure> {
        let has = |key: &&&str| self.settings.iter().any(|settings| settings.contains_key(**key));
        let fetches = FETCHES.iter().find(has).copied();
        let fetched = |key: &str| {
            format!(
                "the profile `{name}` gets its keys by `{key}`, and only static keys are read: put them into the \
                 environment, as `aws configure export-credentials --profile {name} --format env` prints them"
            )
        };
        if let Some(key) = fetches.filter(|key| *key != PROCESS) {
            return Err(fetched(key).into());
        }
        for settings in &mut self.settings {
            match (take(settings, ID), take(settings, SECRET)) {
                (Some(id), Some(secret)) => return Ok(with_token(Credentials::new(id, secret), take(settings, TOKEN))),
                (Some(_), None) => return Err(format!("the profile `{name}` has {ID}, but not {SECRET}").into()),
                (None, Some(_)) => return Err(format!("the profile `{name}` has {SECRET}, but not {ID}").into()),
                (None, None) => {}
            }
        }
        let none = || format!("the profile `{name}` has neither {ID} nor {SECRET}");
        Err(fetches.map_or_else(none, fetched).into())
    }
}

fn take(settings: &mut Settings, key: &str) -> Option<String> {
    let value = settings.get_mut(key).map(|value| std::mem::take(&mut **value));
    value.filter(|value| !value.trim().is_empty())
}

/// The name in `profile NAME`.
fn profile_of(header: &str) -> Option<&str> {
    let name = header.strip_prefix("profile")?;
    let name = name.strip_prefix([' ', '\t'])?.trim();
    let quoted = ['"', '\''].iter().find_map(|q| name.strip_prefix(*q)?.strip_suffix(*q));
    Some(quoted.unwrap_or(name))
}

/// The settings of all sections whose header `is_wanted`, the last word counting. A file that is not there has none.
fn section(path: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<Option<Settings>, Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(format!("cannot read {}: {e}", path.display()).into()),
    };
    read(&text, is_wanted).map_err(|why| format!("cannot read {}: {why}", path.display()).into())
}

fn read(text: &str, is_wanted: impl Fn(&str) -> bool) -> Result<Option<Settings>, Failure> {
    let options = ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let ini = Ini::load_from_str_opt(&plain(text)?, options)?;
    let mut found = None;
    for (header, properties) in &ini {
        if header.is_some_and(&is_wanted) {
            let settings: &mut Settings = found.get_or_insert_default();
            let pairs = properties.iter().map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned().into()));
            settings.extend(pairs);
        }
    }
    Ok(found)
}

/// The sections and settings alone, one a line, without what `rust-ini` reads otherwise than AWS's tools do: comments
/// that are indented or end a line, nested settings, and a backslash at the end of a line.
fn plain(text: &str) -> Result<Zeroizing<String>, String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 2));
    let mut indent = None;
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let content = without_comment(line);
        let own_indent = line.len() - line.trim_start().len();
        if content.is_empty() || indent.is_some_and(|above| own_indent > above) {
            continue;
        }
        if let Some(rest) = content.strip_prefix('[') {
            let header = rest.split_once(']').ok_or_else(|| format!("line {}: `[` without `]`", number + 1))?.0;
            out.extend(["[", header.trim(), "]\n"]);
            indent = None;
        } else if content.contains('=') && !content.starts_with('=') {
            out.extend([content, " \n"]);
            indent = Some(own_indent);
        } else {
            return Err(format!("line {}: expected `[section]` or `name = value`", number + 1));
        }
    }
    Ok(out)
}

/// The line without white space around it and without a comment.
fn without_comment(line: &str) -> &str {
    let is_comment = |at: &usize| {
        let before = line.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(char::is_whitespace)
    };
    let comment = line.match_indices(['#', ';']).map(|(at, _)| at).find(is_comment);
    line.get(..comment.unwrap_or(line.len())).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::{profile_of, read, without_comment};

    fn setting(text: &str, header: &str, key: &str) -> Option<String> {
        read(text, |h| h == header).unwrap()?.get(key).map(|value| (**value).clone())
    }

    #[test]
    fn settings_are_read_as_awss_tools_read_them() {
        let text = "\u{feff}# comment with = and [x]\r\n[ default ] ; note\r\n  # indented = comment\r\n\
                    KEY = a/b+c==#;d\\ # end\r\ns3 =\r\n  key = nested\r\n\r\nother='q'\r\n[x]\r\nkey=1\r\n\
                    [default]\r\nother = last\r\n[indented]\r\n  key = 2\r\n  s3 =\r\n    key = 3\r\n";
        assert_eq!(setting(text, "default", "key").unwrap(), r"a/b+c==#;d\");
        assert_eq!(setting(text, "default", "s3").unwrap(), "");
        assert_eq!(setting(text, "default", "other").unwrap(), "last");
        assert_eq!(setting(text, "x", "key").unwrap(), "1");
        assert_eq!(setting(text, "indented", "key").unwrap(), "2");
        assert_eq!(setting(text, "y", "key"), None);
    }

    #[test]
    fn quotes_and_escapes_are_part_of_a_value() {
        assert_eq!(setting("[a]\nk = \"x\\ty'", "a", "k").unwrap(), "\"x\\ty'");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_reported_by_its_number_alone() {
        for text in ["[a]\nhush", "[a]\n[hush", "[a]\n= hush"] {
            let why = read(text, |_| true).unwrap_err().to_string();
            assert!(why.starts_with("line 2:") && !why.contains("hush"), "{why}");
        }
    }

    #[test]
    fn comments_begin_a_line_or_follow_white_space() {
        for (line, content) in
            [("a=b#c", "a=b#c"), ("a=b #c", "a=b"), ("a=b\t; c # d", "a=b"), (" ; c", ""), ("#", ""), ("", "")]
        {
            assert_eq!(without_comment(line), content, "{line}");
        }
    }

    #[test]
    fn config_sections_say_profile() {
        for (header, name) in [
            ("profile x", Some("x")),
            ("profile\t x y", Some("x y")),
            ("profile \"x y\"", Some("x y")),
            ("x", None),
            ("profilex", None),
        ] {
            assert_eq!(profile_of(header), name, "{header}");
        }
    }
}
