//! The JSON of an event of payload format 1.0. Empty members are `null`.

use super::super::fields::domain;
use super::super::{Context, Event};
use super::headers::user_agent;
use super::{FormatV1, RestFields};
use serde_json::{Map, Value, json};
use sig4::time::{common_log, epoch_millis};
use std::borrow::Cow;

/// The version of the format, which only the events of HTTP APIs state.
const VERSION: &str = "1.0";

pub(crate) fn object(event: &Event, v1: &FormatV1) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| {
        object.insert(name.to_owned(), value);
    };
    if v1.rest.is_none() {
        put("version", VERSION.into());
    }
    put("resource", event.resource().into());
    put("path", v1.path.as_str().into());
    put("httpMethod", event.method().into());
    let (single, multi) = both(&v1.headers);
    put("headers", single);
    put("multiValueHeaders", multi);
    let (single, multi) = both(&query(event.raw_query()));
    put("queryStringParameters", single);
    put("multiValueQueryStringParameters", multi);
    put("pathParameters", or_null(event.path_parameters()));
    put("stageVariables", or_null(pairs(&event.stage_variables)));
    put("requestContext", context(&event.context, event, v1));
    put("body", event.json_body().map_or(Value::Null, |body| Cow::into_owned(body).into()));
    put("isBase64Encoded", event.is_base64().into());
    Value::Object(object)
}

fn pairs(fields: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

fn or_null<'f>(fields: impl Iterator<Item = (&'f str, &'f str)>) -> Value {
    let object: Map<String, Value> = fields.map(|(name, value)| (name.to_owned(), value.into())).collect();
    if object.is_empty() { Value::Null } else { object.into() }
}

/// The map of the last values, and the map of all values, each `null` if it is empty.
fn both(fields: &[(String, Vec<String>)]) -> (Value, Value) {
    let last = fields.iter().filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str())));
    let all: Map<String, Value> = fields.iter().map(|(name, values)| (name.clone(), values.clone().into())).collect();
    (or_null(last), if all.is_empty() { Value::Null } else { all.into() })
}

/// The parameters of a query, decoded, each with its values in order.
fn query(raw: &str) -> Vec<(String, Vec<String>)> {
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
        match places.get(&*name).and_then(|place: &usize| fields.get_mut(*place)) {
            Some((_, values)) => values.push(value.into_owned()),
            None => {
                places.insert(name.clone().into_owned(), fields.len());
                fields.push((name.into_owned(), vec![value.into_owned()]));
            }
        }
    }
    fields
}

fn context(context: &Context, event: &Event, v1: &FormatV1) -> Value {
    let (domain_name, domain_prefix) = domain(&context.domain_name);
    let request_id = context.request_id.as_str();
    let mut object = json!({
        "accountId": context.account_id,
        "apiId": context.api_id,
        "domainName": domain_name,
        "domainPrefix": domain_prefix,
        "extendedRequestId": v1.rest.as_ref().map_or(request_id, |rest| rest.extended_request_id.as_str()),
        "httpMethod": context.method,
        "identity": identity(event, v1),
        "path": context.path,
        "protocol": context.protocol,
        "requestId": request_id,
        "requestTime": common_log(context.time),
        "requestTimeEpoch": epoch_millis(context.time),
        "resourceId": v1.rest.as_ref().map_or_else(|| event.route_key(), |rest| rest.resource_id.as_str()),
        "resourcePath": event.resource(),
        "stage": context.stage,
    });
    if let (Some(RestFields { deployment_id, .. }), Some(object)) = (&v1.rest, object.as_object_mut()) {
        object.insert("deploymentId".to_owned(), deployment_id.as_str().into());
    }
    object
}

/// The caller. All members but the address and the client's software are `null` without one.
fn identity(event: &Event, v1: &FormatV1) -> Value {
    let caller = event.caller();
    let principal = caller.map(sig4_iam::tower::AuthorizedCaller::principal);
    let user_agent = user_agent(&v1.headers);
    json!({
        "accessKey": caller.map(sig4_iam::tower::AuthorizedCaller::access_key_id),
        "accountId": principal.map(|principal| principal.account()),
        "caller": principal.map(|principal| principal.caller_id()),
        "cognitoAuthenticationProvider": null,
        "cognitoAuthenticationType": null,
        "cognitoIdentityId": null,
        "cognitoIdentityPoolId": null,
        "principalOrgId": principal.and_then(|principal| principal.org_id()),
        "sourceIp": event.source_ip().to_string(),
        "user": principal.map(|principal| principal.user_id()),
        "userAgent": if v1.rest.is_some() { user_agent } else { Some(user_agent.unwrap_or("")) },
        "userArn": principal.map(|principal| principal.arn()),
    })
}
