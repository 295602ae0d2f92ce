//! The limits on what is read and compared.

/// The maximum length of a policy document, in characters without white space. Customers of AWS can store less (6,144 in a
/// managed policy, 10,240 in all inline policies of a role); the longest policy that AWS publishes has half (`ReadOnlyAccess`,
/// 135,200). Source: "IAM and AWS STS quotas", which do not count white space.
pub const MAX_POLICY_LEN: usize = 262_144;

/// The maximum length of a policy document with its white space, in bytes.
pub const MAX_POLICY_BYTES: usize = 4 * MAX_POLICY_LEN;

/// The maximum length of the text of a [`Directory`](crate::Directory), in bytes.
pub const MAX_DIRECTORY_LEN: usize = 4 * 1024 * 1024;

/// The maximum length of the text of [`DayKeys`](crate::DayKeys), in bytes.
pub const MAX_DAY_KEYS_LEN: usize = 64 * 1024 * 1024;

/// The maximum number of [`DayKeys`](crate::DayKeys). A key takes about 450 bytes of memory.
pub const MAX_DAY_KEYS: usize = 1 << 18;

/// The maximum number of [`DayKeys`](crate::DayKeys) of one access key id. A request may be compared with the scope of each.
pub const MAX_DAY_KEYS_PER_ID: usize = 256;

/// The maximum nesting of lists and objects. A policy needs six levels, and a directory five more.
pub const MAX_NESTING: usize = 16;

/// The maximum number of statements in a policy.
pub const MAX_STATEMENTS: usize = 512;

/// The maximum number of wildcards in an action, a resource or a condition's value.
pub const MAX_WILDCARDS: usize = 32;

/// The maximum number of policy variables in a resource or a condition's value.
pub const MAX_VARIABLES: usize = 8;

/// The maximum number of digits before the point, and after it, of a number in a condition.
pub const MAX_NUMBER_LEN: usize = 1024;

/// The maximum number of steps of one evaluation. A step takes a few nanoseconds at most. Every comparison takes at least one
/// step, and a typical policy a few dozen. A request that would take more is denied.
pub const MAX_STEPS: usize = 1 << 20;
