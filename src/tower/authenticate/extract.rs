//! Extractors of axum.

use super::caller::AuthenticatedCaller;
use super::exemption::Exempted;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use std::fmt;

/// The rejection of an extractor that finds no caller in the request: a mistake in the server, answered with 500.
///
/// ```
/// use axum::response::IntoResponse;
/// use sig4::tower::MissingCaller;
///
/// let rejection = MissingCaller::no_layer("AuthenticateLayer");
/// assert_eq!(rejection.to_string(), "the layer `AuthenticateLayer` is missing: put it around the router of this route, and take the type of caller that it gives");
/// assert_eq!(rejection.into_response().status(), 500);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MissingCaller {
    layer: &'static str,
    exempt: bool,
}

impl MissingCaller {
    /// No layer has seen the request. `layer` is the name of the layer that is missing.
    #[must_use]
    pub const fn no_layer(layer: &'static str) -> Self {
        Self { layer, exempt: false }
    }

    /// Finds the caller that a layer, which is named `layer`, put into the extensions of a request. `None` if the request is
    /// [exempt](super::AuthenticateLayer::exempt).
    ///
    /// # Errors
    ///
    /// If there is no caller although the request is not exempt: the layer is missing.
    pub fn find<P: Clone + Send + Sync + 'static>(parts: &Parts, layer: &'static str) -> Result<Option<P>, Self> {
        match parts.extensions.get::<P>() {
            Some(caller) => Ok(Some(caller.clone())),
            None if parts.extensions.get::<Exempted>().is_some() => Ok(None),
            None => Err(Self::no_layer(layer)),
        }
    }

    /// Finds the caller as [`find`](Self::find) does.
    ///
    /// # Errors
    ///
    /// If there is no caller.
    pub fn require<P: Clone + Send + Sync + 'static>(parts: &Parts, layer: &'static str) -> Result<P, Self> {
        Self::find(parts, layer)?.ok_or(Self { layer, exempt: true })
    }
}

impl fmt::Display for MissingCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layer = self.layer;
        match self.exempt {
            false => write!(
                f,
                "the layer `{layer}` is missing: put it around the router of this route, and take the type of caller that it gives"
            ),
            true => write!(f, "the layer `{layer}` exempts this request: take the caller as an `Option`"),
        }
    }
}

impl std::error::Error for MissingCaller {}

impl IntoResponse for MissingCaller {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}

const LAYER: &str = "AuthenticateLayer";

/// Extracts the caller. Rejects a request without one with 500: the layer is missing, or it exempts the request.
impl<S, K> FromRequestParts<S> for AuthenticatedCaller<K>
where
    S: Send + Sync,
    K: Send + Sync + 'static,
{
    type Rejection = MissingCaller;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingCaller> {
        MissingCaller::require(parts, LAYER)
    }
}

/// Extracts the caller, or `None` of an exempt request. Rejects a request that no layer has seen with 500.
impl<S, K> OptionalFromRequestParts<S> for AuthenticatedCaller<K>
where
    S: Send + Sync,
    K: Send + Sync + 'static,
{
    type Rejection = MissingCaller;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, MissingCaller> {
        MissingCaller::find(parts, LAYER)
    }
}
