//! A request that is being built.

use super::error::Error;
use super::sender::Sender;
use crate::payload::Payload;
use crate::tower::CredentialsProvider;
use ::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use ::reqwest::{Body, Request, Response};
use std::fmt;
use std::time::Duration;

/// Builds a request of a [`SignClient`](super::SignClient). The request is signed when it is sent.
#[must_use]
pub struct RequestBuilder<C> {
    sender: Sender<C>,
    builder: ::reqwest::RequestBuilder,
    payload: Option<Payload<'static>>,
}

impl<C: CredentialsProvider> RequestBuilder<C> {
    pub(super) const fn new(sender: Sender<C>, builder: ::reqwest::RequestBuilder) -> Self {
        Self { sender, builder, payload: None }
    }

    /// Adds a header. It is signed, except for a few that change on the way, such as `user-agent`.
    pub fn header<N, V>(self, name: N, value: V) -> Self
    where
        HeaderName: TryFrom<N, Error: Into<http::Error>>,
        HeaderValue: TryFrom<V, Error: Into<http::Error>>,
    {
        self.map(|builder| builder.header(name, value))
    }

    /// Sets headers, which replace those of the same name.
    pub fn headers(self, headers: HeaderMap) -> Self {
        self.map(|builder| builder.headers(headers))
    }

    /// Sets the body.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.map(|builder| builder.body(body))
    }

    /// Sets the time limit of the exchange, from the connection to the end of the answer.
    pub fn timeout(self, limit: Duration) -> Self {
        self.map(|builder| builder.timeout(limit))
    }

    /// Declares the payload of the body, which is then signed as declared and not hashed. A body that streams is then sent unread.
    ///
    /// ```
    /// # use sig4::reqwest::SignClient;
    /// # use sig4::tower::SignLayer;
    /// # use sig4::{Credentials, Signer};
    /// use sig4::Payload;
    ///
    /// # let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
    /// # let origin = "https://bucket.s3.us-east-1.amazonaws.com";
    /// # let signing = SignLayer::new(Signer::new("us-east-1", "s3")?, credentials, origin.parse()?);
    /// # let client = SignClient::new(signing, reqwest::Client::builder())?;
    /// # let stream = "a stream";
    /// let request = client.put(format!("{origin}/key")).body(stream).payload(Payload::Unsigned);
    /// assert_eq!(request.build()?.method(), "PUT");
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    pub fn payload(mut self, payload: Payload<'static>) -> Self {
        self.payload = Some(payload);
        self
    }

    /// Applies a method of reqwest's own builder: `map(|builder| builder.json(&pet))`, with reqwest's feature `json`.
    ///
    /// A request that the closure sends itself is not signed.
    pub fn map(mut self, with: impl FnOnce(::reqwest::RequestBuilder) -> ::reqwest::RequestBuilder) -> Self {
        self.builder = with(self.builder);
        self
    }

    /// The request of reqwest, without a signature and without a declared payload, for [`SignClient::execute`](super::SignClient::execute).
    ///
    /// # Errors
    ///
    /// reqwest's error for an invalid URL or header.
    pub fn build(self) -> Result<Request, ::reqwest::Error> {
        self.builder.build()
    }

    /// Signs the request and sends it.
    ///
    /// # Errors
    ///
    /// See [`SignClient::execute`](super::SignClient::execute).
    pub async fn send(self) -> Result<Response, Error> {
        let request = self.builder.build()?;
        self.sender.send(request, self.payload).await
    }
}

impl<C> fmt::Debug for RequestBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder").finish_non_exhaustive()
    }
}
