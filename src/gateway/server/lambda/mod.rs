//! Lambda functions: their configuration, and the address at which runtimes fetch events.

pub(crate) mod configuration;
pub(crate) mod guard;
pub(crate) mod invocation;
pub(crate) mod peer;
pub(crate) mod queue;
pub(crate) mod function_response;
pub(crate) mod runtime_connection;
pub(crate) mod runtime_api;
#[cfg(any(target_os = "linux", test))]
pub(crate) mod socket_table;
pub(crate) mod waiting;

use super::listener;
use crate::gateway::error::Error;
use crate::gateway::event::Event;
use crate::gateway::limits::MAX_LAMBDA_PAYLOAD_LEN;
use crate::gateway::reply::Reply;
use configuration::FunctionConfiguration;
use guard::Guard;
use queue::Queue;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::ToSocketAddrs;
use tokio::task::JoinHandle;

/// A Lambda function: an address at which any runtime of Lambda can fetch events, and the events that wait there.
///
/// A runtime is a program that was made with `lambda_runtime` or `lambda_http`, one of AWS's runtime interface clients, or a
/// loop of one's own around the Runtime API. Start it with the [environment](Self::environment) of this function and nothing of
/// your own environment that it does not need, so that your tokens and AWS keys stay yours;
/// it may be started before or after the API is served, more than once, and again after it died. An event whose runtime died
/// before it read it is given to the next one.
///
/// The clones are the same function. It is gone when the last of them is.
///
/// # Who may connect
///
/// Whoever is answered here can take events and forge answers, so only runtimes are. A request is answered with 403 if its
/// `Host` is not [the address](Self::runtime_api) to the letter, if it is HTTP/1.0, or if it has a header that a browser
/// sends and a runtime does not: `Origin`, `Referer`, any `Sec-Fetch-*` but the lone `sec-fetch-mode: cors` of Node's `fetch`, or
/// the `User-Agent` of a browser. On Linux, a connection from a process of another user than the server's, or of one that
/// cannot be told, is refused as well; [`with_any_user`](FunctionConfiguration::with_any_user) lets them in.
///
/// ```no_run
/// use sig4::gateway::{FunctionConfiguration, ApiDefinition};
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

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What became of an event.
#[derive(Debug)]
pub(crate) enum Invoked {
    Replied(Reply),
    /// The event is longer than a function takes.
    TooLong,
}

impl LambdaFunction {
    pub(crate) async fn listen(configuration: FunctionConfiguration, addr: impl ToSocketAddrs) -> Result<Self, Error> {
        let (listener, addr) = listener::bind(addr).await?;
        let queue = Arc::new(Queue::default());
        let guard = Guard::new(addr, configuration.admits_others(), configuration.refusal_log());
        let task = tokio::spawn(runtime_api::serve(listener, guard, Arc::clone(&queue), configuration.arn()));
        Ok(Self(Arc::new(Listening { configuration, addr, queue, task })))
    }

    /// The address for runtimes, `host:port`: the value of `AWS_LAMBDA_RUNTIME_API`.
    #[must_use]
    pub fn runtime_api(&self) -> String {
        self.0.addr.to_string()
    }

    /// The environment variables that a runtime wants: those of Lambda and those of the configuration.
    ///
    /// The credentials among them are made up and AWS refuses them, unless the configuration has a variable that says where credentials
    /// come from, such as `AWS_ACCESS_KEY_ID` or `AWS_PROFILE`. `PATH` and `HOME` are not among them.
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

    /// Says that all processes that had fetched events are gone: whoever waits for their answers gets 500 at once. Events
    /// that were not fetched wait for the next runtime.
    pub fn runtime_exited(&self, why: &str) {
        self.0.queue.fail_taken(why);
    }

    /// Says that there will be no runtime: everybody who waits gets 500 at once.
    pub fn runtime_failed(&self, why: &str) {
        self.0.queue.fail_taken(why);
        self.0.queue.fail_waiting(why);
    }

    /// Gives no more events to runtimes, unless one is at work on an event. Whether that is so: if it returns `false`, nothing has
    /// changed. Events that arrive meanwhile wait for [`resume`](Self::resume), and no call is lost while a runtime is replaced.
    #[must_use]
    pub fn pause(&self) -> bool {
        self.0.queue.pause()
    }

    /// Gives events to runtimes again.
    pub fn resume(&self) {
        self.0.queue.resume();
    }

    /// How many events no runtime has fetched yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.queue.waiting()
    }

    /// How many events runtimes are at work on.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.0.queue.taken()
    }

    /// How often runtimes have asked for an event. One that ends without having asked could not begin.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.0.queue.asked()
    }

    /// How many events runtimes have taken and not answered in the function's time. A process that is at work on such an
    /// event is of no use any more, and Lambda would end it.
    #[must_use]
    pub fn overdue(&self) -> u64 {
        self.0.queue.overdue()
    }

    /// Gives the event to a runtime and waits for what it returns. An event that nobody waits for any more is withdrawn.
    pub(crate) async fn invoke(&self, event: &Event) -> Invoked {
        let payload = event.to_json();
        if payload.len() > MAX_LAMBDA_PAYLOAD_LEN {
            return Invoked::TooLong;
        }
        let limit = self.0.configuration.timeout();
        let returned = self.0.queue.invoke(payload.into(), event.request_id(), event.context.arrival.trace_id(), limit);
        Invoked::Replied(match returned.await {
            Ok(returned) => returned.reply().into(),
            Err(why) => Reply::failure(why),
        })
    }
}

impl fmt::Debug for LambdaFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaFunction").field("name", &self.name()).field("addr", &self.0.addr).finish_non_exhaustive()
    }
}
