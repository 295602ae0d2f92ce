//! The reasons why policies deny a request.

use super::api::TooLongArn;
use super::resource_action::ResourceAction;
use crate::{Decision, DecisionKind, Identity};
use http::StatusCode;
use sig4::tower::Denial;
use std::error::Error;
use std::fmt;

/// The name of anonymous callers in messages.
///
/// Source: "Create and attach an API Gateway resource policy to an API", troubleshooting.
const ANONYMOUS: &str = "anonymous";

/// The reason why a [`PolicyAuthorizer`](super::PolicyAuthorizer) denies a request: the [reason](Denial::reason) of its [`Denial`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PolicyDenial {
    /// The policies do not allow the request.
    #[non_exhaustive]
    NotAllowed {
        /// The decision of the policies.
        decision: Decision,
        /// The action and the resource of the request.
        action: ResourceAction,
    },
    /// The ARN of the call is too long for a policy to name.
    TooLongArn(TooLongArn),
    /// The path does not begin with the name of the stage.
    OtherStage,
    /// The request is anonymous, and a [resource mapper](super::PolicyAuthorizer::with_resource_mapper) needs a caller.
    Anonymous,
}

impl PolicyDenial {
    /// Adds API Gateway's answer to a caller, which is anonymous without an identity.
    #[cold]
    pub(super) fn into_denial(self, identity: Option<&Identity>) -> Denial {
        match &self {
            Self::NotAllowed { decision, action } => {
                let message = not_authorized(identity, decision, action);
                Denial::new(self).with_message(message)
            }
            Self::TooLongArn(_) => Denial::new(self)
                .with_status(StatusCode::URI_TOO_LONG)
                .with_code("RequestUriTooLongException")
                .with_message("Request URI too long"),
            Self::Anonymous => Denial::new(self),
            Self::OtherStage => Denial::new(self)
                .with_status(StatusCode::NOT_FOUND)
                .with_code("MissingAuthenticationTokenException")
                .with_message("Missing Authentication Token"),
        }
    }
}

impl fmt::Display for PolicyDenial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed { decision, action } => write!(f, "{action}: {decision}"),
            Self::TooLongArn(error) => error.fmt(f),
            Self::Anonymous => {
                f.write_str("the request is anonymous, and its resource is known only for callers with a signature")
            }
            Self::OtherStage => f.write_str("the path does not begin with the stage"),
        }
    }
}

impl Error for PolicyDenial {}

/// `User: … is not authorized to perform: … on resource: …`, with the account of the resource masked.
fn not_authorized(identity: Option<&Identity>, decision: &Decision, action: &ResourceAction) -> String {
    let user = identity.map_or(ANONYMOUS, |identity| identity.principal().arn());
    let explicitly = if decision.kind() == DecisionKind::ExplicitDeny { " with an explicit deny" } else { "" };
    let resource = masked(action.resource());
    format!("User: {user} is not authorized to perform: {} on resource: {resource}{explicitly}", action.action())
}

/// An ARN without the first eight digits of its account.
fn masked(arn: &str) -> String {
    let mut parts: Vec<_> = arn.splitn(6, ':').map(str::to_owned).collect();
    if let Some(account) = parts.get_mut(4) {
        let hidden = account.chars().count().saturating_sub(4);
        *account = account.chars().enumerate().map(|(n, c)| if n < hidden { '*' } else { c }).collect();
    }
    parts.join(":")
}
