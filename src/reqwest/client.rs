//! A client of reqwest that signs its requests.

use super::builder::RequestBuilder;
use super::error::Error;
use super::sender::Sender;
use crate::credentials::Credentials;
use crate::tower::{CredentialsProvider, SignLayer};
use ::reqwest::redirect::Policy;
use ::reqwest::{ClientBuilder, IntoUrl, Method, Request, Response};
use std::fmt;

/// A client of reqwest that signs every request and follows no redirects.
///
/// It is built from a [`ClientBuilder`], whose redirect policy it replaces: a client that follows a redirect takes the session
/// token and the body to the server that the redirect names. Nobody gets the client itself, so that no request leaves unsigned.
///
/// reqwest adds `accept`, and `user-agent` and the builder's default headers if there are any. They are added after the request was signed, and are not covered by the
/// signature: set `x-amz-*` headers on the request, and no default `host` at all. It also removes the user name and password from a URL, and signing replaces
/// the `authorization` header that it makes of them.
///
/// A body that streams is treated as by [`SignLayer`]: with the feature `http-body` it goes to S3 in chunks, if its length is
/// [known](SignLayer::with_chunk_signing). Otherwise it is read into memory up to the [limit](SignLayer::with_body_limit), unless its
/// payload is [declared](RequestBuilder::payload). A `content-length` of the request tells the length of `Body::wrap_stream`.
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
    sender: Sender<C>,
}

impl<C: CredentialsProvider> SignClient<C> {
    /// Builds a client that signs as the layer does.
    ///
    /// # Errors
    ///
    /// reqwest's error if the client cannot be built, because TLS or the resolver cannot be set up.
    pub fn new<F>(signing: SignLayer<C, F>, builder: ClientBuilder) -> Result<Self, ::reqwest::Error> {
        let client = builder.redirect(Policy::none()).build()?;
        Ok(Self { sender: Sender::new(client, signing.into_settings()) })
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
        RequestBuilder::new(self.sender.clone(), self.sender.client().request(method, url))
    }

    /// Signs a request and sends it.
    ///
    /// A [`Payload<'static>`](crate::Payload) among the extensions of an `http::Request` declares its body, also after it was turned into
    /// a [`Request`] of reqwest.
    ///
    /// # Errors
    ///
    /// [`Error::Signing`] and [`Error::Credentials`] if nothing was sent, and [`Error::Reqwest`]. An answer of the server is no
    /// error, whatever its status is.
    pub async fn execute(&self, request: Request) -> Result<Response, Error> {
        self.sender.send(request, None).await
    }
}

impl<C> Clone for SignClient<C> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone() }
    }
}

impl<C> fmt::Debug for SignClient<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignClient").finish_non_exhaustive()
    }
}
