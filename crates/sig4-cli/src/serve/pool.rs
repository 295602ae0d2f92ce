//! The processes of a function: as many as its events need, and others when they end or when its code changes, as on Lambda.

use super::concurrency::{self, Doing};
use super::process::{Command, Ended, Process};
use super::runtime::Runtime;
use super::watched::{Changes, Watched};
use crate::print::remark;
use sig4_gateway::{LambdaFunction, LambdaRuntime, RuntimeActivity};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::sleep;

/// A runtime that lives this long has started well.
const SETTLED: Duration = Duration::from_secs(5);

/// How long a runtime that is not at work may let events wait: Lambda's time for the init phase.
///
/// Source: "Understanding the Lambda execution environment lifecycle", the init phase.
const HUNG: Duration = Duration::from_secs(10);

/// The first and the longest wait before a runtime that did not start well is restarted.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How often a function is checked.
const LOOK: Duration = Duration::from_millis(20);

/// What the server tells the processes of a function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Order {
    /// Run, with the code as it was when this number was new.
    Run(u64),
    /// End.
    End,
}

/// A function and its processes.
#[derive(Debug)]
pub(crate) struct Pool {
    name: String,
    function: LambdaFunction,
    command: Runtime,
    max: usize,
    members: Vec<Member>,
    tasks: JoinSet<Ended>,
    /// The earliest time of the next start, and the pause after the next bad start.
    next_start: Instant,
    wait: Duration,
    /// Whether a process is to be started before there is an event, so that errors of new code show at once.
    is_warming: bool,
}

/// One process.
#[derive(Debug)]
struct Member {
    task: Id,
    runtime: Arc<LambdaRuntime>,
    command: watch::Sender<Command>,
    /// Why it was killed.
    killed: Option<&'static str>,
    started: Instant,
    /// Since when it waits for an event.
    idle_since: Option<Instant>,
    /// Since when it has let events wait without being at work.
    stuck_since: Option<Instant>,
    is_leaving: bool,
}

impl Pool {
    /// At most `max` processes of `function`, run by `command`.
    pub(crate) fn new(name: String, function: LambdaFunction, command: Runtime, max: usize) -> Self {
        Self {
            name,
            function,
            command,
            max,
            members: Vec::new(),
            tasks: JoinSet::new(),
            next_start: Instant::now(),
            wait: FIRST_WAIT,
            is_warming: true,
        }
    }

    /// Runs the function until the order is to end.
    pub(crate) async fn run(mut self, mut order: watch::Receiver<Order>) {
        let mut code = self.command.code().cloned().map(Watched::follow);
        loop {
            tokio::select! {
                Some(ended) = self.tasks.join_next_with_id() => match ended {
                    Ok((task, ended)) => self.ended(task, ended),
                    Err(error) => self.ended(error.id(), Ended::Itself("its task failed".to_owned())),
                },
                changed = order.changed() => {
                    if changed.is_err() || *order.borrow_and_update() == Order::End {
                        return self.end().await;
                    }
                    self.renew();
                }
                () = Changes::next_of(code.as_mut()) => self.code_changed(),
                () = sleep(LOOK) => {}
            }
            self.look().await;
        }
    }

    /// Starts anew with changed code. While the code is not there, as during a build, the processes that have read it stay.
    fn code_changed(&mut self) {
        if self.command.code().is_some_and(Watched::is_there) {
            self.renew();
            remark(&format!("{}: its code changed, and its runtime is restarted", self.name));
        } else {
            remark(&format!("{}: its code is gone, and its runtime goes on with what it has read", self.name));
        }
    }

    /// Lets every process end after its event. Further events are for processes that start from now on.
    fn renew(&mut self) {
        self.members.iter_mut().for_each(Member::leave);
        (self.wait, self.next_start, self.is_warming) = (FIRST_WAIT, Instant::now(), true);
    }

    /// Ends every process.
    async fn end(mut self) {
        self.members.iter().for_each(|member| member.tell(Command::End));
        while self.tasks.join_next().await.is_some() {}
    }

    /// Handles the end of a process.
    fn ended(&mut self, task: Id, ended: Ended) {
        let Some(at) = self.members.iter().position(|member| member.task == task) else { return };
        let member = self.members.swap_remove(at);
        if let Some(why) = member.killed {
            remark(&format!("{}: {why}", self.name));
        } else if let Ended::Itself(why) = ended {
            self.failed(&why, member.started.elapsed() >= SETTLED);
        }
    }

