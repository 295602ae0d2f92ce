//! Providers of the AWS SDK.

use crate::scene::{now, plain, verifier};
use crate::signed::{answer, layer, server};
use aws_credential_types::Credentials as SdkOwn;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use sig4::tower::{CachedCredentials, CredentialsProvider, ExpiringCredentials, SdkCredentials};
use std::time::SystemTime;
use time::Duration;
use tower::{Layer, ServiceExt};

fn temporary() -> SdkOwn {
    let end = SystemTime::from(now() + Duration::hours(1));
    SdkOwn::new("ASIASDK", "the sdk's secret", Some("token".to_owned()), Some(end), "test")
}

#[derive(Debug)]
struct Nobody;

impl ProvideCredentials for Nobody {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(provider::error::CredentialsError::not_loaded("nobody is there")))
    }
}

#[tokio::test]
async fn id_secret_token_and_end_are_taken_over() {
    let expiring = ExpiringCredentials::try_from(temporary()).unwrap();
    let credentials = expiring.credentials();
    assert_eq!((credentials.access_key_id(), credentials.session_token()), ("ASIASDK", Some("token")));
    assert_eq!(expiring.expiration(), Some(now() + Duration::hours(1)));
    assert_eq!(sig4::Credentials::try_from(&temporary()).unwrap().expiration(), expiring.expiration());
    assert_eq!(
        ExpiringCredentials::try_from(SdkOwn::new("AKIDSDK", "x", None, None, "test")).unwrap().expiration(),
        None
    );
}

#[tokio::test]
async fn an_expiry_outside_the_calendar_is_no_end_or_long_ago() {
    let century = std::time::Duration::from_secs(100 * 365 * 86_400);
    let at =
        |end| ExpiringCredentials::try_from(SdkOwn::new("AKIDSDK", "x", None, Some(end), "test")).unwrap().expiration();
    let (mut future, mut past) = (SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH);
    for _ in 0..79 {
        future += century;
        past -= century;
    }
    assert!(at(future).is_some_and(|end| end.year() > 9800) && at(past).is_some_and(|end| end.year() < -5900));
    for _ in 0..60 {
        future += century;
        past -= century;
    }
    assert_eq!(at(future), None, "after the year 9999");
    let end = at(past).unwrap();
    assert!(end.year() == -9999 && end < now(), "{end}");
    let farthest = century * 29_000_000;
    assert_eq!(at(SystemTime::UNIX_EPOCH + farthest), None);
    assert!(at(SystemTime::UNIX_EPOCH - farthest).is_some());
}

#[tokio::test]
async fn requests_signed_with_a_provider_verify() {
    let shared = SharedCredentialsProvider::new(temporary());
    let verify = server(|parts, body| {
        let stored =
            sig4::Credentials::new("ASIASDK", "the sdk's secret").unwrap().with_session_token("token").unwrap();
        let verifier = verifier();
        let verified = verifier.claim(parts).unwrap().verify(&stored, body, now()).map(drop);
        Ok(answer(if verified.is_ok() { 200 } else { 403 }))
    });
    let by_shared = layer(shared.clone()).layer(verify.clone());
    assert_eq!(by_shared.oneshot(plain("GET", "/", "")).await.unwrap().status(), 200);
    let cached = CachedCredentials::new(SdkCredentials::new(shared));
    let by_cached = layer(cached).layer(verify);
    assert_eq!(by_cached.oneshot(plain("POST", "/", "x")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_error_of_a_provider_comes_through() {
    let error = SdkCredentials::new(Nobody).credentials(now()).await.unwrap_err();
    assert!(error.is::<provider::error::CredentialsError>());
}
