//! The defaults of APIs and functions, each written once.

use core::time::Duration;

/// The region of an API on this machine.
pub const DEFAULT_REGION: &str = "us-east-1";

/// The account of an API on this machine, that of AWS's own examples.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// The id of an API on this machine, for policies.
pub const DEFAULT_API_ID: &str = "local";

/// The memory of a Lambda function, in MiB. Source: `AWS::Lambda::Function`, `MemorySize`.
pub const DEFAULT_FUNCTION_MEMORY_MIB: u32 = 128;

/// The time limit of a call of a Lambda function. Source: `AWS::Lambda::Function`, `Timeout`.
pub const DEFAULT_FUNCTION_TIMEOUT: Duration = Duration::from_secs(3);
