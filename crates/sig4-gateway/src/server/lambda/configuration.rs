//! The configuration of a Lambda function.

use crate::defaults::{DEFAULT_ACCOUNT, DEFAULT_FUNCTION_MEMORY_MIB, DEFAULT_FUNCTION_TIMEOUT, DEFAULT_REGION};
use crate::server::guard::RefusalLog;
use sig4::endpoint::Partition;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The version of an unpublished function.
const LATEST: &str = "$LATEST";

/// Made-up credentials in place of an execution role's. Code that reads them finds them, as on Lambda, and an AWS SDK that finds
/// them does not look for the keys of the user who runs the server. AWS refuses them.
const NO_ROLE: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "ASIALOCALFUNCTION000"),
    ("AWS_SECRET_ACCESS_KEY", "made-up-by-sig4-and-refused-by-AWS-00000"),
    ("AWS_SESSION_TOKEN", "made-up-by-sig4-and-refused-by-AWS"),
];

/// Variables that name a source of credentials. If one of them is set, the made-up ones are left out, so that a made-up token
/// never accompanies a real key.
///
/// Source: "Environment variables support" and "Standardized credential providers" in the AWS SDKs and Tools Reference Guide.
const OF_CREDENTIALS: [&str; 8] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// The configuration of a Lambda function.
///
/// ```
/// use sig4_gateway::FunctionConfiguration;
/// use std::time::Duration;
///
/// let configuration = FunctionConfiguration::new("echo").with_handler("index.handler").with_timeout(Duration::from_secs(3));
/// assert_eq!(configuration.arn(), "arn:aws:lambda:us-east-1:123456789012:function:echo");
/// ```
///
/// `Debug` shows the names of the environment variables without their values.
#[derive(Clone)]
pub struct FunctionConfiguration {
    name: String,
    region: String,
    account: String,
    handler: String,
    memory: u32,
    timeout: Duration,
    variables: BTreeMap<String, String>,
    reserved_concurrency: Option<usize>,
    admits_others: bool,
    refusal_log: Option<RefusalLog>,
}

impl FunctionConfiguration {
    /// A function of this name, in the region `us-east-1` and the account `123456789012`, with Lambda's defaults of 128 MB and 3 s.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            region: DEFAULT_REGION.to_owned(),
            account: DEFAULT_ACCOUNT.to_owned(),
            handler: "index.handler".to_owned(),
            memory: DEFAULT_FUNCTION_MEMORY_MIB,
            timeout: DEFAULT_FUNCTION_TIMEOUT,
            variables: BTreeMap::new(),
            reserved_concurrency: None,
            admits_others: false,
            refusal_log: None,
        }
    }

    /// Sets the region.
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Sets the account.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// Sets the handler, such as `index.handler`: what a runtime finds in `_HANDLER`.
    #[must_use]
    pub fn with_handler(mut self, handler: impl Into<String>) -> Self {
        self.handler = handler.into();
        self
    }

    /// Sets the memory in MB that the runtime is told. It is not enforced.
    #[must_use]
    pub const fn with_memory(mut self, megabytes: u32) -> Self {
        self.memory = megabytes;
        self
    }

    /// Sets the time limit of the function. A longer call gets 500; one beyond the integration's 30 s gets 503.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how many calls may be under way at once. Further calls get 503 at once, as from an HTTP API whose function is
    /// throttled; with zero, every call does. By default further calls wait for a runtime.
    ///
    /// Source: "Configuring reserved concurrency for a function" in the AWS Lambda Developer Guide. Lambda answers 429 to the
    /// gateway. AWS does not document what an HTTP API makes of it.
    #[must_use]
    pub const fn with_reserved_concurrency(mut self, calls: usize) -> Self {
        self.reserved_concurrency = Some(calls);
        self
    }

    /// Adds an environment variable. It replaces a predefined one of the same name.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Sets whether processes of other users can connect as runtimes: those of this machine, in containers, and if the address is
    /// not a loopback one, of other machines. Each of them can take events and forge responses. The default is `false`, which is
    /// enforced on Linux only: other systems do not tell the owner of a connection.
    #[must_use]
    pub const fn with_any_user(mut self, admitted: bool) -> Self {
        self.admits_others = admitted;
        self
    }

    /// Sets a function that gets the reason of each refused request and connection. It must not block. A flood of refusals is
    /// logged in part: 32 at once, then one a second, with the number of those that were not logged.
    ///
    /// ```
    /// use sig4_gateway::FunctionConfiguration;
    ///
    /// let configuration = FunctionConfiguration::new("echo").with_refusal_log(|why| eprintln!("echo refused {why}"));
    /// assert_eq!(configuration.arn(), "arn:aws:lambda:us-east-1:123456789012:function:echo");
    /// ```
    #[must_use]
    pub fn with_refusal_log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.refusal_log = Some(Arc::new(log));
        self
    }

    /// The ARN of the function.
    #[must_use]
    pub fn arn(&self) -> String {
        let partition = Partition::of_region(&self.region).name();
        format!("arn:{partition}:lambda:{}:{}:function:{}", self.region, self.account, self.name)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) const fn reserved_concurrency(&self) -> Option<usize> {
        self.reserved_concurrency
    }

    pub(super) const fn admits_others(&self) -> bool {
        self.admits_others
    }

    pub(super) fn refusal_log(&self) -> Option<RefusalLog> {
        self.refusal_log.clone()
    }

    pub(super) fn environment(&self, runtime_api: &str) -> Vec<(String, String)> {
        let memory = self.memory.to_string();
        let log_group = format!("/aws/lambda/{}", self.name);
        let defined = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api),
            ("AWS_LAMBDA_FUNCTION_NAME", &self.name),
            ("AWS_LAMBDA_FUNCTION_VERSION", LATEST),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", &log_group),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "local"),
            ("AWS_REGION", &self.region),
            ("AWS_DEFAULT_REGION", &self.region),
            ("_HANDLER", &self.handler),
            ("TZ", ":UTC"),
        ];
        let given = |name: &str| self.variables.contains_key(name);
        let role = NO_ROLE.into_iter().filter(|_| !OF_CREDENTIALS.into_iter().any(given));
        let defined = defined.into_iter().chain(role).filter(|(name, _)| !given(name));
        let own = self.variables.iter().map(|(name, value)| (name.clone(), value.clone()));
        defined.map(|(name, value)| (name.to_owned(), value.to_owned())).chain(own).collect()
    }
}

impl fmt::Debug for FunctionConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionConfiguration")
            .field("arn", &self.arn())
            .field("handler", &self.handler)
            .field("memory", &self.memory)
            .field("timeout", &self.timeout)
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .finish()
    }
}
