//! The JSON of an event. In payload format 2.0, empty members are left out.

use super::fields::domain;
use super::{Context, Event, v1};
use serde_json::{Map, Value, json};
use sig4::time::{common_log, epoch_millis};
use sig4_iam::tower::AuthorizedCaller;

impl Event {
    /// Returns the event as a Lambda function gets it: one JSON object of the [payload format](Self::payload_format).
    #[must_use]
    pub fn to_json(&self) -> String {
        self.v1.as_ref().map_or_else(|| object(self), |v1| v1::json::object(self, v1)).to_string()
    }
}

fn object(event: &Event) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| {
        object.insert(name.to_owned(), value);
    };
    put("version", "2.0".into());
    put("routeKey", event.route_key().into());
    put("rawPath", event.raw_path().into());
    put("rawQueryString", event.raw_query().into());
    put("headers", fields(&event.headers));
    put("requestContext", context(&event.context, event));
    put("isBase64Encoded", event.is_base64().into());
    for (name, named) in [
        ("queryStringParameters", &event.query),
        ("pathParameters", &event.path_parameters),
        ("stageVariables", &event.stage_variables),
    ] {
        if !named.is_empty() {
            put(name, fields(named));
        }
    }
    if !event.cookies.is_empty() {
        put("cookies", event.cookies.clone().into());
    }
    if let Some(body) = event.json_body() {
        put("body", body.into_owned().into());
    }
    Value::Object(object)
}

fn fields(named: &[(String, String)]) -> Value {
    named.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>().into()
}

fn context(context: &Context, event: &Event) -> Value {
    let (domain_name, domain_prefix) = domain(&context.domain_name);
    let mut object = json!({
        "accountId": context.account_id,
        "apiId": context.api_id,
        "domainName": domain_name,
        "domainPrefix": domain_prefix,
        "requestId": context.request_id,
        "routeKey": event.route_key,
        "stage": context.stage,
        "time": common_log(context.time),
        "timeEpoch": epoch_millis(context.time),
        "http": {
            "method": context.method,
            "path": context.path,
            "protocol": context.protocol,
            "sourceIp": context.arrival.client().to_string(),
            "userAgent": event.header("user-agent").unwrap_or_default(),
        },
    });
    if let (Some(caller), Some(object)) = (event.caller(), object.as_object_mut()) {
        object.insert("authorizer".to_owned(), json!({ "iam": iam(caller) }));
    }
    object
}

fn iam(caller: &AuthorizedCaller) -> Value {
    let principal = caller.principal();
    json!({
        "accessKey": caller.access_key_id(),
        "accountId": principal.account(),
        "callerId": principal.caller_id(),
        "cognitoIdentity": null,
        "principalOrgId": principal.org_id(),
        "userArn": principal.arn(),
        "userId": principal.user_id(),
    })
}
