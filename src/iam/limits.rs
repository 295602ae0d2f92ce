//! How much is read and compared at most.

/// The longest policy document, in bytes: several times what AWS stores (6,144 characters of a managed policy, 8,192
/// bytes of an API's policy, 10,240 of all the inline policies of a role). Source: "IAM and AWS STS quotas".
pub const MAX_POLICY_LEN: usize = 65_536;

/// The longest text of a [`Directory`](crate::iam::Directory), in bytes.
pub const MAX_DIRECTORY_LEN: usize = 4 * 1024 * 1024;

/// How deep lists and objects may stand within one another. A policy needs six levels, and a directory five more.
pub const MAX_NESTING: usize = 16;

/// How many statements a policy may have.
pub const MAX_STATEMENTS: usize = 512;

/// How many wildcards an action, a resource or a condition's value may have.
pub const MAX_WILDCARDS: usize = 32;

/// How many policy variables a resource or a condition's value may have.
pub const MAX_VARIABLES: usize = 8;

/// How many steps one evaluation may take to compare the request with all policies, about a nanosecond or a few each.
/// A typical policy takes a few dozen. A request that would take more is denied.
pub const MAX_STEPS: usize = 1 << 20;
