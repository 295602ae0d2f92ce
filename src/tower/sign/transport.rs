//! What a signed request is handed to.

use super::bounds::HttpClient;
use crate::tower::body::BoxError;
use http::{Request, Response};
use http_body::Body;
use std::future::poll_fn;

/// Sends requests: a client of `tower`, or the rest of a chain of middlewares.
pub(crate) trait Transport<B>: Send {
    /// The body of its responses.
    type ResponseBody: Body<Data: Send, Error: Send> + Send;

    /// Waits until a second request can be sent. The first can be sent at once.
    fn ready(&mut self) -> impl Future<Output = Result<(), BoxError>> + Send;

    /// Sends a request.
    fn send(
        &mut self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response<Self::ResponseBody>, BoxError>> + Send;
}

/// A client of `tower` that is ready.
pub(super) struct Ready<S>(pub(super) S);

impl<S: HttpClient<B>, B: Send> Transport<B> for Ready<S> {
    type ResponseBody = S::ResponseBody;

    async fn ready(&mut self) -> Result<(), BoxError> {
        poll_fn(|cx| self.0.poll_ready(cx)).await.map_err(Into::into)
    }

    async fn send(&mut self, request: Request<B>) -> Result<Response<S::ResponseBody>, BoxError> {
        let response = self.0.call(request);
        response.await.map_err(Into::into)
    }
}
