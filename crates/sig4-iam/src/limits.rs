//! How much is read and compared at most.

/// The longest policy document, in characters that are no white space: more than AWS's customers can store (6,144 of a
/// managed policy, 10,240 of all the inline policies of a role), and twice the longest that AWS itself publishes
/// (`ReadOnlyAccess`, 135,200). Source: "IAM and AWS STS quotas", which do not count white space.
pub const MAX_POLICY_LEN: usize = 262_144;

/// The longest policy document with its white space, in bytes.
pub const MAX_POLICY_BYTES: usize = 4 * MAX_POLICY_LEN;

/// The longest text of a [`Directory`](crate::Directory), in bytes.
pub const MAX_DIRECTORY_LEN: usize = 4 * 1024 * 1024;

/// How deep lists and objects may stand within one another. A policy needs six levels, and a directory five more.
pub const MAX_NESTING: usize = 16;

/// How many statements a policy may have.
pub const MAX_STATEMENTS: usize = 512;

/// How many wildcards an action, a resource or a condition's value may have.
pub const MAX_WILDCARDS: usize = 32;

/// How many policy variables a resource or a condition's value may have.
pub const MAX_VARIABLES: usize = 8;

/// How many digits a number in a condition may have before the point, and how many after it.
pub const MAX_NUMBER_LEN: usize = 1024;

/// How many steps one evaluation may take to compare the request with all policies, about a nanosecond or a few each.
/// Every comparison takes one at least; a typical policy takes a few dozen. A request that would take more is denied.
pub const MAX_STEPS: usize = 1 << 20;
