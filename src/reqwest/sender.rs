//! Sends the requests of a client.

use super::error::{Error, FromBelow};
use super::exchange;
use crate::payload::Payload;
use crate::tower::sign::Settings;
use crate::tower::sign::transport::Transport;
use crate::tower::{BoxError, CredentialsProvider};
use ::reqwest::{Body, Client, Request, Response};
use std::sync::Arc;

/// A client that follows no redirects, and the settings by which its requests are signed.
pub(super) struct Sender<C> {
    client: Client,
    settings: Arc<Settings<C>>,
}

impl<C> Sender<C> {
    pub(super) fn new(client: Client, settings: Settings<C>) -> Self {
        Self { client, settings: Arc::new(settings) }
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }
}

impl<C: CredentialsProvider> Sender<C> {
    /// Signs a request and sends it.
    pub(super) async fn send(&self, request: Request, payload: Option<Payload<'static>>) -> Result<Response, Error> {
        let request = exchange::to_sign(request, payload).map_err(Error::of)?;
        let response =
            self.settings.send(request, Direct(&self.client), exchange::chunking()).await.map_err(Error::of)?;
        Ok(exchange::to_return(response))
    }
}

impl<C> Clone for Sender<C> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), settings: Arc::clone(&self.settings) }
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
        let response = self.0.execute(exchange::to_send(request)?).await.map_err(FromBelow)?;
        Ok(exchange::to_read(response))
    }
}
