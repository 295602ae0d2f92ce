//! Files and standard input that arguments name.

use crate::failure::Failure;
use std::fs;
use std::io::{self, Read};

/// The content of a file, or of standard input for `-`.
pub(super) fn content(name: &str) -> Result<Vec<u8>, Failure> {
    if name != "-" {
        return fs::read(name).map_err(|error| format!("cannot read `{name}`: {error}").into());
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| format!("cannot read standard input: {error}"))?;
    Ok(bytes)
}
