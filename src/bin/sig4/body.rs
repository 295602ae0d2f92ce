//! The body given with `--data`: text, a file, or standard input.

use crate::Failure;
use std::fs;
use std::io::{self, Read};

/// A request's body and where it came from.
#[derive(Debug)]
pub(crate) enum Body {
    /// There is none.
    None,
    /// Text from the command line.
    Text(String),
    /// A file's content.
    File {
        /// The file's name, as given.
        name: String,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// What standard input held.
    Stdin(Vec<u8>),
}

impl Body {
    /// Reads what `--data` names: `-` is standard input, `@name` a file, and anything else the body itself.
    pub(crate) fn read(data: Option<&str>) -> Result<Self, Failure> {
        match data {
            None => Ok(Self::None),
            Some("-" | "@-") => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                read.map_err(|e| format!("cannot read standard input: {e}"))?;
                Ok(Self::Stdin(bytes))
            }
            Some(text) => match text.strip_prefix('@') {
                Some(name) => {
                    let bytes = fs::read(name).map_err(|e| format!("cannot read `{name}`: {e}"))?;
                    Ok(Self::File { name: name.to_owned(), bytes })
                }
                None => Ok(Self::Text(text.to_owned())),
            },
        }
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::None => b"",
            Self::Text(text) => text.as_bytes(),
            Self::File { bytes, .. } | Self::Stdin(bytes) => bytes,
        }
    }
}
