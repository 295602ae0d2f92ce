//! The file.

use super::api::ApiSection;
use super::keys::Keys;
use super::limits::Limits;
use super::listen::Listen;
use super::log::Log;
use super::replay::{Replay, ReplayStoreKind};
use super::upstream::Upstream;
use crate::check::api::Api;
use crate::check::upstream_headers::UpstreamHeaders;
use crate::error::{Error, ErrorKind};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The longest configuration.
const MAX_CONFIG_LEN: u64 = 1024 * 1024;

/// The configuration of an authorizer.
///
/// ```
/// use sig4_authorizer::config::Config;
///
/// let config = Config::parse(r#"
///     [listen]
///     address = "127.0.0.1:9191"
///
///     [[api]]
///     name = "pets"
///     hosts = ["pets.example.com"]
///     region = "us-east-1"
///     account = "123456789012"
///     id = "abc"
///
///     [keys]
///     users = "users.json"
/// "#)?;
/// assert_eq!(config.api_names().collect::<Vec<_>>(), ["pets"]);
///
/// let error = Config::parse("[listen]\nadress = \"127.0.0.1:9191\"").unwrap_err().to_string();
/// assert!(error.starts_with("invalid configuration: line 2, column 1: unknown field `adress`"), "{error}");
/// # Ok::<(), sig4_authorizer::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder to which paths are relative.
    folder: PathBuf,
    sections: Sections,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sections {
    #[serde(default)]
    listen: Listen,
    #[serde(default)]
    api: Vec<ApiSection>,
    #[serde(default)]
    keys: Keys,
    #[serde(default)]
    replay: Replay,
    #[serde(default)]
    upstream: Upstream,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    log: Log,
}

impl Config {
    /// Reads a file. Relative paths in it are relative to its folder.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the file cannot be read or is invalid. The message names the file, the line and the column.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let at = |detail: &dyn core::fmt::Display| invalid(format!("{}: {detail}", path.display()));
        let text = read_limited(path).map_err(|error| at(&error))?;
        let folder = path.parent().unwrap_or_else(|| Path::new("")).to_path_buf();
        Ok(Self { folder, sections: sections(&text).map_err(|problem| at(&problem))? })
    }

    /// Reads a text. Relative paths in it are relative to the current folder of the process.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the text is invalid. The message names the line and the column.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Self { folder: PathBuf::new(), sections: sections(text).map_err(invalid)? })
    }

    /// The names of the APIs.
    pub fn api_names(&self) -> impl Iterator<Item = &str> {
        self.sections.api.iter().map(|api| api.name.as_str())
    }

    /// The APIs.
    pub(crate) fn apis(&self) -> Result<Vec<Api>, Error> {
        let checks_body = self.sections.upstream.body_check;
        self.sections.api.iter().map(|api| api.api(&self.folder, checks_body)).collect()
    }

    /// The headers for the service behind the proxy.
    pub(crate) fn upstream_headers(&self) -> Result<UpstreamHeaders, Error> {
        let upstream = &self.sections.upstream;
        Ok(UpstreamHeaders::new(&upstream.prefix)?.with_signature_removed(upstream.remove_signature))
    }

    /// The path that a path of the file means.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    pub(crate) const fn listen(&self) -> &Listen {
        &self.sections.listen
    }

    pub(crate) const fn keys(&self) -> &Keys {
        &self.sections.keys
    }

    pub(crate) const fn replay(&self) -> &Replay {
        &self.sections.replay
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.sections.limits
    }

    pub(crate) const fn log(&self) -> &Log {
        &self.sections.log
    }
}

impl Sections {
    /// What is wrong with values that TOML and their types allow.
    fn problem(&self) -> Option<String> {
        self.problem_of_apis()
            .or_else(|| self.listen.problem())
            .or_else(|| self.keys.problem().map(str::to_owned))
            .or_else(|| self.replay.problem().map(str::to_owned))
            .or_else(|| self.limits.problem())
            .or_else(|| self.problem_of_times())
            .or_else(|| self.log.problem())
    }

    /// A store that may take longer than a check could never use its time.
    fn problem_of_times(&self) -> Option<String> {
        let is_late =
            self.replay.store == ReplayStoreKind::Redis && self.replay.timeout() >= self.limits.check_timeout();
        is_late.then(|| "[replay] `timeout` is not shorter than `check_timeout` of [limits]".to_owned())
    }

    fn problem_of_apis(&self) -> Option<String> {
        if self.api.is_empty() {
            return Some("there is no [[api]]".to_owned());
        }
        let mut names = BTreeSet::new();
        match self.api.iter().find(|api| !names.insert(&api.name)) {
            Some(twice) => Some(format!("two APIs have the name `{}`", twice.name)),
            None => self.api.iter().find_map(ApiSection::problem),
        }
    }
}

/// The text of a file. A device has no length before it is read, so that the limit is one of reading.
fn read_limited(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(MAX_CONFIG_LEN.saturating_add(1)).read_to_string(&mut text);
    if u64::try_from(text.len()).is_ok_and(|len| len > MAX_CONFIG_LEN) {
        return Err(io::Error::other(format!("the file has more than {MAX_CONFIG_LEN} bytes")));
    }
    read.map(|_| text)
}

fn sections(text: &str) -> Result<Sections, String> {
    let sections: Sections = toml::from_str(text).map_err(|error| placed(text, &error))?;
    match sections.problem() {
        Some(problem) => Err(problem),
        None => Ok(sections),
    }
}

/// An error of TOML with its line and column, from 1. Columns count characters.
fn placed(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let Some(before) = before else { return error.message().to_owned() };
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
    format!("line {line}, column {column}: {}", error.message())
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::InvalidConfig, detail)
}
