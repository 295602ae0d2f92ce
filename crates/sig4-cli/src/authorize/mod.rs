//! `sig4 authorize`: an authorizer that proxies ask about each request.

mod args;
mod notes;
mod run;

pub(crate) use args::AuthorizeArgs;
pub(crate) use run::run;
