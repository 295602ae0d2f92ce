//! The steps after the canonical request: string to sign, key and signature, as clients make them.

pub(crate) mod causes;
pub(crate) mod names;
pub(crate) mod secrets;
pub(crate) mod step_key;
pub(crate) mod signing_step;
