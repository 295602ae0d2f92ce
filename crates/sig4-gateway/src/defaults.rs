//! What an API or a function is where nothing else is said. Each default stands here once.

use core::time::Duration;

/// The region of an API on this machine.
pub const DEFAULT_REGION: &str = "us-east-1";

/// The account of an API on this machine: the one of AWS's own examples.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// The id of an API on this machine, as policies name it.
pub const DEFAULT_API_ID: &str = "local";

/// The memory of a Lambda function, in MiB. Source: `AWS::Lambda::Function`, `MemorySize`.
pub const DEFAULT_FUNCTION_MEMORY_MIB: u32 = 128;

/// The time that a call of a Lambda function may take. Source: `AWS::Lambda::Function`, `Timeout`.
pub const DEFAULT_FUNCTION_TIMEOUT: Duration = Duration::from_secs(3);
