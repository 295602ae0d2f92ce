//! The connection to one server, which a task keeps.

use super::bucket::Bucket;
use super::error::{ReplayError, ReplayErrorKind};
use super::marker::Run;
use super::server_facts::ServerFacts;
use super::settings::RedisSettings;
use super::status::ServerStatus;
use core::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use core::time::Duration;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ConnectionAddr};
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// The pause before a second attempt to connect. It doubles with each attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// The longest pause between attempts to connect.
const MAX_CONNECT_PAUSE: Duration = Duration::from_millis(250);

/// How long connecting may take, with all that a server is asked at the begin.
const MAX_CONNECT_TIME: Duration = Duration::from_secs(5);

/// The most commands that wait inside a connection before they are written.
const MAX_WAITING_COMMANDS: usize = 1_024;

/// How often a connected server is asked whether it is still suitable.
const RECHECK_INTERVAL: Duration = Duration::from_secs(5);

/// A connection, and the server's process at its other end. It is one process for as long as the connection lasts.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) connection: MultiplexedConnection,
    pub(super) run: Run,
    /// How many markers began when it connected.
    pub(super) begun: usize,
    /// The latest beginning of a marker, in milliseconds.
    since: AtomicI64,
    is_full: AtomicBool,
    broken: Notify,
}

/// What the markers of a server say.
#[derive(Clone, Copy, Debug, Default)]
struct Marked {
    begun: usize,
    /// The latest beginning, in milliseconds.
    since: i64,
}

impl Connected {
    /// Has the link connect anew.
    pub(super) fn report_broken(&self) {
        self.broken.notify_one();
    }

    /// Notes whether the server has memory for another signature.
    pub(super) fn set_full(&self, is_full: bool) {
        // Most answers change nothing, and then no other core has to hear of it.
        if self.is_full.load(Ordering::Relaxed) != is_full {
            self.is_full.store(is_full, Ordering::Relaxed);
        }
    }

    fn error(&self) -> Option<ReplayError> {
        self.is_full.load(Ordering::Relaxed).then(|| ReplayError::new(ReplayErrorKind::Full, ""))
    }

    fn complete_since(&self) -> Option<OffsetDateTime> {
        let nanos = i128::from(self.since.load(Ordering::Relaxed)) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).ok().filter(|since| *since > OffsetDateTime::UNIX_EPOCH)
    }
}

#[derive(Clone, Debug)]
enum State {
    Waiting(Option<ReplayError>),
    Ready(Arc<Connected>),
}

/// The link to a server. Dropping it ends the task and closes the connection.
#[derive(Debug)]
pub(super) struct Link {
    address: ConnectionAddr,
    state: watch::Receiver<State>,
    buckets: Arc<Mutex<Vec<Bucket>>>,
    keeper: JoinHandle<()>,
}

impl Link {
    /// Starts to connect. `buckets` are those that the server holds. `is_new`: the store never held a signature.
    pub(super) fn start(
        settings: &Arc<RedisSettings>,
        address: ConnectionAddr,
        buckets: Vec<Bucket>,
        is_new: bool,
    ) -> Self {
        let (sender, state) = watch::channel(State::Waiting(None));
        let buckets = Arc::new(Mutex::new(buckets));
        let keeper = Keeper {
            settings: Arc::clone(settings),
            address: address.clone(),
            buckets: Arc::clone(&buckets),
            is_new,
            state: sender,
        };
        Self { address, state, buckets, keeper: tokio::spawn(keeper.keep()) }
    }

    pub(super) const fn address(&self) -> &ConnectionAddr {
        &self.address
    }

    pub(super) fn set_buckets(&self, buckets: Vec<Bucket>) {
        *self.buckets.lock().unwrap_or_else(PoisonError::into_inner) = buckets;
    }

    /// The connection, once there is one beside `broken`. An error that does not pass by waiting is returned at once.
    pub(super) async fn ready(&self, broken: Option<&Arc<Connected>>) -> Result<Arc<Connected>, ReplayError> {
        let mut state = self.state.clone();
        let settled = state.wait_for(|state| match state {
            State::Ready(connected) => broken.is_none_or(|broken| !Arc::ptr_eq(broken, connected)),
            State::Waiting(error) => error.as_ref().is_some_and(|error| !error.kind().is_passing()),
        });
        match settled.await.as_deref() {
            Ok(State::Ready(connected)) => Ok(Arc::clone(connected)),
            Ok(State::Waiting(Some(error))) => Err(error.clone()),
            _ => Err(ReplayError::new(ReplayErrorKind::Unreachable, "")),
        }
    }

    /// Why there is no connection.
    pub(super) fn error(&self) -> Option<ReplayError> {
        match &*self.state.borrow() {
            State::Waiting(error) => error.clone(),
            State::Ready(_) => None,
        }
    }

