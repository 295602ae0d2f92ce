//! A route from its parts.

use super::authorization::Authorization;
use super::budget::Budget;
use super::integration::Served;
use crate::definition::RouteDefinition;
use crate::error::Error;

/// The route. If its authorizer is not supported or its integration cannot be resolved, it answers 501 with the reason.
pub(crate) fn route(
    key: &str,
    authorization: Authorization,
    budget: &Budget,
    integration: impl FnOnce() -> Result<Served, Error>,
) -> Result<RouteDefinition, Error> {
    let auth = match authorization {
        // A route is never served without the authorizer that it requires.
        Err(why) => return Ok(RouteDefinition::not_implemented(key, why)),
        Ok(auth) => auth,
    };
    match integration() {
        Ok((integration, format)) => {
            let mut route = RouteDefinition::new(key, auth, integration);
            route.payload_format = format;
            Ok(route)
        }
        Err(error) if budget.is_exhausted() => Err(error),
        Err(error) => Ok(RouteDefinition::not_implemented(key, error.detail())),
    }
}
