//! The store of several replicas, on Valkey or Redis.

use super::bucket::Bucket;
use super::counts::Counters;
use super::error::{ReplayError, ReplayErrorKind};
use super::exchange::{Question, Reply};
use super::link::{Connected, Link};
use super::routes::Routes;
use super::settings::RedisSettings;
use super::status::ReplayStatus;
use crate::error::{Error, ErrorKind};
use core::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use core::time::Duration;
use sig4::verify::{Remembered, ReplayFuture, ReplayStore, SignatureUse};
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

/// The pause before a question is asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(5);

/// How long a request waits for the connection to one server until it looks again which server is meant.
const LINK_PATIENCE: Duration = Duration::from_millis(100);

/// A store of used signatures on Valkey or Redis, which several replicas share. Clones share everything.
///
/// ```
/// use sig4_authorizer::replay::{RedisReplayStore, RedisSettings};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// // It connects in the background. Until then, it refuses.
/// let store = RedisReplayStore::connect(&RedisSettings::new("redis://127.0.0.1:1/")?)?;
/// assert!(!store.status().is_connected());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A question is one round trip. The server keeps a signature for as long as it is valid, and the clocks' difference longer.
///
/// # What is lost
///
/// A server that restarts without its data, or a server that takes its place, does not let replays through: the store notices it and
/// refuses signatures that may have been used before, until they ended. [`RedisSettings::with_durable_servers`] has the exceptions.
///
/// A new store is such a server, too, and refuses requests for as long as a signature is valid, until [`initialize`](Self::initialize)
/// tells that it is new.
#[derive(Clone)]
pub struct RedisReplayStore(Arc<Inner>);

struct Inner {
    settings: Arc<RedisSettings>,
    routes: Routes,
    permits: Semaphore,
    counters: Counters,
    /// The latest begin of a marker that was seen, in seconds.
    complete_since: AtomicI64,
    /// Whether the last request was let through without an answer.
    is_open: AtomicBool,
}

/// What [`RedisReplayStore::initialize`] found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Initialized {
    /// Parts of the store, of 256, that were new. The others were in use before, or lost their data.
    pub new: usize,
}

impl RedisReplayStore {
    /// A store that connects in the background.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ReplayStore`] outside of a runtime of Tokio.
    pub fn connect(settings: &RedisSettings) -> Result<Self, Error> {
        Self::start(settings, false)
    }

    fn start(settings: &RedisSettings, is_new: bool) -> Result<Self, Error> {
        Handle::try_current().map_err(|_| Error::new(ErrorKind::ReplayStore, "it needs a runtime of Tokio"))?;
        let settings = Arc::new(settings.clone());
        Ok(Self(Arc::new(Inner {
            routes: Routes::start(&settings, is_new),
            permits: Semaphore::new(settings.max_in_flight.min(Semaphore::MAX_PERMITS)),
            counters: Counters::default(),
            complete_since: AtomicI64::new(0),
            is_open: AtomicBool::new(false),
            settings,
        })))
    }

    /// Tells the servers that no signature was ever used, so that a new store accepts requests from the start. Call it before the first
    /// replica connects, and never for a store that was in use: signatures that it lost could be replayed. Parts of the store that
    /// are in use, or that a replica found empty, stay as they are, so that a second call changes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ReplayStore`] if a server does not answer within `patience`.
    pub async fn initialize(settings: &RedisSettings, patience: Duration) -> Result<Initialized, Error> {
        let store = Self::start(settings, true)?;
        let failed = |error: ReplayError| Error::new(ErrorKind::ReplayStore, error.to_string()).with_source(error);
        let begun = store.begun(patience).await.map_err(failed)?;
        Ok(Initialized { new: begun })
    }

    /// Waits until every server can be asked.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`] if it takes longer than `patience`, or a server cannot be used.
    pub async fn ready(&self, patience: Duration) -> Result<(), ReplayError> {
        self.begun(patience).await.map(|_| ())
    }

