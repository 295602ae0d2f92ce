//! A request on the command line, in the grammar of curl, httpie and awscurl. Every command that takes a request takes it from here.
//!
//! ```text
//! sig4 COMMAND [METHOD] URL [-X METHOD] [-H HEADER]… [-d DATA]… [-F FIELD]…
//! ```

mod args;
mod body;
mod composed;
mod form;
mod given;
mod header;
mod keys;
mod request_keys;
mod scope;
mod target;
mod urlencode;

pub(crate) use args::RequestArgs;
pub(crate) use composed::{Composed, ContentType};
pub(crate) use keys::KeyArgs;
pub(crate) use request_keys::RequestKeyArgs;
pub(crate) use scope::ScopeArgs;
