//! `$connect` of a WebSocket API of API Gateway.
//!
//! Source: "Control access to WebSocket APIs with IAM authorization" of the API Gateway guide.

use super::issued::Token;
use super::names;
use super::presign::{TokenRequest, signer};
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::expires::Expires;
use crate::request::NO_HEADERS;
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;

const SERVICE: &str = "execute-api";
/// The default lifetime of a URL, in seconds: API Gateway accepts no older signature.
const DEFAULT_SECS: u64 = 300;

/// A WebSocket API with IAM authorization, which a client opens with a URL: `wss://…`.
///
/// A browser cannot send headers with a WebSocket, so its signature is in the URL.
///
/// ```
/// use sig4::token::WebSocketConnect;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let api = WebSocketConnect::new("us-east-1", "abc.execute-api.us-east-1.amazonaws.com", "/prod")?.with_query("room=a%20b");
/// let url = api.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
/// assert!(url.as_str().starts_with("wss://abc.execute-api.us-east-1.amazonaws.com/prod?X-Amz-Algorithm="));
/// // The signature of botocore 1.44.8, `SigV4QueryAuth`.
/// assert!(url.as_str().ends_with("=3599885d6293aa69e95e8ef6abea2c4328920102513ca91d7edd2119e3ec3a42"));
/// # Ok::<(), sig4::Error>(())
/// ```
///
/// Source: "Control access to WebSocket APIs with IAM authorization" of the API Gateway guide.
#[derive(Clone, Debug)]
pub struct WebSocketConnect {
    signer: Signer,
    authority: String,
    path: String,
    query: Option<String>,
    expires: Expires,
}

impl WebSocketConnect {
    /// The API at `authority`, a host with an optional port, and `path`: the stage, as in `/prod`, or the path of a custom domain,
    /// percent-encoded. A URL opens a connection within 5 minutes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`] or [`ErrorKind::InvalidHost`] if a
    /// part is not valid.
    pub fn new<R>(region: R, authority: &str, path: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (_, signer) = signer(region, SERVICE)?;
        let (authority, path) = (names::authority(authority)?, path.to_owned());
        Ok(Self { signer, authority, path, query: None, expires: Expires::from_secs(DEFAULT_SECS)? })
    }

    /// Sets the query of the URL, percent-encoded, which `$connect` receives.
    #[must_use]
    pub fn with_query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Sets how long the URL opens a connection, 5 minutes by default.
    #[must_use]
    pub const fn with_expires(mut self, expires: Expires) -> Self {
        self.expires = expires;
        self
    }

    /// The URL.
    ///
    /// # Errors
    ///
    /// See [`Rds::token`](super::Rds::token). Also [`ErrorKind::InvalidPath`] and
    /// [`ErrorKind::InvalidQuery`] if the path does not begin with `/`, or a part cannot be sent.
    pub fn token(&self, credentials: &Credentials, now: impl Moment) -> Result<Token, Error> {
        if !self.path.bytes().all(|b| b.is_ascii_graphic()) {
            // A client would encode it, and then send another path than the signed one.
            return Err(Error::new(
                ErrorKind::InvalidPath,
                "write characters other than visible ASCII percent-encoded",
            ));
        }
        let request = TokenRequest {
            method: "GET",
            scheme: "wss",
            authority: &self.authority,
            path: &self.path,
            query: self.query.as_deref(),
            headers: &NO_HEADERS,
        };
        let url = request.presign(&self.signer, credentials, self.expires, now)?;
        url.token(url.with_scheme(""), credentials, self.expires)
    }
}