    /// Waits for all servers. The number of markers that they began.
    async fn begun(&self, patience: Duration) -> Result<usize, ReplayError> {
        let all = async {
            let mut begun = 0;
            self.0.routes.link(0).await?;
            for link in self.0.routes.links() {
                begun += link.ready(None).await?.begun;
            }
            Ok(begun)
        };
        timeout(patience, all).await.unwrap_or_else(|_| Err(self.0.late()))
    }

    /// Its connections and counters.
    #[must_use]
    pub fn status(&self) -> ReplayStatus {
        let inner = &*self.0;
        let since = inner.complete_since.load(Ordering::Relaxed);
        let since = OffsetDateTime::from_unix_timestamp(since).ok().filter(|_| since > 0);
        let servers = inner.routes.status();
        ReplayStatus {
            in_flight: inner.settings.max_in_flight.saturating_sub(inner.permits.available_permits()),
            complete_since: servers.iter().map(|server| server.complete_since).fold(since, Option::max),
            counts: inner.counters.read(),
            servers,
        }
    }
}

impl Inner {
    /// The answer, and what it counts as.
    async fn answer(&self, used: SignatureUse<'_>, now: OffsetDateTime) -> Result<Remembered, ReplayError> {
        let begun = Instant::now();
        let answer = self.remember(used, now).await;
        self.counters.count(&answer, begun.elapsed());
        let was_open = self.is_open.load(Ordering::Relaxed);
        match answer {
            Err(error) if self.settings.fails_open => {
                self.counters.count_open();
                if !was_open {
                    self.is_open.store(true, Ordering::Relaxed);
                    tracing::error!(%error, "requests are let through without a check for replays");
                }
                Ok(Remembered::First)
            }
            Ok(said) => {
                if was_open {
                    self.is_open.store(false, Ordering::Relaxed);
                    tracing::info!("requests are checked for replays again");
                }
                Ok(said)
            }
            Err(error) => Err(error),
        }
    }

    async fn remember(&self, used: SignatureUse<'_>, now: OffsetDateTime) -> Result<Remembered, ReplayError> {
        let remaining = used.remaining(now);
        if remaining > self.settings.max_lifetime {
            return Ok(Remembered::TooLong);
        }
        // To the second, like the verifier.
        if remaining.whole_seconds().is_negative() {
            return Ok(Remembered::Full);
        }
        let Ok(_permit) = self.permits.try_acquire() else {
            return Err(ReplayError::new(ReplayErrorKind::Overloaded, ""));
        };
        let question = self.question(used, now)?;
        timeout(self.settings.timeout, self.ask(&question)).await.unwrap_or_else(|_| Err(self.late()))
    }

    fn question(&self, used: SignatureUse<'_>, now: OffsetDateTime) -> Result<Question, ReplayError> {
        let (prefix, identity) = (&self.settings.prefix, used.identity());
        let bucket = Bucket::of(&identity);
        let random = getrandom::u64();
        let random = random.map_err(|error| ReplayError::new(ReplayErrorKind::Unexpected, error.to_string()))?;
        // The verifier counts whole seconds: the last one counts as a whole.
        let keep = used.remaining(now) + self.settings.clock_difference + Duration::from_secs(1);
        Ok(Question {
            slot: bucket.slot(prefix),
            signature_key: bucket.signature_key(prefix, &identity),
            marker_key: bucket.marker_key(prefix),
            token: random >> 1,
            keep_millis: u64::try_from(keep.whole_milliseconds()).unwrap_or(1).max(1),
            start: used.start(),
            counter: self.settings.quota.map(|quota| quota.counter(prefix, used.access_key_id(), now)),
        })
    }

