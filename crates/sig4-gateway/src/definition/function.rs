//! A Lambda function in a file.

use core::fmt;
use core::time::Duration;
use std::collections::BTreeMap;

/// The suffix that the CDK adds to the path of a construct for its resource.
pub(crate) const OF_CONSTRUCT: &str = "/Resource";

/// A Lambda function: its code and its configuration. `Debug` shows the names of the environment variables, not their values.
#[derive(Clone)]
pub struct FunctionDefinition {
    pub(crate) name: String,
    pub(crate) function_name: String,
    pub(crate) code: Code,
    pub(crate) handler: String,
    pub(crate) runtime: String,
    pub(crate) memory_mib: u32,
    pub(crate) timeout: Duration,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) reserved_concurrency: Option<usize>,
    pub(crate) construct_path: Option<String>,
    pub(crate) line: Option<usize>,
}

impl FunctionDefinition {
    /// The name in the file; in a template, the logical id.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the function itself: the value of `AWS_LAMBDA_FUNCTION_NAME`.
    #[must_use]
    pub fn function_name(&self) -> &str {
        &self.function_name
    }

    /// The location of its code.
    #[must_use]
    pub const fn code(&self) -> &Code {
        &self.code
    }

    /// The handler in Lambda's notation: `index.handler` is the export `handler` of the file `index`.
    #[must_use]
    pub fn handler(&self) -> &str {
        &self.handler
    }

    /// The runtime: `nodejs22.x`, `provided.al2023`.
    #[must_use]
    pub fn runtime(&self) -> &str {
        &self.runtime
    }

    /// The memory that the runtime is told, in MiB. It is not enforced.
    #[must_use]
    pub const fn memory_mib(&self) -> u32 {
        self.memory_mib
    }

    /// The time limit of a call.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How many calls may be under way at once, if it is limited: further calls are throttled.
    #[must_use]
    pub const fn reserved_concurrency(&self) -> Option<usize> {
        self.reserved_concurrency
    }

    /// The line of the function in a configuration, counted from one. A template's function has none.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// The path of the function in the CDK's tree of constructs, `Stack/Orders/Resource`. A function of a configuration has none.
    #[must_use]
    pub fn construct_path(&self) -> Option<&str> {
        self.construct_path.as_deref()
    }

    /// The id that the function's construct has in the CDK: `Orders` of `Stack/Orders/Resource`. Functions of other scopes may have
    /// the same.
    ///
    /// Source: aws/aws-sam-cli `samcli/lib/samlib/resource_metadata_normalizer.py`, `get_resource_id`.
    #[must_use]
    pub fn construct_id(&self) -> Option<&str> {
        let path = self.construct_path()?;
        path.strip_suffix(OF_CONSTRUCT).unwrap_or(path).rsplit('/').next().filter(|id| !id.is_empty())
    }

    /// Its environment variables.
    pub fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for FunctionDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionDefinition")
            .field("name", &self.name)
            .field("function_name", &self.function_name)
            .field("code", &self.code)
            .field("handler", &self.handler)
            .field("runtime", &self.runtime)
            .field("memory_mib", &self.memory_mib)
            .field("timeout", &self.timeout)
            .field("reserved_concurrency", &self.reserved_concurrency)
            .field("environment", &self.environment.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// The location of a function's code.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Code {
    /// A command that runs the function and speaks the Lambda Runtime API.
    Command(String),
    /// A folder, relative to the folder of the file.
    Folder(String),
    /// The code itself.
    Inline(String),
    /// The code is not on this machine, for this reason. Only a command can run the function.
    Elsewhere(String),
}
