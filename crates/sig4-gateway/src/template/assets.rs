//! The assets of a stack: the files that the CDK uploads for it, and their paths in the folder.

use super::files::{not_json, unreadable};
use crate::error::Error;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;

/// The paths of assets by their keys.
pub(crate) type Assets = BTreeMap<String, String>;

/// Reads the list of assets, if there is one. If several assets have the same key, the first is used.
pub(crate) fn read_assets(name: &str, read: &dyn Fn(&str) -> io::Result<String>) -> Result<Assets, Error> {
    let text = match read(name) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Assets::new()),
        Err(error) => return Err(unreadable(name, error)),
    };
    let list: Value = serde_json::from_str(&text).map_err(|error| not_json(name, &error))?;
    let mut assets = Assets::new();
    for (_, file) in list.get("files").and_then(Value::as_object).into_iter().flatten() {
        let Some(path) = file.get("source").and_then(|source| source.get("path")?.as_str()) else { continue };
        for (_, to) in file.get("destinations").and_then(Value::as_object).into_iter().flatten() {
            if let Some(key) = to.get("objectKey").and_then(Value::as_str) {
                assets.entry(key.to_owned()).or_insert_with(|| path.to_owned());
            }
        }
    }
    Ok(assets)
}
