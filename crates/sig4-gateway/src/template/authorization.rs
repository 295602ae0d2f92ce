//! The authorizer of a route or a method.
//!
//! A route is never served without the authorizer that it requires.

use super::properties::Properties;
use super::resource::ApiKind;
use crate::definition::Auth;
use crate::error::Error;

/// The authorizer, or the reason why the route is not served.
pub(crate) type Authorization = Result<Auth, String>;

/// Reads the authorizer of an `AWS::ApiGatewayV2::Route` or an `AWS::ApiGateway::Method`.
pub(crate) fn read(route: &Properties<'_>, kind: ApiKind) -> Result<Authorization, Error> {
    let place = route.place.key("AuthorizationType");
    let authorization = match route.known("AuthorizationType") {
        Ok(authorization) => authorization,
        Err(error) => return Ok(Err(error.detail())),
    };
    let is_open = match (authorization.as_deref(), kind) {
        (None, ApiKind::Http) | (Some("NONE"), _) => true,
        (Some("AWS_IAM"), _) => false,
        (None, ApiKind::Rest) => {
            return Ok(Err(format!("{place}: the method has none, and AWS deploys no such method")));
        }
        (Some(other @ ("JWT" | "CUSTOM" | "COGNITO_USER_POOLS")), _) => {
            let what = "is not supported, and the route is not served without it";
            return Ok(Err(format!("{place}: the authorizer {other} {what}")));
        }
        (Some(other), _) => return Ok(Err(format!("{place}: there is no authorization type `{other}`"))),
    };
    if route.has("AuthorizerId")? {
        let place = route.place.key("AuthorizerId");
        return Ok(Err(format!(
            "{place}: the route names an authorizer, and its AuthorizationType is not that of one"
        )));
    }
    if kind == ApiKind::Rest
        && let Err(why) = check_api_key(route)
    {
        return Ok(Err(why));
    }
    Ok(Ok(if is_open { Auth::None } else { Auth::Iam }))
}

/// Refuses a method that requires an API key.
fn check_api_key(method: &Properties<'_>) -> Result<(), String> {
    let place = method.place.key("ApiKeyRequired");
    match method.known("ApiKeyRequired").map_err(|error| error.detail())?.as_deref() {
        None | Some("false") => Ok(()),
        Some(_) => Err(format!("{place}: API keys are not supported, and the method is not served without them")),
    }
}
