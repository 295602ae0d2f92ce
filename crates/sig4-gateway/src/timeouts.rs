//! The time limits of the gateway.

use super::limits::{INTEGRATION_TIMEOUT, REST_INTEGRATION_TIMEOUT};
use std::time::Duration;

/// The time limits of the gateway, each independent of the others.
///
/// ```
/// use sig4_gateway::Timeouts;
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
    /// `None` for that of the API's type.
    pub(crate) integration: Option<Duration>,
    pub(crate) write: Duration,
    pub(crate) quiet: Duration,
    pub(crate) drain: Duration,
}

impl Timeouts {
    /// The default limits. They are those of API Gateway where these are known.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            head: Duration::from_secs(20),
            body: Duration::from_secs(30),
            body_budget: Duration::from_secs(5),
            integration: None,
            write: Duration::from_secs(30),
            quiet: Duration::from_millis(250),
            drain: Duration::from_secs(60),
        }
    }

    /// Sets how long a client may take for the head of a request, for the handshake of TLS, and keep an idle connection. The default
    /// is 20 s.
    #[must_use]
    pub const fn with_head(mut self, wait: Duration) -> Self {
        self.head = wait;
        self
    }

    /// Sets how long a client may take for the body of a request, 30 s by default. A slower body gets 408.
    #[must_use]
    pub const fn with_body(mut self, wait: Duration) -> Self {
        self.body = wait;
        self
    }

    /// Sets how long a body waits for room in the [body budget](super::ApiDefinition::with_body_budget), from its first wait on, 5 s by
    /// default. A body that waits longer gets 503, and gives back its room.
    #[must_use]
    pub const fn with_body_budget(mut self, wait: Duration) -> Self {
        self.body_budget = wait;
        self
    }

    /// Sets how long an integration may take. The default is API Gateway's limit: 30 s for an HTTP API, which answers 503 for a
    /// slower one, and 29 s for a REST API, which answers 504.
    #[must_use]
    pub const fn with_integration(mut self, wait: Duration) -> Self {
        self.integration = Some(wait);
        self
    }

    /// Sets how long a client may take no byte of its response, 30 s by default. The connection is then closed. In HTTP/2 it is the
    /// time for 8 KiB of a response, which is reset then.
    #[must_use]
    pub const fn with_write(mut self, wait: Duration) -> Self {
        self.write = wait;
        self
    }

    /// Sets how long a server that shuts down leaves idle connections open, so that a request on its way still gets a response.
    /// The default is 250 ms.
    #[must_use]
    pub const fn with_quiet(mut self, wait: Duration) -> Self {
        self.quiet = wait;
        self
    }

    /// Sets how long a server that shuts down waits for accepted requests, 60 s by default. Later ones are cut off.
    #[must_use]
    pub const fn with_drain(mut self, wait: Duration) -> Self {
        self.drain = wait;
        self
    }

    /// The time limit of an integration of an HTTP API. That of a REST API is the same if it [was set](Self::with_integration), else
    /// 29 s.
    #[must_use]
    pub const fn integration(&self) -> Duration {
        self.integration_of(false)
    }

    /// The time limit of an integration of a type of API.
    pub(crate) const fn integration_of(&self, is_rest: bool) -> Duration {
        match self.integration {
            Some(limit) => limit,
            None if is_rest => REST_INTEGRATION_TIMEOUT,
            None => INTEGRATION_TIMEOUT,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::new()
    }
}
