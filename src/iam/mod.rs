//! IAM: policies, principals, and whether the ones let the others do something.

mod limits;
mod truth;
mod budget;
mod fold;
mod json;
mod key;
mod value;
mod variable;
mod pattern;
mod matching;
mod arn;
mod name;
mod unique_id;
mod principal;
mod context;
mod condition;
mod document;
mod policy;
mod policies;
mod decision;
mod evaluate;
mod identity;
mod key_store;
mod directory;

pub use context::RequestContext;
pub use decision::{Decision, Outcome, PolicyKind, StatementRef};
pub use directory::Directory;
pub use evaluate::evaluate;
pub use identity::Identity;
pub use key_store::{KeyStore, Lookup, StoreError};
pub use limits::{
    MAX_DIRECTORY_LEN, MAX_NESTING, MAX_NUMBER_LEN, MAX_POLICY_BYTES, MAX_POLICY_LEN, MAX_STATEMENTS, MAX_STEPS,
    MAX_VARIABLES, MAX_WILDCARDS,
};
pub use policies::Policies;
pub use policy::{Policy, ResourcePolicy};
pub use principal::{Principal, PrincipalKind};
