//! The body given with `--data`: text, a file, or standard input.

use crate::failure::Failure;
use std::fs;
use std::io::{self, Read};

/// A request's body.
#[derive(Debug)]
pub(crate) enum Body {
    /// There is none.
    None,
    /// Its bytes, as they were read once, so that what is signed is what is sent.
    Given(Vec<u8>),
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