    /// Asks until there is an answer: again on a new connection if one breaks, or if markers have to be renewed.
    async fn ask(&self, question: &Question) -> Result<Remembered, ReplayError> {
        let (mut broken, mut count, mut is_retry) = (None, None, false);
        loop {
            let link = self.routes.link(question.slot).await?;
            let Ok(connected) = timeout(LINK_PATIENCE, link.ready(broken.as_ref())).await else {
                self.routes.refresh();
                continue;
            };
            let connected = connected?;
            match self.ask_once(question, &link, &connected, is_retry, &mut count).await {
                Ok(Some(said)) => return Ok(said),
                Err(error) if !error.kind().is_passing() => return Err(error),
                // A new connection renews all markers of the server.
                Ok(None) | Err(_) => connected.report_broken(),
            }
            self.routes.refresh();
            broken = Some(connected);
            self.counters.count_retry();
            is_retry = true;
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }

    /// One question. `None` if the marker is missing, or is not of this process.
    async fn ask_once(
        &self,
        question: &Question,
        link: &Arc<Link>,
        connected: &Connected,
        is_retry: bool,
        count: &mut Option<i64>,
    ) -> Result<Option<Remembered>, ReplayError> {
        let reply = self.reply(question, link, connected, is_retry, count.is_none()).await;
        let reply = match reply {
            Err(error) if error.kind() == ReplayErrorKind::Full => {
                connected.set_full(true);
                return Ok(Some(Remembered::Full));
            }
            reply => reply?,
        };
        connected.set_full(false);
        *count = count.or(reply.count);
        if !reply.is_first {
            self.uncount(question).await;
            return Ok(Some(Remembered::Again));
        }
        let Some(since) = connected.run.since(reply.marker.as_deref()) else { return Ok(None) };
        self.complete_since.fetch_max(since.unix_timestamp(), Ordering::Relaxed);
        let is_new = since == OffsetDateTime::UNIX_EPOCH;
        if !is_new && question.start < since.saturating_add(self.clock_difference()) {
            return Err(ReplayError::new(ReplayErrorKind::Lost, ""));
        }
        self.within_quota(question, connected, *count).await.map(Some)
    }

    /// Asks the server of the signature and, if a different server has the counter, that server.
    async fn reply(
        &self,
        question: &Question,
        link: &Arc<Link>,
        connected: &Connected,
        is_retry: bool,
        counts: bool,
    ) -> Result<Reply, ReplayError> {
        let Some(counter) = question.counter.as_ref().filter(|_| counts) else {
            return question.ask(connected, is_retry, None).await;
        };
        let other = self.routes.link(counter.slot).await?;
        if Arc::ptr_eq(&other, link) {
            return question.ask(connected, is_retry, Some(counter)).await;
        }
        let other = other.ready(None).await?;
        let (reply, count) = tokio::join!(question.ask(connected, is_retry, None), counter.count(&other));
        if count.is_err() {
            other.report_broken();
        }
        Ok(Reply { count: count?, ..reply? })
    }

    async fn within_quota(
        &self,
        question: &Question,
        connected: &Connected,
        count: Option<i64>,
    ) -> Result<Remembered, ReplayError> {
        let Some(counter) = &question.counter else { return Ok(Remembered::First) };
        let Some(count) = count else {
            return Err(ReplayError::new(ReplayErrorKind::Unexpected, "no count of the access key"));
        };
        if u64::try_from(count).unwrap_or(0) <= counter.quota.count {
            return Ok(Remembered::First);
        }
        // If it stays, it takes room until it ends.
        let _: Result<u64, _> = question.forget().query_async(&mut connected.connection.clone()).await;
        Ok(Remembered::OverQuota)
    }

    /// A replay does not use up the quota of the access key, which may be a victim's.
    async fn uncount(&self, question: &Question) {
        let Some(counter) = &question.counter else { return };
        let Ok(link) = self.routes.link(counter.slot).await else { return };
        if let Ok(connected) = link.ready(None).await {
            counter.uncount(&connected).await;
        }
    }

    /// The error of a request that waited too long: what the connection lacks, if it lacks something.
    fn late(&self) -> ReplayError {
        let known = self.routes.links().iter().find_map(|link| link.error());
        known.unwrap_or_else(|| ReplayError::new(ReplayErrorKind::TimedOut, ""))
    }

    fn clock_difference(&self) -> time::Duration {
        self.settings.clock_difference.try_into().unwrap_or(time::Duration::MAX)
    }
}

impl ReplayStore for RedisReplayStore {
    fn remember<'s>(&'s self, used: SignatureUse<'s>, now: OffsetDateTime) -> ReplayFuture<'s> {
        Box::pin(async move { self.0.answer(used, now).await.map_err(Into::into) })
    }
}

impl fmt::Debug for RedisReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisReplayStore").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
