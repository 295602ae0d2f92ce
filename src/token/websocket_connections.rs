//! Requests to the clients that are connected to a WebSocket API of API Gateway.
//!
//! Source: "Use @connections commands in your backend service" of the API Gateway guide.

use super::names;
use super::presign::{check_session, signer};
use crate::body::InMemoryBody;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::scope::Region;
use crate::sign::Signer;
use crate::time::Moment;
use http::{Method, Request};

const SERVICE: &str = "execute-api";

/// The connected clients of a WebSocket API, for a back end that sends messages to them.
///
/// A connection id ends with `=`, which is percent-encoded in the path, and once more in the canonical request.
///
/// ```
/// use sig4::token::WebSocketConnections;
/// use sig4::{Credentials, Timestamp};
///
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let clients = WebSocketConnections::new("us-east-1", "abc.execute-api.us-east-1.amazonaws.com", "prod")?;
/// let now = Timestamp::parse("20150830T123600Z")?;
/// let request = clients.post("L0SM9cOFvHcCIhw=", "hello", &credentials, now)?;
/// assert_eq!(request.uri().path(), "/prod/@connections/L0SM9cOFvHcCIhw%3D");
/// // The signature of botocore 1.44.8, `SigV4Auth`.
/// let authorization = request.headers()["authorization"].to_str()?;
/// assert!(authorization.ends_with("=7012b08198c6478fb420fee97dbe0a4d9b9aac3c834b18c74f61f5abd264665c"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: "Use @connections commands in your backend service" of the API Gateway guide.
#[derive(Clone, Debug)]
pub struct WebSocketConnections {
    signer: Signer,
    /// The URL up to the connection id.
    base: String,
}

impl WebSocketConnections {
    /// The clients of the API at `authority`, a host with an optional port. `stage` is the stage, or the path of a custom domain, without
    /// a `/`. It may be empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRegion`], [`ErrorKind::InvalidHost`] or [`ErrorKind::InvalidName`] if a part is not valid.
    pub fn new<R>(region: R, authority: &str, stage: &str) -> Result<Self, Error>
    where
        R: TryInto<Region, Error: Into<Error>>,
    {
        let (_, signer) = signer(region, SERVICE)?;
        let authority = names::authority(authority)?;
        let stage = match stage {
            "" => String::new(),
            stage if stage.contains('/') => {
                return Err(Error::new(ErrorKind::InvalidName, "write the stage without a `/`"));
            }
            stage => ["/", &names::segment("stage", stage)?].concat(),
        };
        Ok(Self { signer, base: format!("https://{authority}{stage}/@connections/") })
    }

    /// A message to a client: `POST`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidName`] if the connection id is empty, `.` or `..`, or has a character that is not visible ASCII, and
    /// [`ErrorKind::InvalidSessionToken`] if the credentials are those of an [S3 session](Credentials::with_s3_session_token). Also the
    /// errors of [`Signer::sign`].
    pub fn post<B: InMemoryBody>(
        &self,
        connection_id: &str,
        message: B,
        credentials: &Credentials,
        now: impl Moment,
    ) -> Result<Request<B>, Error> {
        self.request(Method::POST, connection_id, message, credentials, now)
    }

    /// A question whether and since when a client is connected: `GET`.
    ///
    /// # Errors
    ///
    /// See [`post`](Self::post).
    pub fn get(&self, connection_id: &str, credentials: &Credentials, now: impl Moment) -> Result<Request<()>, Error> {
        self.request(Method::GET, connection_id, (), credentials, now)
    }

    /// The end of a connection: `DELETE`.
    ///
    /// # Errors
    ///
    /// See [`post`](Self::post).
    pub fn delete(
        &self,
        connection_id: &str,
        credentials: &Credentials,
        now: impl Moment,
    ) -> Result<Request<()>, Error> {
        self.request(Method::DELETE, connection_id, (), credentials, now)
    }

    fn request<B: InMemoryBody>(
        &self,
        method: Method,
        connection_id: &str,
        body: B,
        credentials: &Credentials,
        now: impl Moment,
    ) -> Result<Request<B>, Error> {
        let id = names::segment("connection id", connection_id)?;
        let refused = |_| Error::new(ErrorKind::InvalidUrl, "the `http` crate cannot hold the request");
        let builder = Request::builder().method(method).uri([&*self.base, &id].concat());
        let mut request = builder.body(body).map_err(refused)?;
        check_session(credentials)?;
        self.signer.sign(&mut request, credentials, now)?;
        Ok(request)
    }
}
