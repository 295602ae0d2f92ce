//! IAM: policies, principals, and whether the ones let the others do something.

mod context;
mod decision;
mod directory;
mod evaluate;
mod identity;
mod key_store;
mod policies;
mod policy;
mod principal;
mod unique_id;

pub use context::RequestContext;
pub use decision::{Decision, Outcome, PolicyKind, StatementRef};
pub use directory::Directory;
pub use evaluate::evaluate;
pub use identity::Identity;
pub use key_store::{KeyStore, Lookup, StoreError};
pub use policies::Policies;
pub use policy::{Policy, ResourcePolicy};
pub use principal::{Principal, PrincipalKind};
