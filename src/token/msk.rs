//! The bearer token of SASL/OAUTHBEARER, for the brokers of MSK.
//!
//! Source: `aws-msk-iam-sasl-signer` for Go and for Python.

use super::issued::Token;
use super::names;
use super::presign::{QUARTER_OF_AN_HOUR, TokenRequest, signer};
use crate::bytes::base64;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

const SERVICE: &str = "kafka-cluster";

/// The clusters of MSK in a region, whose brokers take a token of 15 minutes for SASL/OAUTHBEARER.
///
/// The token is for every cluster of the region: policies with `kafka-cluster:Connect` decide. It has the same host in every partition,
/// and the brokers do not call it.
///
/// ```
/// use sig4::token::Msk;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let brokers = Msk::new("eu-west-1")?.with_user_agent("aws-msk-iam-sasl-signer-python/1.0.2")?;
/// let token = brokers.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// // The token of aws-msk-iam-sasl-signer-python 1.0.2 ends in the same way.
/// assert!(token.as_str().starts_with("aHR0cHM6Ly9rYWZrYS5ldS13ZXN0LTEuYW1hem9uYXdzLmNvbS8_QWN0aW9u"));
/// assert!(token.as_str().ends_with("NzQ2N2IyMjg2MiZVc2VyLUFnZW50PWF3cy1tc2staWFtLXNhc2wtc2lnbmVyLXB5dGhvbiUyRjEuMC4y"));
/// assert_eq!(token.expiration().unix_timestamp(), 1_440_939_060);
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Configure clients for IAM access control" of the MSK guide.
#[derive(Clone, Debug)]
pub struct Msk {
    signer: Signer,
    host: String,
    /// The parameter that is not signed.
    user_agent: String,
}

impl Msk {
    /// The clusters of a region.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) if the region is not valid.
    pub fn new<R>(region: R) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (region, signer) = signer(region, SERVICE)?;
        let host = names::host(&format!("kafka.{region}.amazonaws.com"))?;
        Self { signer, host, user_agent: String::new() }.with_user_agent(concat!("sig4/", env!("CARGO_PKG_VERSION")))
    }

    /// Sets the name of the program, which AWS writes into its logs. It is appended after signing. The default is the name and version
    /// of this crate.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) if the text is empty, or has a control character or white space around
    /// it.
    pub fn with_user_agent(mut self, user_agent: &str) -> Result<Self, Error> {
        self.user_agent = ["&User-Agent=", &names::encoded(&names::plain("user agent", user_agent)?)].concat();
        Ok(self)
    }

    /// The token, which lasts 15 minutes. A client of Kafka that wants milliseconds since 1970 takes those of
    /// [`Token::expiration`].
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let lifetime = Expires::from_secs(QUARTER_OF_AN_HOUR)?;
        let request = TokenRequest::root(&self.host, "Action=kafka-cluster%3AConnect");
        let url = request.presign(&self.signer, credentials, lifetime, now)?;
        url.token(base64::encode_url(url.with_scheme(&self.user_agent).as_bytes()), credentials, lifetime)
    }
}
