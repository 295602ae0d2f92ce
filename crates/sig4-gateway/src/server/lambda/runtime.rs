//! A runtime with an address of its own.

use super::queue::Queue;
use super::runtimes::{RuntimeId, Runtimes};
use super::{LambdaFunction, Listening, runtime_listener};
use crate::error::Error;
use crate::server::listener;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// One of several runtimes of a function, at an address of its own.
///
/// Runtimes that share [the function's address](LambdaFunction::runtime_api) cannot be told apart. One with its own address can:
/// if it [exits](Self::exited), only its own event fails, and it can be [retired](Self::retire) while others go on.
///
/// Its address is closed when it is dropped, and an event that it has taken then fails.
///
/// ```
/// use sig4_gateway::{FunctionConfiguration, RuntimeActivity};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sig4_gateway::Error> {
/// let function = FunctionConfiguration::new("echo").listen("127.0.0.1:0").await?;
/// let runtime = function.open_runtime().await?;
/// assert_ne!(runtime.runtime_api(), function.runtime_api());
/// assert!(runtime.environment().any(|variable| variable.1 == runtime.runtime_api()));
/// assert_eq!(runtime.activity(), RuntimeActivity::Starting, "start a process with this environment");
/// # Ok(())
/// # }
/// ```
pub struct LambdaRuntime {
    function: Arc<Listening>,
    addr: SocketAddr,
    id: RuntimeId,
    task: JoinHandle<()>,
}

/// What a runtime does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RuntimeActivity {
    /// It has not asked for an event yet.
    Starting,
    /// It waits for an event.
    Idle,
    /// It is at work on an event, or has not asked for the next one yet.
    Busy,
}

impl LambdaFunction {
    /// Opens an address for one more runtime, on the same host as [the function's address](Self::runtime_api).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotListening`](crate::ErrorKind::NotListening) if there is no free port.
    pub async fn open_runtime(&self) -> Result<LambdaRuntime, Error> {
        let function = Arc::clone(&self.0);
        let (listener, addr) = listener::bind((function.addr.ip(), 0)).await?;
        let id = function.queue.add_runtime();
        let (queue, guard) = (Arc::clone(&function.queue), function.guard(addr));
        let task = tokio::spawn(runtime_listener::serve(listener, guard, queue, id, function.configuration.arn()));
        Ok(LambdaRuntime { function, addr, id, task })
    }
}

impl LambdaRuntime {
    /// The address for this runtime, `host:port`.
    #[must_use]
    pub fn runtime_api(&self) -> String {
        self.addr.to_string()
    }

    /// The environment variables for this runtime: [those of the function](LambdaFunction::environment) with its own address.
    pub fn environment(&self) -> impl Iterator<Item = (String, String)> + use<> {
        self.function.configuration.environment(&self.runtime_api()).into_iter()
    }

    /// What the runtime does.
    #[must_use]
    pub fn activity(&self) -> RuntimeActivity {
        let is_at_work = self.queue().is_at_work(self.id);
        let (asked, is_polling) = self.look(|all, id| (all.asked(id), all.is_polling(id)));
        match (asked, is_polling && !is_at_work) {
            (0, _) => RuntimeActivity::Starting,
            (_, true) => RuntimeActivity::Idle,
            (_, false) => RuntimeActivity::Busy,
        }
    }

    /// Whether a caller waits for an event that the runtime is at work on.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        self.queue().is_at_work(self.id)
    }

    /// The number of events that the runtime has taken and not answered within the function's time limit. Lambda ends a process
    /// that is still at work on such an event.
    #[must_use]
    pub fn overdue(&self) -> u64 {
        self.look(Runtimes::overdue)
    }

    /// Gives no more events to the runtime. An event that it has taken can still be answered.
    pub fn retire(&self) {
        self.queue().retire(self.id);
    }

    /// Reports that the runtime has exited. The caller of an event that it had taken gets 500 at once.
    ///
    /// A runtime that exits before its first poll failed to start. Callers that wait get 500 as well then, unless another runtime
    /// with its own address has asked for events.
    pub fn exited(&self, why: &str) {
        self.queue().fail_taken_by(self.id, why);
        if self.look(Runtimes::asked) == 0 {
            self.queue().init_failed(self.id, why);
        }
    }

    fn queue(&self) -> &Queue {
        &self.function.queue
    }

    fn look<T>(&self, look: impl FnOnce(&Runtimes, RuntimeId) -> T) -> T {
        self.queue().of_runtime(self.id, look)
    }
}

impl Drop for LambdaRuntime {
    fn drop(&mut self) {
        self.task.abort();
        self.queue().remove_runtime(self.id);
    }
}

impl fmt::Debug for LambdaRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaRuntime")
            .field("addr", &self.addr)
            .field("activity", &self.activity())
            .finish_non_exhaustive()
    }
}
