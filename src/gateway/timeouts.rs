//! How long the gateway waits.

use super::limits::INTEGRATION_TIMEOUT;
use std::time::Duration;

/// How long the gateway waits for what, each part by itself.
///
/// ```
/// use sig4::gateway::Timeouts;
/// use std::time::Duration;
///
/// let timeouts = Timeouts::new().with_integration(Duration::from_millis(50));
/// assert_eq!(timeouts.integration(), Duration::from_millis(50));
/// assert_eq!(Timeouts::new().integration(), Duration::from_secs(30));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    pub(crate) head: Duration,
    pub(crate) body: Duration,
    pub(crate) body_budget: Duration,
    pub(crate) integration: Duration,
    pub(crate) write: Duration,
    pub(crate) quiet: Duration,
    pub(crate) drain: Duration,
}

impl Timeouts {
    /// The defaults: those of API Gateway where they are known.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            head: Duration::from_secs(20),
            body: Duration::from_secs(30),
            body_budget: Duration::from_secs(5),
            integration: INTEGRATION_TIMEOUT,
            write: Duration::from_secs(30),
            quiet: Duration::from_millis(250),
            drain: Duration::from_secs(60),
        }
    }

    /// Sets how long a client may take for the head of a request, and keep a connection without one. The default is 20 s.
    #[must_use]
    pub const fn with_head(mut self, wait: Duration) -> Self {
        self.head = wait;
        self
    }

    /// Sets how long a client may take for the body of a request, 30 s by default. The answer is 408 then.
    #[must_use]
    pub const fn with_body(mut self, wait: Duration) -> Self {
        self.body = wait;
        self
    }

    /// Sets how long a body waits for room in the [body budget](super::ApiDefinition::with_body_budget), from its first wait on, 5 s by
    /// default. The answer is 503 then, and what was read of the body gives its room back.
    #[must_use]
    pub const fn with_body_budget(mut self, wait: Duration) -> Self {
        self.body_budget = wait;
        self
    }

    /// Sets how long an integration may take, 30 s by default, which is API Gateway's limit. The answer is 503 then.
    #[must_use]
    pub const fn with_integration(mut self, wait: Duration) -> Self {
        self.integration = wait;
        self
    }

    /// Sets how long a client may take no byte of its answer, 30 s by default.
    #[must_use]
    pub const fn with_write(mut self, wait: Duration) -> Self {
        self.write = wait;
        self
    }

    /// Sets how long a server that is shut down leaves idle connections open, so that a request that is on its way is still
    /// answered. The default is 250 ms.
    #[must_use]
    pub const fn with_quiet(mut self, wait: Duration) -> Self {
        self.quiet = wait;
        self
    }

    /// Sets how long a server that is shut down waits for requests that it has accepted, 60 s by default. What is not
    /// answered then is cut off.
    #[must_use]
    pub const fn with_drain(mut self, wait: Duration) -> Self {
        self.drain = wait;
        self
    }

    /// How long an integration may take.
    #[must_use]
    pub const fn integration(&self) -> Duration {
        self.integration
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::new()
    }
}
