//! The variables of gateway responses: `$context.NAME`.
//!
//! Source: "Variables for data transformations for API Gateway"; "Variables for access logging for API Gateway" for `domainName` and
//! `error`.

use super::response_type::GatewayResponseType;
use crate::access::AccessRecord;
use crate::stage::Stage;
use http::StatusCode;
use http::request::Parts;
use serde_json::Value;
use sig4::time::{common_log, epoch_millis};
use sig4_iam::Principal;
use std::borrow::Cow;

/// What a gateway response may say of an error and its request.
#[derive(Clone, Copy)]
pub(crate) struct ErrorFacts<'r> {
    pub(crate) record: &'r AccessRecord,
    pub(crate) head: &'r Parts,
    pub(crate) stage: Option<&'r Stage>,
    pub(crate) response_type: GatewayResponseType,
    /// The status of the response.
    pub(crate) status: StatusCode,
    pub(crate) message: &'r str,
}

/// A variable that a request can have, or that it never has here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Variable(&'static str);

/// The message as a JSON string. Its value is JSON itself.
const MESSAGE_STRING: &str = "error.messageString";

/// The variables that have values here.
const NAMES: [&str; 24] = [
    "accountId",
    "apiId",
    "domainName",
    "domainPrefix",
    "error.message",
    MESSAGE_STRING,
    "error.responseType",
    "extendedRequestId",
    "httpMethod",
    "identity.accessKey",
    "identity.accountId",
    "identity.caller",
    "identity.principalOrgId",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourcePath",
    "stage",
];

/// The variables of API Gateway that have no value here: of API keys, Cognito, validators, VPC endpoints, web ACLs and X-Ray.
const ABSENT: [&str; 13] = [
    "deploymentId",
    "error.validationErrorString",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.vpcId",
    "identity.vpceId",
    "resourceId",
    "wafResponseCode",
    "xrayTraceId",
];

const STATUS: &str = "status";

impl Variable {
    /// Finds a variable by its name without `$context.`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().chain(&ABSENT).chain([&STATUS]).find(|own| **own == name).copied().map(Self)
    }

    /// Whether its value is JSON, and is not escaped in JSON.
    pub(crate) fn is_json(self) -> bool {
        self.0 == MESSAGE_STRING
    }

    /// The value for an error.
    pub(crate) fn value<'r>(self, facts: &ErrorFacts<'r>) -> Option<Cow<'r, str>> {
        let record = facts.record;
        let borrowed = |text: &'r str| Some(Cow::Borrowed(text));
        match self.0 {
            "accountId" => borrowed(&record.account_id),
            "apiId" => borrowed(&record.api_id),
            "domainName" => borrowed(&record.domain_name),
            "domainPrefix" => borrowed(record.domain_name.split('.').next()?),
            "error.message" => borrowed(facts.message),
            MESSAGE_STRING => Some(Cow::Owned(Value::from(facts.message).to_string())),
            "error.responseType" => borrowed(facts.response_type.as_str()),
            "extendedRequestId" => borrowed(&record.extended_request_id),
            "httpMethod" => borrowed(&record.method),
            "path" => borrowed(&record.path),
            "protocol" => borrowed(record.protocol),
            "requestId" => borrowed(&record.request_id),
            "requestTime" => Some(Cow::Owned(common_log(record.time))),
            "requestTimeEpoch" => Some(Cow::Owned(epoch_millis(record.time).to_string())),
            "resourcePath" => record.route_key.as_deref()?.split_once(' ').map(|(_, path)| Cow::Borrowed(path)),
            "stage" => record.stage.as_deref().map(Cow::Borrowed),
            STATUS => Some(Cow::Owned(facts.status.as_u16().to_string())),
            "identity.sourceIp" => Some(Cow::Owned(record.source_ip.to_string())),
            "identity.userAgent" => borrowed(&record.user_agent),
            name => identity(name, record).map(Cow::Borrowed),
        }
    }
}

/// A variable of the caller, whose signature matched.
fn identity<'r>(name: &str, record: &'r AccessRecord) -> Option<&'r str> {
    let caller = record.caller.as_ref().filter(|caller| caller.proven)?;
    let principal = caller.principal.as_ref();
    match name {
        "identity.accessKey" => Some(&caller.access_key_id),
        "identity.accountId" => principal.map(Principal::account),
        "identity.caller" => principal.map(Principal::caller_id),
        "identity.principalOrgId" => principal.and_then(Principal::org_id),
        "identity.user" => principal.map(Principal::user_id),
        "identity.userArn" => principal.map(Principal::arn),
        _ => None,
    }
}
