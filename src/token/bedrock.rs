//! Short-term API keys of Bedrock.
//!
//! Source: `aws-bedrock-token-generator` for Python.

use super::issued::Token;
use super::presign::{TokenRequest, at_most, signer};
use crate::bytes::base64;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::expires::Expires;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

const SERVICE: &str = "bedrock";
/// The same in every region.
const HOST: &str = "bedrock.amazonaws.com";
/// The longest lifetime of a key, in seconds.
const MAX_BEDROCK_SECS: u32 = 43_200;

/// Bedrock in a region, which takes a key of up to 12 hours as a bearer token: `authorization: Bearer KEY`.
///
/// The key has the permissions of the credentials, and ends with them.
///
/// ```
/// use sig4::token::Bedrock;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let key = Bedrock::new("us-west-2")?.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// // The key of aws-bedrock-token-generator 1.1.0 ends in the same way.
/// assert!(key.as_str().starts_with("bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbFdpdGhCZWFyZXJUb2tlbi"));
/// assert!(key.as_str().ends_with("ZTlkMjNmNjBjNGY0ZjFlY2YyYjBkZDI0OTAzM2YzMGZlNDU2N2IzZjcwMmUxZGY5ODc5YmY2OWI4MjQ1Y2YyYyZWZXJzaW9uPTE="));
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Amazon Bedrock API keys".
#[derive(Clone, Debug)]
pub struct Bedrock {
    signer: Signer,
    expires: Expires,
}

impl Bedrock {
    /// Bedrock in a region, and keys of 12 hours.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`](crate::ErrorKind::InvalidRegion) if the region is not valid.
    pub fn new<R>(region: R) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (_, signer) = signer(region, SERVICE)?;
        Ok(Self { signer, expires: Expires::from_secs(MAX_BEDROCK_SECS.into())? })
    }

    /// Sets how long a key lasts: 12 hours by default, and at most.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidExpires`](crate::ErrorKind::InvalidExpires) if it is more than 43,200 s.
    pub fn with_expires(mut self, expires: Expires) -> Result<Self, Error> {
        self.expires = at_most(expires, MAX_BEDROCK_SECS, "Bedrock")?;
        Ok(self)
    }

    /// The key.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token).
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        let request = TokenRequest { method: "POST", ..TokenRequest::root(HOST, "Action=CallWithBearerToken") };
        let url = request.presign(&self.signer, credentials, self.expires, now)?;
        let encoded = base64::encode_padded(url.without_scheme("&Version=1").as_bytes());
        url.token(["bedrock-api-key-", &encoded].concat(), credentials, self.expires)
    }
}
