//! Folders that are replaced as a whole, as Kubernetes does with a mounted secret.
//!
//! ```text
//! /etc/sig4/users.json   -> ..data/users.json
//! /etc/sig4/..data       -> ..2026_11_30_08_13_13.2918427121
//! ```
//!
//! An update makes a new folder with a time in its name, and then replaces the link `..data`. Files that are read one after the other
//! through `..data` may be of two versions. Files that are read from the folder that `..data` led to are of one.
//!
//! Source: `AtomicWriter` of Kubernetes, `pkg/volume/util/atomic_writer.go`, documentation of `Write`.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The link that is replaced.
const DATA_LINK: &str = "..data";

/// The folders that links led to when they were first seen. A folder without the link is its own.
#[derive(Debug, Default)]
pub(super) struct Pinned(HashMap<PathBuf, PathBuf>);

impl Pinned {
    /// The path of a file in the folder that was first seen.
    pub(super) fn path(&mut self, path: &Path) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(path.to_owned()) };
        if let Some(target) = self.0.get(folder) {
            return Ok(target.join(name));
        }
        let target = target(folder)?;
        let path = target.join(name);
        self.0.insert(folder.to_owned(), target);
        Ok(path)
    }

    /// Whether all links still lead to the same folders.
    pub(super) fn is_current(&self) -> bool {
        self.0.iter().all(|(folder, pinned)| target(folder).is_ok_and(|now| now == *pinned))
    }
}

fn target(folder: &Path) -> io::Result<PathBuf> {
    match fs::read_link(folder.join(DATA_LINK)) {
        Ok(target) => Ok(folder.join(target)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
            Ok(folder.to_owned())
        }
        Err(error) => Err(error),
    }
}
