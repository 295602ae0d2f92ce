//! The body given with `--data`: text, a file, or standard input.

use crate::failure::Failure;
use std::fs;
use std::io::{self, Read};

/// A request's body.
#[derive(Debug)]
pub(crate) enum Body {
    /// No body.
    None,
    /// The bytes, read once, so that the signed bytes are the sent bytes.
    Given(Vec<u8>),
}

impl Body {
    /// Reads the value of `--data`: `-` is standard input, `@name` a file, and anything else the body itself.
    pub(crate) fn read(data: Option<&str>) -> Result<Self, Failure> {
        match data {
            None => Ok(Self::None),
            Some("-" | "@-") => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                read.map_err(|e| format!("cannot read standard input: {e}"))?;
                Ok(Self::Given(bytes))
            }
            Some(text) => match text.strip_prefix('@') {
                Some(name) => {
                    let bytes = fs::read(name).map_err(|e| format!("cannot read `{name}`: {e}"))?;
                    Ok(Self::Given(bytes))
                }
                None => Ok(Self::Given(text.as_bytes().to_vec())),
            },
        }
    }

    /// Its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::None => b"",
            Self::Given(bytes) => bytes,
        }
    }
}
