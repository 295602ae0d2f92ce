//! The password of a user of MemoryDB.
//!
//! Source: "Authenticating with IAM" of the MemoryDB guide.

use super::cache::CacheUser;
use super::issued::Token;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::scope::Region;
use crate::time::Moment;

const SERVICE: &str = "memorydb";

/// A user of MemoryDB, who logs in with a token that lasts 15 minutes.
///
/// The token is the password of `AUTH` and `HELLO`. The connection has to use TLS, and ends 12 hours after it was authenticated; `AUTH`
/// with a new token extends it. The credentials need the permission `memorydb:connect`.
///
/// ```
/// use sig4::token::MemoryDb;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let user = MemoryDb::new("us-east-1", "my-cache", "user-01")?;
/// let token = user.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// // The signature of botocore 1.44.8, `SigV4QueryAuth`.
/// assert!(token.as_str().ends_with("=66e33b49b71c696cc1a74a1373bdb8674b352b45f2555dc069375afda9c3e74c"));
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Authenticating with IAM" of the MemoryDB guide.
#[derive(Clone, Debug)]
pub struct MemoryDb(CacheUser);

impl MemoryDb {
    /// A user of the cluster with this name: the name and not the endpoint. It is signed in lower case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) or [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) if a
    /// part is not valid.
    pub fn new<R>(region: R, cluster: &str, user: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        Ok(Self(CacheUser::new(region, SERVICE, "cluster", cluster, user)?))
    }

    /// The token, which lasts 15 minutes.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        self.0.token("", credentials, now)
    }
}
