//! What a REST API answers to callers that it refuses, and to requests that fail.

mod authorizer;
mod content_types;
mod cors;
mod errors;
mod gateway_responses;

use crate::support::{ACCOUNT, REGION, credentials, directory_with, echo};
use serde_json::Value;
use sig4::{Credentials, Signer};
use sig4_gateway::{ApiDefinition, Auth, Server};
use sig4_iam::{Identity, Principal};
use time::OffsetDateTime;

/// A user without policies.
pub const POWERLESS: (&str, &str) = ("AKIDPOWERLESS", "powerless-secret");

pub fn powerless() -> Identity {
    Identity::new(credentials(POWERLESS), Principal::user(ACCOUNT, "powerless").unwrap())
}

/// A REST API with the stage `prod`: `GET /pets/{id}` wants signatures, `GET /open/{id}` does not.
pub fn rest() -> ApiDefinition {
    ApiDefinition::rest(REGION)
        .with_account(ACCOUNT)
        .with_api_id("abc")
        .with_keys(directory_with(powerless()))
        .with_stage("prod")
        .route_with("GET /pets/{id}", Auth::Iam, echo())
        .route_with("POST /pets", Auth::Iam, echo())
        .route_with("GET /open/{id}", Auth::None, echo())
}

/// The headers of a request that is signed at a time.
pub fn signed_at(
    server: &Server,
    target: &str,
    credentials: &Credentials,
    (region, service): (&str, &str),
    time: OffsetDateTime,
) -> Vec<(String, String)> {
    let mut request = http::Request::get(format!("{}{target}", server.url())).body("").unwrap();
    Signer::new(region, service).unwrap().sign(&mut request, credentials, time).unwrap();
    let fields = request.headers().iter();
    fields.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

pub fn borrowed(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The member of a body that is an object with one member.
pub fn only_member(body: &str, name: &str) -> String {
    let read: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!(read.as_object().map(serde_json::Map::len), Some(1), "{body}");
    read[name].as_str().unwrap_or_else(|| panic!("`{name}` in {body}")).to_owned()
}
