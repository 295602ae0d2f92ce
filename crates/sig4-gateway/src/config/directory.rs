//! The users, groups, roles and policies of a configuration.

use super::line;
use super::table::{Source, Table};
use crate::error::{Error, ErrorKind};
use serde_json::{Map, Value};
use sig4::endpoint::Partition;
use sig4_iam::{self as iam, Directory};
use std::io;
use std::path::Path;
use toml::Spanned;
use toml::de::DeTable;

/// The keys that a [`Directory`] reads.
const KEYS: [&str; 7] = ["groups", "organization", "partition", "roles", "root", "service_control_policies", "users"];

/// The users, in the model of [`Directory::from_json`].
pub(super) fn read(
    root: &mut Table<'_, '_>,
    account: &str,
    region: &str,
    read: &dyn Fn(&str) -> io::Result<String>,
) -> Result<Option<Directory>, iam::Error> {
    let mut members = Map::new();
    for key in KEYS {
        if let Some(value) = root.json(key) {
            members.insert(key.to_owned(), value);
        }
    }
    if members.is_empty() {
        return Ok(None);
    }
    members.insert("account".to_owned(), Value::String(account.to_owned()));
    let partition = || Value::String(Partition::of_region(region).name().to_owned());
    members.entry("partition").or_insert_with(partition);
    Directory::from_value(Value::Object(members), read).map(Some)
}

/// The error with its place: in a policy file that of the file, else that of the error's path in the configuration.
#[cold]
pub(super) fn placed(error: &iam::Error, source: Source<'_>, document: &Spanned<DeTable<'_>>) -> Error {
    if let Some(file) = error.file() {
        return of_file(error, &beside(source.name(), file));
    }
    let root = document.get_ref();
    let first = || {
        root.iter().filter(|(key, _)| KEYS.contains(&AsRef::<str>::as_ref(key.get_ref()))).map(|(key, _)| key.span())
    };
    let span = line::span(root, error.path()).or_else(|| first().min_by_key(|span| span.start));
    let directory = Error::new(ErrorKind::InvalidDirectory, error.detail()).with_source(error.clone());
    source.place(&span.unwrap_or_else(|| document.span()), directory)
}

/// The error at its place in a policy file.
#[cold]
pub(super) fn of_file(error: &iam::Error, file: &str) -> Error {
    let at = if error.path().is_root() { String::new() } else { format!("at {}: ", error.path()) };
    let reason = format!("{at}{}", error.reason());
    let placed = Error::new(ErrorKind::InvalidDirectory, reason).with_source(error.clone()).in_file(file);
    match (error.line(), error.column()) {
        (Some(line), Some(column)) => placed.at((line, column)),
        // The error is about the whole file.
        _ => placed.at((1, 1)),
    }
}

/// The path of a file that the configuration `name` names.
pub(super) fn beside(name: Option<&str>, file: &str) -> String {
    let folder = name.and_then(|name| Path::new(name).parent()).unwrap_or_else(|| Path::new(""));
    folder.join(file).display().to_string()
}
