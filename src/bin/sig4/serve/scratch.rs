//! A folder that is there as long as the server.

use crate::Failure;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of temporary files, which is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// A new folder with one file in it.
    pub(crate) fn with_file(name: &str, text: &str) -> Result<Self, Failure> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| format!("no random numbers: {error}"))?;
        let folder = env::temp_dir().join(format!("sig4-{}", hex::encode(random)));
        let failed = |error| format!("cannot write to {}: {error}", folder.display());
        // It fails where somebody else was there first.
        fs::create_dir(&folder).map_err(failed)?;
        let scratch = Self(folder.clone());
        fs::write(folder.join(name), text).map_err(failed)?;
        Ok(scratch)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _left = fs::remove_dir_all(&self.0);
    }
}
