//! Credentials that are fetched once for all, anew before they expire, and never for longer than they may take.

mod circles;
mod clocks;
mod failures;
mod flights;
mod keeping;
mod refusals;
mod runtimes;

use crate::scene::now;
use sig4::Credentials;
use sig4::tower::ErrorKind;
use sig4::tower::{BoxError, CachedCredentials, CredentialsFuture, CredentialsProvider, ExpiringCredentials};
use std::future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};

/// What a provider does when it is asked.
pub enum Reply {
    /// Credentials that end so many seconds after the scene's noon, or never.
    Ends(Option<i64>),
    /// The same, after a while.
    Later(Duration, Option<i64>),
    Fails,
    Hangs,
    Panics,
    /// Holds its thread until the other side of the channel is gone, or a minute.
    Blocks(Receiver<()>),
}

/// A provider that counts how often it is asked, and how many of its futures there are.
pub struct Issuer {
    reply: Mutex<Box<dyn Fn(usize) -> Reply + Send>>,
    asked: AtomicUsize,
    flying: AtomicUsize,
    most: AtomicUsize,
}

impl Issuer {
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// How many of its futures there are now.
    pub fn flying(&self) -> usize {
        self.flying.load(Ordering::SeqCst)
    }

    /// The most that there were at a time.
    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// Sets what it does from now on, by the number of the fetch, from 0.
    pub fn set(&self, reply: impl Fn(usize) -> Reply + Send + 'static) {
        *self.reply.lock().unwrap() = Box::new(reply);
    }
}

struct Flying<'i>(&'i Issuer);

impl Drop for Flying<'_> {
    fn drop(&mut self) {
        self.0.flying.fetch_sub(1, Ordering::SeqCst);
    }
}

impl CredentialsProvider for Issuer {
    fn credentials(&self, _now: OffsetDateTime) -> CredentialsFuture<'_> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let reply = (self.reply.lock().unwrap())(number);
        Box::pin(async move {
            self.most.fetch_max(self.flying.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let _flying = Flying(self);
            let end = match reply {
                Reply::Ends(end) => end,
                Reply::Later(after, end) => {
                    sleep(after).await;
                    end
                }
                Reply::Fails => return Err(format!("no answer to {number}").into()),
                Reply::Hangs => future::pending().await,
                Reply::Panics => panic!("the provider panics"),
                Reply::Blocks(gate) => {
                    gate.recv_timeout(Duration::from_secs(60)).ok();
                    None
                }
            };
            let expiring = ExpiringCredentials::from(Credentials::new(format!("AKID{number}"), "secret").unwrap());
            Ok(match end {
                None => expiring,
                Some(seconds) => expiring.with_expiration(now() + time::Duration::seconds(seconds)),
            })
        })
    }
}

/// A cache, its provider, and a wall clock that goes with the paused clock of the runtime.
pub struct Scene {
    pub issuer: Arc<Issuer>,
    pub provider: Arc<CachedCredentials<Arc<Issuer>>>,
    noon: Instant,
}

impl Scene {
    pub fn new(reply: impl Fn(usize) -> Reply + Send + 'static) -> Self {
        Self::with(reply, |provider| provider)
    }

    pub fn with<M>(reply: impl Fn(usize) -> Reply + Send + 'static, setup: M) -> Self
    where
        M: Fn(CachedCredentials<Arc<Issuer>>) -> CachedCredentials<Arc<Issuer>>,
    {
        let issuer = Arc::new(Issuer {
            reply: Mutex::new(Box::new(reply)),
            asked: AtomicUsize::default(),
            flying: AtomicUsize::default(),
            most: AtomicUsize::default(),
        });
        let provider = Arc::new(setup(CachedCredentials::new(Arc::clone(&issuer))));
        Self { issuer, provider, noon: Instant::now() }
    }

    /// The right time.
    pub fn now(&self) -> OffsetDateTime {
        now() + self.noon.elapsed()
    }

    /// Moves on to so many seconds after noon, and lets what is due happen.
    pub async fn at(&self, seconds: u64) {
        let to = Duration::from_secs(seconds);
        tokio::time::advance(to.saturating_sub(self.noon.elapsed())).await;
        settle().await;
    }

    pub async fn expiring(&self) -> Result<ExpiringCredentials, BoxError> {
        self.provider.credentials(self.now()).await
    }

    pub async fn id(&self) -> Result<String, BoxError> {
        self.id_by(self.now()).await
    }

    /// For a request whose clock is another one.
    pub async fn id_by(&self, now: OffsetDateTime) -> Result<String, BoxError> {
        Ok(self.provider.credentials(now).await?.credentials().access_key_id().to_owned())
    }

    /// A request as a task of its own.
    pub fn spawn(&self) -> tokio::task::JoinHandle<Result<String, String>> {
        let (provider, now) = (Arc::clone(&self.provider), self.now());
        tokio::spawn(async move {
            let expiring = provider.credentials(now).await.map_err(|error| error.to_string())?;
            Ok(expiring.credentials().access_key_id().to_owned())
        })
    }
}

/// Lets other tasks run until they wait.
pub async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// The text of an error of the cache itself.
pub fn unavailable(error: &BoxError) -> String {
    let error: &sig4::tower::Error = error.downcast_ref().expect("an error of the cache");
    assert_eq!(error.kind(), ErrorKind::CredentialsUnavailable);
    error.to_string()
}

#[test]
fn nothing_secret_shows() {
    let expiring =
        ExpiringCredentials::from(Credentials::new("ASIAX", "hush").unwrap().with_session_token("tick").unwrap());
    let shown = format!("{expiring:?}");
    assert!(shown.contains("ASIAX") && !shown.contains("hush") && !shown.contains("tick"), "{shown}");
}
