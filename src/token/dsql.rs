//! The password of a database role of Aurora DSQL.
//!
//! Source: "Generating an authentication token in Amazon Aurora DSQL"; `auth_token` of the Rust crate aws-sdk-dsql for the request.

use super::issued::Token;
use super::names;
use super::presign::{QUARTER_OF_AN_HOUR, TokenRequest, signer};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

const SERVICE: &str = "dsql";

/// A cluster of Aurora DSQL, which a database role opens with a token.
///
/// ```
/// use sig4::token::Dsql;
/// use sig4::{Credentials, Expires, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let now = Timestamp::parse("20150830T123600Z")?;
/// let cluster = Dsql::new("us-east-1", "abc.dsql.us-east-1.on.aws")?;
/// // The signatures of `generate_db_connect_auth_token` and `generate_db_connect_admin_auth_token` of botocore 1.44.8.
/// let role = cluster.token(&credentials, now)?;
/// assert!(role.as_str().ends_with("=14e16cbaf16fcd2a7f6df2561f28f85382461bcc6684ca637acdfb9aed9b698b"));
/// let admin = cluster.with_admin(true).with_expires(Expires::from_secs(3600)?).token(&credentials, now)?;
/// assert!(admin.as_str().ends_with("=2606ef1baad1ca7d96d86494771177516a2de425641a44beef3b0e7eea762c10"));
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Generating an authentication token in Amazon Aurora DSQL".
#[derive(Clone, Debug)]
pub struct Dsql {
    signer: Signer,
    host: String,
    is_admin: bool,
    expires: Expires,
}

impl Dsql {
    /// The cluster with the endpoint `host`, for a role that you created, and tokens of 15 minutes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) or [`ErrorKind::InvalidHost`](crate::ErrorKind::InvalidHost) if the
    /// region is not valid, or `host` is not the name of a host alone.
    pub fn new<R>(region: R, host: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (_, signer) = signer(region, SERVICE)?;
        let expires = Expires::from_secs(QUARTER_OF_AN_HOUR)?;
        Ok(Self { signer, host: names::host(host)?, is_admin: false, expires })
    }

    /// Sets whether the token is for the role `admin`, which needs the permission `dsql:DbConnectAdmin` in place of `dsql:DbConnect`.
    #[must_use]
    pub const fn with_admin(mut self, is_admin: bool) -> Self {
        self.is_admin = is_admin;
        self
    }

    /// Sets how long a token lasts, 15 minutes by default, and 7 days at most.
    #[must_use]
    pub const fn with_expires(mut self, expires: Expires) -> Self {
        self.expires = expires;
        self
    }

    /// The token.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let query = if self.is_admin { "Action=DbConnectAdmin" } else { "Action=DbConnect" };
        let url = TokenRequest::root(&self.host, query).presign(&self.signer, credentials, self.expires, now)?;
        url.token(url.without_scheme(""), credentials, self.expires)
    }
}
