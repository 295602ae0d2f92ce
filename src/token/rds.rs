//! The password of a database user of RDS and Aurora.
//!
//! Source: "IAM database authentication for MariaDB, MySQL, and PostgreSQL"; `feature/rds/auth` of aws-sdk-go-v2 for the request.

use super::issued::Token;
use super::names;
use super::presign::{QUARTER_OF_AN_HOUR, TokenRequest, signer};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

const SERVICE: &str = "rds-db";

/// A database user of RDS or Aurora, who logs in with a token that lasts 15 minutes.
///
/// The token is the password. The connection has to use TLS, and the user has to be created for IAM authentication: `GRANT rds_iam` in
/// PostgreSQL, `AWSAuthenticationPlugin` in MySQL. The credentials need the permission `rds-db:connect`.
///
/// ```
/// use sig4::token::Rds;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let database = Rds::new("eu-west-1", "db.cluster-abc.eu-west-1.rds.amazonaws.com", 3306, "jane_doe")?;
/// let token = database.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// // The signature of `generate_db_auth_token` of botocore 1.44.8.
/// assert!(token.as_str().ends_with("=8e097e5e515b608ecc184029e630fe3bd30a0d63182e082a8ac57090b67f66ff"));
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "IAM database authentication for MariaDB, MySQL, and PostgreSQL".
#[derive(Clone, Debug)]
pub struct Rds {
    signer: Signer,
    /// The host and the port.
    authority: String,
    query: String,
}

impl Rds {
    /// A user of the database that listens at `host` and `port`. The host is the endpoint of the instance, of the cluster or of a proxy,
    /// and not a name of your own: the server compares it. The user may have any characters.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::InvalidRegion`] if the region is not valid.
    /// - [`ErrorKind::InvalidHost`] if the host is not the name of a host alone, or the port is 0.
    /// - [`ErrorKind::InvalidName`] if the user is empty, or has a control character or white space around it.
    pub fn new<R>(region: R, host: &str, port: u16, user: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (_, signer) = signer(region, SERVICE)?;
        if port == 0 {
            return Err(Error::new(ErrorKind::InvalidHost, "the port is 0: write the port of the database"));
        }
        let authority = format!("{}:{port}", names::host(host)?);
        let query = format!("Action=connect&DBUser={}", names::encoded(&names::plain("user", user)?));
        Ok(Self { signer, authority, query })
    }

    /// The token, which lasts 15 minutes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidTime`] if the year of `now` is not within 2000 to 2100, [`ErrorKind::ExpiredCredentials`] if the
    /// credentials end within the second, and [`ErrorKind::InvalidSessionToken`] if they are those of an
    /// [S3 session](Credentials::with_s3_session_token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let lifetime = Expires::from_secs(QUARTER_OF_AN_HOUR)?;
        let url = TokenRequest::root(&self.authority, &self.query).presign(&self.signer, credentials, lifetime, now)?;
        url.token(url.without_scheme(""), credentials, lifetime)
    }
}
