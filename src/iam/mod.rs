//! IAM policies, principals and access decisions.
//!
//! [`evaluate`] answers whether policies allow a request: it takes a [`RequestContext`] (who wants to do what with which
//! resource), the [`Policies`] of the [`Principal`], and the [`ResourcePolicy`] of the resource if it has one, and returns a
//! [`Decision`] that names the statement. A [`Directory`] keeps access keys with their principals and policies in memory; any
//! other [`KeyStore`] does as well.
//!
//! What cannot be told from the request never allows: a statement that allows does not apply, and one that denies does.

// In the order of the imports: a file imports only from those before it.
mod limits;
mod truth;
mod budget;
mod case_folding;
mod json_path;
mod error;
mod json;
mod key;
mod value;
mod arn;
mod name;
mod unique_id;
mod principal;
mod context;
mod variable;
mod pattern;
mod matching;
mod arn_pattern;
mod condition;
mod document;
mod policy;
mod policies;
mod decision;
mod evaluate;
mod identity;
mod directory;

pub use context::RequestContext;
pub use decision::{Decision, DecisionKind, PolicyKind, StatementRef};
pub use directory::Directory;
pub use error::{Error, ErrorKind};
pub use evaluate::evaluate;
pub use identity::Identity;
pub use json_path::{JsonPath, JsonPathBuf, JsonStep};
pub use limits::{
    MAX_DIRECTORY_LEN, MAX_NESTING, MAX_NUMBER_LEN, MAX_POLICY_BYTES, MAX_POLICY_LEN, MAX_STATEMENTS, MAX_STEPS,
    MAX_VARIABLES, MAX_WILDCARDS,
};
pub use policies::Policies;
pub use policy::{Policy, ResourcePolicy};
pub use principal::{Principal, PrincipalKind};
