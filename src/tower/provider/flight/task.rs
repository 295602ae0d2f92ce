//! The task of a fetch.

use super::core::{Core, FetchOutcome, Launch, runtime};
use crate::tower::provider::failure::{Cause, Failure};
use crate::tower::provider::{CredentialsProvider, ExpiringCredentials};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// The time that a fetch continues without waiting requests, in case a request joins.
const GRACE: Duration = Duration::from_secs(1);

impl Launch {
    /// Starts the task that asks `provider`.
    pub(super) fn start<S: CredentialsProvider + 'static>(self, core: &Arc<Core>, provider: &Arc<S>) {
        let landing =
            Landing { core: Arc::clone(core), number: self.number, told: Arc::clone(&self.outcome), over: false };
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(cause) => return landing.land(Err(cause.into())),
        };
        let fetching = Fetching { core: Arc::clone(core), outer: FETCHING.try_with(Arc::clone).ok() };
        let provider = Arc::clone(provider);
        let now = self.now.wall;
        let fetch = FETCHING.scope(Arc::new(fetching), async move { provider.credentials(now).await });
        runtime.spawn(self.run(fetch, landing));
    }

    async fn run<E: Into<Failure>>(
        self,
        fetch: impl Future<Output = Result<ExpiringCredentials, E>>,
        landing: Landing,
    ) {
        let fetch = watched(fetch, &self.busy);
        let stop = async {
            let deserted = landing.deserted(self.awaited);
            unless(deserted, self.cancelled).await;
        };
        match timeout(self.time_limit, unless(fetch, stop)).await {
            Ok(Some(outcome)) => landing.land(outcome.map_err(Into::into)),
            Ok(None) => landing.land(Err(Cause::Ended.into())),
            Err(_elapsed) => landing.land(Err(Cause::TimedOut(self.time_limit).into())),
        }
    }
}

/// Ensures that every flight lands, even if the provider panics or the runtime is shut down.
struct Landing {
    core: Arc<Core>,
    number: u64,
    told: Arc<watch::Sender<Option<FetchOutcome>>>,
    over: bool,
}

impl Landing {
    fn land(mut self, outcome: FetchOutcome) {
        self.over = true;
        self.core.land(self.number, outcome, &self.told);
    }

    /// Completes when no request has waited for a while. Never completes for a background fetch.
    async fn deserted(&self, awaited: bool) {
        if !awaited {
            return pending().await;
        }
        loop {
            self.told.closed().await;
            let seats = self.core.lock().seats(self.number);
            sleep(GRACE).await;
            if self.core.lock().is_deserted(self.number, seats) {
                return;
            }
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if !self.over {
            let cause = if std::thread::panicking() { Cause::Panicked } else { Cause::Ended };
            self.core.land(self.number, Err(cause.into()), &self.told);
        }
    }
}

tokio::task_local! {
    static FETCHING: Arc<Fetching>;
}

/// The caches whose fetches wait for this task.
struct Fetching {
    core: Arc<Core>,
    outer: Option<Arc<Self>>,
}

/// Whether this task fetches for `core`, directly or through fetches of other caches that it has begun.
pub(super) fn fetches_for(core: &Arc<Core>) -> bool {
    let within = |fetching: &Arc<Fetching>| {
        let mut at = Some(fetching);
        while let Some(fetching) = at {
            if Arc::ptr_eq(&fetching.core, core) {
                return true;
            }
            at = fetching.outer.as_ref();
        }
        false
    };
    FETCHING.try_with(within).unwrap_or(false)
}

/// The output of `work`, or `None` if `stop` completes first.
async fn unless<T, U>(work: impl Future<Output = T>, stop: impl Future<Output = U>) -> Option<T> {
    let (mut work, mut stop) = (pin!(work), pin!(stop));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => stop.as_mut().poll(cx).map(|_| None),
    })
    .await
}

/// Does `work`, and sets `busy` while a thread polls it.
async fn watched<T>(work: impl Future<Output = T>, busy: &AtomicBool) -> T {
    struct Busy<'b>(&'b AtomicBool);
    impl Drop for Busy<'_> {
        fn drop(&mut self) {
            self.0.store(false, Ordering::Release);
        }
    }
    let mut work = pin!(work);
    poll_fn(|cx| {
        busy.store(true, Ordering::Release);
        let _busy = Busy(busy);
        work.as_mut().poll(cx)
    })
    .await
}
