//! REST APIs, called over the wire.

mod config;
mod events;
mod header_case;
mod mock;
mod replies;

use crate::support::{ACCOUNT, REGION, directory};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply};

/// A REST API that wants signatures, with the stage `prod` and without methods.
fn secured() -> ApiDefinition {
    let api = ApiDefinition::rest(REGION).with_account(ACCOUNT).with_api_id("abc123").with_keys(directory());
    api.with_default_authorizer(Auth::Iam).with_stage("prod")
}

/// Answers with the JSON of the event.
fn reflect() -> Integration {
    Integration::handler(|event: Event| async move { Reply::json(event.to_json()) })
}
