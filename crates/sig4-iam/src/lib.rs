#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]

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
mod day_keys;
mod identity;
mod directory;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "testing")]
pub mod testing;

pub use context::RequestContext;
pub use day_keys::DayKeys;
pub use decision::{Decision, DecisionKind, PolicyKind, StatementRef};
pub use directory::Directory;
pub use error::{Error, ErrorKind};
pub use evaluate::evaluate;
pub use identity::Identity;
pub use json_path::{JsonPath, JsonPathBuf, JsonStep};
pub use limits::{
    MAX_DAY_KEYS, MAX_DAY_KEYS_LEN, MAX_DAY_KEYS_PER_ID, MAX_DIRECTORY_LEN, MAX_NESTING, MAX_NUMBER_LEN,
    MAX_POLICY_BYTES, MAX_POLICY_LEN, MAX_STATEMENTS, MAX_STEPS, MAX_VARIABLES, MAX_WILDCARDS,
};
pub use policies::Policies;
pub use policy::{Policy, ResourcePolicy};
pub use principal::{Principal, PrincipalKind};
