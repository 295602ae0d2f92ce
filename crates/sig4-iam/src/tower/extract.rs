//! The extractor of axum.

use super::caller::AuthorizedCaller;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use sig4::tower::MissingCaller;

const LAYER: &str = "AuthorizeLayer";

/// Extracts the caller. Rejects a request without one with 500: the layer is missing, or it exempts the request.
impl<S: Send + Sync> FromRequestParts<S> for AuthorizedCaller {
    type Rejection = MissingCaller;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingCaller> {
        MissingCaller::require(parts, LAYER)
    }
}

/// Extracts the caller, or `None` of an exempt request. Rejects a request that no layer has seen with 500.
impl<S: Send + Sync> OptionalFromRequestParts<S> for AuthorizedCaller {
    type Rejection = MissingCaller;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, MissingCaller> {
        MissingCaller::find(parts, LAYER)
    }
}
