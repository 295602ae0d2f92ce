//! Credentials of the AWS SDK for Rust.

use super::{CredentialsFuture, CredentialsProvider, ExpiringCredentials};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::tower::clock::moment;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use time::OffsetDateTime;

/// A provider of the AWS SDK for Rust, such as the default of `aws-config`, as a [`CredentialsProvider`].
///
/// The SDK's clients cache credentials, but most of its providers do not: wrap them in
/// [`CachedCredentials`](crate::tower::CachedCredentials).
///
/// ```
/// use aws_credential_types::Credentials;
/// use sig4::tower::{CachedCredentials, CredentialsProvider, SdkCredentials};
/// use time::OffsetDateTime;
///
/// let provider = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI", None, None, "example");
/// # stringify!(
/// let provider = aws_config::load_from_env().await.credentials_provider().unwrap();
/// # );
/// let provider = CachedCredentials::new(SdkCredentials::new(provider));
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// assert_eq!(provider.credentials(OffsetDateTime::now_utc()).await?.credentials().access_key_id(), "AKIDEXAMPLE");
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SdkCredentials<P>(P);

impl<P: ProvideCredentials> SdkCredentials<P> {
    /// Wraps `provider`.
    #[must_use]
    pub const fn new(provider: P) -> Self {
        Self(provider)
    }
}

impl<P: ProvideCredentials> CredentialsProvider for SdkCredentials<P> {
    fn credentials(&self, _now: OffsetDateTime) -> CredentialsFuture<'_> {
        provided(&self.0)
    }
}

impl CredentialsProvider for SharedCredentialsProvider {
    fn credentials(&self, _now: OffsetDateTime) -> CredentialsFuture<'_> {
        provided(self)
    }
}

fn provided(provider: &impl ProvideCredentials) -> CredentialsFuture<'_> {
    Box::pin(async move { Ok(ExpiringCredentials::try_from(provider.provide_credentials().await?)?) })
}

impl TryFrom<&aws_credential_types::Credentials> for Credentials {
    type Error = Error;

    /// An expiry after the year 9999 is dropped.
    fn try_from(given: &aws_credential_types::Credentials) -> Result<Self, Error> {
        let mut own = Self::new(given.access_key_id(), given.secret_access_key())?;
        if let Some(token) = given.session_token() {
            own = own.with_session_token(token)?;
        }
        Ok(match given.expiry().and_then(moment) {
            Some(end) => own.with_expiration(end),
            None => own,
        })
    }
}

impl TryFrom<aws_credential_types::Credentials> for ExpiringCredentials {
    type Error = Error;

    /// An expiry after the year 9999 is dropped.
    fn try_from(given: aws_credential_types::Credentials) -> Result<Self, Error> {
        Credentials::try_from(&given).map(Into::into)
    }
}
