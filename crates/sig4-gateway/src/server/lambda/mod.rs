//! Lambda functions: their configuration, and the address at which runtimes fetch events.

pub(crate) mod configuration;
pub(crate) mod function_response;
pub(crate) mod invocation;
pub(crate) mod queue;
pub(crate) mod runtime;
pub(crate) mod runtime_api;
pub(crate) mod runtime_connection;
pub(crate) mod runtime_listener;
pub(crate) mod runtimes;
pub(crate) mod waiting;

use super::guard::{Audience, Guard};
use super::listener;
use crate::error::Error;
use crate::event::Event;
use crate::limits::MAX_LAMBDA_PAYLOAD_LEN;
use crate::reply::Reply;
use configuration::FunctionConfiguration;
use queue::{NotInvoked, Queue};
use runtimes::RuntimeId;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::ToSocketAddrs;
use tokio::task::JoinHandle;

/// A Lambda function: an address at which any Lambda runtime can fetch events, and the events that wait there.
///
/// A runtime is a program made with `lambda_runtime` or `lambda_http`, one of AWS's runtime interface clients, or your own loop
/// around the Runtime API.
///
/// - Start it with the [environment](Self::environment) of this function, and with nothing of your own environment that it does
///   not need, so that it cannot read your tokens and AWS keys.
/// - Start it before or after the API is served, more than once, and again after it exited. An event whose runtime exited before
///   it read the event goes to the next runtime.
/// - Give each of several processes [an address of its own](Self::open_runtime), so that the end of one is no end of the others.
///
/// Clones are the same function. The address is closed when the last clone is dropped.
///
/// # Who may connect
///
/// A client of this address can take events and forge responses, so only runtimes are served. A request gets 403 in these cases:
///
/// - Its `Host` is not exactly [the address](Self::runtime_api), or it is HTTP/1.0.
/// - It has a header that a browser sends and a runtime does not: `Origin`, `Referer`, any `Sec-Fetch-*` but the lone
///   `sec-fetch-mode: cors` of Node's `fetch`, or the `User-Agent` of a browser.
/// - On Linux, its process belongs to another user than the server's, or to an unknown one.
///   [`with_any_user`](FunctionConfiguration::with_any_user) admits other users.
///
/// ```no_run
/// use sig4_gateway::{FunctionConfiguration, ApiDefinition};
///
/// # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
/// let function = FunctionConfiguration::new("echo").listen("127.0.0.1:0").await?;
/// let mut command = std::process::Command::new("target/debug/echo");
/// let runtime = command.env_clear().envs(function.environment()).spawn()?;
/// let server = ApiDefinition::new("us-east-1").route("$default", &function).serve("127.0.0.1:0").await?;
/// # drop((runtime, server));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct LambdaFunction(Arc<Listening>);

struct Listening {
    configuration: FunctionConfiguration,
    addr: SocketAddr,
    queue: Arc<Queue>,
    task: JoinHandle<()>,
}

impl Listening {
    /// The guard of an address of the function.
    fn guard(&self, addr: SocketAddr) -> Guard {
        Guard::new(addr, Audience::Runtimes, self.configuration.admits_others(), self.configuration.refusal_log())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FunctionConfiguration {
    /// Opens the address for runtimes. Port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotListening`](crate::ErrorKind::NotListening) if the address cannot be listened at.
    pub async fn listen(self, addr: impl ToSocketAddrs) -> Result<LambdaFunction, Error> {
        let (listener, addr) = listener::bind(addr).await?;
        let queue = Arc::new(Queue::default());
        let guard = Guard::new(addr, Audience::Runtimes, self.admits_others(), self.refusal_log());
        let shared = RuntimeId::SHARED;
        let task = tokio::spawn(runtime_listener::serve(listener, guard, Arc::clone(&queue), shared, self.arn()));
        Ok(LambdaFunction(Arc::new(Listening { configuration: self, addr, queue, task })))
    }
}

/// Why a function was not called.
#[derive(Debug)]
pub(crate) enum InvokeError {
    /// The event is longer than a function takes.
    TooLong,
    /// As many calls as its reserved concurrency are under way.
    Throttled,
}

impl LambdaFunction {
    /// The address for runtimes, `host:port`: the value of `AWS_LAMBDA_RUNTIME_API`.
    #[must_use]
    pub fn runtime_api(&self) -> String {
        self.0.addr.to_string()
    }

    /// The environment variables for a runtime: those of Lambda and those of the configuration.
    ///
    /// They include made-up credentials, which AWS refuses, unless the configuration has a variable that names a source of
    /// credentials, such as `AWS_ACCESS_KEY_ID` or `AWS_PROFILE`. They do not include `PATH` and `HOME`.
    ///
    /// Source: "Working with Lambda environment variables", defined runtime environment variables.
    pub fn environment(&self) -> impl Iterator<Item = (String, String)> + use<> {
        self.0.configuration.environment(&self.runtime_api()).into_iter()
    }

    /// The name of the function.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.configuration.name()
    }

    /// Reports that all runtimes that had taken events have exited. The callers of these events get 500 at once. Events that no
    /// runtime has taken wait for the next one.
    pub fn runtime_exited(&self, why: &str) {
        self.0.queue.fail_taken(why);
    }

    /// Reports that there will be no runtime. Every caller that waits gets 500 at once.
    pub fn runtime_failed(&self, why: &str) {
        self.0.queue.fail_taken(why);
        self.0.queue.fail_waiting(why);
    }

    /// The number of events that no runtime has taken yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.queue.waiting()
    }

    /// The number of events that runtimes are at work on.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.0.queue.taken()
    }

    /// The number of times that runtimes have asked for an event. A runtime that exits before its first poll failed to start.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.0.queue.asked()
    }

    /// The number of events that runtimes have taken and not answered within the function's time limit. Lambda ends a process
    /// that is still at work on such an event.
    #[must_use]
    pub fn overdue(&self) -> u64 {
        self.0.queue.overdue()
    }

    /// Gives the event to a runtime and waits for the reply. If the future is dropped, the event is withdrawn.
    pub(crate) async fn invoke(&self, event: &Event) -> Result<Reply, InvokeError> {
        let payload = event.to_json();
        if payload.len() > MAX_LAMBDA_PAYLOAD_LEN {
            return Err(InvokeError::TooLong);
        }
        let (limit, most) = (self.0.configuration.timeout(), self.0.configuration.reserved_concurrency());
        let trace_id = event.context.arrival.trace_id();
        let result = self.0.queue.invoke(payload.into(), event.request_id(), trace_id, limit, most).await;
        let result = result.map_err(|NotInvoked::Throttled| InvokeError::Throttled)?;
        Ok(match result {
            Ok(response) => response.into_reply(event.reply_format).into(),
            Err(why) => Reply::failure(why),
        })
    }
}

impl fmt::Debug for LambdaFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaFunction").field("name", &self.name()).field("addr", &self.0.addr).finish_non_exhaustive()
    }
}
