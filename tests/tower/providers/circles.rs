//! Sources that ask the cache that asks them.

use super::unavailable;
use crate::scene::{alice, now};
use sig4::tower::{BoxError, CachedCredentials, CredentialsFuture, CredentialsProvider, ExpiringCredentials};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::time::Instant;

/// A provider that asks another one, which is set later.
#[derive(Clone, Default)]
struct Asks(Arc<OnceLock<Arc<dyn CredentialsProvider>>>);

impl CredentialsProvider for Asks {
    fn credentials(&self, now: time::OffsetDateTime) -> CredentialsFuture<'_> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            self.0.get().unwrap().credentials(now).await
        })
    }
}

fn circular(result: Result<ExpiringCredentials, BoxError>) {
    let error = result.unwrap_err();
    assert!(error.to_string().ends_with("the provider waits for the cache that asked it"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_asks_its_own_cache_gets_an_error_at_once() {
    let asks = Asks::default();
    let cache: Arc<dyn CredentialsProvider> = Arc::new(CachedCredentials::new(asks.clone()));
    asks.0.set(Arc::clone(&cache)).ok().unwrap();
    let began = Instant::now();
    circular(cache.credentials(now()).await);
    assert_eq!(began.elapsed(), Duration::from_millis(5));
}

#[tokio::test(start_paused = true)]
async fn so_does_one_that_asks_it_through_another_cache() {
    let (first, second) = (Asks::default(), Asks::default());
    let outer: Arc<dyn CredentialsProvider> = Arc::new(CachedCredentials::new(first.clone()));
    let inner: Arc<dyn CredentialsProvider> = Arc::new(CachedCredentials::new(second.clone()));
    first.0.set(inner).ok().unwrap();
    second.0.set(Arc::clone(&outer)).ok().unwrap();
    let began = Instant::now();
    circular(outer.credentials(now()).await);
    assert_eq!(began.elapsed(), Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_the_source_spawns_is_not_recognised_and_ends_with_the_time_limit() {
    let cell: Arc<OnceLock<Arc<dyn CredentialsProvider>>> = Arc::default();
    let asked = Arc::clone(&cell);
    let cache: Arc<dyn CredentialsProvider> = Arc::new(CachedCredentials::new(move || {
        let cache = Arc::clone(asked.get().unwrap());
        async move { tokio::spawn(async move { cache.credentials(now()).await }).await.unwrap() }
    }));
    cell.set(Arc::clone(&cache)).ok().unwrap();
    let began = Instant::now();
    assert!(unavailable(&cache.credentials(now()).await.unwrap_err()).ends_with("within 10 s"));
    assert_eq!(began.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_source_may_sign_with_the_credentials_that_are_still_held() {
    let cell: Arc<OnceLock<Arc<dyn CredentialsProvider>>> = Arc::default();
    let asked = Arc::clone(&cell);
    let cache: Arc<dyn CredentialsProvider> = Arc::new(CachedCredentials::new(move || {
        let cache = asked.get().cloned();
        async move {
            let Some(cache) = cache else {
                return Ok(ExpiringCredentials::from(alice()).with_expiration(now() + time::Duration::HOUR));
            };
            let own = cache.credentials(now() + time::Duration::minutes(57)).await?;
            let id = format!("{}2", own.credentials().access_key_id());
            Ok::<_, BoxError>(
                ExpiringCredentials::from(sig4::Credentials::new(id, "x").unwrap())
                    .with_expiration(now() + time::Duration::hours(2)),
            )
        }
    }));
    assert_eq!(cache.credentials(now()).await.unwrap().credentials().access_key_id(), "AKIDALICE");
    cell.set(Arc::clone(&cache)).ok().unwrap();
    tokio::time::sleep(Duration::from_secs(57 * 60)).await;
    for expected in ["AKIDALICE", "AKIDALICE2"] {
        let expiring = cache.credentials(now() + time::Duration::minutes(57)).await.unwrap();
        assert_eq!(expiring.credentials().access_key_id(), expected);
        super::settle().await;
    }
}
