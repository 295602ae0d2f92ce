//! A client of reqwest that signs its requests.

use super::builder::RequestBuilder;
use super::error::Error;
use super::exchange;
use crate::credentials::Credentials;
use crate::payload::Payload;
use crate::tower::sign::Settings;
use crate::tower::sign::transport::Transport;
use crate::tower::{BoxError, CredentialsProvider, SignLayer};
use ::reqwest::redirect::Policy;
use ::reqwest::{Body, Client, ClientBuilder, IntoUrl, Method, Request, Response};
use std::fmt;
use std::sync::Arc;

/// A client of reqwest that signs every request and follows no redirects.
///
/// It is built from a [`ClientBuilder`], whose redirect policy it replaces: a client that follows a redirect takes the session
/// token and the body to the server that the redirect names. Nobody gets the client itself, so that no request leaves unsigned.
///
/// reqwest adds `accept`, and `user-agent` and the builder's default headers if there are any. They are added after the request was signed, and are not covered by the
/// signature: set `x-amz-*` headers on the request. It also removes the user name and password from a URL, and signing replaces
/// the `authorization` header that it makes of them.
///
/// A body has to be in memory. A body that streams is an error of the kind
/// [`StreamingBody`](crate::tower::ErrorKind::StreamingBody), unless its payload is [declared](RequestBuilder::payload).
///
/// ```no_run
/// use sig4::reqwest::SignClient;
/// use sig4::tower::SignLayer;
/// use sig4::{Credentials, Signer};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let origin = "https://abc.execute-api.us-east-1.amazonaws.com";
/// let signing = SignLayer::new(Signer::new("us-east-1", "execute-api")?, credentials, origin.parse()?);
/// let client = SignClient::new(signing, reqwest::Client::builder())?;
///
/// let response = client.post(format!("{origin}/pets")).body("a pet").send().await?;
/// assert_eq!(response.status(), 200);
/// # Ok(())
/// # }
/// ```
pub struct SignClient<C = Credentials> {
    client: Client,
    settings: Arc<Settings<C>>,
}

impl<C: CredentialsProvider> SignClient<C> {
    /// Builds a client that signs as the layer does.
    ///
    /// # Errors
    ///
    /// reqwest's error if the client cannot be built, because TLS or the resolver cannot be set up.
    pub fn new<F>(signing: SignLayer<C, F>, builder: ClientBuilder) -> Result<Self, ::reqwest::Error> {
        let client = builder.redirect(Policy::none()).build()?;
        Ok(Self { client, settings: Arc::new(signing.into_settings()) })
    }

    /// A `GET` request.
    pub fn get(&self, url: impl IntoUrl) -> RequestBuilder<C> {
        self.request(Method::GET, url)
    }

    /// A `POST` request.
    pub fn post(&self, url: impl IntoUrl) -> RequestBuilder<C> {
        self.request(Method::POST, url)
    }

    /// A `PUT` request.
    pub fn put(&self, url: impl IntoUrl) -> RequestBuilder<C> {
        self.request(Method::PUT, url)
    }

    /// A `PATCH` request.
    pub fn patch(&self, url: impl IntoUrl) -> RequestBuilder<C> {
        self.request(Method::PATCH, url)
    }

    /// A `DELETE` request.
    pub fn delete(&self, url: impl IntoUrl) -> RequestBuilder<C> {
        self.request(Method::DELETE, url)
    }

    /// A `HEAD` request.
    pub fn head(&self, url: impl IntoUrl) -> RequestBuilder<C> {
        self.request(Method::HEAD, url)
    }

    /// A request with any method. An invalid URL is an error when the request is sent.
    pub fn request(&self, method: Method, url: impl IntoUrl) -> RequestBuilder<C> {
        RequestBuilder::new(self.clone(), self.client.request(method, url))
    }

    /// Signs a request and sends it.
    ///
    /// A [`Payload<'static>`](Payload) among the extensions of an `http::Request` declares its body, also after it was turned into
    /// a [`Request`] of reqwest.
    ///
    /// # Errors
    ///
    /// [`Error::Signing`] and [`Error::Credentials`] if nothing was sent, and [`Error::Reqwest`]. An answer of the server is no
    /// error, whatever its status is.
    pub async fn execute(&self, request: Request) -> Result<Response, Error> {
        self.send(request, None).await
    }

    pub(super) async fn send(&self, request: Request, payload: Option<Payload<'static>>) -> Result<Response, Error> {
        let request = exchange::to_sign(request, payload).map_err(Error::of)?;
        let response = self.settings.send(request, Direct(&self.client)).await.map_err(Error::of)?;
        Ok(exchange::to_return(response))
    }
}

/// The client, which is always ready.
struct Direct<'c>(&'c Client);

impl Transport<Body> for Direct<'_> {
    type ResponseBody = Body;

    async fn ready(&mut self) -> Result<(), BoxError> {
        Ok(())
    }

    async fn send(&mut self, request: http::Request<Body>) -> Result<http::Response<Body>, BoxError> {
        let response = self.0.execute(exchange::to_send(request)?).await?;
        Ok(exchange::to_read(response))
    }
}

impl<C> Clone for SignClient<C> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), settings: Arc::clone(&self.settings) }
    }
}

impl<C> fmt::Debug for SignClient<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignClient").finish_non_exhaustive()
    }
}
