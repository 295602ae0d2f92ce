//! The password of a user of ElastiCache.
//!
//! Source: "Authenticating with IAM" of the ElastiCache guide.

use super::cache::CacheUser;
use super::issued::Token;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::scope::Region;
use crate::time::Moment;

const SERVICE: &str = "elasticache";

/// A user of ElastiCache for Valkey or Redis OSS, who logs in with a token that lasts 15 minutes.
///
/// The token is the password of `AUTH` and `HELLO`. The connection has to use TLS, and ends 12 hours after it was authenticated; `AUTH`
/// with a new token extends it. The credentials need the permission `elasticache:Connect`.
///
/// ```
/// use sig4::token::ElastiCache;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20150830T123600Z")?;
/// let user = ElastiCache::new("us-east-1", "my-cache", "user-01")?;
/// // The signatures of botocore 1.44.8, `SigV4QueryAuth`.
/// let token = user.token(&credentials, now)?;
/// assert!(token.as_str().starts_with("my-cache/?Action=connect&User=user-01&X-Amz-Algorithm="));
/// assert!(token.as_str().ends_with("=2638bc69bf15564b8d41858f224a56869402e46f3bd7130dcd61826d440b0dc8"));
/// let serverless = user.with_serverless(true).token(&credentials, now)?;
/// assert!(serverless.as_str().ends_with("=4b33addb87fd2c05abe91d809d9524555dc88f0b466d89dcb07dd6617d8e09f5"));
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Authenticating with IAM" of the ElastiCache guide.
#[derive(Clone, Debug)]
pub struct ElastiCache {
    user: CacheUser,
    is_serverless: bool,
}

impl ElastiCache {
    /// A user of the replication group, or of the serverless cache, with this name: the name and not the endpoint. It is signed in lower
    /// case, as ElastiCache stores it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) or [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) if a
    /// part is not valid.
    pub fn new<R>(region: R, cache: &str, user: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        Ok(Self { user: CacheUser::new(region, SERVICE, "cache", cache, user)?, is_serverless: false })
    }

    /// Sets whether the cache is serverless.
    #[must_use]
    pub const fn with_serverless(mut self, is_serverless: bool) -> Self {
        self.is_serverless = is_serverless;
        self
    }

    /// The token, which lasts 15 minutes.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        self.user.token(if self.is_serverless { "&ResourceType=ServerlessCache" } else { "" }, credentials, now)
    }
}
