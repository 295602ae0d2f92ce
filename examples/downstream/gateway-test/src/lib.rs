//! A client of an API with IAM authorization, over any client that is a `tower` service.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use sig4::tower::{Origin, SignLayer};
use sig4::{Credentials, Signer};
use std::error::Error;
use tower::{Layer, Service, ServiceExt};

/// Cancels order `id` of the API at `origin`, signed for `region`.
///
/// # Errors
///
/// If the request cannot be signed or sent.
pub async fn cancel<S, B>(
    transport: S,
    origin: &str,
    region: &str,
    credentials: Credentials,
    id: u32,
) -> Result<StatusCode, Box<dyn Error + Send + Sync>>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: http_body::Body + Send,
    B::Data: Send,
    B::Error: Send,
{
    let layer = SignLayer::new(Signer::new(region, "execute-api")?, credentials, origin.parse::<Origin>()?);
    let request = Request::delete(format!("{origin}/orders/{id}")).body(Full::default())?;
    Ok(layer.layer(transport).oneshot(request).await?.status())
}