    /// Notes why a process ended, and pauses before the next.
    fn failed(&mut self, why: &str, had_settled: bool) {
        self.wait = if had_settled { FIRST_WAIT } else { (self.wait * 2).min(LONGEST_WAIT) };
        self.next_start = Instant::now() + self.wait;
        self.is_warming = false;
        remark(&format!("{}: {why}", self.name));
    }

    /// Ends processes that hang, that are leaving or that are not needed, and starts those that are.
    async fn look(&mut self) {
        let (now, waiting) = (Instant::now(), self.function.waiting());
        for member in &mut self.members {
            member.look(now, waiting);
            if let Some(why) = member.hung(now) {
                member.runtime.exited(why);
                member.leave();
                member.killed = Some(why);
                member.tell(Command::Kill);
            } else if member.is_leaving && !member.runtime.is_at_work() {
                member.tell(Command::End);
            }
        }
        let doing: Vec<Doing> = self.members.iter().map(|member| member.doing(now)).collect();
        if let Some(member) = concurrency::to_end(&doing).and_then(|at| self.members.get_mut(at)) {
            member.leave();
        }
        let staying = doing.iter().filter(|doing| **doing != Doing::Leaving).count();
        let is_warming = std::mem::take(&mut self.is_warming) && staying == 0 && doing.len() < self.max;
        let needed = concurrency::to_start(&doing, waiting, self.max).max(usize::from(is_warming));
        for _ in 0..needed {
            if now < self.next_start {
                return;
            }
            self.start().await;
        }
    }

    async fn start(&mut self) {
        let runtime = match self.function.open_runtime().await {
            Ok(runtime) => Arc::new(runtime),
            Err(error) => return self.failed(&error.to_string(), false),
        };
        let process = match Process::start(&self.command, &runtime) {
            Ok(process) => process,
            Err(failure) => {
                runtime.exited(&failure.to_string());
                return self.failed(&failure.to_string(), false);
            }
        };
        let (command, commands) = watch::channel(Command::Run);
        let task = self.tasks.spawn(process.run(commands)).id();
        let started = Instant::now();
        let (killed, idle_since, stuck_since, is_leaving) = (None, None, None, false);
        self.members.push(Member { task, runtime, command, killed, started, idle_since, stuck_since, is_leaving });
    }
}

impl Member {
    /// Gives it no more events. It is ended after the one that it is at work on.
    fn leave(&mut self) {
        self.is_leaving = true;
        self.runtime.retire();
    }

    /// Tells it what to do. Once it is told to end, it stays told.
    fn tell(&self, command: Command) {
        self.command.send_if_modified(|last| *last == Command::Run && std::mem::replace(last, command) != command);
    }

    fn look(&mut self, now: Instant, waiting: usize) {
        let activity = self.runtime.activity();
        let is_idle = activity == RuntimeActivity::Idle;
        self.idle_since = if is_idle { self.idle_since.or(Some(now)) } else { None };
        let lets_wait = waiting > 0 && !is_idle && !self.runtime.is_at_work();
        self.stuck_since = if lets_wait { self.stuck_since.or(Some(now)) } else { None };
    }

    fn doing(&self, now: Instant) -> Doing {
        match (self.is_leaving, self.idle_since, self.runtime.activity()) {
            (true, ..) => Doing::Leaving,
            (_, Some(since), RuntimeActivity::Idle) => Doing::Idle(now.saturating_duration_since(since)),
            (_, None, RuntimeActivity::Idle) => Doing::Idle(Duration::ZERO),
            (_, _, RuntimeActivity::Starting) => Doing::Starting,
            _ => Doing::Busy,
        }
    }

    /// Why it has to be ended, if it hangs.
    fn hung(&self, now: Instant) -> Option<&'static str> {
        if *self.command.borrow() != Command::Run {
            return None;
        }
        if self.runtime.overdue() > 0 {
            return Some("the runtime was late with a response, and is ended");
        }
        let stuck = self.stuck_since.is_some_and(|since| now.saturating_duration_since(since) >= HUNG);
        stuck.then_some("the runtime fetched no event for 10 s, and is ended")
    }
}
