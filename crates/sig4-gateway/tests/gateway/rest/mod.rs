//! REST APIs, called over the wire.

mod answers;
mod config;
mod domains;
mod events;
mod header_case;
mod hostile_policies;
mod hostile_replies;
mod late;
mod mock;
mod paths;
mod policies;
mod replaced;
mod replies;
mod routing;
mod spellings;

use crate::support::{ACCOUNT, Answer, REGION, directory, raw};
use serde_json::Value;
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply, Server};

/// What every path without a method gets.
const NO_METHOD: (u16, &str) = (403, r#"{"message":"Missing Authentication Token"}"#);

/// A REST API with the stage `prod`, without methods.
fn rest() -> ApiDefinition {
    ApiDefinition::rest(REGION).with_account(ACCOUNT).with_api_id("abc").with_keys(directory()).with_stage("prod")
}

/// A REST API that wants signatures, with the stage `prod` and without methods.
fn secured() -> ApiDefinition {
    rest().with_api_id("abc123").with_default_authorizer(Auth::Iam)
}

/// Answers with the JSON of the event.
fn reflect() -> Integration {
    Integration::handler(|event: Event| async move { Reply::json(event.to_json()) })
}

/// Answers with the method, the two paths of the event and the variables.
fn shown() -> Integration {
    Integration::handler(|event: Event| async move {
        let json: Value = serde_json::from_str(&event.to_json()).unwrap();
        let context = &json["requestContext"];
        let path = json["path"].as_str().or_else(|| json["rawPath"].as_str()).unwrap();
        let context = context["path"].as_str().or_else(|| context["http"]["path"].as_str()).unwrap();
        let variables: Vec<_> = event.path_parameters().map(|(name, value)| format!("{name}={value}")).collect();
        Reply::text(format!("{}|{path}|{context}|{}", event.route_key(), variables.join(",")))
    })
}

/// Sends a request to a host of this name.
async fn send_to(server: &Server, host: &str, method: &str, path: &str) -> Answer {
    raw(server, format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes()).await
}
