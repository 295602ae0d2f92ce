//! Strict JSON: duplicate keys are errors, and every error has a place.

mod locate;
pub(crate) mod node;
pub(crate) mod read;
pub(crate) mod value;
