//! Environment variables as text.

use crate::failure::Failure;
use std::env::{self, VarError};

/// An environment variable. An empty or blank value counts as unset.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    Ok(given(name)?.filter(|value| !value.trim().is_empty()))
}

/// An environment variable. An empty value counts as unset.
pub(crate) fn given(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok((!value.is_empty()).then_some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8").into()),
    }
}