    pub(super) fn status(&self) -> ServerStatus {
        let state = self.state.borrow();
        let (connected, error, complete_since) = match &*state {
            State::Ready(connected) => (true, connected.error(), connected.complete_since()),
            State::Waiting(error) => (false, error.clone(), None),
        };
        ServerStatus { address: self.address.to_string(), connected, error, complete_since }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// The task that connects.
struct Keeper {
    settings: Arc<RedisSettings>,
    address: ConnectionAddr,
    buckets: Arc<Mutex<Vec<Bucket>>>,
    is_new: bool,
    state: watch::Sender<State>,
}

impl Keeper {
    async fn keep(self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.connect_in_time().await {
                Ok(connected) => {
                    pause = FIRST_PAUSE;
                    self.watch_over(&Arc::new(connected)).await;
                }
                Err(error) => self.report(error),
            }
            sleep(pause).await;
            pause = pause.saturating_mul(2).min(MAX_CONNECT_PAUSE);
        }
    }

    /// Shows the connection to all, until it breaks.
    async fn watch_over(&self, connected: &Arc<Connected>) {
        tracing::info!(server = %self.address, "connected to the replay store");
        if connected.begun > 0 && !self.is_new {
            self.tell_loss(connected.begun);
        }
        self.state.send_replace(State::Ready(Arc::clone(connected)));
        let error = loop {
            tokio::select! {
                () = connected.broken.notified() => break None,
                () = sleep(RECHECK_INTERVAL) => {}
            }
            match self.recheck(connected).await {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) => break Some(error),
            }
        };
        tracing::warn!(server = %self.address, "the connection to the replay store is closed");
        self.state.send_replace(State::Waiting(error));
    }

    fn tell_loss(&self, buckets: usize) {
        tracing::warn!(server = %self.address, buckets, "the replay store may have lost signatures, and refuses those it may lack");
    }

    /// Looks whether the server is still the same, still has its markers, and has room. A server without requests is asked, too, so that
    /// its state is known before the next one.
    async fn recheck(&self, connected: &Connected) -> Result<bool, ReplayError> {
        let mut connection = connected.connection.clone();
        let facts = ServerFacts::ask(&mut connection).await?;
        if facts.run(self.settings.is_durable)? != connected.run {
            return Ok(false);
        }
        connected.set_full(facts.is_full());
        // The store is not new any more: what is missing now was lost. A server of a cluster does not tell about a slot that it hands over,
        // and goes on with the others.
        let Ok(marked) = self.mark(&mut connection, &connected.run, false).await else { return Ok(true) };
        if marked.begun > 0 {
            self.tell_loss(marked.begun);
        }
        connected.since.store(marked.since, Ordering::Relaxed);
        Ok(true)
    }

    fn report(&self, error: ReplayError) {
        let known = matches!(&*self.state.borrow(), State::Waiting(Some(known)) if known.kind() == error.kind());
        if !known {
            tracing::warn!(server = %self.address, %error, "no connection to the replay store");
        }
        self.state.send_replace(State::Waiting(Some(error)));
    }

    async fn connect_in_time(&self) -> Result<Connected, ReplayError> {
        let late = |_| ReplayError::new(ReplayErrorKind::TimedOut, "connecting took too long");
        timeout(MAX_CONNECT_TIME, self.connect()).await.map_err(late)?
    }

    async fn connect(&self) -> Result<Connected, ReplayError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(MAX_CONNECT_TIME))
            .set_response_timeout(Some(self.settings.command_timeout))
            .set_pipeline_buffer_size(self.settings.max_in_flight.clamp(1, MAX_WAITING_COMMANDS));
        let client = self.settings.client(&self.address)?;
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let facts = ServerFacts::ask(&mut connection).await?;
        let run = facts.run(self.settings.is_durable)?;
        let Marked { begun, since } = self.mark(&mut connection, &run, self.is_new).await?;
        let (since, is_full) = (AtomicI64::new(since), AtomicBool::new(facts.is_full()));
        Ok(Connected { connection, run, begun, since, is_full, broken: Notify::new() })
    }

    /// Renews the markers of the server's buckets. Servers of a cluster are asked about one bucket at a time, because a command has the
    /// keys of one slot there.
    async fn mark(
        &self,
        connection: &mut MultiplexedConnection,
        run: &Run,
        is_new: bool,
    ) -> Result<Marked, ReplayError> {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let at_once = if self.settings.is_cluster { 1 } else { buckets.len().max(1) };
        let mut pipeline = redis::pipe();
        for some in buckets.chunks(at_once) {
            pipeline.add_command(run.renew(&self.settings.prefix, some, is_new));
        }
        let answers: Vec<(usize, i64)> = pipeline.query_async(connection).await?;
        Ok(answers.into_iter().fold(Marked::default(), |all, (begun, since)| Marked {
            begun: all.begun.saturating_add(begun),
            since: all.since.max(since),
        }))
    }
}
