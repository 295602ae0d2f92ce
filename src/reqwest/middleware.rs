//! Signing as a middleware of `reqwest-middleware`.

use super::error::{Error, FromBelow, redacted};
use super::exchange;
use crate::payload::Payload;
use crate::sign::Signer;
use crate::tower::sign::Settings;
use crate::tower::sign::transport::Transport;
use crate::tower::{BoxError, CredentialsProvider, ErrorKind, SignLayer};
use ::reqwest::{Body, Request, Response};
use http::Extensions;
use reqwest_middleware::{Middleware, Next};
use std::fmt;
use std::sync::Arc;

/// Signs the requests of a client of `reqwest-middleware`.
///
/// Add it last: middlewares that retry, set headers or change the URL come before it, and each retry is then signed afresh.
///
/// Build the client below it with `redirect::Policy::none()`. A client that follows a redirect takes the session token and the body
/// along, and the middleware cannot ask a client whether it follows. An answer from a URL that was not signed is
/// an error of the kind [`RequestChanged`](crate::tower::ErrorKind::RequestChanged), so that a client that follows redirects is noticed the first time.
/// [`SignClient`](super::SignClient) cannot be built with such a client.
///
/// A [`Payload<'static>`](Payload) in the extensions (`with_extension`) declares the payload of a body. A
/// [`Signer`] there replaces the layer's.
///
/// An error of signing is a `reqwest_middleware::Error::Middleware` that holds an [`Error`].
///
/// ```no_run
/// use reqwest::redirect;
/// use reqwest_middleware::ClientBuilder;
/// use sig4::reqwest::SignMiddleware;
/// use sig4::tower::SignLayer;
/// use sig4::{Credentials, Signer};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
/// let origin = "https://abc.execute-api.us-east-1.amazonaws.com";
/// let signing = SignLayer::new(Signer::new("us-east-1", "execute-api")?, credentials, origin.parse()?);
/// let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build()?;
/// let client = ClientBuilder::new(client).with(SignMiddleware::new(signing)).build();
///
/// let response = client.get(format!("{origin}/pets")).send().await?;
/// assert_eq!(response.status(), 200);
/// # Ok(())
/// # }
/// ```
pub struct SignMiddleware<C> {
    settings: Arc<Settings<C>>,
}

impl<C> SignMiddleware<C> {
    /// A middleware that signs as the layer does.
    #[must_use]
    pub fn new<F>(signing: SignLayer<C, F>) -> Self {
        Self { settings: Arc::new(signing.into_settings()) }
    }
}

#[async_trait::async_trait]
impl<C: CredentialsProvider + 'static> Middleware for SignMiddleware<C> {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let payload = extensions.get::<Payload<'static>>().copied();
        let mut request = exchange::to_sign(request, payload).map_err(failed)?;
        if let Some(signer) = extensions.get::<Signer>() {
            request.extensions_mut().insert(signer.clone());
        }
        let response =
            self.settings.send(request, Rest { next, extensions }, exchange::chunking()).await.map_err(failed)?;
        Ok(exchange::to_return(response))
    }
}

/// The middlewares below, and the client.
struct Rest<'a> {
    next: Next<'a>,
    extensions: &'a mut Extensions,
}

impl Transport<Body> for Rest<'_> {
    type ResponseBody = Body;

    async fn ready(&mut self) -> Result<(), BoxError> {
        Ok(())
    }

    async fn send(&mut self, request: http::Request<Body>) -> Result<http::Response<Body>, BoxError> {
        let request = exchange::to_send(request)?;
        let sent = request.url().clone();
        let response = self.next.clone().run(request, self.extensions).await.map_err(FromBelow)?;
        if *response.url() != sent && !is_made(&response) {
            let detail = "the answer is from a URL that was not signed: the client below followed a redirect, and took the \
                          session token and the body along; build it with `redirect::Policy::none()`";
            return Err(crate::tower::Error::new(ErrorKind::RequestChanged, detail).into());
        }
        Ok(exchange::to_read(response))
    }
}

/// Whether a middleware below made the response from an `http::Response`, as a mock or a cache does. reqwest gives such a response
/// this URL, and it comes from no address.
fn is_made(response: &Response) -> bool {
    response.url().as_str() == "http://no.url.provided.local/" && response.remote_addr().is_none()
}

/// An error of a middleware below as it is, and every other as an error of this middleware.
fn failed(error: BoxError) -> reqwest_middleware::Error {
    match error.downcast::<FromBelow<reqwest_middleware::Error>>() {
        Ok(error) => match error.0 {
            reqwest_middleware::Error::Reqwest(error) => redacted(error).into(),
            error => error,
        },
        Err(error) => match Error::of(error) {
            Error::Reqwest(error) => error.into(),
            error => reqwest_middleware::Error::middleware(error),
        },
    }
}

impl<C> Clone for SignMiddleware<C> {
    fn clone(&self) -> Self {
        Self { settings: Arc::clone(&self.settings) }
    }
}

impl<C> fmt::Debug for SignMiddleware<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignMiddleware").finish_non_exhaustive()
    }
}
